//! The two formats of UCWA's documents, and how a request's input is encoded in each.

use std::fmt::Write;

use bytes::Bytes;
use quick_xml::escape::escape;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::xml::NAMESPACE;

/// A format of UCWA's documents.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Wire {
    /// `application/json`
    #[default]
    Json,
    /// `application/xml`
    Xml,
}

impl Wire {
    /// Returns the format's media type.
    #[must_use]
    pub fn media_type(self) -> &'static str {
        match self {
            Self::Json => "application/json",
            Self::Xml => "application/xml",
        }
    }

    /// Returns the format that a media type names by its subtype or its suffix (RFC 6839), if there is one.
    #[must_use]
    pub fn of_media_type(media_type: &str) -> Option<Self> {
        match media_type.rsplit(['/', '+']).next() {
            Some("json") => Some(Self::Json),
            Some("xml") => Some(Self::Xml),
            _ => None,
        }
    }

    /// Encodes a request's input: an object whose values are scalars or arrays of scalars.
    #[must_use]
    pub fn encode(self, input: &Value) -> Bytes {
        match self {
            Self::Json => input.to_string().into(),
            Self::Xml => encode_xml(input).into(),
        }
    }
}

/// Encodes an `input` element: a `property` for each scalar, a `propertyList` of `item`s for each array.
fn encode_xml(input: &Value) -> String {
    let mut out = format!(r#"<input xmlns="{NAMESPACE}">"#);
    let text = |value: &Value| match value {
        Value::String(text) => escape(text.as_str()).into_owned(),
        other => other.to_string(),
    };
    for (name, value) in input.as_object().into_iter().flatten() {
        // Writing to a string does not fail.
        let _ = match value {
            Value::Array(items) => {
                let items: Vec<String> =
                    items.iter().map(|item| format!("<item>{}</item>", text(item))).collect();
                write!(out, r#"<propertyList name="{name}">{}</propertyList>"#, items.concat())
            }
            value => write!(out, r#"<property name="{name}">{}</property>"#, text(value)),
        };
    }
    out.push_str("</input>");
    out
}
