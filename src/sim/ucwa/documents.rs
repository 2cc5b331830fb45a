//! The resources as the client reads them.
#![expect(clippy::indexing_slicing, reason = "assigning to a key of a JSON object adds it")]

use serde_json::{Value, json};

use super::conversation::Role;
use super::resource::Resource;
use super::world::World;

impl World {
    /// Returns a resource as an application reads it; `Null` if there is none to read.
    pub fn document(&mut self, application: &str, resource: Resource) -> Value {
        match resource {
            Resource::Application => self.application_document(application),
            Resource::Me => self.application_document(application)["_embedded"]["me"].take(),
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

    /// Returns the resource `application`.
    pub fn application_document(&mut self, application: &str) -> Value {
        let known = self.applications.get(application);
        let is_available = known.is_some_and(|known| known.is_available);
        let user = self.person(known.map_or(0, |known| known.user));
        // The channel begins here: a client that comes back later is sent on by a resync.
        let events = format!("{}&ack=1", self.href(application, Resource::Events));
        let mut me = json!({
            "name": user.name, "uri": user.uri, "rel": "me",
            "_links": {"self": {"href": self.href(application, Resource::Me)}},
        });
        let action = if is_available { Resource::ReportMyActivity } else { Resource::MakeMeAvailable };
        me["_links"][action.rel()] = json!({"href": self.href(application, action)});
        json!({
            "rel": "application", "culture": "en-US", "userAgent": "simulated",
            "_links": {
                "self": {"href": self.href(application, Resource::Application)},
                "events": {"href": events},
            },
            "_embedded": {"me": me, "communication": self.communication_document(application)},
        })
    }

    /// Returns a contact as the address book has it; `Null` if it is no longer kept.
    pub fn contact_document(&mut self, application: &str, resource: Resource) -> Value {
        let Resource::Contact(number, rel) = resource else { return Value::Null };
        let Some(person) = self.contacts.get(number).cloned() else { return Value::Null };
        let href = self.href(application, resource);
        let mut contact = json!({
            "rel": rel, "type": "User", "sourceNetwork": "SameEnterprise", "_links": {"self": {"href": href}},
        });
        for (name, value) in [("name", &person.name), ("uri", &person.uri)] {
            if !value.is_empty() {
                contact[name] = value.clone().into();
            }
        }
        if let Some(number) = person.uri.strip_prefix("tel:") {
            contact["type"] = "Phone".into();
            contact["sourceNetwork"] = "Everyone".into();
            contact["workPhoneNumber"] = format!("tel:{number}").into();
        } else if let Some(mail) = person.uri.strip_prefix("sip:") {
            contact["emailAddresses"] = json!([mail]);
            contact["title"] = "Engineer 2".into();
            contact["department"] = "Engineering".into();
            contact["company"] = "Contoso Corp.".into();
            contact["office"] = "tel:+14255554321;ext=54321".into();
        }
        contact
    }
}
