//! The pending invitations of an application.

use std::collections::BTreeMap;
use std::sync::Arc;

use url::Url;

use super::deadline;
use super::decode;
use super::effects::{Effects, EventTime, Fetch};
use super::href::Href;
use super::mentions::Role;
use super::named_people::{NamedPeople, Waiter};
use super::outcome::{failure_outcome, reason_of_state};
use super::pending_invitation::{Context, PendingInvitation};
use super::previous_generation::{PreviousGeneration, PreviousInvitation};
use crate::invitation::{
    AccountId, ConversationId, Decision, Direction, Invitation, InvitationId, Kind, Offers, Outcome, Reason,
};
use crate::provider::ucwa::wire::events::{self, Change, CompletionStatus, EventKind};
use crate::provider::ucwa::wire::resource::Resource;
use crate::provider::{Event, Ticket};
use crate::recent::RecentSet;
use crate::text::DisplayText;

/// The number of ended invitations that are remembered.
const MAX_ENDED: usize = 8_192;

/// The invitations of one generation of the application.
pub(super) struct Invitations {
    account: AccountId,
    /// The application's address.
    pub base: Url,
    /// The user's own address.
    pub me: DisplayText,
    next_number: u64,
    pub pending: BTreeMap<Href, PendingInvitation>,
    pub hrefs: BTreeMap<InvitationId, Href>,
    /// The latest invitations that ended; a late event must not bring one back.
    ended: RecentSet<Href>,
    pub previous: PreviousGeneration,
    pub people: NamedPeople,
    /// The invitations that the user sends and whose event is outstanding, by their `operationId`.
    outgoing: BTreeMap<String, Ticket>,
}

/// A new or changed invitation.
pub(super) struct Update<'a> {
    pub kind: Kind,
    /// The invitation; without one, only a link to it is known.
    pub resource: Option<&'a Resource<'a>>,
    /// The title of the link to the invitation; may be empty.
    pub title: &'a str,
    pub time: EventTime,
    pub conversation: Option<(Href, ConversationId)>,
}

/// The reason why an invitation can't be answered.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LinkError {
    /// The invitation has ended, or belongs to an earlier session.
    NotPending,
    /// The server does not offer this answer.
    NotOffered,
}

impl Invitations {
    /// Creates an empty collection for the application at `base`. Ids start at `first_number`, so that none of an
    /// earlier generation is used again.
    pub fn new(account: AccountId, base: Url, first_number: u64, previous: PreviousGeneration) -> Self {
        Self {
            account,
            base,
            me: DisplayText::default(),
            next_number: first_number,
            pending: BTreeMap::new(),
            hrefs: BTreeMap::new(),
            ended: RecentSet::new(MAX_ENDED),
            previous,
            people: NamedPeople::default(),
            outgoing: BTreeMap::new(),
        }
    }

    /// Creates the collection for the next application, at `base`. Returns it with the outgoing requests whose
    /// outcome will never be known.
    pub fn next_generation(mut self, base: Url) -> (Self, Vec<Ticket>) {
        let unsettled = std::mem::take(&mut self.outgoing).into_values().collect();
        (Self::new(self.account, base, self.next_number, self.into_previous()), unsettled)
    }

    fn into_previous(self) -> PreviousGeneration {
        let pending = self.pending.into_values().map(PreviousInvitation::from);
        PreviousGeneration::new(self.previous.into_invitations().chain(pending).collect())
    }

    /// Sets the user's own address.
    pub fn set_user(&mut self, address: DisplayText) {
        self.me = address;
    }

    /// Removes the invitations of earlier generations that this one has not sent, and adds the ones that could not be
    /// read.
    pub fn finish_takeover(&mut self) {
        for (href, (kind, time)) in std::mem::take(&mut self.previous).into_links() {
            self.merge(&href, Update::link(kind, time), &mut Effects::default());
        }
    }

    /// Returns whether any invitation known only by its link may belong to an earlier generation.
    pub fn has_unresolved_links(&self) -> bool {
        self.previous.has_links()
    }

    pub fn is_empty(&self) -> bool {
        self.pending.is_empty()
    }

    pub fn has_ended(&self, href: &str) -> bool {
        self.ended.contains(href)
    }

    /// Returns the pending invitations.
    pub fn all(&self) -> Vec<Arc<Invitation>> {
        self.pending.values().map(|pending| pending.invitation.clone()).collect()
    }

    /// Returns the addresses of the callers, those who ring longest first.
    pub fn callers(&self) -> impl Iterator<Item = &DisplayText> {
        let pending = self.hrefs.values().filter_map(|href| self.pending.get(href));
        let incoming = pending.filter(|pending| pending.invitation.direction == Direction::Incoming);
        incoming.map(|pending| &pending.invitation.from.uri)
    }

    /// Returns an invitation, its conversation and the href of its sender, if the first two are known.
    pub fn with_conversation(&self, href: &Href) -> Option<(&Invitation, &Href, Option<&Href>)> {
        let pending = self.pending.get(href)?;
        Some((&pending.invitation, pending.conversation.as_ref()?, pending.mentions.sender_href()))
    }

    /// Returns the link for an answer.
    ///
    /// # Errors
    /// Returns an error if the invitation is not pending, or does not offer the answer.
    pub fn answer_link(&self, id: InvitationId, decision: &Decision) -> Result<Href, LinkError> {
        let pending =
            self.hrefs.get(&id).and_then(|href| self.pending.get(href)).ok_or(LinkError::NotPending)?;
        pending.links.get(decision).map(Href::from).ok_or(LinkError::NotOffered)
    }

    /// Notes that the user leaves the lobby of the meeting to which an invitation led, which declines it.
    pub fn leave_lobby(&mut self, conversation: &Href) {
        let led = |pending: &&mut PendingInvitation| pending.conversation.as_ref() == Some(conversation);
        if let Some(answer) = self.pending.values_mut().find(led).and_then(|pending| pending.answer.as_mut())
        {
            answer.decision = Decision::Decline(Reason::Local);
        }
    }

    /// Adds an outgoing invitation. Its event may come before the reply to the request, or without one.
    pub fn add_outgoing(&mut self, operation_id: String, ticket: Ticket) {
        self.outgoing.insert(operation_id, ticket);
    }

    /// Removes an outgoing invitation that the server refused.
    pub fn remove_outgoing(&mut self, ticket: Ticket) {
        self.outgoing.retain(|_, other| *other != ticket);
    }

    /// Defers a link to an unknown invitation if it may be one of an earlier generation, or one that the user has just
    /// sent, which only its resource shows. Returns whether the link was deferred.
    pub fn defer(&mut self, href: &Href, kind: Kind, time: EventTime, effects: &mut Effects) -> bool {
        let may_be_sent = kind != Kind::Participant && !self.outgoing.is_empty();
        let is_deferred = (may_be_sent || !self.previous.is_empty()) && !self.pending.contains_key(href);
        if is_deferred && self.previous.add_link(href, kind, time) {
            effects.fetches.push(Fetch::Invitation(href.clone()));
        }
        is_deferred
    }

    /// Adds or updates an invitation.
    pub fn upsert(&mut self, href: &Href, update: Update<'_>, effects: &mut Effects) {
        let is_link = update.resource.is_none();
        self.merge(href, update, effects);
        self.request_people(href, effects);
        let Some(pending) = self.pending.get(href) else { return };
        if is_link {
            effects.fetches.push(Fetch::Invitation(href.clone()));
        }
        emit(pending, effects);
    }

    /// Ends an invitation if its resource has a final `state`.
    pub fn end_by_state(&mut self, href: &Href, resource: Option<&Resource<'_>>, effects: &mut Effects) {
        let state = resource.and_then(|resource| resource.text("state")).unwrap_or_default();
        if let Some(reason) = reason_of_state(state) {
            let outcome = self.outcome(href, Some(&reason));
            self.end(href, outcome, effects);
        }
    }

    /// Applies an event that ends an invitation.
    pub fn complete(&mut self, href: &Href, change: &Change<'_>, update: Update<'_>, effects: &mut Effects) {
        self.previous.remove_link(href);
        let was_known = self.pending.contains_key(href);
        if update.resource.is_some() {
            self.merge(href, update, effects);
            // An invitation that ended before its first event still belongs into the history.
            let is_news =
                |pending: &&PendingInvitation| !was_known || pending.invitation.accepted_by.is_some();
            if let Some(pending) = self.pending.get(href).filter(is_news) {
                emit(pending, effects);
            }
        }
        let state = change.resource.as_ref().and_then(|resource| resource.text("state")).unwrap_or_default();
        let outcome = match (change.kind, change.status) {
            (EventKind::Deleted, _) => Outcome::Lost,
            (_, Some(CompletionStatus::Success)) => Outcome::Accepted,
            (_, Some(CompletionStatus::Failure)) => self.outcome(href, change.reason.as_ref()),
            (_, None) if state == "Connected" => Outcome::Accepted,
            (_, None) => self.outcome(href, reason_of_state(state).as_ref().or(change.reason.as_ref())),
        };
        self.end(href, outcome, effects);
    }

    pub fn get_mut(&mut self, id: InvitationId) -> Option<&mut PendingInvitation> {
        self.hrefs.get(&id).and_then(|href| self.pending.get_mut(href))
    }

    /// Merges a resource, or a link to it, into the invitation, which is added if it is unknown.
    pub fn merge(&mut self, href: &Href, update: Update<'_>, effects: &mut Effects) {
        let operation_id = update.resource.and_then(|resource| resource.text("operationId"));
        let ticket = operation_id.and_then(|operation_id| self.outgoing.remove(operation_id));
        let is_taken_over = !self.pending.contains_key(href) && self.insert(href, &update);
        let context = Context { base: &self.base, people: &self.people, me: &self.me };
        let Some(pending) = self.pending.get_mut(href) else { return };
        pending.merge(update.resource, update.conversation, context);
        effects.carried_out.extend(ticket.map(|ticket| (ticket, pending.invitation.id)));
        if is_taken_over && let Some(resource) = update.resource {
            self.remove_answer_unless_carried_out(href, resource, update.time.now, effects);
        }
    }

    /// Adds an invitation: a new one, or one of an earlier generation with its id and its answer. Returns whether it
    /// is of an earlier generation.
    fn insert(&mut self, href: &Href, update: &Update<'_>) -> bool {
        let nothing = Resource::default();
        let resource = update.resource.unwrap_or(&nothing);
        let time = update.time;
        let previous = self.previous.take(update.kind, resource, &self.me);
        let is_taken_over = previous.is_some();
        let (invitation, answer) = if let Some(previous) = previous {
            (Invitation { offers: Offers::default(), ..previous.invitation }, previous.answer)
        } else {
            let id = InvitationId { account: self.account, number: self.next_number };
            self.next_number += 1;
            let deadline = deadline::of(time.now);
            let invitation = decode::new_invitation(id, update.kind, time.now, deadline);
            (Invitation { certainty: time.certainty, ..invitation }, None)
        };
        self.hrefs.insert(invitation.id, href.clone());
        let next_read_at = deadline::next_read(invitation.deadline.max(time.now));
        let pending = PendingInvitation::new(invitation, update.title, answer, next_read_at);
        self.pending.insert(href.clone(), pending);
        is_taken_over
    }

    /// Requests the people whom an invitation names incompletely.
    fn request_people(&mut self, href: &Href, effects: &mut Effects) {
        let Some(pending) = self.pending.get(href) else { return };
        let outgoing = pending.invitation.direction == Direction::Outgoing;
        for (role, person) in pending.mentions.incomplete() {
            // The sender of an outgoing invitation is the user.
            let is_needed = !(outgoing && role == Role::From);
            if is_needed && self.people.request(person, Waiter::Pending(href.clone())) {
                effects.fetches.push(Fetch::Person(person.clone()));
            }
        }
    }

    /// Ends an invitation.
    pub fn end(&mut self, href: &Href, outcome: Outcome, effects: &mut Effects) {
        self.ended.insert(href.clone());
        let Some(pending) = self.pending.remove(href) else { return };
        let invitation = pending.invitation;
        self.hrefs.remove(&invitation.id);
        let outcome = match (outcome, invitation.direction) {
            (Outcome::Accepted, Direction::Outgoing) => Outcome::Joined,
            (outcome, _) => outcome,
        };
        if invitation.kind == Kind::Meeting && outcome == Outcome::Accepted {
            effects.joins.extend(pending.conversation);
        }
        let is_accepted = matches!(outcome, Outcome::Accepted | Outcome::Joined | Outcome::AnsweredElsewhere);
        effects.events.push(Event::Ended { id: invitation.id, outcome });
        if !is_accepted {
            return;
        }
        for (_, person) in pending.mentions.incomplete().filter(|(role, _)| *role == Role::AcceptedBy) {
            let outgoing = invitation.direction == Direction::Outgoing;
            let expected = invitation.to.as_ref().filter(|_| outgoing).map_or(&self.me, |to| &to.uri).clone();
            if self.people.request(person, Waiter::Accepted { id: invitation.id, expected }) {
                effects.fetches.push(Fetch::Person(person.clone()));
            }
        }
    }

    /// Returns the outcome of a failed invitation. An unknown invitation counts as incoming.
    fn outcome(&self, href: &Href, reason: Option<&events::Reason<'_>>) -> Outcome {
        let pending = self.pending.get(href);
        let direction = pending.map_or(Direction::Incoming, |pending| pending.invitation.direction);
        let answer = pending.and_then(|pending| pending.answer.as_ref());
        failure_outcome(reason, direction, answer.map(|answer| &answer.decision))
    }
}

impl Update<'_> {
    /// Creates the update for a link without a title.
    pub fn link(kind: Kind, time: EventTime) -> Self {
        Self { kind, resource: None, title: "", time, conversation: None }
    }
}

/// Emits the current state of an invitation.
pub(super) fn emit(pending: &PendingInvitation, effects: &mut Effects) {
    effects.events.push(Event::Invitation(pending.invitation.clone()));
}
