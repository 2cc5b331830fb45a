//! Requests as both halves of the simulator see them.

use std::collections::HashMap;

use http::header::{AUTHORIZATION, CONTENT_LENGTH, HOST};
use http::{HeaderMap, HeaderName, Method};
use serde_json::Value;
use tokio::time::Instant;

use super::redact;
use super::reply::Reply;
use super::wire::Wire;

/// A request whose header and body have been read.
pub(super) struct ParsedRequest {
    pub method: Method,
    pub path: String,
    pub query: String,
    /// The origin to which it was sent, such as `https://pool.contoso.example`.
    pub base: String,
    /// The bearer token, if the request has one.
    pub token: Option<String>,
    /// The format of the response that the client accepts.
    pub wire: Wire,
    pub has_length: bool,
    pub headers: HeaderMap,
    /// When the request arrived, before any fault delayed it.
    pub arrived: Instant,
    /// The input of a UCWA request in either format; `Null` if it cannot be decoded.
    pub input: Value,
    pub body: String,
}

impl ParsedRequest {
    /// Returns the media type of the body, without its parameters and in lower case.
    pub fn media_type(&self) -> Option<String> {
        let value = self.headers.get(http::header::CONTENT_TYPE)?.to_str().ok()?;
        Some(value.split(';').next().unwrap_or_default().trim().to_ascii_lowercase())
    }

    /// Parses a request from its head and its whole body.
    pub fn new(head: http::request::Parts, body: &[u8]) -> Self {
        let header = |name: HeaderName| head.headers.get(name).and_then(|value| value.to_str().ok());
        let scheme = head.uri.scheme_str().unwrap_or("http");
        let host = header(HOST).or(head.uri.host()).unwrap_or("localhost");
        Self {
            base: format!("{scheme}://{host}"),
            token: header(AUTHORIZATION).and_then(|value| value.strip_prefix("Bearer ")).map(str::to_owned),
            wire: Wire::accepted(&head.headers),
            input: Wire::decode(&head.headers, body).unwrap_or_default(),
            has_length: head.headers.contains_key(CONTENT_LENGTH),
            arrived: Instant::now(),
            path: head.uri.path().to_owned(),
            query: head.uri.query().unwrap_or_default().to_owned(),
            method: head.method,
            body: String::from_utf8_lossy(body).into_owned(),
            headers: head.headers,
        }
    }

    /// Returns the value of a header field, if it is text.
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.get(name)?.to_str().ok()
    }

    /// Returns the path and the query.
    pub fn target(&self) -> String {
        if self.query.is_empty() { self.path.clone() } else { format!("{}?{}", self.path, self.query) }
    }

    /// Returns the path and the query without secrets, for the record.
    pub fn redacted_target(&self) -> String {
        let (path, query) = (&self.path, redact::form(&self.query));
        if query.is_empty() { path.clone() } else { format!("{path}?{query}") }
    }

    /// Returns the parameters of the query.
    pub fn parameters(&self) -> HashMap<String, String> {
        url::form_urlencoded::parse(self.query.as_bytes()).into_owned().collect()
    }

    /// Returns the fields of a body of the type `application/x-www-form-urlencoded`.
    pub fn form(&self) -> HashMap<String, String> {
        url::form_urlencoded::parse(self.body.as_bytes()).into_owned().collect()
    }
}

/// The result of handling a request: the reply and its entry in the record.
pub(super) struct Handled {
    pub reply: Reply,
    pub summary: String,
    /// The rule that the client broke, if any.
    pub complaint: Option<String>,
}

impl Handled {
    /// Creates the result of a request that broke no rule.
    pub fn new(reply: Reply, summary: impl Into<String>) -> Self {
        Self { reply, summary: summary.into(), complaint: None }
    }
}
