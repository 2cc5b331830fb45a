//! Notifications with an invalid token and nothing else wrong, which a webhook must refuse.

use serde_json::{Value, json};

use super::caller::{Call, Caller};
use super::documents::envelope;
use super::keys::{RsaKeyPair, SigningKeys, claims, hmac_token, new_kid, now, unsigned_token};
use super::notification::WebhookRequest;
use super::service::CallingService;
use super::state::GraphState;

/// The defect of a notification's token.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum InvalidToken {
    /// There is no token.
    NoToken,
    /// The token is not sent as a bearer token.
    NotBearer,
    /// The token is not a JWT.
    Garbage,
    /// The token has the algorithm `none`, or an empty signature.
    Unsigned,
    /// The token is signed by HMAC with the public key as the secret.
    HmacWithPublicKey,
    /// The token is for another bot.
    WrongAudience,
    /// The token names no audience.
    NoAudience,
    /// The token has another issuer.
    WrongIssuer,
    /// The token names no issuer.
    NoIssuer,
    /// The token is for a tenant that the bot does not serve.
    WrongTenant,
    /// The token names no tenant.
    NoTenant,
    /// The token has expired.
    Expired,
    /// The token is not valid yet.
    NotYetValid,
    /// The token never expires.
    NoExpiry,
    /// The token is signed with a key that was never published.
    UnknownKey,
    /// The token is signed with an unpublished key, but names a published key id.
    StolenKid,
}

impl InvalidToken {
    /// All kinds.
    pub const ALL: [Self; 16] = [
        Self::NoToken,
        Self::NotBearer,
        Self::Garbage,
        Self::Unsigned,
        Self::HmacWithPublicKey,
        Self::WrongAudience,
        Self::NoAudience,
        Self::WrongIssuer,
        Self::NoIssuer,
        Self::WrongTenant,
        Self::NoTenant,
        Self::Expired,
        Self::NotYetValid,
        Self::NoExpiry,
        Self::UnknownKey,
        Self::StolenKid,
    ];

    /// Returns the name in the console and in the record.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::NoToken => "no-token",
            Self::NotBearer => "not-bearer",
            Self::Garbage => "garbage",
            Self::Unsigned => "unsigned",
            Self::HmacWithPublicKey => "hmac-with-public-key",
            Self::WrongAudience => "wrong-audience",
            Self::NoAudience => "no-audience",
            Self::WrongIssuer => "wrong-issuer",
            Self::NoIssuer => "no-issuer",
            Self::WrongTenant => "wrong-tenant",
            Self::NoTenant => "no-tenant",
            Self::Expired => "expired",
            Self::NotYetValid => "not-yet-valid",
            Self::NoExpiry => "no-expiry",
            Self::UnknownKey => "unknown-key",
            Self::StolenKid => "stolen-kid",
        }
    }
}

impl GraphState {
    /// Returns the values of `Authorization` for a kind of invalid token, one for each variant of it.
    ///
    /// # Errors
    /// Returns an error if a token cannot be signed.
    fn invalid_authorizations(&self, kind: InvalidToken) -> Result<Vec<Option<String>>, String> {
        let (keys, now) = (&self.keys, now());
        let header = keys.header();
        let valid = claims(&self.options.client_id, &self.options.tenant);
        let but = |changes: Value| -> Value { changed(&valid, &changes) };
        let bearer = |token: String| Some(format!("Bearer {token}"));
        let signed = |claims: &Value| Ok(vec![bearer(keys.published()?.sign(&header, claims)?)]);
        let algorithm = |name: &str| changed(&header, &json!({ "alg": name }));
        match kind {
            InvalidToken::NoToken => Ok(vec![None]),
            InvalidToken::NotBearer => {
                let token = keys.published()?.sign(&header, &valid)?;
                Ok(vec![Some(format!("Basic {token}")), Some(token)])
            }
            InvalidToken::Garbage => {
                let texts = ["not.a.token", "Bearer", "..", "e30.e30.e30"];
                Ok(texts.into_iter().map(|text| bearer(text.into())).collect())
            }
            InvalidToken::Unsigned => Ok(["none", "None", "RS256"]
                .into_iter()
                .map(|name| bearer(format!("{}.", unsigned_token(&algorithm(name), &valid))))
                .collect()),
            InvalidToken::HmacWithPublicKey => {
                let pair: &RsaKeyPair = keys.published()?;
                let header = algorithm("HS256");
                let with = |secret: &str| bearer(hmac_token(secret, &header, &valid));
                Ok(vec![with(pair.pem()), with(pair.pem().trim_end()), with(pair.n())])
            }
            InvalidToken::WrongAudience => {
                signed(&but(json!({"aud": "00000000-dead-4000-8000-00000000beef"})))
            }
            InvalidToken::NoAudience => signed(&but(json!({ "aud": null }))),
            InvalidToken::NoIssuer => signed(&but(json!({ "iss": null }))),
            InvalidToken::WrongIssuer => {
                signed(&but(json!({"iss": "https://api.botframework.com.evil.example"})))
            }
            InvalidToken::WrongTenant => signed(&but(json!({"tid": "00000000-dead-4000-8000-0000000000ff"}))),
            InvalidToken::NoTenant => signed(&but(json!({ "tid": null }))),
            InvalidToken::Expired => {
                signed(&but(json!({"iat": now - 4_200, "nbf": now - 4_200, "exp": now - 600})))
            }
            InvalidToken::NotYetValid => signed(&but(json!({"nbf": now + 600, "exp": now + 4_200}))),
            InvalidToken::NoExpiry => signed(&but(json!({ "exp": null }))),
            InvalidToken::UnknownKey => {
                let key_id = new_kid();
                let header = changed(&header, &json!({"kid": key_id, "x5t": key_id}));
                Ok(vec![bearer(SigningKeys::unpublished()?.sign(&header, &valid)?)])
            }
            InvalidToken::StolenKid => Ok(vec![bearer(SigningKeys::unpublished()?.sign(&header, &valid)?)]),
        }
    }
}

/// Returns the object with other members; `null` removes a member.
fn changed(object: &Value, changes: &Value) -> Value {
    let mut object = object.as_object().cloned().unwrap_or_default();
    for (name, value) in changes.as_object().into_iter().flatten() {
        if value.is_null() {
            object.remove(name);
        } else {
            object.insert(name.clone(), value.clone());
        }
    }
    object.into()
}

impl CallingService {
    /// Returns the value of `Authorization` of a notification from a service whose clock is ahead by a number of seconds.
    ///
    /// # Errors
    /// Returns an error if the token cannot be signed.
    pub fn authorization_ahead(&self, seconds: i64) -> Result<String, String> {
        let (state, now) = (self.lock(), now() + seconds);
        let valid = claims(&state.options.client_id, &state.options.tenant);
        let claims = changed(&valid, &json!({"iat": now, "nbf": now, "exp": now + 3_600}));
        Ok(format!("Bearer {}", state.keys.published()?.sign(&state.keys.header(), &claims)?))
    }

    /// Notifies the webhook of a call that does not exist, with an invalid token. Returns the lowest status
    /// of the responses: where a kind has several variants, the one that the webhook believed most.
    ///
    /// # Errors
    /// Returns an error if no webhook is set, or a request fails.
    pub async fn send_invalid_token(&self, kind: InvalidToken) -> Result<u16, String> {
        let mut lowest = None;
        let authorizations = self.lock().invalid_authorizations(kind)?;
        for authorization in authorizations {
            let request = self.fictitious_call(authorization, kind)?;
            let status = self.send(request).await?;
            lowest = Some(lowest.map_or(status, |lowest: u16| lowest.min(status)));
        }
        lowest.ok_or_else(|| "this kind has no variant".to_owned())
    }

    /// Returns the notification of a call from Mallory that does not exist.
    fn fictitious_call(
        &self,
        authorization: Option<String>,
        kind: InvalidToken,
    ) -> Result<WebhookRequest, String> {
        let state = self.lock();
        let webhook = state.webhook.as_ref().ok_or("no webhook is set")?;
        let call = state.unlisted_call(0, Call::from(Caller::user("Mallory")));
        let created = call.created_notification(&state.options.client_id, Some(webhook.url.as_str()));
        Ok(WebhookRequest {
            url: webhook.url.clone(),
            authorization,
            scenario: call.scenario.clone(),
            chain: call.chain.clone(),
            message: uuid::Uuid::new_v4().to_string(),
            body: envelope(&[created]).to_string().into(),
            summary: format!("invalid token: {}", kind.name()),
            // A bot that serves every tenant accepts any.
            forgery: (kind != InvalidToken::WrongTenant).then(|| kind.name()),
            is_last_attempt: false,
        })
    }
}
