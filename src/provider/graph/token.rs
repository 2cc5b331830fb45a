//! The bot's own tokens (OAuth 2.0 client credentials), one for each tenant.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use secrecy::{ExposeSecret, SecretString};
use tokio::time::Instant;
use url::Url;

use super::client_assertion::client_assertion;
use super::settings::{Credential, Settings};
use crate::provider::Problem;
use crate::provider::exchange::{Exchange, TransportError};
use crate::provider::oauth::{TokenRequestError, request_token};
use crate::secret::Secret;
use crate::text::DisplayText;

/// The maximum number of tenants whose tokens are held.
const MAX_TENANTS: usize = 256;

/// Why the bot has no token.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
pub enum TokenError {
    /// The secret or the certificate could not be read.
    #[error("{0}")]
    Secret(String),
    /// The directory refused to issue a token.
    #[error("the directory issued no token: {reason}")]
    Refused {
        /// The `error` of the response: “`invalid_client`”.
        error: DisplayText,
        /// The first sentence of the `error_description`, or else the `error`.
        reason: DisplayText,
        /// Whether a later request may succeed.
        is_transient: bool,
        /// The delay that the directory asks for (`Retry-After`).
        retry_after: Option<Duration>,
        /// The command that replaces the secret, if `rsvp login` has kept it.
        login: Option<String>,
    },
    /// The directory did not respond.
    #[error("the directory did not respond: {0}")]
    Unreachable(TransportError),
}

impl TokenError {
    /// Returns whether a later request may succeed without the user's help.
    #[must_use]
    pub fn is_transient(&self) -> bool {
        match self {
            Self::Secret(_) => false,
            Self::Refused { is_transient, .. } => *is_transient,
            Self::Unreachable(_) => true,
        }
    }

    /// Returns the delay that the directory asks for.
    #[must_use]
    pub fn retry_after(&self) -> Option<Duration> {
        match self {
            Self::Refused { retry_after, .. } => *retry_after,
            Self::Secret(_) | Self::Unreachable(_) => None,
        }
    }

    /// Describes the error and its remedy for the user.
    #[must_use]
    pub fn problem(&self) -> Problem {
        let remedy = match self {
            Self::Refused { error, is_transient: false, login, .. } => match (error.as_str(), login) {
                ("invalid_client", None) => "check client_id and the client secret or certificate",
                ("invalid_client", Some(command)) => &format!("check client_id, or run `{command}` again"),
                ("unauthorized_client", _) => {
                    "check client_id and tenant: the app is not known in that directory"
                }
                ("invalid_scope", _) => "check base_url and cloud under [graph]",
                (_, None) => "check tenant, client_id and the secret under [graph]",
                (_, Some(command)) => {
                    &format!("check tenant and client_id under [graph], or run `{command}` again")
                }
            },
            Self::Secret(_) | Self::Refused { .. } | Self::Unreachable(_) => "",
        };
        Problem::new(&self.to_string(), remedy)
    }
}

impl From<TokenRequestError> for TokenError {
    fn from(error: TokenRequestError) -> Self {
        match error {
            TokenRequestError::Transport(error) => Self::Unreachable(error),
            TokenRequestError::DecodeError => Self::Refused {
                error: DisplayText::default(),
                reason: "its response is malformed".into(),
                is_transient: true,
                retry_after: None,
                login: None,
            },
            TokenRequestError::Refused { status, error, description, retry_after } => {
                // Trace ids and a time follow the first sentence of the description.
                let sentence = description.lines().next().unwrap_or_default();
                let sentence = sentence.split(" Trace ID").next().unwrap_or_default();
                let reason = match (sentence, error.as_str()) {
                    ("", "") => format!("status {status}"),
                    ("", error) => error.to_owned(),
                    (sentence, _) => sentence.to_owned(),
                };
                let is_transient = error.is_empty()
                    || matches!(error.as_str(), "temporarily_unavailable" | "server_error")
                    || status == 429
                    || status >= 500;
                Self::Refused {
                    error: DisplayText::new(&error),
                    reason: DisplayText::new(&reason),
                    is_transient,
                    retry_after,
                    login: None,
                }
            }
        }
    }
}

/// A token.
#[derive(Clone, Debug)]
pub struct Token {
    /// The generation of the token among those of its tenant, which grows with each renewal.
    pub generation: u64,
    /// The token itself.
    pub secret: SecretString,
    renew_at: Instant,
    expires_at: Instant,
}

/// The token of one tenant.
#[derive(Default)]
struct TenantToken {
    token: Mutex<Option<Token>>,
    /// Held during a request for a token, so that concurrent requests share its result.
    request: tokio::sync::Mutex<()>,
}

impl TenantToken {
    fn token(&self) -> Option<Token> {
        self.token.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// Returns the token, unless it has expired or its generation is `refused`.
    fn usable(&self, refused: Option<u64>) -> Option<Token> {
        self.token().filter(|token| Some(token.generation) > refused && token.expires_at > Instant::now())
    }
}

/// The tokens of one bot.
pub struct Tokens {
    exchange: Arc<dyn Exchange>,
    authority: Url,
    client_id: String,
    credential: Credential,
    scope: String,
    tenants: Mutex<HashMap<String, Arc<TenantToken>>>,
}

impl Tokens {
    /// Creates an empty collection.
    #[must_use]
    pub fn new(settings: &Settings, exchange: Arc<dyn Exchange>) -> Self {
        Self {
            exchange,
            authority: settings.authority.clone(),
            client_id: settings.client_id.clone(),
            credential: settings.credential.clone(),
            // The scope names the service itself, even where requests go through a gateway.
            scope: format!("{}.default", settings.cloud.graph_url()),
            tenants: Mutex::default(),
        }
    }

    /// Returns the token of a tenant. Fetches a token if none is held, if it has expired, or if its generation is
    /// `refused`. A token that is merely due for renewal is returned at once, because a call leaves little time.
    ///
    /// # Errors
    /// Returns an error if no token is issued.
    pub async fn get(&self, tenant: &str, refused: Option<u64>) -> Result<Token, TokenError> {
        let held = self.tenant(tenant);
        if let Some(token) = held.usable(refused) {
            return Ok(token);
        }
        let _request = held.request.lock().await;
        match held.usable(refused) {
            Some(token) => Ok(token),
            None => self.replace(&held, tenant).await,
        }
    }

    /// Fetches the token of a tenant if none is held, or if it is to be renewed. Returns when it is to be renewed next.
    ///
    /// # Errors
    /// Returns an error if no token is issued; a token that is held stays in use then.
    pub async fn renew(&self, tenant: &str) -> Result<Instant, TokenError> {
        let held = self.tenant(tenant);
        let _request = held.request.lock().await;
        match held.token().filter(|token| token.renew_at > Instant::now()) {
            Some(token) => Ok(token.renew_at),
            None => Ok(self.replace(&held, tenant).await?.renew_at),
        }
    }

    /// Makes each token due for renewal, because its age does not include the time that the machine was asleep, and
    /// abandons requests on connections that may be dead. The tokens stay in use until they are renewed.
    pub fn mark_all_due(&self) {
        for held in self.tenants.lock().unwrap_or_else(PoisonError::into_inner).values_mut() {
            let token = held.token().map(|token| Token { renew_at: Instant::now(), ..token });
            *held = Arc::new(TenantToken { token: Mutex::new(token), ..TenantToken::default() });
        }
    }

    async fn replace(&self, held: &TenantToken, tenant: &str) -> Result<Token, TokenError> {
        let generation = held.token().map_or(1, |token| token.generation + 1);
        let token = self.fetch(tenant, generation).await?;
        *held.token.lock().unwrap_or_else(PoisonError::into_inner) = Some(token.clone());
        Ok(token)
    }

    fn tenant(&self, tenant: &str) -> Arc<TenantToken> {
        let mut tenants = self.tenants.lock().unwrap_or_else(PoisonError::into_inner);
        if tenants.len() >= MAX_TENANTS && !tenants.contains_key(tenant) {
            tenants.clear();
        }
        tenants.entry(tenant.to_owned()).or_default().clone()
    }

    fn endpoint(&self, tenant: &str) -> Url {
        let mut endpoint = self.authority.clone();
        if let Ok(mut path) = endpoint.path_segments_mut() {
            path.pop_if_empty().extend([tenant, "oauth2", "v2.0", "token"]);
        }
        endpoint
    }

    /// Returns the error for a token request, with the command that replaces a kept secret.
    fn refusal(&self, error: TokenRequestError) -> TokenError {
        match (error.into(), &self.credential) {
            (
                TokenError::Refused { error, reason, is_transient, retry_after, .. },
                Credential::Secret(Secret::Login(store)),
            ) => {
                TokenError::Refused { error, reason, is_transient, retry_after, login: Some(store.command()) }
            }
            (error, _) => error,
        }
    }

    async fn fetch(&self, tenant: &str, generation: u64) -> Result<Token, TokenError> {
        let endpoint = self.endpoint(tenant);
        let mut form = vec![
            ("client_id", self.client_id.as_str()),
            ("scope", self.scope.as_str()),
            ("grant_type", "client_credentials"),
        ];
        let (name, proof) = match &self.credential {
            Credential::Secret(secret) => {
                let secret = secret.read().await.map_err(|error| TokenError::Secret(error.to_string()))?;
                ("client_secret", secret)
            }
            Credential::Certificate { certificate, key } => {
                let assertion = client_assertion(&self.client_id, certificate, key, &endpoint)
                    .await
                    .map_err(TokenError::Secret)?;
                form.push((
                    "client_assertion_type",
                    "urn:ietf:params:oauth:client-assertion-type:jwt-bearer",
                ));
                ("client_assertion", assertion)
            }
        };
        form.push((name, proof.expose_secret()));
        let token =
            request_token(&self.exchange, endpoint, &form).await.map_err(|error| self.refusal(error))?;
        let (renew_at, expires_at) = (token.renew_at, token.expires_at);
        Ok(Token { generation, secret: token.secret, renew_at, expires_at })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_directory_that_has_a_problem_is_asked_again_and_one_that_refuses_is_not() {
        for (status, error, is_transient) in [
            (400, "invalid_client", false),
            (401, "", true),
            (400, "temporarily_unavailable", true),
            (400, "server_error", true),
            (428, "slow_down", false),
            (429, "invalid_request", true),
            (430, "slow_down", false),
            (499, "odd", false),
            (500, "odd", true),
            (599, "odd", true),
        ] {
            let (retry_after, description) = (None, String::new());
            let error = TokenRequestError::Refused { status, error: error.into(), description, retry_after };
            let words = format!("{error:?}");
            assert_eq!(TokenError::from(error).is_transient(), is_transient, "{words}");
        }
    }
}
