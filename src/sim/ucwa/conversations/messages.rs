//! Messages and typing: how they are sent, delivered and lost.
#![expect(clippy::indexing_slicing, reason = "assigning to a key of a JSON object adds it")]

use std::time::Duration;

use serde_json::json;
use tokio::time::Instant;

use crate::sim::ucwa::state::resource::Resource;
use crate::sim::ucwa::state::resource::finished::Finished;
use crate::sim::ucwa::state::talk::conversation::{Conversation, ConversationNumber};
use crate::sim::ucwa::state::talk::message::{
    Message, MessageBody, MessageDirection, MessageNumber, MessageStatus,
};
use crate::sim::ucwa::state::timer::TimedAction;
use crate::sim::ucwa::state::world::World;

/// The time within which a client must fetch a message.
const DELIVERY_LIMIT: Duration = Duration::from_secs(30);
/// The time after which a participant no longer counts as typing.
const TYPING_LIMIT: Duration = Duration::from_secs(10);

impl World {
    /// Sends a message of the user of a conversation to everyone else in the talk.
    pub fn send_message(
        &mut self,
        conversation: ConversationNumber,
        operation: String,
        body: &MessageBody,
    ) -> MessageNumber {
        let number = self.next_number();
        let sender = self.conversations.get(&conversation).map(|known| (known.talk, known.user));
        let (talk, user) = sender.unwrap_or_default();
        let uri = self.person(user).uri;
        let direction = MessageDirection::Outgoing { operation, undelivered: Vec::new(), failed: Vec::new() };
        self.add_message(number, conversation, direction, body.clone(), MessageStatus::Pending);
        let mut receivers = self.others_in_talk(talk, conversation);
        receivers.retain(|other| self.conversations.get(other).is_some_and(Conversation::has_messaging));
        let mut copies = Vec::new();
        for receiver in &receivers {
            copies.extend(self.receive_message(*receiver, &uri, body.clone(), Some(number)));
        }
        let is_lost = receivers.is_empty() && self.messages_to_lose > 0;
        if is_lost {
            self.messages_to_lose -= 1;
        }
        if let Some(message) = self.messages.get_mut(&number)
            && let MessageDirection::Outgoing { undelivered, failed, .. } = &mut message.direction
        {
            undelivered.extend(copies);
            failed.extend(is_lost.then_some(0));
        }
        self.conclude_message(number);
        number
    }

    /// Delivers a message of a participant to the user of a conversation; `None` if that cannot be.
    pub fn receive_message(
        &mut self,
        conversation: ConversationNumber,
        uri: &str,
        body: MessageBody,
        original: Option<MessageNumber>,
    ) -> Option<MessageNumber> {
        let known = self.conversations.get(&conversation)?;
        let from = known.index_of(uri)?;
        let application = known.application.clone()?;
        let accepts_html = self.applications.get(&application)?.formats.contains(&body.format);
        let body = if accepts_html { body } else { body.to_plain() };
        self.stop_typing_now(conversation, from);
        let number = self.next_number();
        let direction = MessageDirection::Incoming { from, original };
        self.add_message(number, conversation, direction, body, MessageStatus::Succeeded);
        if self.options.announces_messages {
            self.send_message_event(number, "started", None);
        }
        self.send_message_event(number, "completed", Some("Success"));
        self.timers.push((DELIVERY_LIMIT, TimedAction::LoseMessage(number)));
        Some(number)
    }

    fn add_message(
        &mut self,
        number: MessageNumber,
        conversation: ConversationNumber,
        direction: MessageDirection,
        body: MessageBody,
        status: MessageStatus,
    ) {
        let sent_at = self.now_in_milliseconds();
        self.messages.insert(number, Message { conversation, direction, body, sent_at, status });
        self.finish(Finished::Message(number));
    }

    /// Takes note that a client has fetched messages.
    pub fn deliver_messages(&mut self, delivered: Vec<MessageNumber>) {
        for number in delivered {
            self.settle_copy(number, None);
        }
    }

    /// Loses a message that no client has fetched in time, of which its sender is told.
    pub fn lose_message(&mut self, number: MessageNumber) {
        let Some(message) = self.messages.get(&number) else { return };
        let conversation = self.conversations.get(&message.conversation);
        let Some(application) = conversation.and_then(|known| known.application.clone()) else { return };
        let user = conversation.map(|known| known.user).unwrap_or_default();
        let Some(known) = self.applications.get_mut(&application) else { return };
        if known.channel.drop_message(number) {
            let person = self.person(user);
            self.settle_copy(number, Some(&person.uri));
        }
    }

    /// Takes note that a copy of a message has been delivered, or lost on the way to a person.
    fn settle_copy(&mut self, copy: MessageNumber, lost_to: Option<&str>) {
        let direction = self.messages.get(&copy).map(|message| &message.direction);
        let Some(MessageDirection::Incoming { original: Some(original), .. }) = direction else { return };
        let original = *original;
        let Some(message) = self.messages.get_mut(&original) else { return };
        let conversation = self.conversations.get(&message.conversation);
        let index = lost_to.and_then(|uri| conversation?.index_of(uri));
        if let MessageDirection::Outgoing { undelivered, failed, .. } = &mut message.direction {
            undelivered.retain(|number| *number != copy);
            if lost_to.is_some() {
                failed.push(index.unwrap_or_default());
            }
        }
        self.conclude_message(original);
    }

    /// Tells the sender of a message what became of it once every copy has been delivered or lost.
    fn conclude_message(&mut self, number: MessageNumber) {
        let Some(message) = self.messages.get_mut(&number) else { return };
        let MessageDirection::Outgoing { undelivered, failed, .. } = &message.direction else { return };
        if !undelivered.is_empty() || message.status != MessageStatus::Pending {
            return;
        }
        let is_lost = !failed.is_empty();
        message.status = if is_lost { MessageStatus::Failed } else { MessageStatus::Succeeded };
        self.send_message_event(number, "completed", Some(if is_lost { "Failure" } else { "Success" }));
    }

    /// Sends an event about a message to the application that takes part in its conversation.
    fn send_message_event(&mut self, number: MessageNumber, kind: &str, status: Option<&str>) {
        let Some(message) = self.messages.get(&number) else { return };
        let conversation = message.conversation;
        let is_incoming = matches!(message.direction, MessageDirection::Incoming { .. });
        for application in self.audience_of_conversation(conversation) {
            let document = self.message_document(&application, number);
            let mut event =
                self.event(&application, kind, "message", Resource::Message(number), Some(document));
            if let Some(status) = status {
                event["status"] = status.into();
            }
            if status == Some("Failure") {
                event["reason"] =
                    json!({"code": "RemoteFailure", "subcode": "Timeout", "message": "Simulated."});
            }
            let delivery = is_incoming.then_some(number);
            self.queue_message_event(&application, Resource::Conversation(conversation), event, delivery);
        }
    }

    /// Makes the user of a conversation type, as everyone else in the talk sees it.
    pub fn type_as_user(&mut self, conversation: ConversationNumber) {
        let Some(known) = self.conversations.get(&conversation) else { return };
        let (talk, uri) = (known.talk, self.person(known.user).uri);
        for other in self.others_in_talk(talk, conversation) {
            self.type_in_conversation(other, &uri);
        }
    }

    /// Makes a participant of a conversation type for a while.
    pub fn type_in_conversation(&mut self, number: ConversationNumber, uri: &str) {
        let Some(conversation) = self.conversations.get_mut(&number) else { return };
        let Some(index) = conversation.index_of(uri) else { return };
        let Some(participant) = conversation.participant_mut(index) else { return };
        let until = Instant::now() + TYPING_LIMIT;
        if participant.typing_until.replace(until).is_none() {
            self.send_participant_within(number, index, "added", "typingParticipants");
        }
        self.timers.push((TYPING_LIMIT, TimedAction::StopTyping(number, index)));
    }

    /// Ends the typing of a participant, unless they have gone on.
    pub fn stop_typing(&mut self, number: ConversationNumber, index: usize) {
        let participant = self.conversations.get(&number).and_then(|known| known.participant(index));
        let until = participant.and_then(|participant| participant.typing_until);
        if until.is_some_and(|until| until <= Instant::now()) {
            self.stop_typing_now(number, index);
        }
    }

    /// Ends the typing of a participant, if they were typing.
    pub fn stop_typing_now(&mut self, number: ConversationNumber, index: usize) {
        let known = self.conversations.get_mut(&number);
        let Some(participant) = known.and_then(|known| known.participant_mut(index)) else { return };
        if participant.typing_until.take().is_some() {
            self.send_participant_within(number, index, "deleted", "typingParticipants");
        }
    }
}
