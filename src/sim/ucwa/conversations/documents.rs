//! Conversations, their modalities and their messages as applications read them.
#![expect(clippy::indexing_slicing, reason = "assigning to a key of a JSON object adds it")]

use serde_json::{Value, json};

use crate::sim::ucwa::cache::entity_tag;
use crate::sim::ucwa::state::resource::personal::PersonalResource;
use crate::sim::ucwa::state::resource::{IDLE_MODALITIES, Resource};
use crate::sim::ucwa::state::talk::conversation::{
    Conversation, ConversationNumber, ConversationState, ModalityState, PhoneAudioState, Role,
};
use crate::sim::ucwa::state::talk::message::{MessageBody, MessageDirection, MessageFormat, MessageNumber};
use crate::sim::ucwa::state::world::World;

impl World {
    /// Returns the resource `communication`.
    pub fn communication_document(&mut self, application: &str) -> Value {
        let known = self.applications.get(application);
        let formats = known.map(|known| known.formats.contains(&MessageFormat::Html));
        let formats = if formats == Some(true) { json!(["Plain", "Html"]) } else { json!(["Plain"]) };
        let modalities = known.map(|known| known.modalities.names()).unwrap_or_default();
        let settings = known.map(|known| known.settings.clone()).unwrap_or_default();
        let mut links = json!({"self": self.link(application, Resource::Communication)});
        for resource in [
            Resource::Conversations,
            Resource::StartMessaging,
            Resource::StartPhoneAudio,
            Resource::StartOnlineMeeting,
            Resource::JoinOnlineMeeting,
            Resource::Personal(PersonalResource::ConversationLogs),
            Resource::Personal(PersonalResource::MissedItems),
        ] {
            links[resource.rel()] = self.link(application, resource);
        }
        let mut document = json!({
            "rel": "communication", "audioPreference": settings.audio_preference,
            "conversationHistory": settings.conversation_history,
            "publishEndpointLocation": settings.publish_endpoint_location,
            "simultaneousRingNumberMatch": "Disabled", "videoBasedScreenSharing": settings.video_based_screen_sharing,
            "supportedMessageFormats": formats, "supportedModalities": modalities, "_links": links,
        });
        if let Some(number) = settings.phone_number {
            document["phoneNumber"] = number.into();
        }
        document["etag"] = entity_tag(&document).into();
        document
    }

    /// Returns the resource `conversations`: links to those that the user is in.
    pub fn conversations_document(&mut self, application: &str) -> Value {
        let is_of = |known: &Conversation| known.application.as_deref() == Some(application);
        let own = self.conversations.iter().filter(|(_, known)| is_of(known));
        let own: Vec<ConversationNumber> = own.map(|(number, _)| *number).collect();
        let links: Vec<Value> =
            own.into_iter().map(|number| self.link(application, Resource::Conversation(number))).collect();
        let own = self.link(application, Resource::Conversations);
        json!({"rel": "conversations", "_links": {"self": own, "conversation": links}})
    }

    /// Returns a conversation; `Null` if it has ended.
    pub fn conversation_document(&mut self, application: &str, number: ConversationNumber) -> Value {
        let thread = self.thread_of(number);
        let Some(conversation) = self.conversations.get(&number) else { return Value::Null };
        let is_joined = conversation.is_joined();
        let is_meeting = conversation.meeting.is_some()
            && matches!(conversation.state, ConversationState::Conferenced | ConversationState::InLobby);
        let user = conversation.user;
        let mut document = json!({
            "rel": "conversation", "created": format!("/Date({})/", conversation.created),
            "state": conversation.state.name(), "subject": conversation.subject,
            "importance": if conversation.importance.is_empty() { "Normal" } else { &conversation.importance },
            "threadId": thread, "recording": false, "activeModalities": active_modalities(conversation),
            "participantCount": 1 + conversation.participants().count(),
        });
        let mut links = json!({"self": self.link(application, Resource::Conversation(number))});
        let mut linked = vec![Resource::Messaging(number), Resource::PhoneAudio(number)];
        linked.extend(IDLE_MODALITIES.map(|rel| Resource::IdleModality(number, rel)));
        if is_joined {
            linked.extend([
                Resource::LocalParticipant(number),
                Resource::AddParticipant(number),
                Resource::Participants(number),
            ]);
        }
        if is_meeting && is_joined {
            linked.extend([
                Resource::OnlineMeeting(number),
                Resource::Attendees(number),
                Resource::Leaders(number),
                Resource::Lobby(number),
            ]);
        }
        for resource in linked {
            links[resource.rel()] = self.link(application, resource);
        }
        if is_joined {
            links["localParticipant"]["title"] = self.person(user).name.into();
        }
        document["_links"] = links;
        document
    }

    /// Returns the messaging of a conversation.
    pub fn messaging_document(&mut self, application: &str, number: ConversationNumber) -> Value {
        let Some(conversation) = self.conversations.get(&number) else { return Value::Null };
        let (state, is_joined) = (conversation.messaging, conversation.is_joined());
        let known = self.applications.get(application);
        let has_html = known.is_some_and(|known| known.formats.contains(&MessageFormat::Html));
        let mut document = json!({"rel": "messaging", "state": state.name()});
        let actions: &[Resource] = match state {
            ModalityState::Connecting => &[Resource::StopMessaging(number)],
            ModalityState::Connected => {
                document["negotiatedMessageFormats"] =
                    if has_html { json!(["Plain", "Html"]) } else { json!(["Plain"]) };
                &[
                    Resource::StopMessaging(number),
                    Resource::SendMessage(number),
                    Resource::SetIsTyping(number),
                    Resource::TypingParticipants(number),
                ]
            }
            ModalityState::Disconnected if is_joined => &[Resource::AddMessaging(number)],
            ModalityState::Disconnected => &[],
        };
        document["_links"] = self.modality_links(application, number, Resource::Messaging(number), actions);
        document
    }

    /// Returns the phone audio of a conversation.
    pub fn phone_audio_document(&mut self, application: &str, number: ConversationNumber) -> Value {
        let Some(conversation) = self.conversations.get(&number) else { return Value::Null };
        let state = conversation.phone_audio;
        let actions: &[Resource] = match state {
            PhoneAudioState::Connecting | PhoneAudioState::Connected | PhoneAudioState::Transferring => {
                &[Resource::StopPhoneAudio(number)]
            }
            PhoneAudioState::Disconnected => &[],
        };
        let links = self.modality_links(application, number, Resource::PhoneAudio(number), actions);
        json!({"rel": "phoneAudio", "state": state.name(), "_links": links})
    }

    /// Returns a modality in which the conversation does not take part.
    pub fn idle_modality_document(
        &mut self,
        application: &str,
        number: ConversationNumber,
        rel: &'static str,
    ) -> Value {
        if !self.conversations.contains_key(&number) {
            return Value::Null;
        }
        let links = self.modality_links(application, number, Resource::IdleModality(number, rel), &[]);
        json!({"rel": rel, "state": "Disconnected", "_links": links})
    }

    fn modality_links(
        &mut self,
        application: &str,
        number: ConversationNumber,
        own: Resource,
        actions: &[Resource],
    ) -> Value {
        let mut links = json!({
            "self": self.link(application, own),
            "conversation": self.link(application, Resource::Conversation(number)),
        });
        for action in actions {
            links[action.rel()] = self.link(application, *action);
        }
        links
    }

    /// Returns a message; `Null` if it is no longer kept, or belongs to a conversation of another application.
    pub fn message_document(&mut self, application: &str, number: MessageNumber) -> Value {
        let Some(message) = self.messages.get(&number) else { return Value::Null };
        let conversation = message.conversation;
        let mut document = json!({
            "rel": "message", "status": message.status.name(),
            "timeStamp": format!("/Date({})/", message.sent_at),
        });
        let mut failed_at = Vec::new();
        let (mut participant, mut text) = (None, None);
        match &message.direction {
            MessageDirection::Incoming { from, .. } => {
                document["direction"] = "Incoming".into();
                participant = Some(*from);
                text = Some(message.body.clone());
            }
            MessageDirection::Outgoing { operation, failed, .. } => {
                document["direction"] = "Outgoing".into();
                if !operation.is_empty() {
                    document["operationId"] = operation.clone().into();
                }
                failed_at.clone_from(failed);
            }
        }
        let mut links = json!({"self": self.link(application, Resource::Message(number))});
        // A message outlives its conversation.
        let known = self.conversations.get(&conversation);
        failed_at.retain(|index| known.is_some_and(|known| known.participant(*index).is_some()));
        if known.is_some() {
            links["messaging"] = self.link(application, Resource::Messaging(conversation));
        }
        if let Some(body) = text {
            let rel = if body.is_html() { "htmlMessage" } else { "plainMessage" };
            links[rel] = json!({"href": MessageBody::data_uri(&body)});
        }
        if let Some(index) = participant {
            self.add_author(application, conversation, index, &mut links);
        }
        if !failed_at.is_empty() {
            let failed = failed_at
                .into_iter()
                .map(|index| self.link(application, Resource::Participant(conversation, index)));
            links["failedDeliveryParticipant"] = failed.collect();
        }
        document["_links"] = links;
        document
    }

    /// Adds the links to the participant who sent a message, and to that person as a contact.
    fn add_author(
        &mut self,
        application: &str,
        conversation: ConversationNumber,
        index: usize,
        links: &mut Value,
    ) {
        let known = self.conversations.get(&conversation);
        let is_meeting = known.is_some_and(|known| known.state == ConversationState::Conferenced);
        let Some(author) = known.and_then(|known| known.participant(index)) else { return };
        let person = author.person.clone();
        links["participant"] = self.link(application, Resource::Participant(conversation, index));
        let has_title = is_meeting || !self.options.empty_titles;
        links["participant"]["title"] = if has_title { person.name.clone() } else { String::new() }.into();
        let contact = Resource::Contact(self.contact_number(&person), "contact");
        links["contact"] = self.link(application, contact);
    }

    /// Returns the meeting of a conversation; `Null` if it is none.
    pub fn online_meeting_document(&mut self, application: &str, number: ConversationNumber) -> Value {
        let Some(conversation) = self.conversations.get(&number) else { return Value::Null };
        let Some(uri) = conversation.meeting.clone() else { return Value::Null };
        let subject = conversation.subject.clone();
        let meeting = self.meetings.get(&uri);
        let organizer = meeting.map(|meeting| meeting.organizer.clone());
        let has_lobby = meeting.is_some_and(|meeting| meeting.has_lobby);
        let uris = |role: Role| {
            let of = conversation.participants().filter(|(_, it)| it.role == role && !it.is_in_lobby);
            let own = (conversation.role == role).then(|| self.person(conversation.user).uri);
            own.into_iter().chain(of.map(|(_, it)| it.person.uri.clone())).collect::<Vec<String>>()
        };
        let (leaders, attendees) = (uris(Role::Leader), uris(Role::Attendee));
        let id = uri.rsplit(':').next().unwrap_or_default().to_owned();
        let organizer = organizer.or_else(|| {
            conversation.participants().next().map(|(_, participant)| participant.person.clone())
        });
        let organizer = organizer.unwrap_or_default();
        let mut links = json!({
            "self": self.link(application, Resource::OnlineMeeting(number)),
            "conversation": self.link(application, Resource::Conversation(number)),
        });
        let contact = Resource::Contact(self.contact_number(&organizer), "contact");
        links["organizer"] = self.link(application, contact);
        json!({
            "rel": "onlineMeeting", "onlineMeetingUri": uri, "subject": subject, "conferenceId": id,
            "accessLevel": if has_lobby { "Locked" } else { "SameEnterprise" },
            "joinUrl": format!("https://meet.contoso.example/{id}"),
            "leaders": leaders, "attendees": attendees,
            "organizerName": organizer.name, "organizerUri": organizer.uri, "_links": links,
        })
    }

    /// Returns the `threadId` of a conversation.
    pub fn thread_of(&self, number: ConversationNumber) -> String {
        let talk = self.conversations.get(&number).map_or(number, |known| known.talk);
        format!("thread-{talk}")
    }
}

/// Returns the modalities that a conversation has, whether or not the user joined them.
fn active_modalities(conversation: &Conversation) -> Value {
    match conversation.state {
        ConversationState::Connecting | ConversationState::Disconnected => json!([]),
        _ if conversation.phone_audio != PhoneAudioState::Disconnected => json!(["Audio"]),
        _ => json!(["Messaging"]),
    }
}
