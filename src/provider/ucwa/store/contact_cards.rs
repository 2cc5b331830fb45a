//! The contact cards of callers and participants: the address book's entry, presence, note and location of each person
//! behind a `contact` link. They are fetched only when nothing more urgent waits, and kept as long as the server allows.

use std::collections::{BTreeMap, HashMap, VecDeque};
use std::time::Duration;

use url::Url;

use super::decode;
use super::effects::{ContactPart, Effects, Fetch};
use super::href::{Href, normalize};
use crate::invitation::{Contact, Moment};
use crate::provider::Event;
use crate::provider::ucwa::http::caching::Caching;
use crate::provider::ucwa::wire::resource::Resource;
use crate::text::DisplayText;

/// The maximum number of people, and of their addresses, that are kept. The oldest are removed.
const CAPACITY: usize = 512;

/// The maximum number of people who wait to be read.
const MAX_WAITING: usize = 1_000;

/// The maximum number of addresses of one person.
const MAX_ADDRESSES: usize = 8;

/// The time for which a response is fresh if its header fields do not say.
const FRESH_FOR: Duration = Duration::from_secs(300);

/// The time for which nobody is read again unless the user looks at them, whatever the header fields say.
const AGAIN_AFTER: Duration = Duration::from_secs(30);

/// The time for which nobody is read again although the user looks at them.
const LOOK_AGAIN_AFTER: Duration = Duration::from_secs(5);

/// The urgency of reading a person.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Urgency {
    /// The user looks at the person.
    Selected,
    /// The person calls in an emergency.
    Emergency,
    /// The person calls urgently.
    Urgent,
    /// The person calls.
    Ringing,
    /// The person takes part in a conversation.
    Present,
}

/// The contact cards that one application has read or is to read.
pub(super) struct ContactCards {
    base: Url,
    /// The contact at each address in lower case.
    by_address: HashMap<Box<str>, Href>,
    /// The addresses in `by_address`, the oldest first.
    addresses: VecDeque<Box<str>>,
    cards: HashMap<Href, Card>,
    /// The hrefs of `cards`, the oldest first.
    order: VecDeque<Href>,
    /// The contact of each presence, note and location.
    of_part: HashMap<Href, Href>,
    /// The contacts to read, in the order of urgency and of arrival, each until a time.
    waiting: BTreeMap<(Urgency, u64), (Href, Moment)>,
    count: u64,
}

/// The contact of one person, as far as it was read.
#[derive(Default)]
struct Card {
    /// The addresses under which the person is shown.
    addresses: Vec<DisplayText>,
    contact: Contact,
    /// Whether the contact waits to be read, or is being read.
    is_underway: bool,
    /// When the contact was read, if it was.
    read_at: Option<Moment>,
    parts: BTreeMap<ContactPart, Href>,
    /// The entity tags and lifetimes of the responses, by the hrefs of their resources.
    kept: HashMap<Href, Kept>,
}

#[derive(Default)]
struct Kept {
    tag: Option<Box<str>>,
    fresh_until: Moment,
}

impl ContactCards {
    /// Creates an empty collection for the application at `base`.
    pub fn new(base: Url) -> Self {
        Self {
            base,
            by_address: HashMap::new(),
            addresses: VecDeque::new(),
            cards: HashMap::new(),
            order: VecDeque::new(),
            of_part: HashMap::new(),
            waiting: BTreeMap::new(),
            count: 0,
        }
    }

    /// Learns which contact a participant is.
    pub fn learn(&mut self, participant: &Resource<'_>) {
        let Some(contact) = participant.href("contact") else { return };
        let address = decode::party(participant).uri;
        if address.is_empty() {
            return;
        }
        let contact = Href::from(normalize(&self.base, contact));
        let address: Box<str> = address.as_str().to_lowercase().into();
        if self.by_address.insert(address.clone(), contact).is_none() {
            self.addresses.push_back(address);
            if self.addresses.len() > CAPACITY
                && let Some(oldest) = self.addresses.pop_front()
            {
                self.by_address.remove(&oldest);
            }
        }
    }

    /// Notes that the person at an address is to be read before `until`, unless what is known is fresh.
    pub fn want(
        &mut self,
        address: &DisplayText,
        urgency: Urgency,
        until: Moment,
        now: Moment,
        effects: &mut Effects,
    ) {
        let Some(href) = self.by_address.get(address.as_str().to_lowercase().as_str()).cloned() else {
            return;
        };
        if !self.cards.contains_key(&href) {
            self.make_room();
            self.order.push_back(href.clone());
        }
        let card = self.cards.entry(href.clone()).or_default();
        if !card.addresses.contains(address) && card.addresses.len() < MAX_ADDRESSES {
            card.addresses.push(address.clone());
            card.emit_for(address, effects);
        }
        let is_first = urgency == Urgency::Selected;
        let is_fresh = card.read_at.is_some_and(|at| {
            let is_recent = at.after(if is_first { LOOK_AGAIN_AFTER } else { AGAIN_AFTER }) > now;
            is_recent || card.kept.get(&href).is_some_and(|kept| kept.fresh_until > now)
        });
        if is_fresh || (card.is_underway && !is_first) || self.waiting.len() >= MAX_WAITING {
            return;
        }
        if card.is_underway {
            let before = self.waiting.len();
            self.waiting.retain(|_, (other, _)| *other != href);
            if self.waiting.len() == before {
                // It is being read.
                return;
            }
        }
        card.is_underway = true;
        self.count += 1;
        self.waiting.insert((urgency, self.count), (href, until));
    }

    /// Removes and returns the most urgent fetch. People who are of no more interest are left out.
    pub fn next(&mut self, now: Moment) -> Option<Fetch> {
        while let Some((_, (href, until))) = self.waiting.pop_first() {
            if until > now {
                return Some(Fetch::Contact(href));
            }
            if let Some(card) = self.cards.get_mut(&href) {
                card.is_underway = false;
            }
        }
        None
    }

    /// Returns whether somebody waits to be read.
    pub fn has_waiting(&self) -> bool {
        !self.waiting.is_empty()
    }

    /// Returns the entity tag of a resource that was read.
    pub fn tag(&self, fetch: &Fetch) -> Option<&str> {
        let (href, contact) = self.key_of(fetch)?;
        let card = self.cards.get(&contact).filter(|card| card.read_at.is_some())?;
        card.kept.get(&href)?.tag.as_deref()
    }

    /// Notes how the response to a fetch is kept.
    pub fn keep(&mut self, fetch: &Fetch, caching: Caching, now: Moment) {
        let Some((href, contact)) = self.key_of(fetch) else { return };
        let Some(card) = self.cards.get_mut(&contact) else { return };
        let kept = card.kept.entry(href).or_default();
        kept.fresh_until = now.after(caching.fresh_for.unwrap_or(FRESH_FOR));
        kept.tag = caching.tag;
    }

    /// Notes that there is no contact, or that it can't be read.
    pub fn apply_missing(&mut self, href: &Href, now: Moment) {
        let Some(card) = self.cards.get_mut(href) else { return };
        card.is_underway = false;
        card.read_at = Some(now);
        card.kept.entry(href.clone()).or_default().fresh_until = now.after(FRESH_FOR);
    }

    /// Applies a fetched contact; `None` if it did not change.
    pub fn apply_contact(
        &mut self,
        href: &Href,
        resource: Option<&Resource<'_>>,
        now: Moment,
        effects: &mut Effects,
    ) {
        let Some(card) = self.cards.get_mut(href) else { return };
        card.is_underway = false;
        card.read_at = Some(now);
        if let Some(resource) = resource {
            decode::merge_contact(&mut card.contact, resource);
            for part in ContactPart::ALL {
                if let Some(link) = resource.href(part.rel()) {
                    let link = Href::from(normalize(&self.base, link));
                    self.of_part.insert(link.clone(), href.clone());
                    card.parts.insert(part, link);
                }
            }
            card.emit(effects);
        }
        for (part, link) in &card.parts {
            if card.kept.get(link).is_none_or(|kept| kept.fresh_until <= now) {
                effects.fetches.push(Fetch::ContactPart(*part, link.clone()));
            }
        }
    }

    /// Applies a fetched presence, note or location; `None` if there is none.
    pub fn apply_part(
        &mut self,
        part: ContactPart,
        href: &Href,
        resource: Option<&Resource<'_>>,
        effects: &mut Effects,
    ) {
        let Some(card) = self.of_part.get(href).and_then(|contact| self.cards.get_mut(contact)) else {
            return;
        };
        let before = card.contact.clone();
        let nothing = Resource::default();
        decode::merge_contact_part(&mut card.contact, part, resource.unwrap_or(&nothing));
        if card.contact != before {
            card.emit(effects);
        }
    }

    /// Handles the failure of a fetch: the person is read again when they are of interest again.
    pub fn apply_failure(&mut self, href: &Href) {
        if let Some(card) = self.cards.get_mut(href) {
            card.is_underway = false;
        }
    }

    /// Applies an event about a presence, a note or a location: the server sends only its link.
    pub fn apply_change(&self, part: ContactPart, href: Href, effects: &mut Effects) {
        if self.of_part.contains_key(&href) {
            effects.fresh_fetches.push(Fetch::ContactPart(part, href));
        }
    }

    /// Has everybody read again when they are of interest again, because events may have been lost.
    pub fn expire(&mut self) {
        for kept in self.cards.values_mut().flat_map(|card| card.kept.values_mut()) {
            kept.fresh_until = Moment::default();
        }
    }

    /// Returns the keys of a fetched resource and of the contact that it belongs to.
    fn key_of(&self, fetch: &Fetch) -> Option<(Href, Href)> {
        match fetch {
            Fetch::Contact(href) => Some((href.clone(), href.clone())),
            Fetch::ContactPart(_, href) => Some((href.clone(), self.of_part.get(href)?.clone())),
            _ => None,
        }
    }

    /// Removes the oldest person if there is no room for another one.
    fn make_room(&mut self) {
        if self.order.len() < CAPACITY {
            return;
        }
        let Some(oldest) = self.order.pop_front() else { return };
        if let Some(card) = self.cards.remove(&oldest) {
            for part in card.parts.values() {
                self.of_part.remove(part);
            }
        }
        self.waiting.retain(|_, (href, _)| *href != oldest);
    }
}

impl Card {
    fn emit(&self, effects: &mut Effects) {
        for address in &self.addresses {
            self.emit_for(address, effects);
        }
    }

    fn emit_for(&self, address: &DisplayText, effects: &mut Effects) {
        if self.contact != Contact::default() {
            let contact = Box::new(self.contact.clone());
            effects.events.push(Event::Contact { address: address.clone(), contact });
        }
    }
}
