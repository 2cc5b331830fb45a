//! The events that applications are told, as the reference of UCWA describes them.
#![expect(clippy::indexing_slicing, reason = "assigning to a key of a JSON object adds it")]

use serde_json::{Value, json};

use crate::sim::ucwa::state::resource::Resource;
use crate::sim::ucwa::state::talk::conversation::{ConversationNumber, ConversationState};
use crate::sim::ucwa::state::talk::invitation::{InvitationNumber, PendingInvitation};
use crate::sim::ucwa::state::talk::message::MessageNumber;
use crate::sim::ucwa::state::world::World;

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
        self.queue_message_event(application, sender, event, None);
    }

    /// Queues an event that delivers a message to the user, if one is given.
    pub fn queue_message_event(
        &mut self,
        application: &str,
        sender: Resource,
        event: Value,
        message: Option<MessageNumber>,
    ) {
        let href = self.href(application, sender);
        let Some(known) = self.applications.get_mut(application) else { return };
        if known.channel.push(href, sender.rel(), event, message) > self.kept {
            self.end_application(application);
        }
    }

    /// Sends an event about an invitation to the applications that hear of it.
    pub fn send_invitation(&mut self, number: InvitationNumber, kind: &str) {
        let Some(pending) = self.invitations.get(&number) else { return };
        for application in self.audience_of_invitation(pending) {
            self.send_invitation_to(&application, number, kind);
        }
    }

    /// Sends an event about an invitation to one application.
    pub fn send_invitation_to(&mut self, application: &str, number: InvitationNumber, kind: &str) {
        if let Some(pending) = self.invitations.get(&number).cloned() {
            self.send_invitation_as(application, &pending, kind);
        }
    }

    /// Sends an event about an invitation, as `pending` describes it, to one application.
    pub fn send_invitation_as(&mut self, application: &str, pending: &PendingInvitation, kind: &str) {
        let (rel, resource) = (pending.invite.kind.rel(), Resource::Invitation(pending.number));
        let document = (!pending.invite.linked).then(|| self.document_of_invitation(application, pending));
        let event = self.event(application, kind, rel, resource, document);
        self.queue_event(application, Resource::Communication, event);
    }

    /// Sends an event about a conversation to the applications that hear of it.
    pub fn send_conversation(&mut self, number: ConversationNumber, kind: &str) {
        let audience = self.audience_of_conversation(number);
        self.send_conversation_to(&audience, number, kind);
    }

    /// Sends an event about a conversation to applications.
    pub fn send_conversation_to(&mut self, audience: &[String], number: ConversationNumber, kind: &str) {
        self.tell(audience, Resource::Communication, |world, application| {
            if let Some(known) = world.applications.get_mut(application) {
                known.conversations.insert(number);
            }
            let document = Some(world.conversation_document(application, number));
            Some(world.event(application, kind, "conversation", Resource::Conversation(number), document))
        });
    }

    /// Tells applications that a conversation is over.
    pub fn send_conversation_deleted(&mut self, audience: &[String], number: ConversationNumber) {
        self.tell(audience, Resource::Communication, |world, application| {
            let known = world.applications.get_mut(application)?;
            known.conversations.remove(&number);
            let resource = Resource::Conversation(number);
            Some(world.event(application, "deleted", "conversation", resource, None))
        });
    }

    /// Sends an update of the messaging of a conversation.
    pub fn send_messaging(&mut self, number: ConversationNumber) {
        self.send_from_conversation(number, "updated", Resource::Messaging(number));
    }

    /// Sends an update of the phone audio of a conversation.
    pub fn send_phone_audio(&mut self, number: ConversationNumber) {
        self.send_from_conversation(number, "updated", Resource::PhoneAudio(number));
    }

    /// Sends the event that the conversation has become a meeting.
    pub fn send_online_meeting(&mut self, number: ConversationNumber) {
        self.send_from_conversation(number, "added", Resource::OnlineMeeting(number));
    }

    /// Sends an event of a conversation about a resource of it, which is embedded.
    fn send_from_conversation(&mut self, number: ConversationNumber, kind: &str, resource: Resource) {
        let audience = self.audience_of_conversation(number);
        self.tell(&audience, Resource::Conversation(number), |world, application| {
            let document = Some(world.document(application, resource));
            Some(world.event(application, kind, resource.rel(), resource, document))
        });
    }

    /// Tells applications that the user is in a conversation.
    pub fn send_local_participant(&mut self, audience: &[String], number: ConversationNumber) {
        self.send_local_participant_event(audience, number, "added", None);
    }

    /// Tells the applications of a user that they were added to, or deleted from, a part of the meeting: `lobby`,
    /// `attendees` or `leaders`.
    pub fn send_local_participant_within(&mut self, number: ConversationNumber, kind: &str, part: Resource) {
        let audience = self.audience_of_conversation(number);
        self.send_local_participant_event(&audience, number, kind, Some(part));
    }

    /// Tells applications that what the user may do in a conversation has changed.
    pub fn send_local_participant_updated(&mut self, audience: &[String], number: ConversationNumber) {
        self.send_local_participant_event(audience, number, "updated", None);
    }

    fn send_local_participant_event(
        &mut self,
        audience: &[String],
        number: ConversationNumber,
        kind: &str,
        within: Option<Resource>,
    ) {
        self.tell(audience, Resource::Conversation(number), |world, application| {
            let resource = Resource::LocalParticipant(number);
            let document = world.document(application, resource);
            let title = document["name"].clone();
            let mut event = world.event(application, kind, "localParticipant", resource, Some(document));
            event["link"]["title"] = title;
            if let Some(part) = within {
                event["in"] = json!({"rel": part.rel(), "href": world.href(application, part)});
            }
            Some(event)
        });
    }

    /// Tells applications of everyone who is in a conversation.
    pub fn send_roster(&mut self, audience: &[String], number: ConversationNumber) {
        let Some(conversation) = self.conversations.get(&number) else { return };
        let present: Vec<usize> = conversation.participants().map(|(index, _)| index).collect();
        for index in present {
            self.send_participant_added_to(audience, number, index);
        }
    }

    /// Sends the event that the participant at `index` joined a conversation.
    pub fn send_participant_added(&mut self, number: ConversationNumber, index: usize) {
        let audience = self.audience_of_conversation(number);
        self.send_participant_added_to(&audience, number, index);
    }

    fn send_participant_added_to(&mut self, audience: &[String], number: ConversationNumber, index: usize) {
        let Some(conversation) = self.conversations.get(&number) else { return };
        let Some(participant) = conversation.participant(index) else { return };
        let is_two_party =
            conversation.state != ConversationState::Conferenced && conversation.roster.len() == 1;
        let has_title = !(is_two_party && self.options.empty_titles);
        let title = if has_title { participant.person.name.clone() } else { String::new() };
        self.tell(audience, Resource::Conversation(number), |world, application| {
            let mut event = world.participant_event(application, "added", number, index);
            event["link"]["title"] = title.clone().into();
            Some(event)
        });
    }

    /// Sends the event that the participant at `index` left a conversation.
    pub fn send_participant_deleted(&mut self, number: ConversationNumber, index: usize) {
        self.send_participant_event(number, index, "deleted");
    }

    /// Sends the event that what the user may do with the participant at `index` has changed.
    pub fn send_participant_updated(&mut self, number: ConversationNumber, index: usize) {
        self.send_participant_event(number, index, "updated");
    }

    fn send_participant_event(&mut self, number: ConversationNumber, index: usize, kind: &str) {
        let audience = self.audience_of_conversation(number);
        self.tell(&audience, Resource::Conversation(number), |world, application| {
            Some(world.participant_event(application, kind, number, index))
        });
    }

    /// Sends the event that the participant at `index` was added to, or deleted from, a part of a conversation:
    /// `lobby`, `attendees`, `leaders` or `typingParticipants`.
    pub fn send_participant_within(
        &mut self,
        number: ConversationNumber,
        index: usize,
        kind: &str,
        part: &'static str,
    ) {
        let within = match part {
            "lobby" => Resource::Lobby(number),
            "attendees" => Resource::Attendees(number),
            "leaders" => Resource::Leaders(number),
            _ => Resource::TypingParticipants(number),
        };
        let audience = self.audience_of_conversation(number);
        self.tell(&audience, Resource::Conversation(number), |world, application| {
            let mut event = world.participant_event(application, kind, number, index);
            event["in"] = json!({"rel": within.rel(), "href": world.href(application, within)});
            Some(event)
        });
    }

    /// Sends the events that everyone in a conversation takes part in its messaging.
    pub fn send_participant_messaging(&mut self, number: ConversationNumber) {
        let Some(conversation) = self.conversations.get(&number) else { return };
        let present: Vec<usize> = conversation.participants().map(|(index, _)| index).collect();
        let audience = self.audience_of_conversation(number);
        for index in std::iter::once(None).chain(present.into_iter().map(Some)) {
            let within = match index {
                None => Resource::LocalParticipant(number),
                Some(index) => Resource::Participant(number, index),
            };
            let resource = Resource::ParticipantMessaging(number, index);
            self.tell(&audience, Resource::Conversation(number), |world, application| {
                let document = index.is_none().then(|| world.document(application, resource));
                let mut event = world.event(application, "added", resource.rel(), resource, document);
                event["in"] = json!({"rel": within.rel(), "href": world.href(application, within)});
                Some(event)
            });
        }
    }

    /// Sends an update of every participant by a link without a title, to the applications that were told of
    /// the conversation.
    pub fn send_participant_updates(&mut self) {
        let mut participants = Vec::new();
        for (number, conversation) in &self.conversations {
            participants.extend(conversation.participants().map(|(index, _)| (*number, index)));
        }
        for (number, index) in participants {
            let mut audience = self.audience_of_conversation(number);
            audience.retain(|name| {
                self.applications.get(name).is_some_and(|known| known.conversations.contains(&number))
            });
            self.tell(&audience, Resource::Conversation(number), |world, application| {
                Some(world.participant_event(application, "updated", number, index))
            });
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
