//! Requests to token endpoints (RFC 6749) and the use of their bearer tokens (RFC 6750).

use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use http::header::{ACCEPT, CONTENT_TYPE};
use http::{HeaderMap, HeaderValue, Method};
use secrecy::{ExposeSecret, SecretString};
use serde::Deserialize;
use tokio::time::Instant;
use url::Url;

use super::exchange::{Exchange, Request, Response, TransportError, fetch};

/// The maximum time that a request to a token endpoint may take.
const TIMEOUT: Duration = Duration::from_secs(20);

/// The lifetime of a token whose response does not contain `expires_in`.
const DEFAULT_LIFETIME: Duration = Duration::from_secs(3_600);

/// The upper limit of a token's lifetime. A longer one is taken for a mistake, and could overflow an instant.
const MAX_LIFETIME: Duration = Duration::from_secs(24 * 3_600);

/// The minimum delay before a token is renewed, so that a very short lifetime does not cause endless requests.
const MIN_RENEWAL_DELAY: Duration = Duration::from_secs(10);

/// The upper limit of the part of a token's lifetime that is left when the token is renewed.
const MAX_RENEWAL_MARGIN: Duration = Duration::from_secs(300);

/// The maximum length of a token, in bytes. Every request carries the token in its head.
const MAX_TOKEN_LENGTH: usize = 64 * 1024;

/// A bearer token issued by a token endpoint.
#[derive(Debug)]
pub struct AccessToken {
    /// The token itself.
    pub secret: SecretString,
    /// When to renew the token, some time before it expires.
    pub renew_at: Instant,
    /// When the token expires.
    pub expires_at: Instant,
    /// The refresh token, if one was issued (RFC 6749, section 6). It replaces the former one.
    pub refresh_token: Option<SecretString>,
}

/// The error of a request for a token.
#[derive(Debug)]
pub enum TokenRequestError {
    /// The request received no complete response.
    Transport(TransportError),
    /// The endpoint refused to issue a token.
    Refused {
        /// The status code.
        status: u16,
        /// The `error` of the response (RFC 6749, section 5.2), or empty.
        error: String,
        /// The `error_description` of the response, or empty.
        description: String,
        /// The delay that the endpoint asks for (`Retry-After`).
        retry_after: Option<Duration>,
    },
    /// The response is not a token response, or its token cannot be sent.
    DecodeError,
}

/// A token contains characters that are invalid in a header field.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the token contains invalid characters")]
pub struct InvalidToken;

/// A successful response (RFC 6749, section 5.1).
#[derive(Deserialize)]
struct TokenResponse {
    access_token: SecretString,
    /// The lifetime in seconds.
    #[serde(default)]
    expires_in: Option<u64>,
    #[serde(default)]
    refresh_token: Option<SecretString>,
}

/// An error response (RFC 6749, section 5.2).
#[derive(Default, Deserialize)]
struct TokenRefusal {
    error: String,
    #[serde(default)]
    error_description: String,
}

/// Requests a token: posts a form to a token endpoint.
///
/// # Errors
/// Returns an error if the endpoint issues no usable token.
pub async fn request_token(
    exchange: &Arc<dyn Exchange>,
    endpoint: Url,
    form: &[(&str, &str)],
) -> Result<AccessToken, TokenRequestError> {
    let requested_at = Instant::now();
    let response = post_form(exchange, endpoint, form).await.map_err(TokenRequestError::Transport)?;
    if response.status.is_success() {
        let token: TokenResponse =
            serde_json::from_slice(&response.body).map_err(|_| TokenRequestError::DecodeError)?;
        if !is_bearer_token(token.access_token.expose_secret()) {
            return Err(TokenRequestError::DecodeError);
        }
        let lifetime = token.expires_in.map_or(DEFAULT_LIFETIME, Duration::from_secs).min(MAX_LIFETIME);
        let usable = lifetime.saturating_sub((lifetime / 10).min(MAX_RENEWAL_MARGIN));
        return Ok(AccessToken {
            secret: token.access_token,
            renew_at: requested_at + usable.max(MIN_RENEWAL_DELAY),
            expires_at: requested_at + lifetime,
            refresh_token: token.refresh_token,
        });
    }
    Err(refusal(&response))
}

/// Posts a form.
///
/// # Errors
/// Returns an error if there is no complete response.
pub async fn post_form(
    exchange: &Arc<dyn Exchange>,
    endpoint: Url,
    form: &[(&str, &str)],
) -> Result<Response, TransportError> {
    let form = url::form_urlencoded::Serializer::new(String::new()).extend_pairs(form).finish();
    let mut headers = HeaderMap::new();
    headers.insert(CONTENT_TYPE, HeaderValue::from_static("application/x-www-form-urlencoded;charset=UTF-8"));
    headers.insert(ACCEPT, HeaderValue::from_static("application/json"));
    let body = Bytes::from(form);
    let request = Request { method: Method::POST, url: endpoint, headers, body, timeout: TIMEOUT };
    fetch(exchange.clone(), request).await
}

/// Returns the error of a response that is not a success.
#[must_use]
pub fn refusal(response: &Response) -> TokenRequestError {
    let refusal: TokenRefusal = serde_json::from_slice(&response.body).unwrap_or_default();
    TokenRequestError::Refused {
        status: response.status.as_u16(),
        error: refusal.error,
        description: refusal.error_description,
        retry_after: response.retry_after(),
    }
}

/// Returns the value of an `Authorization` field that carries a bearer token, marked as sensitive.
///
/// # Errors
/// Returns an error if the token contains characters that a header field cannot carry.
pub fn bearer(token: &SecretString) -> Result<HeaderValue, InvalidToken> {
    let mut value =
        HeaderValue::from_str(&format!("Bearer {}", token.expose_secret())).map_err(|_| InvalidToken)?;
    value.set_sensitive(true);
    Ok(value)
}

/// Returns whether a text has the length and the characters of a bearer token (RFC 6750, section 2.1).
fn is_bearer_token(text: &str) -> bool {
    (1..=MAX_TOKEN_LENGTH).contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_graphic())
}
