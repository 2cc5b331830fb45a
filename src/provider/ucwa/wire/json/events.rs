//! Responses of the event channel, and the reasons of errors.

use std::borrow::Cow;

use serde::Deserialize;
use serde_json::value::RawValue;

use super::resource::Embedded;
use super::value::{Array, ByRel, First, Text};
use crate::provider::ucwa::wire::events::{Batch, Change, ChannelLinks, CompletionStatus, EventKind, Reason};
use crate::provider::ucwa::wire::resource::{Link, Resource};

/// Decodes a response of the event channel; see [`super::batch`].
pub(super) fn batch(body: &str) -> Result<Batch<'_>, serde_json::Error> {
    // Almost always every event can be decoded, and one pass is enough.
    match serde_json::from_str::<RawBatch<'_, RawSender<'_, RawEvent<'_>>>>(body) {
        Ok(batch) => Ok(batch.decode(RawSender::decode)),
        Err(_) => decode_each_event(body),
    }
}

/// Decodes the reason in an error's body; its parts may be empty.
pub(super) fn reason(body: &str) -> Option<Reason<'_>> {
    serde_json::from_str::<RawReason<'_>>(body).ok().map(Into::into)
}

/// Decodes each event separately, so that one malformed event does not lose the others.
fn decode_each_event(body: &str) -> Result<Batch<'_>, serde_json::Error> {
    let batch: RawBatch<'_, &RawValue> = serde_json::from_str(body)?;
    Ok(batch.decode(|sender, batch| {
        let Ok(sender) = serde_json::from_str::<RawSender<'_, &RawValue>>(sender.get()) else {
            batch.malformed += 1;
            return;
        };
        let mut readable = RawSender { href: sender.href, events: Array::default() };
        for event in sender.events.0 {
            match serde_json::from_str::<RawEvent<'_>>(event.get()) {
                Ok(event) => readable.events.0.push(event),
                Err(_) => batch.malformed += 1,
            }
        }
        readable.decode(batch);
    }))
}

#[derive(Deserialize)]
#[serde(bound(deserialize = "'de: 'a, S: Deserialize<'de>"))]
struct RawBatch<'a, S> {
    #[serde(borrow, rename = "_links", default)]
    links: ByRel<Link<'a>>,
    #[serde(default)]
    sender: Array<S>,
}

impl<'a, S> RawBatch<'a, S> {
    fn decode(self, mut decode_sender: impl FnMut(S, &mut Batch<'a>)) -> Batch<'a> {
        let mut links = ChannelLinks::default();
        for link in self.links.0 {
            links.insert(link);
        }
        let mut batch = Batch { links, ..Batch::default() };
        for sender in self.sender.0 {
            decode_sender(sender, &mut batch);
        }
        batch
    }
}

#[derive(Deserialize)]
#[serde(bound(deserialize = "'de: 'a, E: Deserialize<'de>"))]
struct RawSender<'a, E> {
    #[serde(borrow, default)]
    href: Text<'a>,
    #[serde(default)]
    events: Array<E>,
}

impl<'a> RawSender<'a, RawEvent<'a>> {
    fn decode(self, batch: &mut Batch<'a>) {
        for event in self.events.0 {
            batch.changes.extend(event.into_change(&self.href.0));
        }
    }
}

#[derive(Deserialize)]
struct RawEvent<'a> {
    #[serde(borrow, rename = "type", default)]
    kind: Text<'a>,
    #[serde(borrow, default)]
    link: First<Link<'a>>,
    #[serde(borrow, rename = "in", default)]
    within: First<Link<'a>>,
    #[serde(borrow, rename = "_embedded", default)]
    embedded: ByRel<Embedded<'a>>,
    #[serde(borrow, default)]
    status: Text<'a>,
    #[serde(borrow, default)]
    reason: Option<RawReason<'a>>,
}

impl<'a> RawEvent<'a> {
    fn into_change(self, sender: &Cow<'a, str>) -> Option<Change<'a>> {
        let kind = EventKind::parse(&self.kind.0)?;
        let mut link = self.link.0.unwrap_or_default();
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
            within: self.within.0.map(|collection| collection.rel).filter(|rel| !rel.is_empty()),
            resource,
            status: CompletionStatus::parse(&self.status.0),
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
