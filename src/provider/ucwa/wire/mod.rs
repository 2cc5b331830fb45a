//! How UCWA's documents are written: resources, links and events, in JSON or XML.

mod document;
pub mod events;
pub mod json;
pub mod resource;
pub mod xml;

pub use document::{DecodeError, Document, Wire};
