//! The two formats of UCWA documents: JSON, and the equivalent XML.

use std::fmt::Write;

use http::HeaderMap;
use http::header::{ACCEPT, CONTENT_TYPE};
use quick_xml::escape::escape;
use quick_xml::events::Event;
use serde_json::{Map, Value};

const NAMESPACE: &str = "http://schemas.microsoft.com/rtc/2012/03/ucwa";

/// A format.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Wire {
    Json,
    Xml,
}

impl Wire {
    /// The media type of documents in JSON.
    pub const JSON: &str = "application/json; charset=utf-8";

    /// Returns the format that the value of `Accept` or `Content-Type` names; JSON unless it names XML.
    fn of(value: Option<&http::HeaderValue>) -> Self {
        let value = value.and_then(|value| value.to_str().ok()).unwrap_or_default();
        let kind = value.split([';', ',']).next().unwrap_or_default().trim();
        if kind.ends_with("xml") { Self::Xml } else { Self::Json }
    }

    /// Returns the format that the client accepts.
    pub fn accepted(headers: &HeaderMap) -> Self {
        Self::of(headers.get(ACCEPT))
    }

    /// Returns the format of a body by the value of `Content-Type`; `None` if it is in neither.
    pub fn of_input(value: Option<&http::HeaderValue>) -> Option<Self> {
        let kind = value?.to_str().ok()?.split(';').next()?.trim().to_ascii_lowercase();
        match kind.as_str() {
            "application/json" | "application/vnd.microsoft.com.ucwa+json" => Some(Self::Json),
            "application/xml" | "application/vnd.microsoft.com.ucwa+xml" => Some(Self::Xml),
            _ => None,
        }
    }

    /// Decodes the input of a request; `None` if it is in neither format.
    pub fn decode(headers: &HeaderMap, body: &[u8]) -> Option<Value> {
        match Self::of_input(headers.get(CONTENT_TYPE))? {
            Self::Xml => input(std::str::from_utf8(body).ok()?),
            Self::Json => serde_json::from_slice(body).ok(),
        }
    }

    /// Returns the media type and the bytes of a document.
    pub fn encode(self, document: &Value) -> (&'static str, Vec<u8>) {
        match self {
            Self::Json => (Self::JSON, document.to_string().into_bytes()),
            Self::Xml => ("application/xml; charset=utf-8", xml(document).into_bytes()),
        }
    }
}

// Writing to a string does not fail.
fn xml(document: &Value) -> String {
    let mut out = String::from(r#"<?xml version="1.0" encoding="utf-8"?>"#);
    if document.get("sender").is_some() {
        events(document, &mut out);
    } else if document.get("code").is_some() {
        let _ = write!(out, "<reason xmlns=\"{NAMESPACE}\">");
        reason_fields(document, &mut out);
        parameters(document, &mut out);
        out.push_str("</reason>");
    } else if document.get("metadata").is_some() {
        metadata(document, &mut out);
    } else {
        resource(text(document, "rel").unwrap_or("resource"), document, &mut out);
    }
    out
}

/// Writes the metadata with which OPTIONS is answered.
fn metadata(document: &Value, out: &mut String) {
    let items =
        |value: &Value, name: &str| value.get(name).and_then(Value::as_array).cloned().unwrap_or_default();
    out.push_str("<optionsMetadata><metadata>");
    for method in items(document, "metadata") {
        out.push_str("<httpMethodMetadata>");
        element("httpMethod", text(&method, "httpMethod"), out);
        out.push_str("<parameters>");
        for parameter in items(&method, "parameters") {
            out.push_str("<parameter>");
            element("name", text(&parameter, "name"), out);
            out.push_str("<supportedValues>");
            for value in items(&parameter, "supportedValues") {
                element("value", value.as_str(), out);
            }
            out.push_str("</supportedValues></parameter>");
        }
        out.push_str("</parameters></httpMethodMetadata>");
    }
    out.push_str("</metadata></optionsMetadata>");
}

fn text<'a>(value: &'a Value, name: &str) -> Option<&'a str> {
    value.get(name)?.as_str()
}

fn attribute(name: &str, value: Option<&str>, out: &mut String) {
    if let Some(value) = value {
        let _ = write!(out, " {name}=\"{}\"", escaped(value));
    }
}

/// Escapes text for XML and drops the control characters, which XML cannot hold.
fn escaped(value: &str) -> String {
    let value: String =
        value.chars().filter(|it| !it.is_control() || matches!(it, '\t' | '\n' | '\r')).collect();
    escape(value).into_owned()
}

fn element(name: &str, value: Option<&str>, out: &mut String) {
    if let Some(value) = value {
        let _ = write!(out, "<{name}>{}</{name}>", escaped(value));
    }
}

fn reason_fields(reason: &Value, out: &mut String) {
    for name in ["code", "subcode", "message"] {
        element(name, text(reason, name), out);
    }
}

/// Writes the invalid properties that an error lists.
fn parameters(reason: &Value, out: &mut String) {
    let Some(parameters) = reason.get("parameters").and_then(Value::as_object) else { return };
    out.push_str("<parameters>");
    for (name, why) in parameters {
        let why = why.as_str().unwrap_or_default();
        let _ = write!(out, "<property name=\"{}\">{}</property>", escaped(name), escaped(why));
    }
    out.push_str("</parameters>");
}

fn one_or_more(value: &Value) -> &[Value] {
    value.as_array().map_or(std::slice::from_ref(value), Vec::as_slice)
}

fn links(document: &Value, out: &mut String) {
    for (rel, links) in document.get("_links").and_then(Value::as_object).into_iter().flatten() {
        for link in one_or_more(links).iter().filter(|_| rel != "self") {
            out.push_str("<link");
            attribute("rel", Some(rel), out);
            attribute("href", text(link, "href"), out);
            attribute("title", text(link, "title"), out);
            out.push_str("/>");
        }
    }
}

/// Returns the href of the link `self`.
fn own_href(document: &Value) -> Option<&str> {
    document.pointer("/_links/self/href")?.as_str()
}

fn resource(rel: &str, document: &Value, out: &mut String) {
    out.push_str("<resource");
    attribute("rel", Some(rel), out);
    attribute("href", own_href(document), out);
    let _ = write!(out, " xmlns=\"{NAMESPACE}\">");
    links(document, out);
    for (name, value) in document.as_object().into_iter().flatten() {
        if let Value::Array(items) = value {
            let _ = write!(out, "<propertyList name=\"{}\">", escaped(name));
            for item in items.iter().filter_map(Value::as_str) {
                element("item", Some(item), out);
            }
            out.push_str("</propertyList>");
        }
        let value = match value {
            Value::Bool(true) => "True".to_owned(),
            Value::Bool(false) => "False".to_owned(),
            Value::Number(number) => number.to_string(),
            Value::String(text) => iso_date(text).unwrap_or_else(|| text.clone()),
            _ => continue,
        };
        let _ = write!(out, "<property name=\"{}\">{}</property>", escaped(name), escaped(&value));
    }
    for (rel, embedded) in document.get("_embedded").and_then(Value::as_object).into_iter().flatten() {
        for embedded in one_or_more(embedded).iter().filter(|it| it.is_object()) {
            resource(rel, embedded, out);
        }
    }
    out.push_str("</resource>");
}

/// Converts a time from the form that JSON documents have, such as `/Date(1383784870271)/`.
fn iso_date(text: &str) -> Option<String> {
    let milliseconds = text.strip_prefix("/Date(")?.strip_suffix(")/")?.parse().ok()?;
    Some(jiff::Timestamp::from_millisecond(milliseconds).ok()?.to_string())
}

fn events(document: &Value, out: &mut String) {
    out.push_str("<events");
    attribute("href", own_href(document), out);
    let _ = write!(out, " xmlns=\"{NAMESPACE}\">");
    links(document, out);
    for sender in document.get("sender").and_then(Value::as_array).into_iter().flatten() {
        out.push_str("<sender");
        attribute("rel", text(sender, "rel"), out);
        attribute("href", text(sender, "href"), out);
        out.push('>');
        for event in sender.get("events").and_then(Value::as_array).into_iter().flatten() {
            self::event(event, out);
        }
        out.push_str("</sender>");
    }
    out.push_str("</events>");
}

fn event(event: &Value, out: &mut String) {
    let Some(kind) = text(event, "type").filter(|kind| kind.chars().all(char::is_alphabetic)) else { return };
    let _ = write!(out, "<{kind}");
    let link = event.get("link").unwrap_or(&Value::Null);
    for name in ["rel", "href", "title"] {
        attribute(name, text(link, name), out);
    }
    attribute("status", text(event, "status"), out);
    out.push('>');
    if let Some(within) = event.get("in") {
        out.push_str("<in");
        for name in ["rel", "href", "title"] {
            attribute(name, text(within, name), out);
        }
        out.push_str("/>");
    }
    for (rel, embedded) in event.get("_embedded").and_then(Value::as_object).into_iter().flatten() {
        resource(rel, embedded, out);
    }
    if let Some(reason) = event.get("reason").filter(|reason| reason.is_object()) {
        out.push_str("<reason>");
        reason_fields(reason, out);
        out.push_str("</reason>");
    }
    let _ = write!(out, "</{kind}>");
}

/// Decodes `<input><property name="…">…</property><propertyList
/// name="…"><item>…</item></propertyList></input>`
fn input(body: &str) -> Option<Value> {
    let mut reader = quick_xml::Reader::from_str(body);
    let mut input = Map::new();
    let (mut name, mut list, mut value) = (String::new(), None::<Vec<Value>>, String::new());
    let mut is_closed = false;
    loop {
        match reader.read_event().ok()? {
            Event::Start(tag) => {
                value.clear();
                match tag.name().as_ref() {
                    "input" | "item" => {}
                    "property" | "propertyList" => {
                        name = tag
                            .try_get_attribute("name")
                            .ok()??
                            .normalized_value(quick_xml::XmlVersion::Implicit1_0)
                            .ok()?
                            .into_owned();
                        list = (tag.name().as_ref() == "propertyList").then(Vec::new);
                    }
                    _ => return None,
                }
            }
            Event::Text(text) => value.push_str(&text),
            Event::GeneralRef(reference) => {
                value.push_str(&quick_xml::escape::unescape(&format!("&{};", &*reference)).ok()?);
            }
            Event::End(tag) => match tag.name().as_ref() {
                "item" => list.as_mut()?.push(std::mem::take(&mut value).into()),
                "property" => {
                    input.insert(std::mem::take(&mut name), std::mem::take(&mut value).into());
                }
                "propertyList" => {
                    input.insert(std::mem::take(&mut name), list.take()?.into());
                }
                "input" => is_closed = true,
                _ => {}
            },
            Event::Empty(tag) if tag.name().as_ref() == "input" => is_closed = true,
            Event::Eof => return is_closed.then_some(Value::Object(input)),
            _ => {}
        }
    }
}
