//! Participants of conversations as applications read them.
#![expect(clippy::indexing_slicing, reason = "assigning to a key of a JSON object adds it")]

use serde_json::{Value, json};

use crate::sim::ucwa::state::resource::personal::PersonalResource;
use crate::sim::ucwa::state::resource::{ParticipantAction, Resource};
use crate::sim::ucwa::state::talk::conversation::{ConversationNumber, ConversationState, Participant, Role};
use crate::sim::ucwa::state::world::World;

impl World {
    /// Returns a participant of a conversation, or its user; `Null` if the person is not in it.
    pub fn participant_document(&mut self, application: &str, resource: Resource) -> Value {
        let Some(number) = resource.conversation() else { return Value::Null };
        let Some(conversation) = self.conversations.get(&number) else { return Value::Null };
        let own_role = conversation.role;
        let (participant, is_local) = if let Resource::Participant(_, index) = resource {
            (conversation.participant(index).cloned(), false)
        } else {
            let person = self.person(conversation.user);
            let is_in_lobby = conversation.state == ConversationState::InLobby;
            (Some(Participant { role: own_role, is_in_lobby, ..Participant::new(person) }), true)
        };
        let is_meeting = conversation.meeting.is_some();
        let has_messaging = conversation.has_messaging();
        let organizer = conversation.meeting.as_ref().and_then(|uri| self.meetings.get(uri));
        let organizer = organizer.map(|meeting| meeting.organizer.uri.clone());
        let Some(participant) = participant else { return Value::Null };
        let person = &participant.person;
        let is_phone = person.uri.starts_with("tel:");
        let mut links = json!({
            "self": self.link(application, resource),
            "conversation": self.link(application, Resource::Conversation(number)),
        });
        let contact = self.contact_number(person);
        let mut linked = vec![Resource::Contact(contact, "contact")];
        if person.uri.starts_with("sip:") {
            let parts = [PersonalResource::ContactPresence(contact), PersonalResource::ContactPhoto(contact)];
            linked.extend(parts.map(Resource::Personal));
        }
        if has_messaging && !participant.is_in_lobby {
            linked.push(Resource::ParticipantMessaging(number, index_of(resource)));
        }
        for resource in linked {
            links[resource.rel()] = self.link(application, resource);
        }
        if is_local {
            links["me"] = self.link(application, Resource::Me);
        } else if let Resource::Participant(_, index) = resource {
            for action in permitted(is_meeting && own_role == Role::Leader, &participant) {
                let action = Resource::ParticipantAction(number, index, action);
                links[action.rel()] = self.link(application, action);
            }
        }
        let mut document = json!({
            "rel": "participant", "name": person.name, "uri": person.uri, "role": participant.role.name(),
            "local": is_local, "sourceNetwork": if is_phone { "Everyone" } else { "SameEnterprise" },
            "anonymous": false, "inLobby": participant.is_in_lobby,
            "organizer": organizer.is_some_and(|uri| uri == person.uri), "_links": links,
        });
        if is_phone {
            document["workPhoneNumber"] = person.uri.clone().into();
        }
        document
    }

    /// Returns the part that a participant, or the user, takes in messaging; `Null` if the person
    /// is not in the conversation.
    pub fn participant_messaging_document(
        &mut self,
        application: &str,
        number: ConversationNumber,
        index: Option<usize>,
    ) -> Value {
        let Some(conversation) = self.conversations.get(&number) else { return Value::Null };
        let participant = match index {
            None => Resource::LocalParticipant(number),
            Some(index) if conversation.participant(index).is_some() => Resource::Participant(number, index),
            Some(_) => return Value::Null,
        };
        let own = self.link(application, Resource::ParticipantMessaging(number, index));
        let link = self.link(application, participant);
        json!({"rel": "participantMessaging", "_links": {"self": own, "participant": link}})
    }

    /// Returns the resource `participants`: links to everyone in a conversation.
    pub fn participants_document(&mut self, application: &str, number: ConversationNumber) -> Value {
        let own = Resource::Participants(number);
        self.links_to_participants(application, number, own, |participant| !participant.is_in_lobby)
    }

    /// Returns the resource `attendees` or `leaders`: links to those with a role.
    pub fn role_document(&mut self, application: &str, number: ConversationNumber, role: Role) -> Value {
        let own = match role {
            Role::Attendee => Resource::Attendees(number),
            Role::Leader => Resource::Leaders(number),
        };
        self.links_to_participants(application, number, own, |it| it.role == role && !it.is_in_lobby)
    }

    /// Returns the resource `typingParticipants`: links to those who type.
    pub fn typing_document(&mut self, application: &str, number: ConversationNumber) -> Value {
        let own = Resource::TypingParticipants(number);
        self.links_to_participants(application, number, own, |it| it.typing_until.is_some())
    }

    /// Returns the resource `lobby`, in which those who wait are embedded.
    pub fn lobby_document(&mut self, application: &str, number: ConversationNumber) -> Value {
        let Some(conversation) = self.conversations.get(&number) else { return Value::Null };
        let waiting = conversation.participants().filter(|(_, it)| it.is_in_lobby);
        let waiting: Vec<usize> = waiting.map(|(index, _)| index).collect();
        let participants: Vec<Value> = waiting
            .into_iter()
            .map(|index| self.participant_document(application, Resource::Participant(number, index)))
            .collect();
        let own = self.link(application, Resource::Lobby(number));
        json!({"rel": "lobby", "_links": {"self": own}, "_embedded": {"participant": participants}})
    }

    fn links_to_participants(
        &mut self,
        application: &str,
        number: ConversationNumber,
        own: Resource,
        is_meant: impl Fn(&Participant) -> bool,
    ) -> Value {
        let Some(conversation) = self.conversations.get(&number) else { return Value::Null };
        let meant = conversation.participants().filter(|(_, it)| is_meant(it));
        let meant: Vec<(usize, String)> = meant.map(|(index, it)| (index, it.person.name.clone())).collect();
        let mut participants = Vec::new();
        for (index, name) in meant {
            let mut link = self.link(application, Resource::Participant(number, index));
            link["title"] = name.into();
            participants.push(link);
        }
        let link = self.link(application, own);
        json!({"rel": own.rel(), "_links": {"self": link, "participant": participants}})
    }
}

/// Returns the index of a participant in the roster; `None` for the user.
fn index_of(resource: Resource) -> Option<usize> {
    match resource {
        Resource::Participant(_, index) => Some(index),
        _ => None,
    }
}

/// Returns what the user may do with a participant, as a leader of the meeting or not.
fn permitted(is_leader: bool, participant: &Participant) -> Vec<ParticipantAction> {
    match (is_leader, participant.is_in_lobby, participant.role) {
        (false, ..) => Vec::new(),
        (true, true, _) => vec![ParticipantAction::Admit, ParticipantAction::Reject],
        (true, false, Role::Attendee) => vec![ParticipantAction::Eject, ParticipantAction::Promote],
        (true, false, Role::Leader) => vec![ParticipantAction::Eject, ParticipantAction::Demote],
    }
}
