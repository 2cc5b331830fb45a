//! The one shape that all UCWA answers have: a resource with properties, links and embedded resources.

use std::borrow::Cow;

/// A resource as it came over the wire, borrowing from it where it can.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Resource<'a> {
    /// Scalar properties; other ones are passed over.
    pub properties: Vec<(Cow<'a, str>, Property<'a>)>,
    /// Links, in the order of the wire; a rel with several links stands several times.
    pub links: Vec<Link<'a>>,
    /// Embedded resources with their rels; a rel with several resources stands several times.
    pub embedded: Vec<(Cow<'a, str>, Resource<'a>)>,
}

/// A scalar property.
#[derive(Clone, Debug, PartialEq)]
pub enum Property<'a> {
    /// A string.
    Text(Cow<'a, str>),
    /// A truth value.
    Truth(bool),
    /// A number.
    Number(f64),
}

/// A link.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Link<'a> {
    /// What it leads to.
    pub rel: Cow<'a, str>,
    /// Where it leads: absolute, or relative to the UCWA server.
    pub href: Cow<'a, str>,
    /// A name for what it leads to.
    pub title: Option<Cow<'a, str>>,
}

impl Resource<'_> {
    /// The text of a property; empty text counts as none.
    #[must_use]
    pub fn text(&self, name: &str) -> Option<&str> {
        self.properties.iter().find(|(key, _)| key == name).and_then(|(_, value)| match value {
            Property::Text(text) if !text.is_empty() => Some(text.as_ref()),
            _ => None,
        })
    }

    /// The truth value of a property.
    #[must_use]
    pub fn truth(&self, name: &str) -> Option<bool> {
        self.properties.iter().find(|(key, _)| key == name).and_then(|(_, value)| match value {
            Property::Truth(truth) => Some(*truth),
            Property::Text(text) => text.to_ascii_lowercase().parse().ok(),
            Property::Number(_) => None,
        })
    }

    /// The first link of a rel.
    #[must_use]
    pub fn link(&self, rel: &str) -> Option<&Link<'_>> {
        self.links.iter().find(|link| link.rel == rel && !link.href.is_empty())
    }

    /// The href of the first link of a rel.
    #[must_use]
    pub fn href(&self, rel: &str) -> Option<&str> {
        self.link(rel).map(|link| link.href.as_ref())
    }

    /// The first embedded resource of a rel.
    #[must_use]
    pub fn embedded(&self, rel: &str) -> Option<&Resource<'_>> {
        self.embedded.iter().find(|(key, _)| key == rel).map(|(_, resource)| resource)
    }
}
