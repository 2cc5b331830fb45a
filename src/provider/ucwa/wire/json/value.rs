//! Values that decode leniently, and borrow from the document where they can.

use std::borrow::Cow;
use std::fmt;
use std::marker::PhantomData;

use serde::Deserialize;
use serde::de::{DeserializeSeed, Deserializer, IgnoredAny, MapAccess, SeqAccess, Visitor};

use crate::provider::ucwa::wire::resource::Property;

/// A scalar; any other value decodes as `None`.
pub(super) struct Scalar<'a>(pub Option<Property<'a>>);

impl<'de: 'a, 'a> Deserialize<'de> for Scalar<'a> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(ScalarVisitor).map(Self)
    }
}

struct ScalarVisitor;

impl<'de> Visitor<'de> for ScalarVisitor {
    type Value = Option<Property<'de>>;

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("any value")
    }
    fn visit_borrowed_str<E>(self, text: &'de str) -> Result<Self::Value, E> {
        Ok(Some(Property::Text(Cow::Borrowed(text))))
    }
    fn visit_str<E>(self, text: &str) -> Result<Self::Value, E> {
        Ok(Some(Property::Text(Cow::Owned(text.to_owned()))))
    }
    fn visit_bool<E>(self, flag: bool) -> Result<Self::Value, E> {
        Ok(Some(Property::Bool(flag)))
    }
    #[expect(clippy::cast_precision_loss, reason = "no number here is counted on to the last digit")]
    fn visit_u64<E>(self, number: u64) -> Result<Self::Value, E> {
        Ok(Some(Property::Number(number as f64)))
    }
    #[expect(clippy::cast_precision_loss, reason = "no number here is counted on to the last digit")]
    fn visit_i64<E>(self, number: i64) -> Result<Self::Value, E> {
        Ok(Some(Property::Number(number as f64)))
    }
    fn visit_f64<E>(self, number: f64) -> Result<Self::Value, E> {
        Ok(Some(Property::Number(number)))
    }
    fn visit_unit<E>(self) -> Result<Self::Value, E> {
        Ok(None)
    }
    fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<Self::Value, A::Error> {
        while items.next_element::<IgnoredAny>()?.is_some() {}
        Ok(None)
    }
    fn visit_map<A: MapAccess<'de>>(self, mut entries: A) -> Result<Self::Value, A::Error> {
        while entries.next_entry::<IgnoredAny, IgnoredAny>()?.is_some() {}
        Ok(None)
    }
}

/// A string; any other value decodes as the empty string.
#[derive(Default)]
pub(super) struct Text<'a>(pub Cow<'a, str>);

impl<'de: 'a, 'a> Deserialize<'de> for Text<'a> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Ok(Self(match Scalar::deserialize(deserializer)?.0 {
            Some(Property::Text(text)) => text,
            _ => Cow::Borrowed(""),
        }))
    }
}

/// The name of an object's member.
#[derive(Deserialize)]
#[serde(transparent)]
pub(super) struct Name<'a>(#[serde(borrow)] pub Cow<'a, str>);

/// An array; `null` decodes as an empty one.
pub(super) struct Array<T>(pub Vec<T>);

impl<T> Default for Array<T> {
    fn default() -> Self {
        Self(Vec::new())
    }
}

impl<'de, T: Deserialize<'de>> Deserialize<'de> for Array<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Option::deserialize(deserializer).map(|items| Self(items.unwrap_or_default()))
    }
}

/// A value that is decoded from an object and the rel under which the object stands.
pub(super) trait FromObject<'de>: Sized {
    fn from_object<A: MapAccess<'de>>(rel: Cow<'de, str>, entries: A) -> Result<Self, A::Error>;
}

/// An object whose members are named by rels and hold one object or an array of objects each, like `_links`.
/// `null` decodes as an empty one.
pub(super) struct ByRel<T>(pub Vec<T>);

impl<T> Default for ByRel<T> {
    fn default() -> Self {
        Self(Vec::new())
    }
}

impl<'de, T: FromObject<'de>> Deserialize<'de> for ByRel<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(ByRelVisitor(PhantomData)).map(Self)
    }
}

struct ByRelVisitor<T>(PhantomData<T>);

impl<'de, T: FromObject<'de>> Visitor<'de> for ByRelVisitor<T> {
    type Value = Vec<T>;

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("objects by their rels")
    }
    fn visit_unit<E>(self) -> Result<Self::Value, E> {
        Ok(Vec::new())
    }
    fn visit_map<A: MapAccess<'de>>(self, mut entries: A) -> Result<Self::Value, A::Error> {
        let mut objects = Vec::new();
        while let Some(Name(rel)) = entries.next_key()? {
            entries.next_value_seed(ObjectsSeed { rel, objects: &mut objects })?;
        }
        Ok(objects)
    }
}

/// A single object, or the first element of an array of objects, that has no rel.
pub(super) struct First<T>(pub Option<T>);

impl<T> Default for First<T> {
    fn default() -> Self {
        Self(None)
    }
}

impl<'de, T: FromObject<'de>> Deserialize<'de> for First<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let mut objects = Vec::new();
        deserializer.deserialize_any(ObjectsSeed { rel: Cow::Borrowed(""), objects: &mut objects })?;
        Ok(Self(objects.into_iter().next()))
    }
}

/// Decodes one object or an array of objects of one rel.
struct ObjectsSeed<'out, 'de, T> {
    rel: Cow<'de, str>,
    objects: &'out mut Vec<T>,
}

impl<'de, T: FromObject<'de>> DeserializeSeed<'de> for ObjectsSeed<'_, 'de, T> {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<(), D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl<'de, T: FromObject<'de>> Visitor<'de> for ObjectsSeed<'_, 'de, T> {
    type Value = ();

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("an object or an array of objects")
    }
    fn visit_unit<E>(self) -> Result<(), E> {
        Ok(())
    }
    fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<(), A::Error> {
        while items.next_element_seed(ObjectsSeed { rel: self.rel.clone(), objects: self.objects })?.is_some()
        {
        }
        Ok(())
    }
    fn visit_map<A: MapAccess<'de>>(self, entries: A) -> Result<(), A::Error> {
        self.objects.push(T::from_object(self.rel, entries)?);
        Ok(())
    }
}
