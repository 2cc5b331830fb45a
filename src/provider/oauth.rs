//! Asking a token endpoint for a token (RFC 6749): the same for every server that gives them.

use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use http::header::{ACCEPT, CONTENT_TYPE, InvalidHeaderValue};
use http::{HeaderMap, HeaderValue, Method};
use secrecy::{ExposeSecret, SecretString};
use serde::Deserialize;
use tokio::time::Instant;
use url::Url;

use super::exchange::{Exchange, Failure, Request, fetch};

/// The longest that a token endpoint may take.
const DEADLINE: Duration = Duration::from_secs(20);

/// A longer life than this is taken for a mistake; the clock could not even add the longest that can be written.
const LONGEST_LIFE: Duration = Duration::from_secs(24 * 3_600);

/// However soon a token ends, it is not renewed sooner: that would be without end.
const RENEW_AFTER: Duration = Duration::from_secs(10);

/// No token is longer (bytes): it goes into the head of every request.
const LONGEST_TOKEN: usize = 64 * 1024;

/// A token that was given.
#[derive(Debug)]
pub struct Granted {
    /// What goes behind `Bearer`.
    pub secret: SecretString,
    /// When it is to be renewed, somewhat before it ends.
    pub renew_at: Instant,
    /// When it ends.
    pub ends_at: Instant,
}

/// Why no token was given.
#[derive(Debug)]
pub enum Denied {
    /// There was no complete answer.
    Unreachable(Failure),
    /// The endpoint refused.
    Refused {
        /// The status code.
        status: u16,
        /// Its `error`; empty if the answer is not one of a token endpoint.
        error: String,
        /// Its `error_description`.
        description: String,
        /// How long it asks us to wait.
        retry_after: Option<Duration>,
    },
    /// It gave something that is no token.
    DecodeError,
}

#[derive(Deserialize)]
struct Answer {
    access_token: SecretString,
    #[serde(default)]
    expires_in: Option<u64>,
}

#[derive(Default, Deserialize)]
struct Refusal {
    error: String,
    #[serde(default)]
    error_description: String,
}

/// Sends a form to a token endpoint.
///
/// # Errors
/// When it gives no token.
pub async fn grant(
    exchange: &Arc<dyn Exchange>,
    endpoint: Url,
    form: &[(&str, &str)],
) -> Result<Granted, Denied> {
    let form = url::form_urlencoded::Serializer::new(String::new()).extend_pairs(form).finish();
    let mut headers = HeaderMap::new();
    headers.insert(CONTENT_TYPE, HeaderValue::from_static("application/x-www-form-urlencoded;charset=UTF-8"));
    headers.insert(ACCEPT, HeaderValue::from_static("application/json"));
    let request =
        Request { method: Method::POST, url: endpoint, headers, body: Bytes::from(form), deadline: DEADLINE };
    let asked = Instant::now();
    let response = fetch(exchange.clone(), request).await.map_err(Denied::Unreachable)?;
    if response.status.is_success() {
        let answer: Answer = serde_json::from_slice(&response.body).map_err(|_| Denied::DecodeError)?;
        if !can_be_sent(answer.access_token.expose_secret()) {
            return Err(Denied::DecodeError);
        }
        let lifetime = Duration::from_secs(answer.expires_in.unwrap_or(3_600)).min(LONGEST_LIFE);
        // A tenth of its life, at most five minutes, is kept for renewing it.
        let usable = lifetime.saturating_sub((lifetime / 10).min(Duration::from_secs(300)));
        let (renew_at, ends_at) = (asked + usable.max(RENEW_AFTER), asked + lifetime);
        return Ok(Granted { secret: answer.access_token, renew_at, ends_at });
    }
    let refusal: Refusal = serde_json::from_slice(&response.body).unwrap_or_default();
    Err(Denied::Refused {
        status: response.status.as_u16(),
        error: refusal.error,
        description: refusal.error_description,
        retry_after: response.retry_after(),
    })
}

/// Returns the `Authorization` header field's value that carries a token (RFC 6750). It is marked sensitive, which keeps it
/// out of logs.
///
/// # Errors
/// When the token has characters that a header field can't have.
pub fn bearer(token: &SecretString) -> Result<HeaderValue, InvalidHeaderValue> {
    let mut value = HeaderValue::from_str(&format!("Bearer {}", token.expose_secret()))?;
    value.set_sensitive(true);
    Ok(value)
}

/// Whether a token can stand behind `Bearer` (RFC 6750: visible ASCII).
fn can_be_sent(token: &str) -> bool {
    (1..=LONGEST_TOKEN).contains(&token.len()) && token.bytes().all(|byte| byte.is_ascii_graphic())
}
