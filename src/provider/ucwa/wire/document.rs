//! The body of a response, decoded in the format that its media type names.

use std::borrow::Cow;

use super::error::DecodeError;
use super::events::{Batch, Reason};
use super::format::Wire;
use super::resource::Resource;
use super::{json, xml};
use crate::provider::exchange::Response;

/// The body of a response whose format is known, but which is not decoded yet.
#[derive(Clone, Debug)]
pub struct Document<'a> {
    format: Option<Wire>,
    body: Cow<'a, str>,
}

impl<'a> Document<'a> {
    /// Returns the document in a response's body.
    #[must_use]
    pub fn of(response: &'a Response) -> Self {
        let format = Wire::of_media_type(&response.content_type().unwrap_or_default());
        Self { format, body: String::from_utf8_lossy(&response.body) }
    }

    /// Decodes a resource.
    ///
    /// # Errors
    /// Returns an error if the body is not a resource in JSON or XML.
    pub fn resource(&self) -> Result<Resource<'_>, DecodeError> {
        match self.format()? {
            Wire::Json => json::resource(&self.body),
            Wire::Xml => xml::resource(&self.body),
        }
    }

    /// Decodes a response of the event channel.
    ///
    /// # Errors
    /// Returns an error if the body is not a batch of events in JSON or XML.
    pub fn batch(&self) -> Result<Batch<'_>, DecodeError> {
        match self.format()? {
            Wire::Json => json::batch(&self.body),
            Wire::Xml => xml::batch(&self.body),
        }
    }

    /// Decodes the reason in an error's body. Returns nothing if the body is not an error of UCWA's.
    #[must_use]
    pub fn reason(&self) -> Option<Reason<'_>> {
        match self.format? {
            Wire::Json => json::reason(&self.body),
            Wire::Xml => xml::reason(&self.body),
        }
    }

    fn format(&self) -> Result<Wire, DecodeError> {
        self.format.ok_or_else(|| DecodeError("it is neither JSON nor XML".into()))
    }
}
