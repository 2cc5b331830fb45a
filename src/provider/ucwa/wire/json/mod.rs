//! Documents in `application/json`. Decoding is lenient: a value of an unexpected type counts as absent, and an
//! unknown property is skipped.

mod events;
mod resource;
mod value;

use super::error::DecodeError;
use super::events::{Batch, Reason};
use super::resource::Resource;

/// Decodes a resource.
///
/// # Errors
/// Returns an error if the body is not a JSON object.
pub fn resource(body: &str) -> Result<Resource<'_>, DecodeError> {
    serde_json::from_str(body).map_err(|error| DecodeError(error.to_string()))
}

/// Decodes a response of the event channel. An event that can't be decoded is counted and left out.
///
/// # Errors
/// Returns an error if the body as a whole can't be decoded.
pub fn batch(body: &str) -> Result<Batch<'_>, DecodeError> {
    events::batch(body).map_err(|error| DecodeError(error.to_string()))
}

/// Decodes the reason in an error's body. Returns nothing if it has no `code`, as when a proxy answered.
#[must_use]
pub fn reason(body: &str) -> Option<Reason<'_>> {
    events::reason(body).filter(|reason| !reason.code.is_empty())
}
