//! Documents in `application/xml`. Decoding is as lenient as that of JSON: unknown elements are skipped.

use std::borrow::Cow;

use quick_xml::Reader;
use quick_xml::XmlVersion::Implicit1_0;
use quick_xml::escape::unescape;
use quick_xml::events::{BytesStart, Event};

use super::error::DecodeError;
use super::events::{Batch, Change, CompletionStatus, EventKind, Reason};
use super::resource::{Link, Property, Resource};

/// The XML namespace of UCWA's elements.
pub const NAMESPACE: &str = "http://schemas.microsoft.com/rtc/2012/03/ucwa";

/// The maximum nesting depth of a document.
const MAX_DEPTH: usize = 64;

/// Decodes a resource.
///
/// # Errors
/// Returns an error if the body is not a `resource` element.
pub fn resource(body: &str) -> Result<Resource<'static>, DecodeError> {
    let root = root(body)?;
    if root.name == "resource" { Ok(root.into_resource()) } else { Err(unexpected(&root)) }
}

/// Decodes a response of the event channel. An event without a target is counted and left out.
///
/// # Errors
/// Returns an error if the body is not an `events` element.
pub fn batch(body: &str) -> Result<Batch<'static>, DecodeError> {
    let root = root(body)?;
    if root.name != "events" {
        return Err(unexpected(&root));
    }
    let mut batch = Batch::default();
    for child in root.children {
        match child.name.as_str() {
            "link" => batch.links.insert(child.into_link()),
            "sender" => {
                let sender: Cow<'static, str> = child.attribute("href").into();
                for event in child.children {
                    let Some(kind) = EventKind::parse(&event.name) else { continue };
                    match event.into_change(kind, &sender) {
                        Some(change) => batch.changes.push(change),
                        None => batch.malformed += 1,
                    }
                }
            }
            _ => {}
        }
    }
    Ok(batch)
}

/// Decodes the reason in an error's body. Returns nothing if it has no `code`.
#[must_use]
pub fn reason(body: &str) -> Option<Reason<'static>> {
    let reason = root(body).ok().filter(|root| root.name == "reason")?.into_reason();
    Some(reason).filter(|reason| !reason.code.is_empty())
}

fn unexpected(root: &Element) -> DecodeError {
    DecodeError(format!("<{}> was not expected", root.name))
}

/// An element with its attributes, text and children.
#[derive(Default)]
struct Element {
    name: String,
    attributes: Vec<(String, String)>,
    text: String,
    children: Vec<Element>,
}

impl Element {
    fn open(tag: &BytesStart<'_>) -> Result<Self, DecodeError> {
        let mut element = Self { name: local(tag.name().as_ref()).to_owned(), ..Self::default() };
        for attribute in tag.attributes() {
            let attribute = attribute.map_err(|error| DecodeError(error.to_string()))?;
            let value =
                attribute.normalized_value(Implicit1_0).map_err(|error| DecodeError(error.to_string()))?;
            element.attributes.push((local(attribute.key.as_ref()).to_owned(), value.into_owned()));
        }
        Ok(element)
    }

    fn attribute(&self, name: &str) -> String {
        self.attributes
            .iter()
            .find(|(key, _)| key == name)
            .map(|(_, value)| value.clone())
            .unwrap_or_default()
    }

    fn child(&self, name: &str) -> Option<&Self> {
        self.children.iter().find(|child| child.name == name)
    }

    fn remove_child(&mut self, name: &str) -> Option<Self> {
        let place = self.children.iter().position(|child| child.name == name)?;
        Some(self.children.swap_remove(place))
    }

    fn into_link(self) -> Link<'static> {
        let title = Some(self.attribute("title")).filter(|title| !title.is_empty());
        Link {
            rel: self.attribute("rel").into(),
            href: self.attribute("href").into(),
            title: title.map(Cow::Owned),
        }
    }

    fn into_resource(self) -> Resource<'static> {
        let mut resource = Resource::default();
        let (rel, href) = (self.attribute("rel"), self.attribute("href"));
        if !href.is_empty() {
            resource.links.push(Link { rel: "self".into(), href: href.into(), title: None });
        }
        if !rel.is_empty() {
            resource.properties.push(("rel".into(), Property::Text(rel.into())));
        }
        for child in self.children {
            match child.name.as_str() {
                "link" => resource.links.push(child.into_link()),
                "property" => {
                    resource
                        .properties
                        .push((child.attribute("name").into(), Property::Text(child.text.into())));
                }
                "resource" => resource.embedded.push((child.attribute("rel").into(), child.into_resource())),
                _ => {}
            }
        }
        resource
    }

    fn into_reason(self) -> Reason<'static> {
        let text = |name: &str| {
            self.child(name).map(|child| child.text.trim().to_owned()).unwrap_or_default().into()
        };
        Reason::new(text("code"), text("subcode"), text("message"))
    }

    fn into_change(mut self, kind: EventKind, sender: &str) -> Option<Change<'static>> {
        let status = CompletionStatus::parse(&self.attribute("status"))
            .or_else(|| CompletionStatus::parse(self.child("status").map(|status| status.text.trim())?));
        let reason = self.remove_child("reason").map(Self::into_reason);
        let resource = self.remove_child("resource").map(Self::into_resource);
        let within = self.child("in").map(|within| within.attribute("rel").into());
        let mut link = self.into_link();
        if let Some(resource) = &resource {
            if link.href.is_empty() {
                link.href = resource.href("self").unwrap_or_default().to_owned().into();
            }
            if link.rel.is_empty() {
                link.rel = resource.text("rel").unwrap_or_default().to_owned().into();
            }
        }
        let complete = !link.rel.is_empty() && !link.href.is_empty();
        let sender = sender.to_owned().into();
        complete.then_some(Change { kind, link, sender, within, resource, status, reason })
    }
}

/// Appends text to the innermost open element, which stays open.
fn append_text(open: &mut [Element], text: &str) -> Option<Element> {
    if let Some(element) = open.last_mut() {
        element.text.push_str(text);
    }
    None
}

/// Returns a name without its namespace's prefix.
fn local(name: &str) -> &str {
    name.rsplit(':').next().unwrap_or(name)
}

/// Parses a document and returns its root. Only XML's predefined entities are known, so that none can expand.
fn root(body: &str) -> Result<Element, DecodeError> {
    let mut reader = Reader::from_str(body);
    let mut open: Vec<Element> = Vec::new();
    let mut whole = None;
    loop {
        let event = reader.read_event().map_err(|error| DecodeError(error.to_string()))?;
        let closed = match event {
            Event::Start(tag) => {
                if open.len() == MAX_DEPTH {
                    return Err(DecodeError("it is nested too deep".into()));
                }
                open.push(Element::open(&tag)?);
                None
            }
            Event::Empty(tag) => Some(Element::open(&tag)?),
            Event::End(_) => open.pop(),
            Event::Text(text) => append_text(&mut open, &text),
            Event::CData(text) => append_text(&mut open, &text),
            Event::GeneralRef(reference) => {
                let text = format!("&{};", &*reference);
                append_text(&mut open, &unescape(&text).map_err(|error| DecodeError(error.to_string()))?)
            }
            Event::Eof => break,
            _ => None,
        };
        if let Some(closed) = closed {
            match open.last_mut() {
                Some(parent) => parent.children.push(closed),
                None => whole = whole.or(Some(closed)),
            }
        }
    }
    whole.filter(|_| open.is_empty()).ok_or_else(|| DecodeError("it ends too early".into()))
}
