//! Fetching invitations and the people whom they name.

use super::deadline;
use super::decode;
use super::effects::{Effects, EventTime, Fetch, FetchFailure};
use super::href::Href;
use super::invitations::{Invitations, emit};
use super::named_people::Waiter;
use super::pending_invitation::Context;
use crate::invitation::{InvitationId, Kind, Moment, Party};
use crate::provider::Event;
use crate::provider::ucwa::wire::resource::Resource;

impl Invitations {
    /// Returns the fetch for an invitation, if it is pending.
    pub fn fetch(&self, id: InvitationId) -> Option<Fetch> {
        self.hrefs.get(&id).cloned().map(Fetch::Invitation)
    }

    /// Returns the fetches for all invitations.
    pub fn fetches(&self) -> impl Iterator<Item = Fetch> {
        self.pending.keys().chain(self.previous.links()).cloned().map(Fetch::Invitation)
    }

    /// Returns the fetches for the people who are being fetched.
    pub fn people_fetches(&self) -> impl Iterator<Item = Fetch> {
        self.people.fetching().cloned().map(Fetch::Person)
    }

    /// Returns the fetches for the invitations that should have ended, and postpones their next ones.
    pub fn overdue(&mut self, now: Moment) -> Vec<Fetch> {
        let overdue = self.pending.iter_mut().filter(|(_, pending)| pending.next_read_at <= now);
        overdue
            .map(|(href, pending)| {
                pending.next_read_at = deadline::next_read(now);
                Fetch::Invitation(href.clone())
            })
            .collect()
    }

    /// Returns the kind and the time for a fetched invitation, unless it has ended. Removes its link if that waited for the
    /// fetch.
    pub fn take_kind_and_time(
        &mut self,
        href: &Href,
        resource: &Resource<'_>,
        now: Moment,
    ) -> Option<(Kind, EventTime)> {
        let pending = self.pending.get(href).map(|pending| (pending.invitation.kind, EventTime::exact(now)));
        pending
            .or(self.previous.remove_link(href))
            .or_else(|| Some((resource.text("rel").and_then(decode::kind)?, EventTime::exact(now))))
            .filter(|_| !self.has_ended(href))
    }

    /// Handles a failed fetch of an invitation that will be repeated.
    pub fn apply_transient_failure(&mut self, href: &Href, failure: FetchFailure<'_>, effects: &mut Effects) {
        if let Some(pending) = self.pending.get_mut(href).filter(|pending| !pending.was_read) {
            pending.set_unreadable(failure.message);
            emit(pending, effects);
        }
    }

    /// Completes the invitations that name a person. Returns the ones that changed.
    pub fn apply_person(&mut self, href: &Href, party: Option<Party>, effects: &mut Effects) -> Vec<Href> {
        let mut changed = Vec::new();
        for waiter in self.people.resolve(href, party) {
            match waiter {
                Waiter::Pending(invitation) => {
                    let context = Context { base: &self.base, people: &self.people, me: &self.me };
                    let Some(pending) = self.pending.get_mut(&invitation) else { continue };
                    let before = pending.invitation.clone();
                    pending.name_people(context);
                    if pending.invitation != before {
                        emit(pending, effects);
                        changed.push(invitation);
                    }
                }
                Waiter::Accepted { id, expected } => {
                    let is_other = |person: &&Party| {
                        !person.is_empty() && !decode::is_same_address(&person.uri, &expected)
                    };
                    let acceptor = self.people.get(href).filter(is_other);
                    effects
                        .events
                        .extend(acceptor.map(|who| Event::AcceptedBy { id, party: Box::new(who.clone()) }));
                }
            }
        }
        changed
    }

    /// Removes a person who can't be fetched now, so that they are fetched when they are named again.
    pub fn forget_person(&mut self, href: &Href) {
        self.people.remove(href);
    }
}
