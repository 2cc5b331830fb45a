//! The conversations of an application: their participants, and what they offer.

use std::borrow::Cow;
use std::collections::BTreeMap;

use url::Url;

use super::decode;
use super::effects::{Effects, Fetch};
use super::href::{Href, normalize};
use crate::invitation::{
    AccountId, Conversation, ConversationId, Direction, Invitation, Kind, Moment, Party,
};
use crate::provider::ucwa::wire::events::{Change, EventKind};
use crate::provider::ucwa::wire::resource::Resource;
use crate::provider::{Event, Problem};
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
    states: BTreeMap<Href, ConversationState>,
    /// The conversation of each messaging modality.
    by_messaging: BTreeMap<Href, Href>,
}

struct ConversationState {
    conversation: Conversation,
    /// Whether the user takes part in the conversation, as opposed to being invited or having left.
    is_joined: bool,
    /// The other participants, in the order in which they joined.
    participants: Vec<(Href, Party)>,
    /// The participant who sent the invitation to the conversation.
    sender: Option<(Href, Party)>,
    add_participant: Option<Href>,
    messaging: Option<Href>,
    send_message: Option<Href>,
    set_is_typing: Option<Href>,
    /// When the latest event about the conversation arrived: the response to an earlier request may be older.
    changed_at: Moment,
    /// When the latest event about the messaging modality arrived.
    messaging_changed_at: Moment,
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

    /// Returns the conversations in which the user takes part.
    pub fn joined(&self) -> Vec<Conversation> {
        let joined = self.states.values().filter(|state| state.is_joined);
        joined.map(ConversationState::conversation).collect()
    }

    /// Returns the event for a changed conversation, if the user takes part in it.
    pub fn event(&self, href: &Href) -> Option<Event> {
        let state = self.states.get(href).filter(|state| state.is_joined)?;
        Some(Event::Conversation(Box::new(state.conversation())))
    }

    /// Returns a link of a conversation, if the conversation offers it now.
    pub fn link(&self, id: ConversationId, link: ConversationLink) -> Option<Href> {
        let (href, state) = self.states.iter().find(|(_, state)| state.conversation.id == id)?;
        match link {
            ConversationLink::Conversation => Some(href.clone()),
            ConversationLink::SetIsTyping => state.set_is_typing.clone(),
            ConversationLink::AddParticipant => state.add_participant.clone(),
            ConversationLink::SendMessage => state.send_message.clone(),
        }
    }

    /// Returns the fetches for all conversations, and for the contents of those in which the user takes part.
    pub fn fetches(&self) -> impl Iterator<Item = Fetch> {
        self.states.iter().flat_map(|(href, state)| {
            let messaging = state.messaging.iter().filter(|_| state.is_joined).cloned().map(Fetch::Messaging);
            let participants = state.participants.iter().filter(|_| state.is_joined);
            let participants =
                participants.map(|(participant, _)| Fetch::Participant(href.clone(), participant.clone()));
            std::iter::once(Fetch::Conversation(href.clone())).chain(messaging).chain(participants)
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
            state.messaging_changed_at = now;
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
        if state.is_none_or(|state| state.messaging_changed_at <= sent_at) {
            self.set_messaging(href, resource, effects);
        }
    }

    /// Returns the participant of a conversation at an href, if known.
    pub fn party(&self, conversation: &Href, href: &str) -> Option<Party> {
        self.states.get(conversation)?.party(&Href::from(self.key(href)))
    }

    /// Applies an event about a participant.
    pub fn apply_participant(&mut self, change: &Change<'_>, effects: &mut Effects) {
        let conversation = Href::from(self.key(&change.sender));
        let href = Href::from(self.key(&change.link.href));
        let Some(state) = self.states.get_mut(&conversation) else { return };
        // Somebody who types, is admitted from the lobby or gets another role has neither joined nor left.
        match change.within.as_deref() {
            None | Some("conversation") => {}
            Some("lobby") if state.has_participant(&href) => {
                return effects.fetches.push(Fetch::Participant(conversation, href));
            }
            Some("typingParticipants") => return state.note_typing(&href, change, effects),
            Some(_) => return,
        }
        if change.kind == EventKind::Deleted {
            return self.remove_participant(&conversation, &href, effects);
        }
        let title = change.link.title.as_deref().unwrap_or_default();
        let is_news = change.kind != EventKind::Added;
        let party = match (&change.resource, &state.sender) {
            (Some(resource), _) => decode::party(resource),
            (None, Some((sender, party))) if *sender == href && !is_news => party.clone(),
            (None, _) => Party { name: title.into(), ..Party::default() },
        };
        // The people of a conversation that the user is not in are of no concern yet.
        let is_wanted = state.is_joined && party.uri.is_empty();
        self.upsert_participant(&conversation, href.clone(), party, effects);
        if is_wanted {
            effects.fetches.push(Fetch::Participant(conversation, href));
        }
    }

    /// Applies a fetched participant, unless they left since the request was sent.
    pub fn apply_fetched_participant(
        &mut self,
        conversation: &Href,
        href: &Href,
        party: Party,
        effects: &mut Effects,
    ) {
        if self.states.get(conversation).is_some_and(|state| state.has_participant(href)) {
            self.upsert_participant(conversation, href.clone(), party, effects);
        }
    }

    /// Removes a participant from a conversation.
    pub fn remove_participant(&mut self, conversation: &Href, href: &Href, effects: &mut Effects) {
        let Some(state) = self.states.get_mut(conversation) else { return };
        state.participants.retain(|(other, _)| other != href);
        if state.participants.is_empty() {
            // The caller stood in for participants who were not known.
            state.conversation.participants.clear();
        }
        effects.changed_conversations.insert(conversation.clone());
    }

    /// Applies the result of joining a conversation's messaging. A problem is emitted, and shown with the
    /// conversation.
    pub fn apply_messaging_joined(&mut self, href: &Href, problem: Option<&Problem>, effects: &mut Effects) {
        let Some(state) = self.states.get_mut(href) else { return };
        let note = problem.map(|problem| format!("messages unavailable: {problem}")).unwrap_or_default();
        state.conversation.note = DisplayText::new(&note);
        effects.changed_conversations.insert(href.clone());
        if let Some(problem) = problem {
            let text = format!("Accepted, but rsvp could not join the chat: {problem}");
            effects.events.push(Event::Notice(DisplayText::new(&text)));
        }
    }

    /// Removes a conversation that ended.
    pub fn remove(&mut self, href: &Href, effects: &mut Effects) {
        let Some(state) = self.states.remove(href) else { return };
        self.by_messaging.retain(|_, conversation| conversation != href);
        if state.is_joined {
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
        let was_joined = state.is_joined;
        match resource.text("state") {
            Some("Connected" | "Conferenced" | "Conferencing") => state.is_joined = true,
            Some("Disconnected") => return self.remove(&href, effects),
            Some(_) => state.is_joined = false,
            None => {}
        }
        state.add_participant = resource.href("addParticipant").map(Href::from);
        state.messaging = messaging.or(state.messaging.take());
        if let Some(embedded) = resource.embedded("messaging") {
            state.set_messaging_link(embedded);
        }
        if state.is_joined {
            if !was_joined {
                effects.fetches.extend(state.unknown_participants(&href));
            }
            effects.changed_conversations.insert(href);
            if !was_joined
                && state.send_message.is_none()
                && let Some(messaging) = state.messaging.clone()
            {
                effects.fetches.push(Fetch::Messaging(messaging));
            }
        } else if was_joined {
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
        state.set_messaging_link(resource);
        state.messaging = Some(href.clone());
        effects.changed_conversations.insert(conversation);
    }

    fn upsert_participant(&mut self, conversation: &Href, href: Href, party: Party, effects: &mut Effects) {
        let Some(state) = self.states.get_mut(conversation) else { return };
        match state.participants.iter_mut().find(|(other, _)| *other == href) {
            // A mere link, which may not even have a title, does not overwrite what is known of a participant.
            Some((_, old)) if !party.uri.is_empty() || (old.uri.is_empty() && !party.name.is_empty()) => {
                *old = party;
            }
            Some(_) => {}
            None => state.participants.push((href, party)),
        }
        effects.changed_conversations.insert(conversation.clone());
    }

    fn key<'a>(&self, href: &'a str) -> Cow<'a, str> {
        normalize(&self.base, href)
    }
}

impl ConversationState {
    fn new(id: ConversationId) -> Self {
        Self {
            conversation: Conversation::new(id),
            is_joined: false,
            participants: Vec::new(),
            sender: None,
            add_participant: None,
            messaging: None,
            send_message: None,
            set_is_typing: None,
            changed_at: Moment::default(),
            messaging_changed_at: Moment::default(),
        }
    }

    fn conversation(&self) -> Conversation {
        let mut conversation = self.conversation.clone();
        if !self.participants.is_empty() {
            conversation.participants = self.participants.iter().map(|(_, party)| party.clone()).collect();
        }
        conversation.can_invite = self.add_participant.is_some();
        conversation.can_send = self.send_message.is_some();
        conversation.can_leave = true;
        conversation
    }

    /// Emits that a participant began or stopped to type.
    fn note_typing(&self, href: &Href, change: &Change<'_>, effects: &mut Effects) {
        let title = || change.link.title.as_deref().unwrap_or_default().into();
        let who = self.party(href).unwrap_or_else(|| Party { name: title(), ..Party::default() });
        if self.is_joined && !who.is_empty() {
            let is_typing = change.kind != EventKind::Deleted;
            effects.events.push(Event::Typing {
                conversation: self.conversation.id,
                who: Box::new(who),
                is_typing,
            });
        }
    }

    /// Returns the participant at an href.
    fn party(&self, href: &Href) -> Option<Party> {
        let known = self.participants.iter().find(|(other, _)| other == href).map(|(_, party)| party);
        let sender = self.sender.as_ref().filter(|(other, _)| other == href).map(|(_, party)| party);
        known.filter(|party| !party.is_empty()).or(sender).cloned()
    }

    /// Returns the fetches for the participants whose address is not known.
    fn unknown_participants(&self, href: &Href) -> impl Iterator<Item = Fetch> {
        let unknown = self.participants.iter().filter(|(_, party)| party.uri.is_empty());
        unknown.map(|(participant, _)| Fetch::Participant(href.clone(), participant.clone()))
    }

    /// Sets the participant who sent the invitation to the conversation.
    fn set_sender(&mut self, href: &Href, party: &Party) {
        if let Some((_, known)) = self.participants.iter_mut().find(|(other, _)| other == href)
            && known.uri.is_empty()
        {
            known.clone_from(party);
        }
        self.sender = Some((href.clone(), party.clone()));
    }

    fn has_participant(&self, href: &Href) -> bool {
        self.participants.iter().any(|(other, _)| other == href)
    }

    /// Sets the link of the messaging modality. Unlike those of an invitation, it comes and goes.
    fn set_messaging_link(&mut self, messaging: &Resource<'_>) {
        self.send_message = messaging.href("sendMessage").map(Href::from);
        self.set_is_typing = messaging.href("setIsTyping").map(Href::from);
    }
}
