//! The people whose contacts are read: the callers of ringing invitations, the participants of conversations,
//! and whoever the user looks at.

use std::collections::BTreeSet;
use std::time::Duration;

use super::Store;
use super::contact_cards::Urgency;
use super::effects::{ContactPart, Effects, Fetch};
use super::href::{Href, normalize};
use crate::invitation::{Direction, Importance, Moment};
use crate::provider::ucwa::http::caching::Caching;
use crate::provider::ucwa::wire::events::{Change, EventKind};
use crate::provider::ucwa::wire::resource::Resource;
use crate::text::DisplayText;

/// The time for which a person who does not ring is of interest.
const INTEREST: Duration = Duration::from_secs(120);

impl Store {
    /// Learns which contacts the people are whom an invitation embeds.
    pub(super) fn learn_contacts(&mut self, invitation: Option<&Resource<'_>>) {
        for (_, person) in invitation.into_iter().flat_map(|resource| &resource.embedded) {
            self.contact_cards.learn(person);
        }
    }

    /// Has the caller of an invitation read while it rings.
    pub(super) fn want_caller(&mut self, href: &Href, now: Moment, effects: &mut Effects) {
        let Some(pending) = self.invitations.pending.get(href) else { return };
        let invitation = &pending.invitation;
        let urgency = match invitation.importance {
            Importance::Emergency => Urgency::Emergency,
            Importance::Urgent => Urgency::Urgent,
            Importance::Normal => Urgency::Ringing,
        };
        if invitation.direction == Direction::Incoming {
            self.contact_cards.want(&invitation.from.uri, urgency, invitation.deadline, now, effects);
        }
    }

    /// Has the participants of a conversation read, if the user takes part in it.
    pub(super) fn want_participants(&mut self, conversation: &Href, now: Moment, effects: &mut Effects) {
        for address in self.conversations.addresses(conversation) {
            self.contact_cards.want(&address, Urgency::Present, now.after(INTEREST), now, effects);
        }
    }

    /// Has the person at an address read before all others.
    pub fn describe(&mut self, address: &DisplayText, now: Moment, effects: &mut Effects) {
        self.contact_cards.want(address, Urgency::Selected, now.after(INTEREST), now, effects);
    }

    /// Removes and returns the most urgent fetch of what is not needed at once: of a person, or of what was missed.
    pub fn next_detail(&mut self, now: Moment) -> Option<Fetch> {
        self.contact_cards.next(now).or_else(|| self.missed.next())
    }

    /// Returns whether [`Store::next_detail`] may return a fetch.
    #[must_use]
    pub fn has_waiting_details(&self) -> bool {
        self.contact_cards.has_waiting() || self.missed.has_waiting()
    }

    /// Returns the links that mark missed calls and conversations as read, each once.
    pub fn take_marks(&mut self, numbers: &[u64]) -> Vec<Href> {
        let marks = numbers.iter().filter_map(|number| self.missed.mark(*number));
        marks.filter(|href| !href.is_empty()).collect()
    }

    /// Returns the entity tag of a resource that was read and can be revalidated.
    #[must_use]
    pub fn tag(&self, fetch: &Fetch) -> Option<&str> {
        self.contact_cards.tag(fetch)
    }

    /// Notes how the response to a fetch is kept.
    pub fn keep(&mut self, fetch: &Fetch, caching: Caching, now: Moment) {
        self.contact_cards.keep(fetch, caching, now);
    }

    /// Notes that a fetched resource still is what was read.
    pub fn apply_unchanged(&mut self, fetch: &Fetch, now: Moment, effects: &mut Effects) {
        if let Fetch::Contact(href) = fetch {
            self.contact_cards.apply_contact(href, None, now, effects);
        }
    }

    /// Applies an event about a part of a contact.
    pub(super) fn apply_contact_part(&self, part: ContactPart, change: &Change<'_>, effects: &mut Effects) {
        if change.kind != EventKind::Deleted {
            self.contact_cards.apply_change(part, normalize(&self.base, &change.link.href).into(), effects);
        }
    }

    /// Returns the addresses of at most `count` people whose presence is of interest: the callers of the invitations that ring
    /// longest, and the participants of conversations.
    #[must_use]
    pub fn people_of_interest(&self, count: usize) -> BTreeSet<String> {
        let callers = self.invitations.callers().take(count);
        let people = callers.chain(self.conversations.partners());
        people
            .filter(|address| address.as_str().starts_with("sip:"))
            .map(ToString::to_string)
            .take(count)
            .collect()
    }
}
