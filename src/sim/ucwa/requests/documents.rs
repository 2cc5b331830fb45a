//! The resources as the client reads them.

use serde_json::{Value, json};

use crate::sim::ucwa::state::resource::Resource;
use crate::sim::ucwa::state::talk::conversation::Role;
use crate::sim::ucwa::state::world::World;

impl World {
    /// Returns a resource as an application reads it; `Null` if there is none to read.
    pub fn document(&mut self, application: &str, resource: Resource) -> Value {
        match resource {
            Resource::Application => self.application_document(application),
            Resource::Me => self.me_document(application),
            Resource::Communication => self.communication_document(application),
            Resource::Conversations => self.conversations_document(application),
            Resource::Invitation(number) => self.invitation_document(application, number),
            Resource::Participant(..) | Resource::LocalParticipant(_) => {
                self.participant_document(application, resource)
            }
            Resource::ParticipantMessaging(number, index) => {
                self.participant_messaging_document(application, number, index)
            }
            Resource::Participants(number) => self.participants_document(application, number),
            Resource::Attendees(number) => self.role_document(application, number, Role::Attendee),
            Resource::Leaders(number) => self.role_document(application, number, Role::Leader),
            Resource::Lobby(number) => self.lobby_document(application, number),
            Resource::TypingParticipants(number) => self.typing_document(application, number),
            Resource::OnlineMeeting(number) => self.online_meeting_document(application, number),
            Resource::Contact(..) => self.contact_document(application, resource),
            Resource::Conversation(number) => self.conversation_document(application, number),
            Resource::Messaging(number) => self.messaging_document(application, number),
            Resource::Message(number) => self.message_document(application, number),
            Resource::PhoneAudio(number) => self.phone_audio_document(application, number),
            Resource::IdleModality(number, rel) => self.idle_modality_document(application, number, rel),
            _ => Value::Null,
        }
    }

    /// Returns a link to a resource.
    pub fn link(&mut self, application: &str, resource: Resource) -> Value {
        json!({"href": self.href(application, resource)})
    }
}
