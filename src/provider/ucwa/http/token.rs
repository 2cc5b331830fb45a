//! Access tokens: one per host, requested where the host's challenge leads, and renewed by one request at a time.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use secrecy::{ExposeSecret, SecretString};
use tokio::time::Instant;
use url::{Origin, Url};

use super::challenge::SignInOffer;
use crate::login_store::{Login, LoginError, LoginStore};
use crate::provider::Problem;
use crate::provider::device_login::scope_of;
use crate::provider::exchange::{Exchange, TransportError};
use crate::provider::oauth::{self, TokenRequestError};
use crate::provider::ucwa::Credentials;
use crate::secret::Secret;
use crate::text::DisplayText;

/// The reason why no token is available.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
pub enum TokenError {
    /// The configured secret can't be read.
    #[error("{0}")]
    Secret(String),
    /// The server refused the configured token.
    #[error("the server refused the token")]
    TokenRefused,
    /// The server refused the user name or the password (`invalid_grant`).
    #[error("the server refused the name or the password")]
    PasswordRefused,
    /// The server does not accept passwords (`unsupported_grant_type`).
    #[error("the server does not accept passwords (it offers {0})")]
    NoPasswordGrant(DisplayText),
    /// Nobody has signed in with `rsvp login`.
    #[error("nobody has signed in to this account yet")]
    NotSignedIn {
        /// The ways of signing in that the host offers.
        offer: SignInOffer,
        /// The command that signs in.
        command: String,
    },
    /// The server refused the password that `rsvp login` has kept (`invalid_grant`). Holds the command that replaces it.
    #[error("the server refused the kept name or password")]
    KeptPasswordRefused(String),
    /// The authority no longer accepts the refresh token that `rsvp login` has kept (`invalid_grant`). Holds the command
    /// that replaces it.
    #[error("the sign-in has expired or was revoked")]
    SignInExpired(String),
    /// The server asked for authentication without a challenge that rsvp supports.
    #[error("the server requires a way of signing in that rsvp does not support")]
    NoChallenge,
    /// The ticket service refused the request for another reason.
    #[error("the sign-in service refused: {why}")]
    Refused {
        /// The error code.
        why: DisplayText,
        /// The wait that the service asks for (`Retry-After`).
        retry_after: Option<Duration>,
    },
    /// The ticket service did not answer.
    #[error("the sign-in service did not answer: {0}")]
    Unreachable(TransportError),
}

impl TokenError {
    /// Returns whether the same request may succeed later without the user's help.
    #[must_use]
    pub fn is_transient(&self) -> bool {
        matches!(self, Self::Unreachable(_) | Self::Refused { .. })
    }

    /// Returns the wait that the ticket service asks for (`Retry-After`).
    #[must_use]
    pub fn retry_after(&self) -> Option<Duration> {
        match self {
            Self::Refused { retry_after, .. } => *retry_after,
            _ => None,
        }
    }

    /// Returns the problem to show: what happened, and the remedy.
    #[must_use]
    pub fn problem(&self) -> Problem {
        let remedy = match self {
            Self::Secret(_) => "fix it",
            Self::TokenRefused => "put a new token into the configuration (or use token_command)",
            Self::PasswordRefused => "check username and password in the configuration",
            Self::NoPasswordGrant(_) => "sign in with a token instead",
            Self::NotSignedIn { command, .. } => &format!("run `{command}`"),
            Self::KeptPasswordRefused(command) | Self::SignInExpired(command) => {
                &format!("run `{command}` again")
            }
            Self::Unreachable(error) => return Problem::new(&self.to_string(), error.remedy()),
            Self::NoChallenge | Self::Refused { .. } => return Problem::new(&self.to_string(), ""),
        };
        Problem::new(&self.to_string(), remedy).then_reconnect()
    }
}

/// The tokens of an account, by the hosts that they are for.
#[derive(Debug)]
pub struct Tokens {
    credentials: Credentials,
    /// Held while a refresh token is used, because it may be replaced by that.
    refresh: tokio::sync::Mutex<()>,
    hosts: Mutex<HashMap<Origin, Arc<Host>>>,
}

#[derive(Debug, Default)]
struct Host {
    state: Mutex<HostState>,
    /// Held while a token is requested, so that concurrent renewals end with the first one's token. A request that
    /// has a valid token does not wait for it.
    renewal: tokio::sync::Mutex<()>,
}

/// The state of a host's token.
#[derive(Clone, Debug, Default)]
struct HostState {
    /// Whether the configured token may be sent before the host asks for one.
    is_allowed: bool,
    token: Option<Token>,
    /// The address of the ticket service.
    service: Option<Url>,
}

impl Host {
    fn state(&self) -> MutexGuard<'_, HostState> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// The challenge of a host that refused a request.
#[derive(Clone, Debug, Default)]
pub struct HostChallenge {
    /// The ways of signing in that the host offers.
    pub offer: SignInOffer,
    /// The resolved address of its ticket service.
    pub service: Option<Url>,
}

/// A token with a number, by which a refused request names it.
#[derive(Clone, Debug)]
pub struct Token {
    /// The number, which grows with each renewal for the same host.
    pub number: u64,
    /// The token itself.
    pub secret: SecretString,
    /// When to renew the token: shortly before it expires. A configured token has no such time.
    pub renew_at: Option<Instant>,
}

/// The result of a renewal.
#[derive(Debug)]
pub struct Renewed {
    /// The host's latest token.
    pub token: Token,
    /// Whether this renewal requested the token, as opposed to an earlier one.
    pub is_new: bool,
}

impl Tokens {
    /// Creates an empty collection.
    #[must_use]
    pub fn new(credentials: Credentials) -> Self {
        Self { credentials, refresh: tokio::sync::Mutex::default(), hosts: Mutex::default() }
    }

    fn host(&self, origin: &Origin) -> Arc<Host> {
        let mut hosts = self.hosts.lock().unwrap_or_else(PoisonError::into_inner);
        hosts.entry(origin.clone()).or_default().clone()
    }

    /// Allows the configured token to be sent to a host that has not asked for it.
    pub fn allow(&self, origin: &Origin) {
        self.host(origin).state().is_allowed = true;
    }

    /// Returns the token for a host, or nothing if the host has to ask for it first.
    ///
    /// # Errors
    /// Returns an error if the configured token can't be read.
    pub async fn current(&self, origin: &Origin) -> Result<Option<Token>, TokenError> {
        let host = self.host(origin);
        let HostState { is_allowed, token, .. } = host.state().clone();
        let Credentials::Token(secret) = &self.credentials else { return Ok(token) };
        if token.is_some() || !is_allowed {
            return Ok(token);
        }
        let _renewal = host.renewal.lock().await;
        if host.state().token.is_none() {
            let token = read_configured(secret, 0).await?;
            host.state().token = Some(token);
        }
        let token = host.state().token.clone();
        Ok(token)
    }

    /// Returns when to renew a host's token, and the token's number.
    #[must_use]
    pub fn next_renewal(&self, origin: &Origin) -> Option<(Instant, u64)> {
        let token = self.host(origin).state().token.clone()?;
        Some((token.renew_at?, token.number))
    }

    /// Returns a newer token than the one with the number `refused`. Concurrent calls for a host cause one request.
    ///
    /// Without a challenge, the host's last ticket service is asked.
    ///
    /// # Errors
    /// Returns an error if the secret can't be read, or the ticket service gives no token.
    pub async fn renew(
        &self,
        exchange: &Arc<dyn Exchange>,
        origin: &Origin,
        refused: Option<u64>,
        challenge: Option<HostChallenge>,
    ) -> Result<Renewed, TokenError> {
        let host = self.host(origin);
        let _renewal = host.renewal.lock().await;
        let old = host.state().token.clone();
        if let Some(token) = old.as_ref().filter(|token| Some(token.number) > refused) {
            return Ok(Renewed { token: token.clone(), is_new: false });
        }
        let number = refused.map_or(1, |number| number + 1);
        let token = match &self.credentials {
            Credentials::Token(secret) => {
                let fresh = read_configured(secret, number).await?;
                let same = old.is_some_and(|old| old.secret.expose_secret() == fresh.secret.expose_secret());
                if same {
                    return Err(TokenError::TokenRefused);
                }
                fresh
            }
            Credentials::Password { username, password } => {
                let password =
                    password.read().await.map_err(|error| TokenError::Secret(error.to_string()))?;
                let service = ticket_service(&host, challenge)?;
                request_ticket(exchange, service, username, &password, number).await?
            }
            Credentials::Login(store) => match store.load().await {
                Ok(Login::Password { username, password }) => {
                    let service = ticket_service(&host, challenge)?;
                    let ticket = request_ticket(exchange, service, &username, &password, number).await;
                    ticket.map_err(|error| match error {
                        TokenError::PasswordRefused => TokenError::KeptPasswordRefused(store.command()),
                        error => error,
                    })?
                }
                Ok(Login::RefreshToken { .. }) => self.refresh(exchange, store, origin, number).await?,
                Ok(Login::ClientSecret { .. }) => {
                    return Err(TokenError::Secret(LoginError::Unusable(store.to_string()).to_string()));
                }
                Err(LoginError::Missing) => {
                    let offer = challenge.unwrap_or_default().offer;
                    return Err(TokenError::NotSignedIn { offer, command: store.command() });
                }
                Err(error) => return Err(TokenError::Secret(error.to_string())),
            },
        };
        host.state().token = Some(token.clone());
        Ok(Renewed { token, is_new: true })
    }

    /// Requests a token for a host with the refresh token (RFC 6749, section 6), and keeps the one that replaces it.
    ///
    /// Another program may use the same login: if the refresh token is refused and was replaced meanwhile, the new one is
    /// tried. If the user signs out meanwhile, or in again, only the access token is used.
    async fn refresh(
        &self,
        exchange: &Arc<dyn Exchange>,
        store: &LoginStore,
        origin: &Origin,
        number: u64,
    ) -> Result<Token, TokenError> {
        let _refresh = self.refresh.lock().await;
        let unreadable = |error: LoginError| TokenError::Secret(error.to_string());
        let expired = || TokenError::SignInExpired(store.command());
        let mut tried: Option<SecretString> = None;
        loop {
            let Login::RefreshToken { client_id, token_endpoint, refresh_token } =
                store.load().await.map_err(unreadable)?
            else {
                return Err(expired());
            };
            if tried.is_some_and(|tried| tried.expose_secret() == refresh_token.expose_secret()) {
                return Err(expired());
            }
            let scope = scope_of(origin);
            let form = [
                ("grant_type", "refresh_token"),
                ("client_id", client_id.as_str()),
                ("refresh_token", refresh_token.expose_secret()),
                ("scope", scope.as_str()),
            ];
            match oauth::request_token(exchange, token_endpoint, &form).await {
                Ok(granted) => {
                    if let Some(new) = granted.refresh_token {
                        store.replace_refresh_token(refresh_token, new).await.map_err(unreadable)?;
                    }
                    return Ok(Token { number, secret: granted.secret, renew_at: Some(granted.renew_at) });
                }
                Err(TokenRequestError::Refused { error, .. }) if error == "invalid_grant" => {
                    tried = Some(refresh_token);
                }
                Err(TokenRequestError::Refused { error, .. }) if error == "unsupported_grant_type" => {
                    return Err(expired());
                }
                Err(error) => return Err(token_error(error)),
            }
        }
    }
}

/// Returns the ticket service that a host's challenge names, or else the last one that it named.
fn ticket_service(host: &Host, challenge: Option<HostChallenge>) -> Result<Url, TokenError> {
    let service = match challenge {
        Some(HostChallenge { offer, service: Some(service) }) => {
            if !offer.has_password() {
                return Err(TokenError::NoPasswordGrant(DisplayText::new(&offer.grants.join(", "))));
            }
            Some(service)
        }
        _ => host.state().service.clone(),
    };
    let service = service.ok_or(TokenError::NoChallenge)?;
    host.state().service = Some(service.clone());
    Ok(service)
}

/// Reads the configured token.
async fn read_configured(secret: &Secret, number: u64) -> Result<Token, TokenError> {
    let secret = secret.read().await.map_err(|error| TokenError::Secret(error.to_string()))?;
    Ok(Token { number, secret, renew_at: None })
}

/// Requests a token from the ticket service with a password (RFC 6749, section 4.3).
async fn request_ticket(
    exchange: &Arc<dyn Exchange>,
    service: Url,
    username: &str,
    password: &SecretString,
    number: u64,
) -> Result<Token, TokenError> {
    let form = [("grant_type", "password"), ("username", username), ("password", password.expose_secret())];
    match oauth::request_token(exchange, service, &form).await {
        Ok(granted) => Ok(Token { number, secret: granted.secret, renew_at: Some(granted.renew_at) }),
        Err(TokenRequestError::Refused { error, .. }) if error == "invalid_grant" => {
            Err(TokenError::PasswordRefused)
        }
        Err(TokenRequestError::Refused { error, .. }) if error == "unsupported_grant_type" => {
            Err(TokenError::NoPasswordGrant(DisplayText::default()))
        }
        Err(error) => Err(token_error(error)),
    }
}

/// Returns the error for a token request, apart from what its grant makes of a refusal.
fn token_error(error: TokenRequestError) -> TokenError {
    let refused = |why: &str, retry_after| TokenError::Refused { why: DisplayText::new(why), retry_after };
    match error {
        TokenRequestError::Transport(failure) => TokenError::Unreachable(failure),
        TokenRequestError::DecodeError => refused("its response is not a token", None),
        TokenRequestError::Refused { status, error, retry_after, .. } => match error.as_str() {
            "" => refused(&format!("status {status}"), retry_after),
            error => refused(error, retry_after),
        },
    }
}

#[cfg(test)]
mod tests;
