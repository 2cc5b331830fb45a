//! Tokens: one per host, got by the challenge of that host, renewed once for all who wait.

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

/// Why there is no token.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
pub enum TokenError {
    /// The secret could not be read.
    #[error("{0}")]
    Secret(String),
    /// The server refused the token that the user gave.
    #[error("the server refused the token")]
    TokenRefused,
    /// The server refused the name or the password (`invalid_grant`).
    #[error("the server refused the name or the password")]
    PasswordRefused,
    /// The server accepts no password.
    #[error("the server takes no password here (it offers {0})")]
    NoPasswordGrant(DisplayText),
    /// The server asked for sign-in but did not say how.
    #[error("the server asks for a sign-in but names no way that rsvp knows")]
    NoChallenge,
    /// The ticket service refused for another reason.
    #[error("the sign-in service refused: {why}")]
    Refused {
        /// Its word for why.
        why: DisplayText,
        /// How long it asks us to wait.
        retry_after: Option<Duration>,
    },
    /// The ticket service did not answer.
    #[error("the sign-in service did not answer: {0}")]
    Unreachable(TransportError),
}

impl TokenError {
    /// Whether trying again without the user makes sense.
    #[must_use]
    pub fn is_passing(&self) -> bool {
        matches!(self, Self::Unreachable(_) | Self::Refused { .. })
    }

    /// In words for a person.
    #[must_use]
    pub fn problem(&self) -> Problem {
        let remedy = match self {
            Self::Secret(_) => "fix it",
            Self::TokenRefused => "put a new token into the configuration (or use token_command)",
            Self::PasswordRefused => "check username and password in the configuration",
            Self::NoPasswordGrant(_) => "sign in with a token instead",
            Self::NoChallenge | Self::Refused { .. } | Self::Unreachable(_) => {
                return Problem::new(&self.to_string(), "");
            }
        };
        Problem::new(&self.to_string(), remedy).then_reconnect()
    }
}

/// The tokens that we hold, and how to get more.
#[derive(Debug)]
pub struct Tokens {
    credentials: Credentials,
    hosts: Mutex<HashMap<Origin, Arc<Host>>>,
}

#[derive(Debug, Default)]
struct Host {
    known: Mutex<Known>,
    /// Held by whoever gets a token: who comes second finds what the first one got. Who has a good token does
    /// not wait for that.
    renewal: tokio::sync::Mutex<()>,
}

/// A host, as far as its tokens are concerned.
#[derive(Clone, Debug, Default)]
struct Known {
    /// Whether the user's own token may go there before the host asks for it.
    is_open: bool,
    token: Option<Token>,
    /// Where it gives tokens.
    service: Option<Url>,
}

impl Host {
    fn known(&self) -> MutexGuard<'_, Known> {
        self.known.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// A token with its number, so that the one who was refused can say which.
#[derive(Clone, Debug)]
pub struct Token {
    /// Counts up with each renewal for its host.
    pub number: u64,
    /// What goes behind `Bearer`.
    pub secret: SecretString,
    /// When it is to be renewed, somewhat before it ends.
    pub renew_at: Option<Instant>,
}

/// What became of a renewal.
#[derive(Debug)]
pub struct Renewed {
    /// The token to send.
    pub token: Token,
    /// Whether it was got just now, as opposed to by somebody who asked before.
    pub is_new: bool,
}

impl Tokens {
    /// No tokens yet.
    #[must_use]
    pub fn new(credentials: Credentials) -> Self {
        Self { credentials, hosts: Mutex::default() }
    }

    fn host(&self, origin: &Origin) -> Arc<Host> {
        let mut hosts = self.hosts.lock().unwrap_or_else(PoisonError::into_inner);
        hosts.entry(origin.clone()).or_default().clone()
    }

    /// Lets the user's own token go to a host that has not asked for it.
    pub fn open(&self, origin: &Origin) {
        self.host(origin).known().is_open = true;
    }

    /// The token to send to a host; none where its challenge has to come first.
    ///
    /// # Errors
    /// When the token that the user configured can't be read.
    pub async fn current(&self, origin: &Origin) -> Result<Option<Token>, TokenError> {
        let host = self.host(origin);
        let Known { is_open, token, .. } = host.known().clone();
        let Credentials::Token(secret) = &self.credentials else { return Ok(token) };
        if token.is_some() || !is_open {
            return Ok(token);
        }
        let _renewal = host.renewal.lock().await;
        if host.known().token.is_none() {
            let token = configured(secret, 0).await?;
            host.known().token = Some(token);
        }
        let token = host.known().token.clone();
        Ok(token)
    }

    /// When the token of a host is to be renewed, and its number.
    #[must_use]
    pub fn renewal(&self, origin: &Origin) -> Option<(Instant, u64)> {
        let Known { token, service, .. } = self.host(origin).known().clone();
        let token = token.filter(|_| service.is_some())?;
        Some((token.renew_at?, token.number))
    }

    /// A newer token than the one that was refused, fetched by one request for all who ask.
    ///
    /// `service` is the resolved address in the challenge; without one the last one serves.
    ///
    /// # Errors
    /// When there is none to be had.
    pub async fn renew(
        &self,
        exchange: &Arc<dyn Exchange>,
        origin: &Origin,
        refused: Option<u64>,
        challenge: Option<(&WebTicket, Url)>,
    ) -> Result<Renewed, TokenError> {
        let host = self.host(origin);
        let _renewal = host.renewal.lock().await;
        let Known { token: old, service, .. } = host.known().clone();
        if let Some(token) = old.as_ref().filter(|token| Some(token.number) > refused) {
            return Ok(Renewed { token: token.clone(), is_new: false });
        }
        let number = refused.map_or(1, |number| number + 1);
        let token = match &self.credentials {
            Credentials::Token(secret) => {
                let fresh = configured(secret, number).await?;
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
                host.known().service = Some(service.clone());
                let password =
                    password.read().await.map_err(|error| TokenError::Secret(error.to_string()))?;
                grant(exchange, service, username, &password, number).await?
            }
        };
        host.known().token = Some(token.clone());
        Ok(Renewed { token, is_new: true })
    }
}

/// Reads the token that the user configured.
async fn configured(secret: &Secret, number: u64) -> Result<Token, TokenError> {
    let secret = secret.read().await.map_err(|error| TokenError::Secret(error.to_string()))?;
    Ok(Token { number, secret, renew_at: None })
}

/// Asks the ticket service for a token (the password grant).
async fn grant(
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
        Err(TokenRequestError::DecodeError) => Err(refused("its answer makes no sense", None)),
        Err(TokenRequestError::Refused { status, error, retry_after, .. }) => Err(match error.as_str() {
            "invalid_grant" => TokenError::PasswordRefused,
            "unsupported_grant_type" => TokenError::NoPasswordGrant(DisplayText::default()),
            "" => refused(&format!("status {status}"), retry_after),
            error => refused(error, retry_after),
        }),
    }
}
