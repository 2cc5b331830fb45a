//! The bodies of the HTTP requests that the program receives, and of its responses to them.

use std::error::Error;
use std::io;

use bytes::Bytes;
use http_body_util::combinators::UnsyncBoxBody;
use http_body_util::{BodyExt, Full, Limited};
use hyper::body::Incoming;

/// The body of a request or a response on the side of the server.
pub type Body = UnsyncBoxBody<Bytes, io::Error>;

/// Creates a body that consists of these bytes.
#[must_use]
pub fn full(bytes: impl Into<Bytes>) -> Body {
    Full::new(bytes.into()).map_err(io::Error::other).boxed_unsync()
}

/// Creates a body that reads the body of a request from a connection.
#[must_use]
pub fn incoming(body: Incoming) -> Body {
    body.map_err(io::Error::other).boxed_unsync()
}

/// Reads a body to its end.
///
/// # Errors
/// Returns an error if the body is larger than `limit` bytes, or if it cannot be read.
pub async fn to_bytes(body: Body, limit: usize) -> Result<Bytes, Box<dyn Error + Send + Sync>> {
    Ok(Limited::new(body, limit).collect().await?.to_bytes())
}
