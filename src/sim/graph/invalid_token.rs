//! Notifications that only look genuine: each is perfect but for its token.

use serde_json::{Value, json};

use super::super::Simulator;
use super::Graph;
use super::caller::{Call, Caller};
use super::keys::{Keys, Pair, claims, fresh_kid, now, signed_with_secret, unsigned};
use super::notify::Parcel;
use super::resources::envelope;

/// What is wrong with a token.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum InvalidToken {
    /// There is none.
    NoToken,
    /// It is not presented as a bearer token.
    NotBearer,
    /// It is no token at all.
    Garbage,
    /// Nobody signed it: by algorithm `none`, or with an empty signature.
    Unsigned,
    /// It is signed with a secret, and that is the public key.
    HmacWithPublicKey,
    /// It is for another bot.
    WrongAudience,
    /// Somebody else issued it.
    WrongIssuer,
    /// It is for a tenant that is none of the bot's.
    WrongTenant,
    /// It is for no tenant.
    NoTenant,
    /// It is over.
    Expired,
    /// It does not hold yet.
    NotYetValid,
    /// It holds for ever.
    NoExpiry,
    /// It is signed with a key that nobody published.
    UnknownKey,
    /// It is signed with such a key, under the name of a published one.
    StolenKid,
}

impl InvalidToken {
    /// All of them.
    pub const ALL: [Self; 14] = [
        Self::NoToken,
        Self::NotBearer,
        Self::Garbage,
        Self::Unsigned,
        Self::HmacWithPublicKey,
        Self::WrongAudience,
        Self::WrongIssuer,
        Self::WrongTenant,
        Self::NoTenant,
        Self::Expired,
        Self::NotYetValid,
        Self::NoExpiry,
        Self::UnknownKey,
        Self::StolenKid,
    ];

    /// Its name in the console.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::NoToken => "no-token",
            Self::NotBearer => "not-bearer",
            Self::Garbage => "garbage",
            Self::Unsigned => "unsigned",
            Self::HmacWithPublicKey => "hmac-with-public-key",
            Self::WrongAudience => "wrong-audience",
            Self::WrongIssuer => "wrong-issuer",
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

impl Graph {
    /// The header fields `Authorization` of a invalid_token: one for each way of going about it.
    pub(super) fn forged(&self, invalid_token: InvalidToken) -> Result<Vec<Option<String>>, String> {
        let (keys, now) = (&self.keys, now());
        let header = keys.header();
        let genuine = claims(&self.options.client_id, &self.options.tenant);
        let but = |changes: Value| -> Value { changed(&genuine, &changes) };
        let bearer = |token: String| Some(format!("Bearer {token}"));
        let signed = |claims: &Value| Ok(vec![bearer(keys.published()?.sign(&header, claims)?)]);
        let algorithm = |name: &str| changed(&header, &json!({ "alg": name }));
        match invalid_token {
            InvalidToken::NoToken => Ok(vec![None]),
            InvalidToken::NotBearer => {
                let token = keys.published()?.sign(&header, &genuine)?;
                Ok(vec![Some(format!("Basic {token}")), Some(token)])
            }
            InvalidToken::Garbage => {
                let texts = ["not.a.token", "Bearer", "..", "e30.e30.e30"];
                Ok(texts.into_iter().map(|text| bearer(text.into())).collect())
            }
            InvalidToken::Unsigned => Ok(["none", "None", "RS256"]
                .into_iter()
                .map(|name| bearer(format!("{}.", unsigned(&algorithm(name), &genuine))))
                .collect()),
            InvalidToken::HmacWithPublicKey => {
                let pair: &Pair = keys.published()?;
                let header = algorithm("HS256");
                let with = |secret: &str| bearer(signed_with_secret(secret, &header, &genuine));
                Ok(vec![with(pair.pem()), with(pair.pem().trim_end()), with(pair.n())])
            }
            InvalidToken::WrongAudience => {
                signed(&but(json!({"aud": "00000000-dead-4000-8000-00000000beef"})))
            }
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
                let kid = fresh_kid();
                let header = changed(&header, &json!({"kid": kid, "x5t": kid}));
                Ok(vec![bearer(Keys::unpublished()?.sign(&header, &genuine)?)])
            }
            InvalidToken::StolenKid => Ok(vec![bearer(Keys::unpublished()?.sign(&header, &genuine)?)]),
        }
    }
}

/// The same with other members; `null` takes one away.
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

impl Simulator {
    /// Tells the webhook of a call that there is not, with a bad token. Gives the status that the webhook
    /// answers with; where there are several ways of going about it, the most favourable one.
    ///
    /// # Errors
    /// When there is no webhook, or it can't be reached.
    pub async fn forge(&self, invalid_token: InvalidToken) -> Result<u16, String> {
        let mut best = None;
        let forged = self.lock().graph.forged(invalid_token)?;
        for authorization in forged {
            let what = format!("a invalid_token: {}", invalid_token.name());
            let parcel = self.invented(authorization, what)?;
            let status = self.post(parcel).await?;
            best = Some(best.map_or(status, |best: u16| best.min(status)));
        }
        best.ok_or_else(|| "there is no such invalid_token".to_owned())
    }

    /// A notification of a call from Mallory, who does not call.
    fn invented(&self, authorization: Option<String>, what: String) -> Result<Parcel, String> {
        let world = self.lock();
        let webhook = world.graph.webhook.as_ref().ok_or("no webhook is set")?;
        let live = world.graph.imagined(0, Call::from(Caller::user("Mallory")));
        let created = live.created(&world.graph.options.client_id, Some(webhook.url.as_str()));
        Ok(Parcel {
            url: webhook.url.clone(),
            authorization,
            scenario: live.scenario.clone(),
            chain: live.chain.clone(),
            message: uuid::Uuid::new_v4().to_string(),
            body: envelope(&[created]).to_string().into(),
            what,
            last_try: false,
        })
    }
}
