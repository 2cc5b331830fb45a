//! Validation of the tokens that authenticate notifications (RFC 7519).

use std::fmt;
use std::sync::Arc;

use http::HeaderMap;
use http::header::AUTHORIZATION;
use jsonwebtoken::errors::{Error, ErrorKind};
use jsonwebtoken::{Algorithm, Validation, decode, decode_header};
use serde::Deserialize;

use super::settings::Settings;
use super::verification_keys::{KeyError, KeyFetchError, VerificationKeys};
use crate::provider::exchange::Exchange;

/// The tolerated deviation of a clock, in seconds.
const LEEWAY: u64 = 5 * 60;

/// Why a notification is not authentic. The sender does not learn the reason.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum ValidationError {
    /// The request has no bearer token.
    NoToken,
    /// The token is not a JSON web token.
    DecodeError,
    /// The token is not signed, or not with RSA.
    Algorithm,
    /// The service does not publish the key that the token is signed with.
    UnknownKey,
    /// The signature is wrong.
    Signature,
    /// The token is for another audience (`aud`).
    Audience,
    /// The token is from another issuer (`iss`).
    Issuer,
    /// The token is from a tenant that is not allowed (`tid`), or names none.
    Tenant,
    /// The token has expired, or is not valid yet (`exp`, `nbf`).
    Time,
    /// The published keys could not be fetched.
    NoKeys,
}

impl fmt::Display for ValidationError {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(match self {
            Self::NoToken => "it has no token",
            Self::DecodeError => "its token is malformed",
            Self::Algorithm => "its token is not signed with RSA",
            Self::UnknownKey => "its token is signed with an unknown key",
            Self::Signature => "its token's signature is wrong",
            Self::Audience => "its token is for another app; is client_id right?",
            Self::Issuer => "its token is from another issuer",
            Self::Tenant => "it is from a tenant that is not among allowed_tenants",
            Self::Time => "its token has expired or is not valid yet; is this machine's clock right?",
            Self::NoKeys => "the keys to verify it could not be fetched",
        })
    }
}

impl From<KeyError> for ValidationError {
    fn from(error: KeyError) -> Self {
        match error {
            KeyError::Unknown => Self::UnknownKey,
            KeyError::Unavailable => Self::NoKeys,
        }
    }
}

/// Validates the tokens of notifications.
pub struct TokenValidator {
    keys: Arc<VerificationKeys>,
    validation: Validation,
    allowed_tenants: Vec<String>,
}

#[derive(Deserialize)]
struct Claims {
    tid: String,
}

impl TokenValidator {
    /// Creates a validator that has no keys yet.
    #[must_use]
    pub fn new(settings: &Settings, exchange: Arc<dyn Exchange>) -> Arc<Self> {
        // The header of a token names one of these algorithms.
        let mut validation = Validation::new(Algorithm::RS256);
        validation.algorithms = vec![Algorithm::RS256, Algorithm::RS384, Algorithm::RS512];
        validation.set_required_spec_claims(&["exp", "nbf", "iss", "aud"]);
        validation.set_audience(&[&settings.client_id]);
        validation.set_issuer(&settings.issuers);
        validation.validate_nbf = true;
        validation.leeway = LEEWAY;
        let keys = VerificationKeys::new(settings.openid_url.clone(), exchange);
        Arc::new(Self { keys, validation, allowed_tenants: settings.allowed_tenants.clone() })
    }

    /// Validates the token in the header fields of a request.
    ///
    /// # Errors
    /// Returns an error if anything about the token is missing or wrong.
    pub async fn check(&self, headers: &HeaderMap) -> Result<(), ValidationError> {
        let token = bearer_token(headers)?;
        let header = decode_header(token).map_err(|error| match error.kind() {
            // An unknown algorithm, such as `none`.
            ErrorKind::InvalidAlgorithm | ErrorKind::InvalidAlgorithmName | ErrorKind::Json(_) => {
                ValidationError::Algorithm
            }
            _ => ValidationError::DecodeError,
        })?;
        if !self.validation.algorithms.contains(&header.alg) {
            return Err(ValidationError::Algorithm);
        }
        let key = self.keys.get(&header.kid.ok_or(ValidationError::UnknownKey)?).await?;
        let token = decode::<Claims>(token, &key, &self.validation).map_err(|error| classify(&error))?;
        let tenant = token.claims.tid;
        let allowed = self.allowed_tenants.is_empty()
            || self.allowed_tenants.iter().any(|allowed| allowed.eq_ignore_ascii_case(&tenant));
        if allowed && !tenant.is_empty() { Ok(()) } else { Err(ValidationError::Tenant) }
    }

    /// Fetches the published keys. Returns their number.
    ///
    /// # Errors
    /// Returns an error if the keys cannot be fetched or decoded; the cached keys stay in use then.
    pub async fn refresh(&self) -> Result<usize, KeyFetchError> {
        self.keys.refresh().await
    }

    /// Abandons a request for keys in progress, whose connection may be dead. The cached keys stay in use.
    pub fn reset_connections(&self) {
        self.keys.abandon_attempt();
    }
}

fn classify(error: &Error) -> ValidationError {
    match error.kind() {
        ErrorKind::InvalidSignature => ValidationError::Signature,
        ErrorKind::InvalidAudience => ValidationError::Audience,
        ErrorKind::InvalidIssuer => ValidationError::Issuer,
        ErrorKind::ExpiredSignature | ErrorKind::ImmatureSignature => ValidationError::Time,
        ErrorKind::MissingRequiredClaim(name) => match name.as_str() {
            "aud" => ValidationError::Audience,
            "iss" => ValidationError::Issuer,
            _ => ValidationError::Time,
        },
        // `tid` is the only claim that `Claims` decodes.
        ErrorKind::Json(_) => ValidationError::Tenant,
        _ => ValidationError::DecodeError,
    }
}

/// Returns the bearer token of a request that has exactly one `Authorization` field.
fn bearer_token(headers: &HeaderMap) -> Result<&str, ValidationError> {
    let mut values = headers.get_all(AUTHORIZATION).iter();
    let (Some(value), None) = (values.next(), values.next()) else { return Err(ValidationError::NoToken) };
    let (scheme, token) =
        value.to_str().ok().and_then(|value| value.split_once(' ')).ok_or(ValidationError::NoToken)?;
    if scheme.eq_ignore_ascii_case("bearer") { Ok(token.trim()) } else { Err(ValidationError::NoToken) }
}
