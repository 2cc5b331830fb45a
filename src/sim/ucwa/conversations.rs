//! Conversations: who joins and leaves, and how they end.

use std::collections::HashSet;

use super::conversation::{Conversation, ConversationNumber, ConversationSnapshot};
use super::person::Person;
use super::resource::{Finished, Resource};
use super::world::World;

impl World {
    /// Returns the conversations that the user is in and that an application was told of.
    pub fn joined_conversations(&self) -> Vec<ConversationSnapshot> {
        let is_announced = |number: &ConversationNumber| {
            self.applications.values().any(|application| application.conversations.contains(number))
        };
        let joined =
            self.conversations.iter().filter(|(number, known)| known.is_joined() && is_announced(number));
        let snapshot = |(number, conversation): (&ConversationNumber, &Conversation)| ConversationSnapshot {
            number: *number,
            subject: conversation.subject.clone(),
            people: conversation.roster.iter().flatten().cloned().collect(),
            messaging: conversation.messaging,
        };
        joined.map(snapshot).collect()
    }

    /// Adds a person to a conversation, which thereby becomes a conference.
    pub fn join_conversation(&mut self, number: ConversationNumber, person: Person) {
        let Some(conversation) = self.conversations.get_mut(&number) else { return };
        conversation.roster.push(Some(person));
        conversation.state = "Conferenced";
        let index = conversation.roster.len() - 1;
        self.send_participant_added(number, index);
        self.send_conversation(number, "updated");
    }

    /// Removes a person from a conversation, which ends when nobody is left.
    pub fn leave_conversation(&mut self, number: ConversationNumber, uri: &str) {
        let Some(conversation) = self.conversations.get_mut(&number) else { return };
        let Some(index) = conversation.index_of(uri) else { return };
        if let Some(place) = conversation.roster.get_mut(index) {
            *place = None;
        }
        let is_empty = conversation.roster.iter().all(Option::is_none);
        self.send_participant_deleted(number, index);
        if is_empty {
            self.end_conversation(number);
        }
    }

    /// Makes a person in a conversation start and stop typing.
    pub fn type_in_conversation(&mut self, number: ConversationNumber, uri: &str) {
        let index = self.conversations.get(&number).and_then(|conversation| conversation.index_of(uri));
        if let Some(index) = index {
            self.send_typing(number, index);
        }
    }

    /// Ends the messaging of a conversation, which goes on.
    pub fn stop_messaging(&mut self, number: ConversationNumber) {
        if let Some(conversation) = self.conversations.get_mut(&number) {
            conversation.messaging = false;
            self.send_messaging(number);
        }
    }

    /// Ends the oldest conversation without a pending invitation if the maximum number is reached.
    pub fn limit_conversations(&mut self) {
        if self.conversations.len() < self.kept {
            return;
        }
        let busy: HashSet<ConversationNumber> = self.invitations.values().map(|it| it.conversation).collect();
        let oldest = self.conversations.keys().find(|number| !busy.contains(number));
        if let Some(oldest) = oldest.copied() {
            self.end_conversation(oldest);
        }
    }

    /// Ends a conversation.
    pub fn end_conversation(&mut self, number: ConversationNumber) {
        let Some(conversation) = self.conversations.remove(&number) else { return };
        for application in self.available_applications() {
            if let Some(known) = self.applications.get_mut(&application) {
                known.conversations.remove(&number);
            }
            let event =
                self.event(&application, "deleted", "conversation", Resource::Conversation(number), None);
            self.queue_event(&application, Resource::Communication, event);
        }
        self.finish(Finished::Conversation(number, conversation.roster.len()));
    }
}
