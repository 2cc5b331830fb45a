//! Resources and links.

use std::borrow::Cow;
use std::fmt;

use serde::Deserialize;
use serde::de::{Deserializer, MapAccess, Visitor};

use super::value::{ByRel, FromObject, Name, Scalar};
use crate::provider::ucwa::wire::resource::{Link, Property, Resource};

/// A resource with the rel under which it is embedded.
pub(super) type Embedded<'a> = (Cow<'a, str>, Resource<'a>);

impl<'de: 'a, 'a> FromObject<'de> for Link<'a> {
    /// Decodes a link; a `rel` of its own takes the place of the one under which it stands.
    fn from_object<A: MapAccess<'de>>(rel: Cow<'de, str>, mut entries: A) -> Result<Self, A::Error> {
        let mut link = Self { rel, ..Self::default() };
        while let Some(Name(name)) = entries.next_key()? {
            let Scalar(value) = entries.next_value()?;
            match (name.as_ref(), value) {
                ("href", Some(Property::Text(text))) => link.href = text,
                ("rel", Some(Property::Text(text))) => link.rel = text,
                ("title", Some(Property::Text(text))) => link.title = Some(text),
                _ => {}
            }
        }
        Ok(link)
    }
}

impl<'de: 'a, 'a> FromObject<'de> for Embedded<'a> {
    fn from_object<A: MapAccess<'de>>(rel: Cow<'de, str>, entries: A) -> Result<Self, A::Error> {
        Ok((rel, decode(entries)?))
    }
}

impl<'de: 'a, 'a> Deserialize<'de> for Resource<'a> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_map(ResourceVisitor)
    }
}

struct ResourceVisitor;

impl<'de> Visitor<'de> for ResourceVisitor {
    type Value = Resource<'de>;

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("a resource")
    }
    fn visit_map<A: MapAccess<'de>>(self, entries: A) -> Result<Self::Value, A::Error> {
        decode(entries)
    }
}

fn decode<'de, A: MapAccess<'de>>(mut entries: A) -> Result<Resource<'de>, A::Error> {
    let mut resource = Resource::default();
    while let Some(Name(name)) = entries.next_key()? {
        match name.as_ref() {
            "_links" => resource.links = entries.next_value::<ByRel<Link<'de>>>()?.0,
            "_embedded" => resource.embedded = entries.next_value::<ByRel<Embedded<'de>>>()?.0,
            _ => {
                let Scalar(value) = entries.next_value()?;
                resource.properties.extend(value.map(|value| (name, value)));
            }
        }
    }
    Ok(resource)
}
