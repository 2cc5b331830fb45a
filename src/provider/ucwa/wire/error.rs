//! The error of decoding a document.

/// A body that is not a document of UCWA's.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub struct DecodeError(pub String);
