//! UCWA's documents: resources, events and errors, in JSON or XML.

mod document;
mod error;
pub mod events;
mod format;
pub mod json;
pub mod resource;
pub mod xml;

pub use document::Document;
pub use error::DecodeError;
pub use format::Wire;
