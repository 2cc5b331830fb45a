//! Access tokens: one per host, requested where the host's challenge leads, and renewed by one request at a time.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use secrecy::{ExposeSecret, SecretString};
use tokio::time::Instant;
use url::{Origin, Url};

use super::challenge::WebTicket;
use crate::provider::Problem;
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

    /// Returns the problem to show: what happened, and the remedy.
    #[must_use]
    pub fn problem(&self) -> Problem {
        let remedy = match self {
            Self::Secret(_) => "fix it",
            Self::TokenRefused => "put a new token into the configuration (or use token_command)",
            Self::PasswordRefused => "check username and password in the configuration",
            Self::NoPasswordGrant(_) => "sign in with a token instead",
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
        Self { credentials, hosts: Mutex::default() }
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
        let HostState { token, service, .. } = self.host(origin).state().clone();
        let token = token.filter(|_| service.is_some())?;
        Some((token.renew_at?, token.number))
    }

    /// Returns a newer token than the one with the number `refused`. Concurrent calls for a host cause one request.
    ///
    /// `challenge` is the host's challenge and its resolved address; without one, the host's last ticket service is
    /// asked.
    ///
    /// # Errors
    /// Returns an error if the secret can't be read, or the ticket service gives no token.
    pub async fn renew(
        &self,
        exchange: &Arc<dyn Exchange>,
        origin: &Origin,
        refused: Option<u64>,
        challenge: Option<(&WebTicket, Url)>,
    ) -> Result<Renewed, TokenError> {
        let host = self.host(origin);
        let _renewal = host.renewal.lock().await;
        let HostState { token: old, service, .. } = host.state().clone();
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
                let service = match challenge {
                    Some((ticket, _)) if !ticket.grants.iter().any(|grant| grant == "password") => {
                        return Err(TokenError::NoPasswordGrant(DisplayText::new(&ticket.grants.join(", "))));
                    }
                    Some((_, url)) => Some(url),
                    None => service,
                };
                let service = service.ok_or(TokenError::NoChallenge)?;
                host.state().service = Some(service.clone());
                let password =
                    password.read().await.map_err(|error| TokenError::Secret(error.to_string()))?;
                request_token(exchange, service, username, &password, number).await?
            }
        };
        host.state().token = Some(token.clone());
        Ok(Renewed { token, is_new: true })
    }
}

/// Reads the configured token.
async fn read_configured(secret: &Secret, number: u64) -> Result<Token, TokenError> {
    let secret = secret.read().await.map_err(|error| TokenError::Secret(error.to_string()))?;
    Ok(Token { number, secret, renew_at: None })
}

/// Requests a token from the ticket service with a password (RFC 6749, section 4.3).
async fn request_token(
    exchange: &Arc<dyn Exchange>,
    service: Url,
    username: &str,
    password: &SecretString,
    number: u64,
) -> Result<Token, TokenError> {
    let form = [("grant_type", "password"), ("username", username), ("password", password.expose_secret())];
    let refused = |why: &str, retry_after| TokenError::Refused { why: DisplayText::new(why), retry_after };
    match oauth::request_token(exchange, service, &form).await {
        Ok(granted) => Ok(Token { number, secret: granted.secret, renew_at: Some(granted.renew_at) }),
        Err(TokenRequestError::Transport(failure)) => Err(TokenError::Unreachable(failure)),
        Err(TokenRequestError::DecodeError) => Err(refused("its response is not a token", None)),
        Err(TokenRequestError::Refused { status, error, retry_after, .. }) => Err(match error.as_str() {
            "invalid_grant" => TokenError::PasswordRefused,
            "unsupported_grant_type" => TokenError::NoPasswordGrant(DisplayText::default()),
            "" => refused(&format!("status {status}"), retry_after),
            error => refused(error, retry_after),
        }),
    }
}
