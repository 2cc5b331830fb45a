use http::header::CONTENT_TYPE;
use serde_json::Value;

use super::event_batch::EventBatch;
use super::wire::Wire;

/// The content of a body.
pub(super) enum Content {
    Empty,
    /// A UCWA document, in the format that the client accepts.
    Document(Value),
    /// A batch of events, in the format that the client accepts.
    Batch(EventBatch),
    /// A document that exists in JSON only.
    Json(Value),
    /// Anything else.
    Raw(Vec<u8>),
}

impl Content {
    /// Returns the bytes, and adds the media type to the header fields unless they have it.
    pub fn encode(self, wire: Wire, headers: &mut Vec<(http::HeaderName, String)>) -> Vec<u8> {
        match self {
            Self::Empty => Vec::new(),
            Self::Document(document) => {
                let (kind, body) = wire.encode(&document);
                headers.push((CONTENT_TYPE, kind.to_owned()));
                body
            }
            Self::Batch(batch) if wire == Wire::Json => {
                headers.push((CONTENT_TYPE, Wire::JSON.to_owned()));
                batch.to_json()
            }
            Self::Batch(batch) => Self::Document(batch.to_document()).encode(wire, headers),
            Self::Json(document) => {
                headers.push((CONTENT_TYPE, "application/json; charset=utf-8".to_owned()));
                document.to_string().into_bytes()
            }
            Self::Raw(body) => body,
        }
    }

    /// Returns the body as text.
    pub fn text(&self, wire: Wire) -> String {
        match self {
            Self::Empty => String::new(),
            Self::Document(document) => String::from_utf8_lossy(&wire.encode(document).1).into_owned(),
            Self::Batch(batch) => String::from_utf8_lossy(&wire.encode(&batch.to_document()).1).into_owned(),
            Self::Json(document) => document.to_string(),
            Self::Raw(body) => String::from_utf8_lossy(body).into_owned(),
        }
    }
}
