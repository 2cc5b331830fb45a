//! The one shape of all of UCWA's resources: properties, links and embedded resources.

use std::borrow::Cow;

/// A resource, which borrows from the document where it can.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Resource<'a> {
    /// The scalar properties by their names; properties of other types are left out.
    pub properties: Vec<(Cow<'a, str>, Property<'a>)>,
    /// The links in the document's order; several links may have the same rel.
    pub links: Vec<Link<'a>>,
    /// The embedded resources with their rels; several resources may have the same rel.
    pub embedded: Vec<(Cow<'a, str>, Resource<'a>)>,
}

/// A scalar property.
#[derive(Clone, Debug, PartialEq)]
pub enum Property<'a> {
    /// A string.
    Text(Cow<'a, str>),
    /// A boolean.
    Bool(bool),
    /// A number.
    Number(f64),
}

/// A link.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Link<'a> {
    /// The target's relation to the resource.
    pub rel: Cow<'a, str>,
    /// The target's address: absolute, or relative to the UCWA server.
    pub href: Cow<'a, str>,
    /// The target's title.
    pub title: Option<Cow<'a, str>>,
}

impl Resource<'_> {
    /// Returns a property's text, unless it is empty.
    #[must_use]
    pub fn text(&self, name: &str) -> Option<&str> {
        match self.property(name)? {
            Property::Text(text) if !text.is_empty() => Some(text.as_ref()),
            _ => None,
        }
    }

    /// Returns a boolean property. XML has only text, so that `true` and `false` count in any case.
    #[must_use]
    pub fn flag(&self, name: &str) -> Option<bool> {
        match self.property(name)? {
            Property::Bool(flag) => Some(*flag),
            Property::Text(text) => text.to_ascii_lowercase().parse().ok(),
            Property::Number(_) => None,
        }
    }

    /// Returns a number. XML has only text.
    #[must_use]
    pub fn number(&self, name: &str) -> Option<f64> {
        match self.property(name)? {
            Property::Number(number) => Some(*number),
            Property::Text(text) => text.trim().parse().ok(),
            Property::Bool(_) => None,
        }
    }

    /// Returns the first link of a rel.
    #[must_use]
    pub fn link(&self, rel: &str) -> Option<&Link<'_>> {
        self.links.iter().find(|link| link.rel == rel && !link.href.is_empty())
    }

    /// Returns the href of the first link of a rel.
    #[must_use]
    pub fn href(&self, rel: &str) -> Option<&str> {
        self.link(rel).map(|link| link.href.as_ref())
    }

    /// Returns the first embedded resource of a rel.
    #[must_use]
    pub fn embedded(&self, rel: &str) -> Option<&Resource<'_>> {
        self.embedded.iter().find(|(key, _)| key == rel).map(|(_, resource)| resource)
    }

    fn property(&self, name: &str) -> Option<&Property<'_>> {
        self.properties.iter().find(|(key, _)| key == name).map(|(_, value)| value)
    }
}
