//! `application/json`: resources, events and errors. Tolerant by design: what has an unexpected shape is
//! passed over, what is unknown is skipped.

use std::borrow::Cow;
use std::fmt;
use std::marker::PhantomData;

use serde::Deserialize;
use serde::de::{DeserializeSeed, Deserializer, IgnoredAny, MapAccess, SeqAccess, Visitor};
use serde_json::value::RawValue;

use super::events::{Batch, Change, EventKind, Links, Reason, Status};
use super::resource::{Link, Property, Resource};

/// Decodes a resource.
///
/// # Errors
/// When the body is not JSON.
pub fn resource(body: &str) -> Result<Resource<'_>, serde_json::Error> {
    serde_json::from_str(body)
}

/// Decodes an answer of the event channel. An event that makes no sense is counted and left out.
///
/// # Errors
/// When the body as a whole makes no sense.
pub fn batch(body: &str) -> Result<Batch<'_>, serde_json::Error> {
    // Almost always all of it makes sense, and one pass is enough.
    match serde_json::from_str::<Body<'_, Sender<'_, RawEvent<'_>>>>(body) {
        Ok(body) => Ok(body.into_batch(Sender::read)),
        Err(_) => event_by_event(body),
    }
}

/// Takes apart only as much as is needed to leave out what makes no sense.
fn event_by_event(body: &str) -> Result<Batch<'_>, serde_json::Error> {
    let body: Body<'_, &RawValue> = serde_json::from_str(body)?;
    Ok(body.into_batch(|sender, batch| {
        let Ok(sender) = serde_json::from_str::<Sender<'_, &RawValue>>(sender.get()) else {
            batch.malformed += 1;
            return;
        };
        let mut readable = Sender { href: sender.href, events: Items::default() };
        for event in sender.events.0 {
            match serde_json::from_str::<RawEvent<'_>>(event.get()) {
                Ok(event) => readable.events.0.push(event),
                Err(_) => batch.malformed += 1,
            }
        }
        readable.read(batch);
    }))
}

#[derive(Deserialize)]
#[serde(bound(deserialize = "'de: 'a, S: Deserialize<'de>"))]
struct Body<'a, S> {
    #[serde(borrow, rename = "_links", default)]
    links: LinkList<'a>,
    #[serde(default)]
    sender: Items<S>,
}

impl<'a, S> Body<'a, S> {
    fn into_batch(self, mut read: impl FnMut(S, &mut Batch<'a>)) -> Batch<'a> {
        let mut batch = Batch { links: continuation(self.links.0), ..Batch::default() };
        for sender in self.sender.0 {
            read(sender, &mut batch);
        }
        batch
    }
}

#[derive(Deserialize)]
#[serde(bound(deserialize = "'de: 'a, E: Deserialize<'de>"))]
struct Sender<'a, E> {
    #[serde(borrow, default)]
    href: Text<'a>,
    #[serde(default)]
    events: Items<E>,
}

impl<'a> Sender<'a, RawEvent<'a>> {
    fn read(self, batch: &mut Batch<'a>) {
        for event in self.events.0 {
            batch.changes.extend(event.into_change(&self.href.0));
        }
    }
}

fn continuation(links: Vec<Link<'_>>) -> Links<'_> {
    let mut found = Links::default();
    for link in links {
        found.take(link);
    }
    found
}

/// What an error body says; only `code` is certain, and not even that when a proxy answered.
#[must_use]
pub fn reason(body: &str) -> Option<Reason<'_>> {
    serde_json::from_str::<RawReason<'_>>(body)
        .ok()
        .map(Into::into)
        .filter(|reason: &Reason<'_>| !reason.code.is_empty())
}

#[derive(Deserialize)]
struct RawEvent<'a> {
    #[serde(borrow, rename = "type", default)]
    kind: Text<'a>,
    #[serde(borrow, default)]
    link: OneLink<'a>,
    #[serde(borrow, rename = "in", default)]
    within: OneLink<'a>,
    #[serde(borrow, rename = "_embedded", default)]
    embedded: Embedded<'a>,
    #[serde(borrow, default)]
    status: Text<'a>,
    #[serde(borrow, default)]
    reason: Option<RawReason<'a>>,
}

impl<'a> RawEvent<'a> {
    fn into_change(self, sender: &Cow<'a, str>) -> Option<Change<'a>> {
        let kind = EventKind::parse(&self.kind.0)?;
        let mut link = self.link.0;
        let mut resource = None;
        for (rel, embedded) in self.embedded.0 {
            if link.rel.is_empty() || rel == link.rel {
                link.rel = rel;
                resource = Some(embedded);
                break;
            }
        }
        if link.href.is_empty() {
            link.href = resource.as_ref().and_then(|resource: &Resource<'a>| {
                resource.links.iter().find(|link| link.rel == "self").map(|link| link.href.clone())
            })?;
        }
        Some(Change {
            kind,
            link,
            sender: sender.clone(),
            within: Some(self.within.0.rel).filter(|rel| !rel.is_empty()),
            resource,
            status: Status::parse(&self.status.0),
            reason: self.reason.map(Into::into),
        })
    }
}

#[derive(Deserialize, Default)]
struct RawReason<'a> {
    #[serde(borrow, default)]
    code: Text<'a>,
    #[serde(borrow, default)]
    subcode: Text<'a>,
    #[serde(borrow, default)]
    message: Text<'a>,
}

impl<'a> From<RawReason<'a>> for Reason<'a> {
    fn from(raw: RawReason<'a>) -> Self {
        Self::new(raw.code.0, raw.subcode.0, raw.message.0)
    }
}

/// A string; anything else counts as empty.
#[derive(Default)]
struct Text<'a>(Cow<'a, str>);

impl<'de: 'a, 'a> Deserialize<'de> for Text<'a> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let property = Option::<Property<'de>>::deserialize_any_property(deserializer)?;
        Ok(Self(match property {
            Some(Property::Text(text)) => text,
            _ => Cow::Borrowed(""),
        }))
    }
}

/// Reads any JSON value and keeps it if it is a scalar.
trait AnyProperty<'de>: Sized {
    fn deserialize_any_property<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error>;
}

impl<'de> AnyProperty<'de> for Option<Property<'de>> {
    fn deserialize_any_property<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Any;
        impl<'de> Visitor<'de> for Any {
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
            fn visit_bool<E>(self, truth: bool) -> Result<Self::Value, E> {
                Ok(Some(Property::Truth(truth)))
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
        deserializer.deserialize_any(Any)
    }
}

struct AnyScalar<'de>(Option<Property<'de>>);

impl<'de: 'a, 'a> Deserialize<'de> for AnyScalar<'a> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Option::<Property<'de>>::deserialize_any_property(deserializer).map(Self)
    }
}

/// An array of values, or nothing.
struct Items<T>(Vec<T>);

impl<T> Default for Items<T> {
    fn default() -> Self {
        Self(Vec::new())
    }
}

impl<'de, T: Deserialize<'de>> Deserialize<'de> for Items<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct All<T>(PhantomData<T>);
        impl<'de, T: Deserialize<'de>> Visitor<'de> for All<T> {
            type Value = Items<T>;

            fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
                formatter.write_str("an array")
            }
            fn visit_unit<E>(self) -> Result<Self::Value, E> {
                Ok(Items::default())
            }
            fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<Self::Value, A::Error> {
                let mut all = Vec::new();
                while let Some(item) = items.next_element()? {
                    all.push(item);
                }
                Ok(Items(all))
            }
        }
        deserializer.deserialize_any(All(PhantomData))
    }
}

#[derive(Default)]
struct OneLink<'a>(Link<'a>);

impl<'de: 'a, 'a> Deserialize<'de> for OneLink<'a> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let mut links = Vec::new();
        deserializer.deserialize_any(LinkSeed { rel: Cow::Borrowed(""), links: &mut links })?;
        Ok(Self(links.into_iter().next().unwrap_or_default()))
    }
}

#[derive(Default)]
struct LinkList<'a>(Vec<Link<'a>>);

impl<'de: 'a, 'a> Deserialize<'de> for LinkList<'a> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct All;
        impl<'de> Visitor<'de> for All {
            type Value = Vec<Link<'de>>;

            fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
                formatter.write_str("links by their rels")
            }
            fn visit_unit<E>(self) -> Result<Self::Value, E> {
                Ok(Vec::new())
            }
            fn visit_map<A: MapAccess<'de>>(self, mut entries: A) -> Result<Self::Value, A::Error> {
                let mut links = Vec::new();
                while let Some(Key(rel)) = entries.next_key()? {
                    entries.next_value_seed(LinkSeed { rel, links: &mut links })?;
                }
                Ok(links)
            }
        }
        deserializer.deserialize_any(All).map(Self)
    }
}

/// A key, borrowed where it has no escapes.
struct Key<'a>(Cow<'a, str>);

impl<'de: 'a, 'a> Deserialize<'de> for Key<'a> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct AnyKey;
        impl<'de> Visitor<'de> for AnyKey {
            type Value = Cow<'de, str>;

            fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
                formatter.write_str("a key")
            }
            fn visit_borrowed_str<E>(self, text: &'de str) -> Result<Self::Value, E> {
                Ok(Cow::Borrowed(text))
            }
            fn visit_str<E>(self, text: &str) -> Result<Self::Value, E> {
                Ok(Cow::Owned(text.to_owned()))
            }
        }
        deserializer.deserialize_str(AnyKey).map(Self)
    }
}

/// Reads one link or an array of links of one rel.
struct LinkSeed<'a, 'de> {
    rel: Cow<'de, str>,
    links: &'a mut Vec<Link<'de>>,
}

impl<'de> DeserializeSeed<'de> for LinkSeed<'_, 'de> {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<(), D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for LinkSeed<'_, 'de> {
    type Value = ();

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("a link or several")
    }
    fn visit_unit<E>(self) -> Result<(), E> {
        Ok(())
    }
    fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<(), A::Error> {
        while items.next_element_seed(LinkSeed { rel: self.rel.clone(), links: self.links })?.is_some() {}
        Ok(())
    }
    fn visit_map<A: MapAccess<'de>>(self, mut entries: A) -> Result<(), A::Error> {
        let mut link = Link { rel: self.rel, ..Link::default() };
        while let Some(Key(name)) = entries.next_key()? {
            let AnyScalar(value) = entries.next_value()?;
            match (name.as_ref(), value) {
                ("href", Some(Property::Text(text))) => link.href = text,
                ("rel", Some(Property::Text(text))) => link.rel = text,
                ("title", Some(Property::Text(text))) => link.title = Some(text),
                _ => {}
            }
        }
        self.links.push(link);
        Ok(())
    }
}

#[derive(Default)]
struct Embedded<'a>(Vec<(Cow<'a, str>, Resource<'a>)>);

impl<'de: 'a, 'a> Deserialize<'de> for Embedded<'a> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct All;
        impl<'de> Visitor<'de> for All {
            type Value = Vec<(Cow<'de, str>, Resource<'de>)>;

            fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
                formatter.write_str("resources by their rels")
            }
            fn visit_unit<E>(self) -> Result<Self::Value, E> {
                Ok(Vec::new())
            }
            fn visit_map<A: MapAccess<'de>>(self, mut entries: A) -> Result<Self::Value, A::Error> {
                let mut found = Vec::new();
                while let Some(Key(rel)) = entries.next_key()? {
                    entries.next_value_seed(ResourceSeed { rel, found: &mut found })?;
                }
                Ok(found)
            }
        }
        deserializer.deserialize_any(All).map(Self)
    }
}

/// Reads one resource or an array of resources of one rel.
struct ResourceSeed<'a, 'de> {
    rel: Cow<'de, str>,
    found: &'a mut Vec<(Cow<'de, str>, Resource<'de>)>,
}

impl<'de> DeserializeSeed<'de> for ResourceSeed<'_, 'de> {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<(), D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for ResourceSeed<'_, 'de> {
    type Value = ();

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("a resource or several")
    }
    fn visit_unit<E>(self) -> Result<(), E> {
        Ok(())
    }
    fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<(), A::Error> {
        while items.next_element_seed(ResourceSeed { rel: self.rel.clone(), found: self.found })?.is_some() {}
        Ok(())
    }
    fn visit_map<A: MapAccess<'de>>(self, entries: A) -> Result<(), A::Error> {
        self.found.push((self.rel, read_resource(entries)?));
        Ok(())
    }
}

impl<'de: 'a, 'a> Deserialize<'de> for Resource<'a> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct One;
        impl<'de> Visitor<'de> for One {
            type Value = Resource<'de>;

            fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
                formatter.write_str("a resource")
            }
            fn visit_map<A: MapAccess<'de>>(self, entries: A) -> Result<Self::Value, A::Error> {
                read_resource(entries)
            }
        }
        deserializer.deserialize_map(One)
    }
}

fn read_resource<'de, A: MapAccess<'de>>(mut entries: A) -> Result<Resource<'de>, A::Error> {
    let mut resource = Resource::default();
    while let Some(Key(name)) = entries.next_key()? {
        match name.as_ref() {
            "_links" => resource.links = entries.next_value::<LinkList<'de>>()?.0,
            "_embedded" => resource.embedded = entries.next_value::<Embedded<'de>>()?.0,
            _ => {
                let AnyScalar(value) = entries.next_value()?;
                resource.properties.extend(value.map(|value| (name, value)));
            }
        }
    }
    Ok(resource)
}
