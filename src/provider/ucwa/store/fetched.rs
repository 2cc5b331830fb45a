//! Fetched resources, and fetches that failed.

use super::contact_list::ContactList;
use super::effects::{Effects, Fetch, FetchFailure};
use super::own_presence::OwnPresence;
use super::{Store, decode};
use crate::invitation::Moment;
use crate::provider::ucwa::wire::resource::Resource;

impl Store {
    /// Applies a fetched resource. `sent_at` is when its request was sent.
    pub fn apply_fetched(
        &mut self,
        fetch: &Fetch,
        resource: &Resource<'_>,
        sent_at: Moment,
        now: Moment,
        effects: &mut Effects,
    ) {
        match fetch {
            Fetch::Invitation(href) if self.joins.claim(href, resource.text("operationId")).is_some() => {}
            Fetch::Invitation(href) => {
                let Some((kind, time)) = self.invitations.take_kind_and_time(href, resource, now) else {
                    return;
                };
                let update = self.new_update(kind, Some(resource), "", time);
                self.upsert(href, update, effects);
                self.want_caller(href, now, effects);
                self.invitations.remove_answer_unless_carried_out(href, resource, sent_at, effects);
                self.invitations.end_if_connected(href, resource, effects);
            }
            Fetch::Person(href) => {
                self.contact_cards.learn(resource);
                self.apply_person(href, Some(decode::party(resource)), now, effects);
            }
            Fetch::ContactList(_) => ContactList::apply_fetched(resource, effects),
            Fetch::Contact(href) => self.contact_cards.apply_contact(href, Some(resource), now, effects),
            Fetch::ContactPart(part, href) => {
                self.contact_cards.apply_part(*part, href, Some(resource), effects);
            }
            Fetch::OwnPresence(_) => OwnPresence::apply_fetched(Some(resource), effects),
            Fetch::MissedItems(_) | Fetch::Logs(_) | Fetch::Log(_) => {
                self.missed.apply_fetched(fetch, Some(resource), effects);
            }
            Fetch::Conversation(href) => {
                self.conversations.apply_fetched(href, resource, sent_at, effects);
                self.want_participants(href, now, effects);
            }
            Fetch::Messaging(href) => {
                self.conversations.apply_fetched_messaging(href, resource, sent_at, effects);
            }
            Fetch::Message(conversation, href) => {
                let Some((_, id)) = self.conversations.known(conversation) else { return };
                let party_at = |href: &str| self.conversations.party(conversation, href);
                self.messages.apply_resource(href.clone(), resource, None, id, party_at, effects);
            }
            Fetch::Participant(conversation, href) => {
                self.contact_cards.learn(resource);
                self.conversations.apply_fetched_participant(conversation, href, resource, sent_at, effects);
                self.want_participants(conversation, now, effects);
            }
            Fetch::Part(conversation, part, _) => {
                self.conversations.apply_fetched_part(conversation, *part, resource, effects);
            }
        }
    }

    /// Handles a 404 for a fetched resource. All events are known up to `known_up_to`.
    pub fn apply_missing(&mut self, fetch: &Fetch, now: Moment, known_up_to: Moment, effects: &mut Effects) {
        match fetch {
            Fetch::Invitation(href) => self.invitations.end_if_missing(href, now, known_up_to, effects),
            Fetch::Conversation(href) => self.conversations.remove(href, effects),
            Fetch::Participant(conversation, href) => {
                self.conversations.remove_participant(conversation, href, effects);
            }
            Fetch::Person(href) => self.apply_person(href, None, now, effects),
            Fetch::OwnPresence(_) => OwnPresence::apply_fetched(None, effects),
            Fetch::MissedItems(_) | Fetch::Logs(_) | Fetch::Log(_) => {
                self.missed.apply_fetched(fetch, None, effects);
            }
            Fetch::ContactList(_) => ContactList::apply_failure(effects),
            Fetch::Contact(href) => self.contact_cards.apply_missing(href, now),
            Fetch::ContactPart(part, href) => self.contact_cards.apply_part(*part, href, None, effects),
            Fetch::Messaging(_) | Fetch::Message(..) | Fetch::Part(..) => {}
        }
    }

    /// Handles a fetch that failed permanently.
    pub fn apply_failure(
        &mut self,
        fetch: &Fetch,
        failure: FetchFailure<'_>,
        now: Moment,
        effects: &mut Effects,
    ) {
        match fetch {
            Fetch::Invitation(href) => self.invitations.apply_failure(href, failure, now, effects),
            Fetch::Person(href) if failure.is_transient => self.invitations.forget_person(href),
            Fetch::Person(href) => self.apply_person(href, None, now, effects),
            Fetch::OwnPresence(_) => OwnPresence::apply_fetched(None, effects),
            Fetch::MissedItems(_) | Fetch::Logs(_) | Fetch::Log(_) => {
                self.missed.apply_fetched(fetch, None, effects);
            }
            Fetch::ContactList(_) => ContactList::apply_failure(effects),
            Fetch::Contact(href) if failure.is_transient => self.contact_cards.apply_failure(href),
            Fetch::Contact(href) => self.contact_cards.apply_missing(href, now),
            Fetch::ContactPart(..)
            | Fetch::Conversation(_)
            | Fetch::Messaging(_)
            | Fetch::Message(..)
            | Fetch::Participant(..)
            | Fetch::Part(..) => {}
        }
    }

    /// Handles a failed fetch that will be repeated.
    pub fn apply_transient_failure(
        &mut self,
        fetch: &Fetch,
        failure: FetchFailure<'_>,
        effects: &mut Effects,
    ) {
        if let Fetch::Invitation(href) = fetch {
            self.invitations.apply_transient_failure(href, failure, effects);
        }
    }
}
