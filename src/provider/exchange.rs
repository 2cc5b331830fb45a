//! The interface between the program and HTTP: a request goes out, a response comes in.
//!
//! [`HttpExchange`](super::network::HttpExchange) sends requests to the network. Tests and the simulator implement
//! [`Exchange`] in process, so that a whole client runs under a paused clock.

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use bytes::{Bytes, BytesMut};
use futures_util::StreamExt;
use futures_util::future::BoxFuture;
use futures_util::stream::BoxStream;
use http::header::{CONTENT_LENGTH, CONTENT_TYPE, RETRY_AFTER};
use http::{HeaderMap, Method, StatusCode};
use tokio::time::timeout;
use url::Url;

/// The maximum size of a response's body after decompression, in bytes.
pub const BODY_LIMIT: usize = 16 * 1024 * 1024;

/// The maximum time between a response's head and the end of its body. A long poll is held before its head.
const BODY_TIMEOUT: Duration = Duration::from_secs(20);

/// The upper limit of [`Response::retry_after`].
const MAX_RETRY_AFTER: Duration = Duration::from_secs(300);

/// An HTTP request.
#[derive(Clone)]
pub struct Request {
    /// The method.
    pub method: Method,
    /// The URL, whose origin was approved before the request was built.
    pub url: Url,
    /// The header fields. `Authorization` is marked as sensitive.
    pub headers: HeaderMap,
    /// The body; may be empty.
    pub body: Bytes,
    /// The maximum time until the whole response has been received.
    pub timeout: Duration,
}

/// Formats the method, the origin and the path. Bodies may hold passwords and queries may hold keys.
impl fmt::Debug for Request {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{} {}{}", self.method, self.url.origin().ascii_serialization(), self.url.path())
    }
}

/// An HTTP response that was received completely.
#[derive(Clone, Debug)]
pub struct Response {
    /// The status code.
    pub status: StatusCode,
    /// The header fields.
    pub headers: HeaderMap,
    /// The body.
    pub body: Bytes,
}

impl Response {
    /// Creates a response without headers and body.
    #[must_use]
    pub fn empty(status: StatusCode) -> Self {
        Self { status, headers: HeaderMap::new(), body: Bytes::new() }
    }

    /// Returns the media type in lower case, without its parameters.
    #[must_use]
    pub fn content_type(&self) -> Option<String> {
        let value = self.headers.get(CONTENT_TYPE)?.to_str().ok()?;
        Some(value.split(';').next().unwrap_or_default().trim().to_ascii_lowercase())
    }

    /// Returns the delay of the `Retry-After` field in either form (RFC 9110, section 10.2.3), at most five minutes.
    #[must_use]
    pub fn retry_after(&self) -> Option<Duration> {
        let value = self.headers.get(RETRY_AFTER)?.to_str().ok()?.trim();
        let wait = if let Ok(seconds) = value.parse::<u64>() {
            Duration::from_secs(seconds)
        } else {
            let at = jiff::fmt::rfc2822::parse(value).ok()?.timestamp();
            Duration::try_from(at.duration_since(jiff::Timestamp::now())).ok()?
        };
        Some(wait.min(MAX_RETRY_AFTER))
    }
}

/// An HTTP response whose head was received and whose body is a stream.
pub struct StreamedResponse {
    /// The status code.
    pub status: StatusCode,
    /// The header fields.
    pub headers: HeaderMap,
    /// The chunks of the body after decompression.
    pub body: BoxStream<'static, Result<Bytes, TransportError>>,
}

/// The error of a request that received no complete response.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{}{message}", .host.as_ref().map(|host| format!("{host}: ")).unwrap_or_default())]
pub struct TransportError {
    /// The host of the request, if known.
    pub host: Option<String>,
    /// Whether the request reached the server.
    pub delivery: Delivery,
    /// The failure in words, without a path and without a secret.
    pub message: String,
}

/// Whether a failed request reached the server.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Delivery {
    /// No connection was established, so the request did not reach the server.
    NotSent,
    /// The request may have reached the server.
    Unknown,
    /// The server responded, but the response was larger than [`BODY_LIMIT`].
    ResponseTooLarge,
}

impl TransportError {
    /// Returns the likely remedy, chosen by the message of the system or of TLS; empty if the message names one or the
    /// server did respond.
    #[must_use]
    pub fn remedy(&self) -> &'static str {
        let message = self.message.to_lowercase();
        let has = |words: &[&str]| words.iter().any(|word| message.contains(word));
        if self.delivery == Delivery::ResponseTooLarge || has(&["tls"]) {
            ""
        } else if has(&["certificate"]) {
            "TLS: if your organization has its own certificate authority, set ca_file in the configuration"
        } else if has(&["lookup", "resolve", "dns"]) {
            "DNS does not know the name: is the VPN up?"
        } else if has(&["refused"]) {
            "nothing listens there: is the address right, or is a proxy needed?"
        } else {
            "are the network and the VPN up?"
        }
    }

    /// Creates the error of a request that may have reached the server.
    #[must_use]
    pub fn uncertain(message: impl Into<String>) -> Self {
        Self { host: None, delivery: Delivery::Unknown, message: message.into() }
    }

    /// Creates the error of a request that did not reach the server.
    #[must_use]
    pub fn not_sent(message: impl Into<String>) -> Self {
        Self { host: None, delivery: Delivery::NotSent, message: message.into() }
    }
}

/// An HTTP client.
pub trait Exchange: Send + Sync + 'static {
    /// Sends a request once, without following redirects, and returns the response when its head has arrived.
    fn send(&self, request: Request) -> BoxFuture<'static, Result<StreamedResponse, TransportError>>;

    /// Stops reusing the connections that are open, which are dead after the machine was asleep or its network
    /// changed.
    fn forget_connections(&self) {}
}

/// Sends a request and reads the whole response.
///
/// # Errors
/// Returns an error if no complete response arrives within [`Request::timeout`], or if the body exceeds
/// [`BODY_LIMIT`].
pub async fn fetch(exchange: Arc<dyn Exchange>, request: Request) -> Result<Response, TransportError> {
    let limit = request.timeout;
    let name = format!("{request:?}");
    let host = request.url.host_str().map(str::to_owned);
    let timed_out = |limit: Duration| {
        TransportError::uncertain(format!("no complete response within {} s", limit.as_secs()))
    };
    let complete = async {
        let response = exchange.send(request).await?;
        timeout(BODY_TIMEOUT, read(response)).await.unwrap_or_else(|_| Err(timed_out(BODY_TIMEOUT)))
    };
    let result = timeout(limit, complete).await.unwrap_or_else(|_| Err(timed_out(limit)));
    let result = result.map_err(|error| TransportError { host, ..error });
    match &result {
        Ok(response) => {
            tracing::debug!(request = name, status = response.status.as_u16(), "received a response");
        }
        Err(error) => tracing::debug!(request = name, %error, "received no response"),
    }
    result
}

async fn read(mut response: StreamedResponse) -> Result<Response, TransportError> {
    let mut body = BytesMut::new();
    while let Some(chunk) = response.body.next().await {
        let chunk = chunk?;
        if body.len() + chunk.len() > BODY_LIMIT {
            let message = "the response is too large".into();
            return Err(TransportError { host: None, delivery: Delivery::ResponseTooLarge, message });
        }
        body.extend_from_slice(&chunk);
    }
    let length = response.headers.get(CONTENT_LENGTH).and_then(|value| value.to_str().ok()?.parse().ok());
    if length.is_some_and(|length: usize| length != body.len()) {
        return Err(TransportError::uncertain("the response ended too early"));
    }
    Ok(Response { status: response.status, headers: response.headers, body: body.freeze() })
}

#[cfg(test)]
mod tests {
    use futures_util::stream;

    use super::*;

    #[tokio::test]
    async fn a_response_of_the_maximum_size_is_read_and_a_larger_one_is_not() {
        for (sizes, expected) in
            [([BODY_LIMIT - 1, 1], Ok(BODY_LIMIT)), ([BODY_LIMIT, 1], Err(Delivery::ResponseTooLarge))]
        {
            let chunks = sizes.map(|size| Ok(Bytes::from(vec![b' '; size])));
            let body = Box::pin(stream::iter(chunks));
            let response = StreamedResponse { status: StatusCode::OK, headers: HeaderMap::new(), body };
            let size = read(response).await.map(|response| response.body.len());
            assert_eq!(size.map_err(|error| error.delivery), expected);
        }
    }
}
