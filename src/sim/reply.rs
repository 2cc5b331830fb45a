//! How a request is answered: what is said, in which form, and what becomes of it on the way.

use std::convert::Infallible;
use std::io::Write;
use std::time::Duration;

use axum::body::Body;
use flate2::Compression;
use flate2::write::GzEncoder;
use futures_util::StreamExt;
use http::header::{CONTENT_ENCODING, CONTENT_LENGTH, CONTENT_TYPE};
use http::{HeaderValue, Response, StatusCode};
use serde_json::{Value, json};

use super::fault::{self, FaultKind};
use super::seconds;
use super::wire::Wire;

/// How an answer gets to the client.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Delivery {
    Whole,
    Cut(usize),
    Short(usize),
    Trickle(Duration),
    /// The connection breaks before the answer.
    Aborted,
    /// There was no connection.
    Unsent,
}

/// What a request is answered with.
pub(super) struct Reply {
    pub status: u16,
    headers: Vec<(http::HeaderName, String)>,
    content: Content,
    delivery: Delivery,
}

/// What is in a body.
enum Content {
    Nothing,
    /// One of the server's own documents, in the form that the client asked for.
    Document(Value),
    /// A document that has one form only.
    Json(Value),
    /// Something else.
    Raw(Vec<u8>),
}

impl Reply {
    /// No answer, but the end of the connection.
    pub fn aborted(delivery: Delivery) -> Self {
        Self { delivery, ..Self::empty(500) }
    }

    /// An answer that is cut off.
    pub fn broken() -> Self {
        Self { delivery: Delivery::Cut(7), ..Self::raw(200, "application/json", b"{\"_links".to_vec()) }
    }

    pub fn empty(status: u16) -> Self {
        Self { status, headers: Vec::new(), content: Content::Nothing, delivery: Delivery::Whole }
    }

    pub fn document(status: u16, body: Value) -> Self {
        Self { content: Content::Document(body), ..Self::empty(status) }
    }

    pub fn json(status: u16, body: Value) -> Self {
        Self { content: Content::Json(body), ..Self::empty(status) }
    }

    fn raw(status: u16, kind: &str, body: Vec<u8>) -> Self {
        Self { content: Content::Raw(body), ..Self::empty(status) }.with(CONTENT_TYPE, kind.to_owned())
    }

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

    pub fn with(mut self, name: http::HeaderName, value: String) -> Self {
        self.headers.push((name, value));
        self
    }

    /// What an error was made up to be.
    pub fn ordered(kind: &FaultKind) -> Option<Self> {
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

    /// The answer, spoilt.
    pub fn spoilt(mut self, kind: &FaultKind) -> Self {
        match kind {
            FaultKind::LostReply => self.delivery = Delivery::Aborted,
            FaultKind::Cut(length) => self.delivery = Delivery::Cut(*length),
            FaultKind::Short(length) => self.delivery = Delivery::Short(*length),
            FaultKind::Trickle(pause) => self.delivery = Delivery::Trickle(seconds(*pause)),
            FaultKind::Garbage { content_type, body } => {
                return Self::raw(self.status, content_type, body.clone().into_bytes());
            }
            FaultKind::Empty => self.content = Content::Nothing,
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
            kind => {
                if let Content::Document(batch) = &mut self.content {
                    fault::distort(kind, batch);
                }
            }
        }
        self
    }

    pub fn into_response(self, wire: Wire) -> Response<Body> {
        let mut headers = self.headers;
        let body = match self.content {
            Content::Nothing => Vec::new(),
            Content::Document(document) => {
                let (kind, body) = wire.encode(&document);
                headers.push((CONTENT_TYPE, kind.to_owned()));
                body
            }
            Content::Json(document) => {
                headers.push((CONTENT_TYPE, "application/json; charset=utf-8".to_owned()));
                document.to_string().into_bytes()
            }
            Content::Raw(body) => body,
        };
        let length = body.len();
        let body = match self.delivery {
            Delivery::Whole | Delivery::Aborted | Delivery::Unsent => Body::from(body),
            Delivery::Cut(end) => {
                let head = body.get(..end.min(length)).unwrap_or_default().to_vec();
                let pieces = [Ok(head), Err("the connection broke")];
                Body::from_stream(futures_util::stream::iter(pieces))
            }
            Delivery::Short(end) => {
                headers.push((CONTENT_LENGTH, length.to_string()));
                let head = body.get(..end.min(length)).unwrap_or_default().to_vec();
                Body::from_stream(futures_util::stream::iter([Ok::<_, Infallible>(head)]))
            }
            Delivery::Trickle(pause) => {
                let bytes = futures_util::stream::iter(body).then(move |byte| async move {
                    tokio::time::sleep(pause).await;
                    Ok::<_, Infallible>(vec![byte])
                });
                Body::from_stream(bytes)
            }
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
            _ => {}
        }
        response
    }
}

/// Marks a response that must not be sent: the connection ends instead.
#[derive(Clone, Copy)]
pub(super) struct Broken {
    /// Whether the request can have arrived.
    pub sent: bool,
}

/// The class of an error, which goes with its status.
fn code(status: u16) -> &'static str {
    match status {
        400 => "BadRequest",
        401 => "Unauthorized",
        403 => "Forbidden",
        404 => "NotFound",
        405 => "MethodNotAllowed",
        409 => "Conflict",
        410 => "Gone",
        413 => "EntityTooLarge",
        429 => "TooManyRequests",
        503 => "ServiceUnavailable",
        504 => "Timeout",
        _ => "ServiceFailure",
    }
}

/// A few bytes that unpack to so many spaces.
fn bomb(length: usize) -> Vec<u8> {
    let mut packed = GzEncoder::new(Vec::new(), Compression::best());
    let block = [b' '; 8 * 1024];
    for _ in 0..length.div_ceil(block.len()) {
        // Writing to memory does not fail.
        let _ = packed.write_all(&block);
    }
    packed.finish().unwrap_or_default()
}
