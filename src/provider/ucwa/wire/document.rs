//! The two forms of UCWA's documents. What comes in is read by what it says it is; what goes out has the
//! form that was configured.

use std::borrow::Cow;
use std::fmt::Write;

use bytes::Bytes;
use quick_xml::escape::escape;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::events::{Batch, Reason};
use super::resource::Resource;
use super::{json, xml};
use crate::provider::exchange::Response;

/// A form of UCWA's documents.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Wire {
    /// `application/json`
    #[default]
    Json,
    /// `application/xml`
    Xml,
}

/// A body that is no document of UCWA's.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub struct DecodeError(pub String);

impl Wire {
    /// Its media type.
    #[must_use]
    pub fn media_type(self) -> &'static str {
        match self {
            Self::Json => "application/json",
            Self::Xml => "application/xml",
        }
    }

    /// An input in this form. What is sent is made here of plain types, so that this can't fail.
    #[must_use]
    pub fn encode(self, input: &Value) -> Bytes {
        match self {
            Self::Json => input.to_string().into(),
            Self::Xml => xml_input(input).into(),
        }
    }
}

/// The `input` element of the reference.
fn xml_input(input: &Value) -> String {
    let mut out = format!(r#"<input xmlns="{}">"#, xml::NAMESPACE);
    let text = |value: &Value| match value {
        Value::String(text) => escape(text.as_str()).into_owned(),
        other => other.to_string(),
    };
    for (name, value) in input.as_object().into_iter().flatten() {
        // Writing to a string does not fail.
        let _ = match value {
            Value::Array(items) => {
                let items: Vec<String> =
                    items.iter().map(|it| format!("<item>{}</item>", text(it))).collect();
                write!(out, r#"<propertyList name="{name}">{}</propertyList>"#, items.concat())
            }
            value => write!(out, r#"<property name="{name}">{}</property>"#, text(value)),
        };
    }
    out.push_str("</input>");
    out
}

/// A response's body, ready to be read.
#[derive(Clone, Debug)]
pub struct Document<'a> {
    wire: Option<Wire>,
    body: Cow<'a, str>,
}

impl<'a> Document<'a> {
    /// The body of a response, in the form that the response names.
    #[must_use]
    pub fn of(response: &'a Response) -> Self {
        let kind = response.content_type().unwrap_or_default();
        let wire = match kind.rsplit(['/', '+']).next() {
            Some("json") => Some(Wire::Json),
            Some("xml") => Some(Wire::Xml),
            _ => None,
        };
        Self { wire, body: String::from_utf8_lossy(&response.body) }
    }

    /// A resource.
    ///
    /// # Errors
    /// When the body is none.
    pub fn resource(&self) -> Result<Resource<'_>, DecodeError> {
        match self.wire {
            Some(Wire::Json) => json::resource(&self.body).map_err(|error| DecodeError(error.to_string())),
            Some(Wire::Xml) => xml::resource(&self.body),
            None => Err(DecodeError("it is neither JSON nor XML".into())),
        }
    }

    /// An answer of the event channel.
    ///
    /// # Errors
    /// When the body is none.
    pub fn batch(&self) -> Result<Batch<'_>, DecodeError> {
        match self.wire {
            Some(Wire::Json) => json::batch(&self.body).map_err(|error| DecodeError(error.to_string())),
            Some(Wire::Xml) => xml::batch(&self.body),
            None => Err(DecodeError("it is neither JSON nor XML".into())),
        }
    }

    /// What an error says, if UCWA worded it.
    #[must_use]
    pub fn reason(&self) -> Option<Reason<'_>> {
        match self.wire? {
            Wire::Json => json::reason(&self.body),
            Wire::Xml => xml::reason(&self.body),
        }
    }
}
