//! The state of one generation of the application: its pending invitations and its conversations, by their hrefs.
//! Pure: it applies events and resources, and returns the events to emit and the resources to fetch.

mod action_links;
mod application_links;
mod contact_cards;
mod contact_list;
mod contact_requests;
mod conversation_part;
mod conversation_state;
mod conversations;
mod deadline;
pub mod decode;
mod effects;
mod ended_without_event;
mod fetched;
mod fetched_invitations;
mod href;
mod invitations;
mod joins;
mod meetings;
mod mentions;
mod messages;
mod missed;
mod modalities;
mod named_people;
mod outcome;
mod own_presence;
mod participants;
mod pending_answers;
mod pending_invitation;
mod previous_generation;
mod roster;

use url::Url;

use self::contact_cards::ContactCards;
use self::contact_list::ContactList;
use self::conversations::Conversations;
use self::invitations::{Invitations, Update};
use self::joins::Joins;
use self::messages::Messages;
use self::missed::Missed;
use self::own_presence::OwnPresence;
use self::previous_generation::PreviousGeneration;
use crate::invitation::{AccountId, ConversationId, Decision, InvitationId, Kind, Moment, Party};
use crate::provider::ucwa::wire::events::{Change, EventKind};
use crate::provider::ucwa::wire::resource::Resource;
use crate::provider::{Event, Ticket};
pub use application_links::ApplicationLinks;
pub use conversation_part::ConversationPart;
pub use conversations::ConversationLink;
pub use deadline::RING_TIMEOUT;
pub use effects::{ContactPart, Effects, EventTime, Fetch, FetchFailure};
pub use href::Href;
pub use invitations::LinkError;

/// Everything that one generation of the application has told: invitations, conversations, messages, contacts and missed
/// items.
pub struct Store {
    base: Url,
    invitations: Invitations,
    conversations: Conversations,
    messages: Messages,
    joins: Joins,
    own_presence: OwnPresence,
    contact_cards: ContactCards,
    contact_list: ContactList,
    missed: Missed,
}

impl Store {
    /// Creates an empty store for the application at `base`.
    #[must_use]
    pub fn new(account: AccountId, base: Url) -> Self {
        let invitations = Invitations::new(account, base.clone(), 0, PreviousGeneration::default());
        let conversations = Conversations::new(account, base.clone(), 0);
        Self::with(base, invitations, conversations)
    }

    /// Creates the store of an application of which no more is known than its invitations and its conversations.
    fn with(base: Url, invitations: Invitations, conversations: Conversations) -> Self {
        Self {
            invitations,
            conversations,
            messages: Messages::new(),
            joins: Joins::default(),
            own_presence: OwnPresence::default(),
            contact_cards: ContactCards::new(base.clone()),
            contact_list: ContactList::default(),
            missed: Missed::new(base.clone()),
            base,
        }
    }

    /// Returns the store for the next application, at `base`. If it is the same application, everything stays valid.
    /// Otherwise all links are invalid, and the invitations that the new application sends again keep their ids.
    ///
    /// Also returns the requests whose outcome will never be known.
    #[must_use]
    pub fn next_generation(self, base: Url) -> (Self, Vec<Ticket>) {
        if base == self.base {
            return (self, Vec::new());
        }
        let conversations = self.conversations.next_generation(base.clone());
        let (invitations, unsettled) = self.invitations.next_generation(base.clone());
        let missed = self.missed.next_generation(base.clone());
        (Self { missed, ..Self::with(base, invitations, conversations) }, unsettled)
    }

    /// Returns the form of an href that identifies its resource.
    #[must_use]
    pub fn key(&self, href: &str) -> Href {
        href::normalize(&self.base, href).into()
    }

    /// Sets the user, who is not shown as the target or the acceptor of an invitation.
    pub fn set_user(&mut self, user: &Party) {
        self.invitations.set_user(user.uri.clone());
    }

    /// Sets the links that the application names.
    pub fn set_links(&mut self, links: &ApplicationLinks) {
        let [presence, contacts] =
            [&links.presence, &links.my_contacts].map(|link| link.as_ref().map(|href| self.key(href)));
        self.own_presence.set_link(presence);
        self.contact_list.set_link(contacts);
        self.missed.set_links(links);
    }

    /// Has the user's contact list read.
    pub fn read_contact_list(&mut self, effects: &mut Effects) {
        self.contact_list.want(effects);
    }

    /// Returns the link of the user's own presence, if the server offers it now.
    #[must_use]
    pub fn presence_link(&self) -> Option<Href> {
        self.own_presence.link().cloned()
    }

    /// Returns the fetch for the user's own presence, if the server offers it now.
    #[must_use]
    pub fn fetch_own_presence(&self) -> Option<Fetch> {
        self.own_presence.fetch()
    }

    /// Returns a snapshot of everything that is known. What an earlier generation knew and this one has not sent is
    /// removed.
    pub fn snapshot(&mut self) -> Event {
        self.invitations.finish_takeover();
        Event::Snapshot { invitations: self.invitations.all(), conversations: self.conversations.shown() }
    }

    /// Returns whether invitations have to be read before it is clear which ones of an earlier generation are still
    /// pending.
    #[must_use]
    pub fn is_unclear(&self) -> bool {
        self.invitations.has_unresolved_links()
    }

    /// Returns whether an invitation is pending.
    #[must_use]
    pub fn has_pending(&self) -> bool {
        !self.invitations.is_empty()
    }

    /// Applies an event.
    pub fn apply(&mut self, change: &Change<'_>, time: EventTime, effects: &mut Effects) {
        if let Some(kind) = decode::kind(&change.link.rel) {
            return self.apply_invitation(kind, change, time, effects);
        }
        match change.link.rel.as_ref() {
            "conversation" => {
                self.conversations.apply(change, time.now, effects);
                let href = self.key(&change.link.href);
                self.want_participants(&href, time.now, effects);
            }
            "messaging" => self.conversations.apply_messaging(change, time.now, effects),
            "participant" => {
                change.resource.iter().for_each(|participant| self.contact_cards.learn(participant));
                self.conversations.apply_participant(change, time.now, effects);
            }
            "localParticipant" => self.conversations.apply_own_participant(change, effects),
            "onlineMeeting" => {
                self.conversations.apply_part(ConversationPart::OnlineMeeting, change, effects);
            }
            "phoneAudio" => self.conversations.apply_part(ConversationPart::PhoneAudio, change, effects),
            "presenceSubscription" => match change.kind {
                EventKind::Updated => effects.expiring_subscriptions.push(self.key(&change.link.href)),
                EventKind::Deleted => effects.ended_subscriptions.push(self.key(&change.link.href)),
                _ => {}
            },
            "contactPresence" => self.apply_contact_part(ContactPart::Presence, change, effects),
            "contactNote" => self.apply_contact_part(ContactPart::Note, change, effects),
            "contactLocation" => self.apply_contact_part(ContactPart::Location, change, effects),
            "contact" => self.contact_list.apply(change, effects),
            "message" => self.apply_message(change, effects),
            "presence" => {
                let href = self.key(&change.link.href);
                self.own_presence.apply(href, change.kind, effects);
            }
            _ => {}
        }
    }

    fn apply_message(&mut self, change: &Change<'_>, effects: &mut Effects) {
        let Some((conversation, id)) = self.conversations.known(&change.sender) else { return };
        let href = self.key(&change.link.href);
        let party_at = |href: &str| self.conversations.party(&conversation, href);
        self.messages.apply(href, change, (id, &conversation), party_at, effects);
    }

    /// Notes that the server has accepted a message of the user, which it keeps at `location`.
    pub fn add_sent_message(&mut self, location: &str, ticket: Ticket, effects: &mut Effects) {
        let href = self.key(location);
        self.messages.add_sent(href, ticket, effects);
    }

    /// Notes that events were lost. Returns the events that say where messages may be missing.
    pub fn note_loss(&mut self) -> Vec<Event> {
        self.conversations.note_loss()
    }

    /// Returns the link that carries out an answer.
    ///
    /// # Errors
    /// Returns an error if the invitation is not pending, or does not offer the answer.
    pub fn answer_link(&self, id: InvitationId, decision: &Decision) -> Result<Href, LinkError> {
        self.invitations.answer_link(id, decision)
    }

    /// Returns a link of a conversation, if the conversation offers it now.
    #[must_use]
    pub fn conversation_link(&self, id: ConversationId, link: ConversationLink) -> Option<Href> {
        self.conversations.link(id, link)
    }

    /// Returns the event for a changed conversation, if the user takes part in it.
    #[must_use]
    pub fn conversation_event(&self, href: &Href) -> Option<Event> {
        self.conversations.event(href)
    }

    /// Adds the user's answer to an invitation, which distinguishes its outcome from another device's answer.
    pub fn add_answer(&mut self, id: InvitationId, decision: Decision, ticket: Ticket) {
        self.invitations.add_answer(id, decision, ticket);
    }

    /// Removes the answer to an invitation, which the server refused.
    pub fn remove_answer(&mut self, id: InvitationId, effects: &mut Effects) {
        self.invitations.remove_answer(id, effects);
    }

    /// Marks the reply to an answer as lost. Returns when the invitation's state shows whether it was carried out.
    pub fn mark_reply_lost(&mut self, id: InvitationId, now: Moment) -> Moment {
        self.invitations.mark_reply_lost(id, now)
    }

    /// Marks the replies to all answers as lost. Returns the answers whose replies were outstanding.
    pub fn mark_all_replies_lost(&mut self, now: Moment) -> Vec<Ticket> {
        self.invitations.mark_all_replies_lost(now)
    }

    /// Adds an outgoing invitation. Its event may come before the reply to the request, or without one.
    pub fn add_outgoing(&mut self, operation_id: String, ticket: Ticket) {
        self.invitations.add_outgoing(operation_id, ticket);
    }

    /// Removes an outgoing invitation that the server refused.
    pub fn remove_outgoing(&mut self, ticket: Ticket) {
        self.invitations.remove_outgoing(ticket);
    }

    /// Returns the fetch for an invitation, if it is pending.
    #[must_use]
    pub fn fetch_invitation(&self, id: InvitationId) -> Option<Fetch> {
        self.invitations.fetch(id)
    }

    /// Begins to read everything again, because events may have been lost: the contact cards count as old, and the missed
    /// items are read from the start. Returns the fetches for everything that is known.
    #[must_use]
    pub fn begin_full_reload(&mut self) -> Vec<Fetch> {
        self.contact_cards.expire();
        let (invitations, people) = (self.invitations.fetches(), self.invitations.people_fetches());
        let own = self.own_presence.fetch().into_iter().chain(self.contact_list.fetch());
        let own = own.chain(self.missed.start());
        invitations.chain(self.conversations.fetches()).chain(people).chain(own).collect()
    }

    /// Returns the fetches for the invitations that should have ended, each at most once in a few seconds.
    pub fn overdue(&mut self, now: Moment) -> Vec<Fetch> {
        self.invitations.overdue(now)
    }

    fn apply_invitation(&mut self, kind: Kind, change: &Change<'_>, time: EventTime, effects: &mut Effects) {
        let href = href::normalize(&self.base, &change.link.href);
        if self.invitations.has_ended(&href) {
            return;
        }
        let href = Href::from(href);
        let operation_id = change.resource.as_ref().and_then(|resource| resource.text("operationId"));
        if let Some(conversation) = self.joins.claim(&href, operation_id) {
            return self.complete_join(&conversation, change, effects);
        }
        let resource = change.resource.as_ref();
        match change.kind {
            EventKind::Started | EventKind::Updated | EventKind::Added => {
                if resource.is_some() || !self.invitations.defer(&href, kind, time, effects) {
                    let title = change.link.title.as_deref().unwrap_or_default();
                    let update = self.new_update(kind, resource, title, time);
                    self.upsert(&href, update, effects);
                    self.want_caller(&href, time.now, effects);
                }
            }
            EventKind::Completed | EventKind::Deleted => {
                let update = self.new_update(kind, resource, "", time);
                self.invitations.complete(&href, change, update, effects);
            }
        }
    }

    /// Creates an update of an invitation. Its conversation is added if it is unknown.
    fn new_update<'a>(
        &mut self,
        kind: Kind,
        resource: Option<&'a Resource<'a>>,
        title: &'a str,
        time: EventTime,
    ) -> Update<'a> {
        let conversation = resource.and_then(|resource| resource.href("conversation"));
        let conversation = conversation.map(|href| self.conversations.get_or_insert(href));
        Update { kind, resource, title, time, conversation }
    }

    fn upsert(&mut self, href: &Href, update: Update<'_>, effects: &mut Effects) {
        let resource = update.resource;
        self.learn_contacts(resource);
        self.invitations.upsert(href, update, effects);
        self.name_conversation(href);
        self.invitations.end_by_state(href, resource, effects);
    }

    fn apply_person(&mut self, href: &Href, party: Option<Party>, now: Moment, effects: &mut Effects) {
        for invitation in self.invitations.apply_person(href, party, effects) {
            self.name_conversation(&invitation);
            self.want_caller(&invitation, now, effects);
        }
    }

    /// Names the conversation of an invitation after the invitation.
    fn name_conversation(&mut self, invitation: &Href) {
        if let Some((invitation, conversation, sender)) = self.invitations.with_conversation(invitation) {
            self.conversations.name_after(conversation, invitation, sender);
        }
    }
}
