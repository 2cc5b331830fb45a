//! The two formats of documents. XML is decoded to the form of the equivalent JSON, in which all values of
//! properties are text.

use std::fmt::Write;

use quick_xml::events::{BytesStart, Event};
use serde_json::{Map, Value, json};

use super::facts::Type;

/// A format.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Wire {
    Json,
    Xml,
}

impl Wire {
    pub fn media_type(self) -> &'static str {
        match self {
            Self::Json => "application/json",
            Self::Xml => "application/xml",
        }
    }

    pub fn decode(self, body: &[u8]) -> Value {
        match self {
            _ if body.is_empty() => Value::Null,
            Self::Json => serde_json::from_slice(body).unwrap(),
            Self::Xml => document(std::str::from_utf8(body).unwrap()),
        }
    }

    /// Encodes the input of a request.
    pub fn encode(self, input: &Value) -> Vec<u8> {
        match self {
            Self::Json => input.to_string().into_bytes(),
            Self::Xml => xml_input(input).into_bytes(),
        }
    }

    /// Returns whether a value is a boolean, a number or a date in the format.
    pub fn is_of_type(self, of: &Type, value: &Value) -> bool {
        match (self, of) {
            (Self::Json, Type::Bool) => value.is_boolean(),
            (Self::Json, Type::Number) => value.is_number(),
            (Self::Json, _) => {
                let text = value.as_str().and_then(|text| text.strip_prefix("/Date("));
                text.and_then(|text| text.strip_suffix(")/")).is_some_and(|text| text.parse::<i64>().is_ok())
            }
            (Self::Xml, Type::Bool) => matches!(value.as_str(), Some("True" | "False")),
            (Self::Xml, Type::Number) => value.as_str().is_some_and(|text| text.parse::<f64>().is_ok()),
            (Self::Xml, _) => value.as_str().is_some_and(|text| text.parse::<jiff::Timestamp>().is_ok()),
        }
    }
}

fn xml_input(input: &Value) -> String {
    let text = |value: &Value| {
        let text = value.as_str().map_or_else(|| value.to_string(), str::to_owned);
        quick_xml::escape::escape(text).into_owned()
    };
    let mut out = String::from(r#"<input xmlns="http://schemas.microsoft.com/rtc/2012/03/ucwa">"#);
    for (name, value) in input.as_object().unwrap() {
        if let Some(items) = value.as_array() {
            write!(out, "<propertyList name=\"{name}\">").unwrap();
            for item in items {
                write!(out, "<item>{}</item>", text(item)).unwrap();
            }
            out.push_str("</propertyList>");
        } else {
            write!(out, "<property name=\"{name}\">{}</property>", text(value)).unwrap();
        }
    }
    out + "</input>"
}

/// An element.
struct Element {
    name: String,
    attributes: Map<String, Value>,
    text: String,
    children: Vec<Element>,
}

fn document(text: &str) -> Value {
    let mut reader = quick_xml::Reader::from_str(text);
    let mut open: Vec<Element> = Vec::new();
    loop {
        let closed = match reader.read_event().unwrap() {
            Event::Start(tag) => {
                open.push(element(&tag));
                continue;
            }
            Event::Empty(tag) => element(&tag),
            Event::End(_) => open.pop().unwrap(),
            Event::Text(text) => {
                if let Some(element) = open.last_mut() {
                    element.text.push_str(&text);
                }
                continue;
            }
            Event::GeneralRef(reference) => {
                let text = format!("&{};", &*reference);
                open.last_mut().unwrap().text.push_str(&quick_xml::escape::unescape(&text).unwrap());
                continue;
            }
            Event::Eof => panic!("the document ends early: {text}"),
            _ => continue,
        };
        match open.last_mut() {
            Some(parent) => parent.children.push(closed),
            None => return root(&closed),
        }
    }
}

fn element(tag: &BytesStart) -> Element {
    let attributes = tag.attributes().map(|attribute| {
        let attribute = attribute.unwrap();
        let value = attribute.normalized_value(quick_xml::XmlVersion::Implicit1_0).unwrap();
        (attribute.key.as_ref().to_owned(), Value::from(value.into_owned()))
    });
    let attributes = attributes.filter(|(name, _)| !name.starts_with("xmlns")).collect();
    Element { name: tag.name().as_ref().to_owned(), attributes, text: String::new(), children: Vec::new() }
}

fn root(element: &Element) -> Value {
    match element.name.as_str() {
        "resource" => resource(element),
        "reason" => reason(element),
        "events" => events(element),
        other => panic!("there is no document {other}"),
    }
}

fn text_of<'a>(element: &'a Element, attribute: &str) -> &'a str {
    element.attributes.get(attribute).and_then(Value::as_str).unwrap_or_default()
}

/// Adds a value to an object; several of one name become a list.
fn add(object: &mut Value, name: &str, value: Value) {
    match &mut object[name] {
        Value::Array(values) => values.push(value),
        slot @ Value::Null => *slot = value,
        slot => *slot = json!([slot.take(), value]),
    }
}

fn link(element: &Element) -> Value {
    let attributes = element.attributes.iter().filter(|(name, _)| *name != "rel");
    Value::Object(attributes.map(|(name, value)| (name.clone(), value.clone())).collect())
}

fn resource(element: &Element) -> Value {
    let mut document = json!({"rel": text_of(element, "rel")});
    let mut links = json!({});
    if element.attributes.contains_key("href") {
        links["self"] = json!({"href": text_of(element, "href")});
    }
    let mut embedded = json!({});
    for child in &element.children {
        let name = text_of(child, "name");
        match child.name.as_str() {
            "link" => add(&mut links, text_of(child, "rel"), link(child)),
            "property" => document[name] = child.text.clone().into(),
            "propertyList" => {
                document[name] = child.children.iter().map(|item| Value::from(item.text.clone())).collect();
            }
            "resource" => add(&mut embedded, text_of(child, "rel"), resource(child)),
            other => panic!("a resource has no {other}"),
        }
    }
    document["_links"] = links;
    if embedded != json!({}) {
        document["_embedded"] = embedded;
    }
    document
}

fn reason(element: &Element) -> Value {
    element.children.iter().map(|child| (child.name.clone(), Value::from(child.text.clone()))).collect()
}

fn events(element: &Element) -> Value {
    let mut links = json!({"self": {"href": text_of(element, "href")}});
    let mut senders = Vec::new();
    for child in &element.children {
        match child.name.as_str() {
            "link" => add(&mut links, text_of(child, "rel"), link(child)),
            "sender" => {
                let events: Vec<Value> = child.children.iter().map(event).collect();
                let (rel, href) = (text_of(child, "rel"), text_of(child, "href"));
                senders.push(json!({"rel": rel, "href": href, "events": events}));
            }
            other => panic!("events have no {other}"),
        }
    }
    json!({"_links": links, "sender": senders})
}

fn event(element: &Element) -> Value {
    let mut attributes = element.attributes.clone();
    let mut event = json!({"type": element.name});
    if let Some(status) = attributes.remove("status") {
        event["status"] = status;
    }
    event["link"] = Value::Object(attributes);
    for child in &element.children {
        match child.name.as_str() {
            "in" => event["in"] = Value::Object(child.attributes.clone()),
            "resource" => event["_embedded"] = json!({ text_of(child, "rel"): resource(child) }),
            "reason" => event["reason"] = reason(child),
            other => panic!("an event has no {other}"),
        }
    }
    event
}
