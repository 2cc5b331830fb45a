//! Fetching invitations and the people whom they name.

use std::time::Duration;

use super::decode;
use super::effects::{Effects, EventTime, Fetch, FetchFailure};
use super::href::Href;
use super::invitations::{Invitations, READ_AFTER_DEADLINE, Update, emit};
use super::pending_invitation::Context;
use super::people::Waiter;
use crate::invitation::{InvitationId, Kind, Moment, Outcome, Party};
use crate::provider::Event;
use crate::provider::ucwa::wire::resource::Resource;

/// The wait before an invitation that was not found is read again.
const READ_MISSING_AGAIN: Duration = Duration::from_secs(1);

/// The wait before an invitation whose fetch failed is read again.
const READ_FAILED_AGAIN: Duration = Duration::from_secs(15);

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
        let overdue = self.pending.iter_mut().filter(|(_, pending)| pending.read_at <= now);
        overdue
            .map(|(href, pending)| {
                pending.read_at = now.after(READ_AFTER_DEADLINE);
                Fetch::Invitation(href.clone())
            })
            .collect()
    }

    /// Returns the kind and the time for a fetched invitation, unless it has ended.
    pub fn describe_fetched(
        &mut self,
        href: &Href,
        resource: &Resource<'_>,
        now: Moment,
    ) -> Option<(Kind, EventTime)> {
        let pending = self.pending.get(href).map(|pending| (pending.invitation.kind, now.into()));
        pending
            .or(self.previous.remove_link(href))
            .or_else(|| Some((resource.text("rel").and_then(decode::kind)?, now.into())))
            .filter(|_| !self.has_ended(href))
    }

    /// Settles a fetched invitation: an answer whose reply was lost, and a completion whose event was lost.
    pub fn settle_fetched(
        &mut self,
        href: &Href,
        resource: &Resource<'_>,
        sent_at: Moment,
        effects: &mut Effects,
    ) {
        self.check_answer(href, resource, sent_at, effects);
        // Its completion may have been in a batch that was lost: this state leads nowhere else.
        if resource.text("state") == Some("Connected") {
            self.end(href, Outcome::Accepted, effects);
        }
    }

    /// Handles a 404 for an invitation. The event with its outcome is most likely on the way: the invitation ends
    /// without one only if all events are known up to a time after it was first missing.
    pub fn end_if_missing(&mut self, href: &Href, now: Moment, known_up_to: Moment, effects: &mut Effects) {
        self.previous.remove_link(href);
        let Some(pending) = self.pending.get_mut(href) else { return };
        if *pending.missing_since.get_or_insert(now) < known_up_to {
            self.end(href, Outcome::Lost, effects);
        } else {
            pending.read_at = now.after(READ_MISSING_AGAIN);
        }
    }

    /// Handles the fetch of an invitation that failed permanently. One that was never read ends at its deadline,
    /// because no event will end it.
    pub fn apply_failure(
        &mut self,
        href: &Href,
        failure: FetchFailure<'_>,
        now: Moment,
        effects: &mut Effects,
    ) {
        if let Some((kind, time)) = self.previous.remove_link(href) {
            self.merge(href, Update::link(kind, time), effects);
        }
        let Some(pending) = self.pending.get_mut(href) else { return };
        let ends_at = pending.invitation.deadline.after(READ_AFTER_DEADLINE);
        pending.read_at = ends_at.max(now.after(READ_FAILED_AGAIN));
        if pending.was_read {
            return;
        }
        if ends_at <= now {
            return self.end(href, Outcome::Lost, effects);
        }
        pending.set_unread(failure.message);
        emit(pending, effects);
    }

    /// Handles a failed fetch of an invitation that will be repeated.
    pub fn apply_transient_failure(&mut self, href: &Href, failure: FetchFailure<'_>, effects: &mut Effects) {
        if let Some(pending) = self.pending.get_mut(href).filter(|pending| !pending.was_read) {
            pending.set_unread(failure.message);
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
