//! Replies to requests: their content, their format, and how they reach the client.

use std::io::{self, Write};
use std::time::Duration;

use bytes::Bytes;
use flate2::Compression;
use flate2::write::GzEncoder;
use futures_util::stream::{self, Stream, StreamExt, TryStreamExt};
use http::header::{CACHE_CONTROL, CONTENT_ENCODING, CONTENT_LENGTH, CONTENT_TYPE, PRAGMA};
use http::{HeaderValue, Response, StatusCode};
use http_body_util::{BodyExt, StreamBody};
use hyper::body::Frame;
use serde_json::{Map, Value, json};

use super::content::Content;
use super::event_batch::EventBatch;
use super::event_faults::distort_events;
use super::fault::FaultKind;
use super::time::seconds;
use super::wire::Wire;
use crate::provider::body::{self, Body};

/// The way in which a reply reaches the client.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Delivery {
    /// As a whole.
    Whole,
    /// The connection breaks after this many bytes of the body.
    Cut(usize),
    /// The body ends after this many bytes, although its length was announced.
    Short(usize),
    /// Byte by byte with this pause between two bytes.
    Trickle(Duration),
    /// The connection breaks before the reply.
    Aborted,
    /// The connection was never made.
    Unsent,
}

/// A reply to a request.
pub(super) struct Reply {
    pub status: u16,
    headers: Vec<(http::HeaderName, String)>,
    content: Content,
    delivery: Delivery,
}

impl Reply {
    /// Creates a reply that ends the connection instead of being sent.
    pub fn aborted(delivery: Delivery) -> Self {
        Self { delivery, ..Self::empty(500) }
    }

    /// Creates a reply whose connection breaks in the middle of the body.
    pub fn broken() -> Self {
        Self { delivery: Delivery::Cut(7), ..Self::raw(200, "application/json", b"{\"_links".to_vec()) }
    }

    /// Creates a reply without a body.
    pub fn empty(status: u16) -> Self {
        Self { status, headers: Vec::new(), content: Content::Empty, delivery: Delivery::Whole }
    }

    /// Creates a reply with a UCWA document.
    pub fn document(status: u16, body: Value) -> Self {
        Self { content: Content::Document(body), ..Self::empty(status) }
    }

    /// Creates a reply with a document that exists in JSON only.
    pub fn json(status: u16, body: Value) -> Self {
        Self { content: Content::Json(body), ..Self::empty(status) }
    }

    /// Creates a reply with a body of another media type.
    pub fn raw(status: u16, kind: &str, body: Vec<u8>) -> Self {
        Self { content: Content::Raw(body), ..Self::empty(status) }.with(CONTENT_TYPE, kind.to_owned())
    }

    /// Creates a reply with an error document of the UCWA server.
    pub fn error(status: u16, subcode: &str) -> Self {
        let message = "The simulator refused the request.";
        Self::document(
            status,
            match subcode {
                "" => json!({"code": code(status), "message": message}),
                subcode => json!({"code": code(status), "subcode": subcode, "message": message}),
            },
        )
    }

    /// Returns whether the reply has a header field.
    pub fn has(&self, name: &http::HeaderName) -> bool {
        self.headers.iter().any(|(known, _)| known == name)
    }

    /// Creates a 400 that lists the invalid properties of the input and why each is invalid.
    pub fn invalid_parameters(parameters: &Map<String, Value>) -> Self {
        Self::document(
            400,
            json!({
                "code": code(400), "subcode": "ParameterValidationFailure",
                "message": "Parameters are missing or invalid.", "parameters": parameters,
            }),
        )
    }

    /// Forbids to store the reply, as those of token endpoints (RFC 6749, section 5.1).
    pub fn uncached(self) -> Self {
        self.with(CACHE_CONTROL, "no-store".into()).with(PRAGMA, "no-cache".into())
    }

    /// Adds a header field.
    pub fn with(mut self, name: http::HeaderName, value: String) -> Self {
        self.headers.push((name, value));
        self
    }

    /// Adds a header field unless the reply has it already.
    pub fn with_default(self, name: http::HeaderName, value: &str) -> Self {
        let is_set = self.headers.iter().any(|(known, _)| *known == name);
        if is_set { self } else { self.with(name, value.to_owned()) }
    }

    /// Creates the answer to a poll.
    pub fn batch(batch: EventBatch) -> Self {
        Self { content: Content::Batch(batch), ..Self::empty(200) }
    }

    /// Creates the reply that a [`FaultKind::Answer`] describes.
    pub fn from_fault(kind: &FaultKind) -> Option<Self> {
        let FaultKind::Answer { status, subcode, content_type, body, headers } = kind else { return None };
        let mut reply = match content_type.as_str() {
            "" if subcode.is_empty() && body.is_empty() && *status < 400 => Self::empty(*status),
            "" => Self::error(*status, subcode),
            kind => Self::raw(*status, kind, body.clone().into_bytes()),
        };
        for (name, value) in headers {
            if let Ok(name) = http::HeaderName::from_bytes(name.as_bytes()) {
                reply = reply.with(name, value.clone());
            }
        }
        Some(reply)
    }

    /// Applies a fault to the reply.
    pub fn distorted(mut self, kind: &FaultKind) -> Self {
        match kind {
            FaultKind::LostReply => self.delivery = Delivery::Aborted,
            FaultKind::Cut(length) => self.delivery = Delivery::Cut(*length),
            FaultKind::Short(length) => self.delivery = Delivery::Short(*length),
            FaultKind::Trickle(pause) => self.delivery = Delivery::Trickle(seconds(*pause)),
            FaultKind::Garbage { content_type, body } => {
                return Self::raw(self.status, content_type, body.clone().into_bytes());
            }
            FaultKind::Empty => self.content = Content::Empty,
            FaultKind::Noise => {
                self.content = Content::Raw(b"{\"_links\":\xff\xfe\x00 {]".to_vec());
                self.headers.push((CONTENT_TYPE, "application/json".into()));
            }
            FaultKind::Huge(length) => {
                self.content = Content::Raw(vec![b' '; *length]);
                self.headers.push((CONTENT_TYPE, "application/json".into()));
            }
            FaultKind::Bomb(length) => {
                self.content = Content::Raw(bomb(*length));
                self.headers.push((CONTENT_TYPE, "application/json".into()));
                self.headers.push((CONTENT_ENCODING, "gzip".into()));
            }
            FaultKind::Twice
            | FaultKind::Reversed
            | FaultKind::Strange
            | FaultKind::OnlyEnds
            | FaultKind::Links(_) => {
                if let Content::Batch(batch) = self.content {
                    let mut document = batch.to_document();
                    distort_events(kind, &mut document);
                    self.content = Content::Document(document);
                }
            }
            // They hit the request, or its time.
            FaultKind::Refused
            | FaultKind::Reset
            | FaultKind::BlackHole
            | FaultKind::Delay(_)
            | FaultKind::Late(_)
            | FaultKind::Answer { .. }
            | FaultKind::Repeated => {}
        }
        self
    }

    /// Converts the reply to the text of an HTTP response, which is a part of another one.
    pub fn into_message(self, wire: Wire) -> Vec<u8> {
        let mut headers = self.headers;
        let body = self.content.encode(wire, &mut headers);
        let status = StatusCode::from_u16(self.status).unwrap_or(StatusCode::IM_A_TEAPOT);
        let reason = status.canonical_reason().unwrap_or_default();
        let mut message = format!("HTTP/1.1 {} {reason}\r\n", status.as_u16()).into_bytes();
        for (name, value) in headers {
            message.extend_from_slice(format!("{name}: {value}\r\n").as_bytes());
        }
        message.extend_from_slice(b"\r\n");
        message.extend_from_slice(&body);
        message
    }

    /// Returns the body as text.
    pub fn text(&self, wire: Wire) -> String {
        self.content.text(wire)
    }

    /// Converts the reply to an HTTP response whose document is in the format of `wire`.
    pub fn into_response(self, wire: Wire) -> Response<Body> {
        let mut headers = self.headers;
        let mut body = self.content.encode(wire, &mut headers);
        let length = body.len();
        let body = match self.delivery {
            Delivery::Whole | Delivery::Aborted | Delivery::Unsent => body::full(body),
            Delivery::Cut(end) => {
                body.truncate(end);
                streamed(stream::iter([Ok(body.into()), Err(io::Error::other("the connection broke"))]))
            }
            Delivery::Short(end) => {
                headers.push((CONTENT_LENGTH, length.to_string()));
                body.truncate(end);
                streamed(stream::iter([Ok(body.into())]))
            }
            Delivery::Trickle(pause) => streamed(stream::iter(body).then(move |byte| async move {
                tokio::time::sleep(pause).await;
                Ok(Bytes::from(vec![byte]))
            })),
        };
        let mut response = Response::new(body);
        *response.status_mut() = StatusCode::from_u16(self.status).unwrap_or(StatusCode::IM_A_TEAPOT);
        for (name, value) in headers {
            if let Ok(value) = HeaderValue::from_str(&value) {
                response.headers_mut().append(name, value);
            }
        }
        match self.delivery {
            Delivery::Aborted => {
                response.extensions_mut().insert(Broken { sent: true });
            }
            Delivery::Unsent => {
                response.extensions_mut().insert(Broken { sent: false });
            }
            Delivery::Whole => {
                // A connection would add the field, but in process there is none.
                response.headers_mut().entry(CONTENT_LENGTH).or_insert(HeaderValue::from(length));
            }
            Delivery::Cut(_) | Delivery::Short(_) | Delivery::Trickle(_) => {}
        }
        response
    }
}

/// An extension of a response that must not be sent: the connection ends instead.
#[derive(Clone, Copy)]
pub(super) struct Broken {
    /// Whether the request may have arrived.
    pub sent: bool,
}

/// Creates a body of unknown length from its pieces.
fn streamed(pieces: impl Stream<Item = io::Result<Bytes>> + Send + 'static) -> Body {
    StreamBody::new(pieces.map_ok(Frame::data)).boxed_unsync()
}

/// Returns the error code of the UCWA reference that belongs to a status.
fn code(status: u16) -> &'static str {
    match status {
        400 => "BadRequest",
        401 => "Unauthorized",
        403 => "Forbidden",
        404 => "NotFound",
        405 => "MethodNotAllowed",
        409 => "Conflict",
        410 => "Gone",
        412 => "PreconditionFailed",
        413 => "EntityTooLarge",
        415 => "UnsupportedMediaType",
        428 => "PreconditionRequired",
        429 => "TooManyRequests",
        503 => "ServiceUnavailable",
        504 => "Timeout",
        _ => "ServiceFailure",
    }
}

/// Returns a gzip stream that unpacks to at least `length` spaces.
fn bomb(length: usize) -> Vec<u8> {
    let mut packed = GzEncoder::new(Vec::new(), Compression::best());
    let block = [b' '; 8 * 1024];
    for _ in 0..length.div_ceil(block.len()) {
        // Writing to a vector does not fail.
        let _ = packed.write_all(&block);
    }
    packed.finish().unwrap_or_default()
}
