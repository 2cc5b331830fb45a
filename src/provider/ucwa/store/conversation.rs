//! The part of the [`Store`] that follows conversations: who is in them and what they offer.

use super::read;
use super::{Effects, Fetch, Key, Store};
use crate::invitation::{Conversation, ConversationId, Direction, Moment, Party};
use crate::provider::ucwa::wire::events::{Change, EventKind};
use crate::provider::ucwa::wire::resource::Resource;
use crate::provider::{Event, Problem};
use crate::text::DisplayText;

/// What is known of a conversation.
pub struct KnownConversation {
    conversation: Conversation,
    /// Whether we are part of it, as opposed to being invited or having left.
    joined: bool,
    participants: Vec<(Key, Party)>,
    add_participant: Option<Key>,
    messaging: Option<Key>,
    send_message: Option<Key>,
    add_messaging: Option<Key>,
    /// When an event last told of the conversation: what was asked for before that may be older.
    told_at: Moment,
    /// When an event last told of its messaging.
    messaging_told_at: Moment,
}

impl KnownConversation {
    pub(super) fn new(id: ConversationId) -> Self {
        Self {
            conversation: Conversation::new(id),
            joined: false,
            participants: Vec::new(),
            add_participant: None,
            messaging: None,
            send_message: None,
            add_messaging: None,
            told_at: Moment::default(),
            messaging_told_at: Moment::default(),
        }
    }

    pub(super) fn id(&self) -> ConversationId {
        self.conversation.id
    }

    fn told(&self) -> Event {
        Event::Conversation(Box::new(self.now()))
    }

    fn now(&self) -> Conversation {
        let mut conversation = self.conversation.clone();
        if !self.participants.is_empty() {
            conversation.participants = self.participants.iter().map(|(_, party)| party.clone()).collect();
        }
        conversation.can_invite = self.add_participant.is_some();
        conversation.can_send = self.send_message.is_some();
        conversation
    }
}

/// A link of a conversation that a person can use.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ConversationLink {
    /// `addParticipant`
    AddParticipant,
    /// `sendMessage`
    SendMessage,
}

impl Store {
    /// The conversations that we are part of.
    pub(super) fn joined_conversations(&self) -> Vec<Conversation> {
        self.conversations.values().filter(|known| known.joined).map(KnownConversation::now).collect()
    }

    /// Returns the event for a conversation that changed, if we are part of it.
    #[must_use]
    pub fn conversation_event(&self, key: &Key) -> Option<Event> {
        self.conversations.get(key).filter(|known| known.joined).map(KnownConversation::told)
    }

    /// The link of a conversation, if it offers that now.
    #[must_use]
    pub fn conversation_link(&self, id: ConversationId, link: ConversationLink) -> Option<Key> {
        let known = self.conversations.values().find(|known| known.id() == id)?;
        match link {
            ConversationLink::AddParticipant => known.add_participant.clone(),
            ConversationLink::SendMessage => known.send_message.clone(),
        }
    }

    /// The messaging modality of a conversation, and the link that joins it, as far as they are known.
    #[must_use]
    pub fn messaging(&self, conversation: &Key) -> (Option<Key>, Option<Key>) {
        self.conversations
            .get(conversation)
            .map_or((None, None), |known| (known.messaging.clone(), known.add_messaging.clone()))
    }

    /// Fetches for all conversations, and for what is in those that we are part of.
    pub(super) fn conversation_fetches(&self) -> impl Iterator<Item = Fetch> {
        self.conversations.iter().flat_map(|(key, known)| {
            let messaging = known.messaging.iter().filter(|_| known.joined).cloned().map(Fetch::Messaging);
            let people = known.participants.iter().filter(|_| known.joined);
            let people = people.map(|(href, _)| Fetch::Participant(key.clone(), href.clone()));
            std::iter::once(Fetch::Conversation(key.clone())).chain(messaging).chain(people)
        })
    }

    pub(super) fn conversation_changed(&mut self, change: &Change<'_>, now: Moment, effects: &mut Effects) {
        let key = Key::from(self.key(&change.link.href));
        if change.kind == EventKind::Deleted {
            self.drop_conversation(&key, effects);
        } else {
            self.see_conversation(key.clone(), change.resource.as_ref(), effects);
            if let Some(known) = self.conversations.get_mut(&key) {
                known.told_at = now;
            }
        }
    }

    /// Takes in a conversation that was asked for, unless it ended meanwhile or newer things were told of it.
    pub(super) fn conversation_fetched(
        &mut self,
        key: &Key,
        resource: &Resource<'_>,
        sent_at: Moment,
        effects: &mut Effects,
    ) {
        if self.conversations.get(key).is_some_and(|known| known.told_at <= sent_at) {
            self.see_conversation(key.clone(), Some(resource), effects);
        }
    }

    pub(super) fn messaging_changed(&mut self, change: &Change<'_>, now: Moment, effects: &mut Effects) {
        let key = Key::from(self.key(&change.link.href));
        if change.kind != EventKind::Deleted {
            match &change.resource {
                Some(resource) => {
                    self.see_messaging(&key, resource, effects);
                    let conversation = self.messagings.get(&key);
                    if let Some(known) = conversation.and_then(|key| self.conversations.get_mut(key)) {
                        known.messaging_told_at = now;
                    }
                }
                None => effects.fetches.push(Fetch::Messaging(key)),
            }
        }
    }

    /// Takes in the messaging of a conversation that was asked for, unless newer things were told of it.
    pub(super) fn messaging_fetched(
        &mut self,
        key: &Key,
        resource: &Resource<'_>,
        sent_at: Moment,
        effects: &mut Effects,
    ) {
        let known = self.messagings.get(key).and_then(|conversation| self.conversations.get(conversation));
        if known.is_none_or(|known| known.messaging_told_at <= sent_at) {
            self.see_messaging(key, resource, effects);
        }
    }

    pub(super) fn participant_changed(&mut self, change: &Change<'_>, effects: &mut Effects) {
        let conversation = Key::from(self.key(&change.sender));
        let href = Key::from(self.key(&change.link.href));
        let Some(known) = self.conversations.get_mut(&conversation) else { return };
        // Who types, is let in from the lobby or gets another role has neither joined nor left.
        match change.within.as_deref() {
            None | Some("conversation") => {}
            Some("lobby") if known.participants.iter().any(|(other, _)| *other == href) => {
                return effects.fetches.push(Fetch::Participant(conversation, href));
            }
            Some(_) => return,
        }
        if change.kind == EventKind::Deleted {
            return self.participant_left(&conversation, &href, effects);
        }
        let title = change.link.title.as_deref().unwrap_or_default();
        let party = match &change.resource {
            Some(resource) => read::person(resource),
            None => Party { name: title.into(), ..Party::default() },
        };
        let whole = !party.uri.is_empty();
        self.see_participant(&conversation, href.clone(), party, effects);
        if !whole {
            effects.fetches.push(Fetch::Participant(conversation, href));
        }
    }

    /// Takes in somebody who was asked for, unless they left meanwhile.
    pub(super) fn participant_fetched(
        &mut self,
        conversation: &Key,
        href: &Key,
        party: Party,
        effects: &mut Effects,
    ) {
        let known = self.conversations.get(conversation);
        if known.is_some_and(|known| known.participants.iter().any(|(other, _)| other == href)) {
            self.see_participant(conversation, href.clone(), party, effects);
        }
    }

    /// Takes in that somebody is no longer in a conversation.
    pub(super) fn participant_left(&mut self, conversation: &Key, href: &Key, effects: &mut Effects) {
        let Some(known) = self.conversations.get_mut(conversation) else { return };
        known.participants.retain(|(other, _)| other != href);
        if known.participants.is_empty() {
            // The caller stood in for a roster that was not known.
            known.conversation.participants.clear();
        }
        effects.changed.insert(conversation.clone());
    }

    fn see_participant(&mut self, conversation: &Key, href: Key, party: Party, effects: &mut Effects) {
        let Some(known) = self.conversations.get_mut(conversation) else { return };
        match known.participants.iter_mut().find(|(other, _)| *other == href) {
            // What was known of somebody is not overwritten by a mere mention, which may not even have a name.
            Some((_, old)) if !party.uri.is_empty() || (old.uri.is_empty() && !party.name.is_empty()) => {
                *old = party;
            }
            Some(_) => {}
            None => known.participants.push((href, party)),
        }
        effects.changed.insert(conversation.clone());
    }

    fn see_conversation(&mut self, key: Key, resource: Option<&Resource<'_>>, effects: &mut Effects) {
        self.conversation_id(&key);
        let Some(resource) = resource else {
            effects.fetches.push(Fetch::Conversation(key));
            return;
        };
        let messaging = resource.href("messaging").map(|href| Key::from(self.key(href)));
        if let Some(messaging) = &messaging {
            self.messagings.insert(messaging.clone(), key.clone());
        }
        let Some(known) = self.conversations.get_mut(&key) else { return };
        if let Some(subject) = resource.text("subject") {
            known.conversation.subject = DisplayText::new(subject);
        }
        let was_joined = known.joined;
        match resource.text("state") {
            Some("Connected" | "Conferenced" | "Conferencing") => known.joined = true,
            Some("Disconnected") => return self.drop_conversation(&key, effects),
            Some(_) => known.joined = false,
            None => {}
        }
        known.add_participant = resource.href("addParticipant").map(Key::from);
        known.messaging = messaging.or(known.messaging.take());
        if let Some(embedded) = resource.embedded("messaging") {
            take_links(known, embedded);
        }
        if known.joined {
            effects.changed.insert(key);
            if !was_joined
                && known.send_message.is_none()
                && let Some(messaging) = known.messaging.clone()
            {
                effects.fetches.push(Fetch::Messaging(messaging));
            }
        } else if was_joined {
            effects.events.push(Event::ConversationEnded(known.id()));
        }
    }

    fn see_messaging(&mut self, key: &Key, resource: &Resource<'_>, effects: &mut Effects) {
        let conversation = match resource.href("conversation") {
            Some(href) => Some(Key::from(self.key(href))),
            None => self.messagings.get(key).cloned(),
        };
        let Some(conversation) = conversation else { return };
        let Some(known) = self.conversations.get_mut(&conversation) else { return };
        take_links(known, resource);
        known.messaging = Some(key.clone());
        effects.changed.insert(conversation);
    }

    /// Takes in what became of joining a conversation's messaging. What went wrong is told and stays on its row.
    pub fn messaging_joined(&mut self, key: &Key, problem: Option<&Problem>, effects: &mut Effects) {
        let Some(known) = self.conversations.get_mut(key) else { return };
        let note = problem.map(|problem| format!("without messages: {problem}")).unwrap_or_default();
        known.conversation.note = DisplayText::new(&note);
        effects.changed.insert(key.clone());
        if let Some(problem) = problem {
            let text = format!("Accepted, but the messages could not be joined: {problem}");
            effects.events.push(Event::Notice(DisplayText::new(&text)));
        }
    }

    pub(super) fn drop_conversation(&mut self, key: &Key, effects: &mut Effects) {
        let Some(known) = self.conversations.remove(key) else { return };
        self.messagings.retain(|_, conversation| conversation != key);
        if known.joined {
            effects.events.push(Event::ConversationEnded(known.id()));
        }
    }

    /// Names a conversation after the invitation to it, until its own subject and roster are known.
    pub(super) fn name_conversation(&mut self, key: &Key, invitation: &Key) {
        let Some(invitation) = self.other_side(invitation) else { return };
        if invitation.direction == Direction::Outgoing {
            return;
        }
        let (subject, from) = (invitation.subject.clone(), invitation.from.clone());
        if let Some(known) = self.conversations.get_mut(key) {
            if known.conversation.subject.is_empty() {
                known.conversation.subject = subject;
            }
            known.conversation.participants = vec![from];
        }
    }
}

/// The messaging modality's links as they are now: unlike those of an invitation, they come and go.
fn take_links(known: &mut KnownConversation, messaging: &Resource<'_>) {
    known.send_message = messaging.href("sendMessage").map(Key::from);
    known.add_messaging = messaging.href("addMessaging").map(Key::from);
}
