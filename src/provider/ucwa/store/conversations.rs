//! The conversations of an application, and what they offer.

use std::borrow::Cow;
use std::collections::BTreeMap;

use url::Url;

use super::conversation_state::{Attendance, ConversationState};
use super::effects::{Effects, Fetch};
use super::href::{Href, normalize};
use crate::invitation::{AccountId, Conversation, ConversationId, Direction, Invitation, Kind, Moment};
use crate::provider::Event;
use crate::provider::ucwa::wire::events::{Change, EventKind};
use crate::provider::ucwa::wire::resource::Resource;
use crate::text::DisplayText;

/// A link of a conversation that carries out a request of the user.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ConversationLink {
    /// `addParticipant`
    AddParticipant,
    /// `sendMessage`
    SendMessage,
    /// `setIsTyping`
    SetIsTyping,
    /// The conversation itself, which is deleted to leave it.
    Conversation,
}

/// The conversations of one generation of the application.
pub(super) struct Conversations {
    account: AccountId,
    /// The application's address.
    base: Url,
    next_number: u64,
    pub(super) states: BTreeMap<Href, ConversationState>,
    /// The conversation of each messaging modality.
    by_messaging: BTreeMap<Href, Href>,
}

impl Conversations {
    /// Creates an empty collection for the application at `base`. Ids start at `first_number`, so that none of an
    /// earlier generation is used again.
    pub fn new(account: AccountId, base: Url, first_number: u64) -> Self {
        Self {
            account,
            base,
            next_number: first_number,
            states: BTreeMap::new(),
            by_messaging: BTreeMap::new(),
        }
    }

    /// Creates the collection for the next application, at `base`.
    pub fn next_generation(&self, base: Url) -> Self {
        Self::new(self.account, base, self.next_number)
    }

    /// Returns the key and the id of a conversation, which is added if it is unknown.
    pub fn get_or_insert(&mut self, href: &str) -> (Href, ConversationId) {
        let href = Href::from(self.key(href));
        let id = self.insert(&href);
        (href, id)
    }

    /// Returns the key and the id of a conversation that is known.
    pub fn known(&self, href: &str) -> Option<(Href, ConversationId)> {
        let (href, state) = self.states.get_key_value(self.key(href).as_ref())?;
        Some((href.clone(), state.conversation.id))
    }

    /// Returns the conversations in which the user takes part, or waits to.
    pub fn shown(&self) -> Vec<Conversation> {
        let shown = self.states.values().filter(|state| state.is_shown());
        shown.map(ConversationState::conversation).collect()
    }

    /// Notes that events were lost. Returns the events that say where messages may be missing; those of conversations that
    /// the user may have joined meanwhile follow once their states are told.
    pub fn note_loss(&mut self) -> Vec<Event> {
        for state in self.states.values_mut() {
            state.is_unclear = !state.is_joined();
        }
        let joined = self.states.values().filter(|state| state.is_joined());
        joined.map(|state| Event::MessagesMissing(state.conversation.id)).collect()
    }

    /// Returns whether the user takes part in a conversation.
    pub fn is_joined(&self, href: &Href) -> bool {
        self.states.get(href).is_some_and(ConversationState::is_joined)
    }

    /// Returns the addresses of the other participants of a conversation, if the user takes part in it.
    pub fn addresses(&self, conversation: &Href) -> Vec<DisplayText> {
        let state = self.states.get(conversation).filter(|state| state.is_joined());
        let participants = state.into_iter().flat_map(|state| state.roster.inside());
        participants.map(|member| member.party.uri.clone()).collect()
    }

    /// Returns the addresses of those with whom the user takes part in conversations.
    pub fn partners(&self) -> impl Iterator<Item = &DisplayText> {
        let joined = self.states.values().filter(|state| state.is_joined());
        joined.flat_map(|state| state.roster.inside()).map(|member| &member.party.uri)
    }

    /// Returns the event for a changed conversation, if the user takes part in it or waits to.
    pub fn event(&self, href: &Href) -> Option<Event> {
        let state = self.states.get(href).filter(|state| state.is_shown())?;
        Some(Event::Conversation(Box::new(state.conversation())))
    }

    /// Returns a link of a conversation, if the conversation offers it now.
    pub fn link(&self, id: ConversationId, link: ConversationLink) -> Option<Href> {
        let (href, state) = self.states.iter().find(|(_, state)| state.conversation.id == id)?;
        match link {
            ConversationLink::Conversation => Some(href.clone()),
            ConversationLink::SetIsTyping => state.messaging.set_is_typing.clone(),
            ConversationLink::AddParticipant => state.add_participant.clone(),
            ConversationLink::SendMessage => state.messaging.send_message.clone(),
        }
    }

    /// Returns the fetches for all conversations, and for the contents of those in which the user takes part.
    pub fn fetches(&self) -> impl Iterator<Item = Fetch> {
        self.states.iter().flat_map(|(href, state)| {
            let contents = if state.is_shown() { state.fetches(href) } else { Vec::new() };
            std::iter::once(Fetch::Conversation(href.clone())).chain(contents)
        })
    }

    /// Applies an event about a conversation.
    pub fn apply(&mut self, change: &Change<'_>, now: Moment, effects: &mut Effects) {
        let href = Href::from(self.key(&change.link.href));
        if change.kind == EventKind::Deleted {
            self.remove(&href, effects);
        } else {
            self.upsert(href.clone(), change.resource.as_ref(), effects);
            if let Some(state) = self.states.get_mut(&href) {
                state.changed_at = now;
            }
        }
    }

    /// Applies a fetched conversation, unless it ended or changed since the request was sent.
    pub fn apply_fetched(
        &mut self,
        href: &Href,
        resource: &Resource<'_>,
        sent_at: Moment,
        effects: &mut Effects,
    ) {
        if self.states.get(href).is_some_and(|state| state.changed_at <= sent_at) {
            self.upsert(href.clone(), Some(resource), effects);
        }
    }

    /// Applies an event about a messaging modality.
    pub fn apply_messaging(&mut self, change: &Change<'_>, now: Moment, effects: &mut Effects) {
        if change.kind == EventKind::Deleted {
            return;
        }
        let href = Href::from(self.key(&change.link.href));
        let Some(resource) = &change.resource else { return effects.fetches.push(Fetch::Messaging(href)) };
        self.set_messaging(&href, resource, effects);
        let conversation = self.by_messaging.get(&href);
        if let Some(state) = conversation.and_then(|href| self.states.get_mut(href)) {
            state.messaging.changed_at = now;
        }
    }

    /// Applies a fetched messaging modality, unless it changed since the request was sent.
    pub fn apply_fetched_messaging(
        &mut self,
        href: &Href,
        resource: &Resource<'_>,
        sent_at: Moment,
        effects: &mut Effects,
    ) {
        let state = self.by_messaging.get(href).and_then(|conversation| self.states.get(conversation));
        if state.is_none_or(|state| state.messaging.changed_at <= sent_at) {
            self.set_messaging(href, resource, effects);
        }
    }

    /// Removes a conversation that ended.
    pub fn remove(&mut self, href: &Href, effects: &mut Effects) {
        let Some(state) = self.states.remove(href) else { return };
        self.by_messaging.retain(|_, conversation| conversation != href);
        if state.is_shown() {
            effects.events.push(Event::ConversationEnded(state.conversation.id));
        }
    }

    /// Names a conversation after an invitation to it, whose sender is the participant at `sender`, until its own subject
    /// and participants are known.
    pub fn name_after(&mut self, href: &Href, invitation: &Invitation, sender: Option<&Href>) {
        // Whom the user invites into a conversation is not in it yet.
        if invitation.kind == Kind::Participant {
            return;
        }
        let is_sent = invitation.direction == Direction::Outgoing;
        if let Some(state) = self.states.get_mut(href) {
            if state.conversation.subject.is_empty() {
                state.conversation.subject = invitation.subject.clone();
            }
            let nobody = is_sent && invitation.to.is_none();
            let other = Some(invitation.other_side().clone()).filter(|_| !nobody);
            state.conversation.participants = other.into_iter().collect();
            state.is_call = matches!(invitation.kind, Kind::Phone | Kind::AudioVideo);
            if invitation.kind == Kind::Meeting && state.meeting().uri.is_empty() {
                state.meeting().uri = invitation.meeting.clone();
            }
            if let Some(sender) = sender.filter(|_| !is_sent) {
                state.set_sender(sender, &invitation.from);
            }
        }
    }

    fn insert(&mut self, href: &Href) -> ConversationId {
        if let Some(state) = self.states.get(href) {
            return state.conversation.id;
        }
        let id = ConversationId { account: self.account, number: self.next_number };
        self.next_number += 1;
        self.states.insert(href.clone(), ConversationState::new(id));
        id
    }

    fn upsert(&mut self, href: Href, resource: Option<&Resource<'_>>, effects: &mut Effects) {
        self.insert(&href);
        let Some(resource) = resource else {
            effects.fetches.push(Fetch::Conversation(href));
            return;
        };
        let messaging = resource.href("messaging").map(|href| Href::from(self.key(href)));
        if let Some(messaging) = &messaging {
            self.by_messaging.insert(messaging.clone(), href.clone());
        }
        let Some(state) = self.states.get_mut(&href) else { return };
        if let Some(subject) = resource.text("subject") {
            state.conversation.subject = DisplayText::new(subject);
        }
        let before = state.attendance;
        match resource.text("state") {
            Some("Connected") => state.attendance = Attendance::Inside,
            Some("Conferenced" | "Conferencing") => {
                state.attendance = Attendance::Inside;
                state.meeting();
            }
            Some("InLobby") => {
                state.attendance = Attendance::Lobby;
                state.meeting();
            }
            Some("Disconnected") => return self.remove(&href, effects),
            Some(_) => state.attendance = Attendance::Outside,
            None => {}
        }
        if before == Attendance::Lobby && state.is_joined() {
            state.own.is_in_lobby = false;
        }
        if std::mem::take(&mut state.is_unclear) && state.is_joined() {
            effects.events.push(Event::MessagesMissing(state.conversation.id));
        }
        state.add_participant = resource.href("addParticipant").map(Href::from);
        state.messaging.href = messaging.or(state.messaging.href.take());
        if let Some(embedded) = resource.embedded("messaging") {
            state.messaging.apply(embedded);
        }
        let parts = state.set_parts(resource);
        if state.is_shown() {
            effects.fetches.extend(state.first_fetches(&href, before, parts));
            effects.changed_conversations.insert(href);
        } else if before != Attendance::Outside {
            effects.events.push(Event::ConversationEnded(state.conversation.id));
        }
    }

    fn set_messaging(&mut self, href: &Href, resource: &Resource<'_>, effects: &mut Effects) {
        let conversation = match resource.href("conversation") {
            Some(href) => Some(Href::from(self.key(href))),
            None => self.by_messaging.get(href).cloned(),
        };
        let Some(conversation) = conversation else { return };
        let Some(state) = self.states.get_mut(&conversation) else { return };
        state.messaging.apply(resource);
        state.messaging.href = Some(href.clone());
        self.by_messaging.insert(href.clone(), conversation.clone());
        effects.changed_conversations.insert(conversation);
    }

    /// Returns the form of an href that identifies its resource.
    pub(super) fn key<'a>(&self, href: &'a str) -> Cow<'a, str> {
        normalize(&self.base, href)
    }
}
