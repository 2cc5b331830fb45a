//! The events that applications are told, as the reference of UCWA describes them.
#![expect(clippy::indexing_slicing, reason = "assigning to a key of a JSON object adds it")]

use serde_json::{Value, json};

use super::conversation::ConversationNumber;
use super::invitation::InvitationNumber;
use super::resource::Resource;
use super::world::World;

impl World {
    /// Creates an event of a type (`added`, `started`, …) about a resource, which is embedded if `document`
    /// is given.
    pub fn event(
        &mut self,
        application: &str,
        kind: &str,
        rel: &str,
        resource: Resource,
        document: Option<Value>,
    ) -> Value {
        let mut event = json!({"type": kind, "link": {"rel": rel, "href": self.href(application, resource)}});
        if let Some(document) = document {
            event["_embedded"] = json!({ rel: document });
        }
        event
    }

    /// Queues an event of `sender` for an application, which ends if it has left too many unread.
    pub fn queue_event(&mut self, application: &str, sender: Resource, event: Value) {
        let href = self.href(application, sender);
        let Some(known) = self.applications.get_mut(application) else { return };
        if known.channel.push(href, sender.rel(), event) > self.kept {
            self.end_application(application);
        }
    }

    /// Sends an event about an invitation to every available application.
    pub fn send_invitation(&mut self, number: InvitationNumber, kind: &str) {
        for application in self.available_applications() {
            self.send_invitation_to(&application, number, kind);
        }
    }

    /// Sends an event about an invitation to one application.
    pub fn send_invitation_to(&mut self, application: &str, number: InvitationNumber, kind: &str) {
        let Some(pending) = self.invitations.get(&number) else { return };
        let (rel, is_linked) = (pending.invite.kind.rel(), pending.invite.linked);
        let document = (!is_linked).then(|| self.invitation_document(application, number));
        let event = self.event(application, kind, rel, Resource::Invitation(number), document);
        self.queue_event(application, Resource::Communication, event);
    }

    /// Sends an event about a conversation to every available application.
    pub fn send_conversation(&mut self, number: ConversationNumber, kind: &str) {
        for application in self.available_applications() {
            if let Some(known) = self.applications.get_mut(&application) {
                known.conversations.insert(number);
            }
            let document = Some(self.conversation_document(&application, number));
            let resource = Resource::Conversation(number);
            let event = self.event(&application, kind, "conversation", resource, document);
            self.queue_event(&application, Resource::Communication, event);
        }
    }

    /// Sends an update of the messaging of a conversation.
    pub fn send_messaging(&mut self, number: ConversationNumber) {
        for application in self.available_applications() {
            let document = Some(self.messaging_document(&application, number));
            let resource = Resource::Messaging(number);
            let event = self.event(&application, "updated", "messaging", resource, document);
            self.queue_event(&application, Resource::Conversation(number), event);
        }
    }

    /// Sends the event that the participant at `index` joined a conversation.
    pub fn send_participant_added(&mut self, number: ConversationNumber, index: usize) {
        let Some(conversation) = self.conversations.get(&number) else { return };
        let Some(Some(person)) = conversation.roster.get(index) else { return };
        let is_two_party = conversation.state != "Conferenced" && conversation.roster.len() == 1;
        let has_title = !(is_two_party && self.options.empty_titles);
        let title = if has_title { person.name.clone() } else { String::new() };
        for application in self.available_applications() {
            let mut event = self.participant_event(&application, "added", number, index);
            event["link"]["title"] = title.clone().into();
            self.queue_event(&application, Resource::Conversation(number), event);
        }
    }

    /// Sends the event that the participant at `index` left a conversation.
    pub fn send_participant_deleted(&mut self, number: ConversationNumber, index: usize) {
        for application in self.available_applications() {
            let event = self.participant_event(&application, "deleted", number, index);
            self.queue_event(&application, Resource::Conversation(number), event);
        }
    }

    /// Sends the events that the participant at `index` started and stopped typing.
    pub fn send_typing(&mut self, number: ConversationNumber, index: usize) {
        for application in self.available_applications() {
            for kind in ["added", "deleted"] {
                let mut event = self.participant_event(&application, kind, number, index);
                let href = self.href(&application, Resource::TypingParticipants(number));
                event["in"] = json!({"rel": "typingParticipants", "href": href});
                self.queue_event(&application, Resource::Conversation(number), event);
            }
        }
    }

    /// Sends an update of every participant by a link without a title, to the applications that were told of
    /// the conversation.
    pub fn send_participant_updates(&mut self) {
        let mut participants = Vec::new();
        for (number, conversation) in &self.conversations {
            let present = (0..).zip(&conversation.roster).filter(|(_, person)| person.is_some());
            participants.extend(present.map(|(index, _)| (*number, index)));
        }
        for application in self.available_applications() {
            for (number, index) in &participants {
                let known = self.applications.get(&application);
                if known.is_some_and(|known| known.conversations.contains(number)) {
                    let event = self.participant_event(&application, "updated", *number, *index);
                    self.queue_event(&application, Resource::Conversation(*number), event);
                }
            }
        }
    }

    fn participant_event(
        &mut self,
        application: &str,
        kind: &str,
        number: ConversationNumber,
        index: usize,
    ) -> Value {
        self.event(application, kind, "participant", Resource::Participant(number, index), None)
    }
}
