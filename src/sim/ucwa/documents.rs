//! The resources as the client reads them.
#![expect(clippy::indexing_slicing, reason = "assigning to a key of a JSON object adds it")]

use serde_json::{Value, json};

use super::conversation::ConversationNumber;
use super::invitation::{InvitationNumber, InviteKind, PendingInvitation, PeopleFormat};
use super::person::Person;
use super::resource::Resource;
use super::world::World;

impl World {
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
            "_embedded": {"me": me, "communication": {
                "rel": "communication",
                "_links": {"self": {"href": self.href(application, Resource::Communication)}},
            }},
        })
    }

    /// Returns a pending invitation; `Null` if it has ended.
    pub fn invitation_document(&mut self, application: &str, number: InvitationNumber) -> Value {
        let Some(pending) = self.invitations.get(&number).cloned() else { return Value::Null };
        let invite = &pending.invite;
        let importance = if invite.importance.is_empty() { "Normal" } else { &invite.importance };
        let mut document = json!({
            "rel": invite.kind.rel(), "importance": importance, "state": pending.state, "subject": invite.subject,
            "direction": if pending.is_outgoing() { "Outgoing" } else { "Incoming" },
            "threadId": format!("thread-{}", pending.conversation),
        });
        if invite.kind.is_call() {
            document["privateLine"] = invite.private_line.into();
        }
        if !invite.phone_number.is_empty() {
            document["phoneNumber"] = invite.phone_number.clone().into();
        }
        if !invite.delegator.uri.is_empty() {
            document["delegator"] = invite.delegator.uri.clone().into();
        }
        let mut links = self.invitation_links(application, &pending);
        let mut embedded = json!({});
        if pending.is_outgoing() {
            document["to"] = invite.from.uri.clone().into();
            document["operationId"] = pending.operation.clone().into();
            self.add_participants(application, &pending, &mut links, &mut embedded);
        } else {
            self.add_sender(application, &pending, &mut links, &mut embedded);
        }
        self.add_people(application, &pending, &mut links, &mut embedded);
        document["_links"] = links;
        if embedded.as_object().is_some_and(|embedded| !embedded.is_empty()) {
            document["_embedded"] = embedded;
        }
        document
    }

    /// Returns the links of an invitation other than those to people.
    fn invitation_links(&mut self, application: &str, pending: &PendingInvitation) -> Value {
        let number = pending.number;
        let mut links = json!({
            "self": {"href": self.href(application, Resource::Invitation(number))},
            "conversation": {"href": self.href(application, Resource::Conversation(pending.conversation))},
        });
        let actions: &[Resource] = match pending.invite.kind {
            InviteKind::Im | InviteKind::Meeting => &[Resource::Accept(number), Resource::Decline(number)],
            InviteKind::Phone => &[Resource::Decline(number)],
            InviteKind::Av => &[Resource::AcceptWithPhoneAudio(number), Resource::Decline(number)],
            InviteKind::Participant => &[Resource::Cancel(number)],
        };
        for action in actions.iter().filter(|_| pending.is_offered) {
            links[action.rel()] = json!({"href": self.href(application, *action)});
        }
        if !pending.invite.message.is_empty() {
            let message = pending.invite.message.as_bytes();
            let text: String = url::form_urlencoded::byte_serialize(message).collect();
            links["message"] = json!({"href": format!("data:text/plain;charset=utf-8,{text}")});
        }
        links
    }

    /// Adds the sender of an invitation to the user.
    fn add_sender(
        &mut self,
        application: &str,
        pending: &PendingInvitation,
        links: &mut Value,
        embedded: &mut Value,
    ) {
        let resource = Resource::From(pending.number);
        if !pending.invite.linked && !pending.invite.linked_from {
            embedded["from"] = self.participant_document(application, resource);
            return;
        }
        links["from"] = json!({"href": self.href(application, resource)});
        if pending.invite.people == PeopleFormat::Titled {
            links["from"]["title"] = pending.invite.from.name.clone().into();
        }
    }

    /// Adds the user and, once it has been accepted, the new participant to an invitation that the user sent.
    fn add_participants(
        &mut self,
        application: &str,
        pending: &PendingInvitation,
        links: &mut Value,
        embedded: &mut Value,
    ) {
        let number = pending.conversation;
        let local = self.href(application, Resource::LocalParticipant(number));
        links["from"] = json!({"href": local, "title": self.options.user.name});
        if !pending.accepted_by.is_nobody() {
            let conversation = self.conversations.get(&number);
            let index = conversation.and_then(|known| known.last_index_of(&pending.accepted_by.uri));
            let resource = Resource::Participant(number, index.unwrap_or_default());
            links["participant"] = json!({"href": self.href(application, resource)});
            let participant = self.participant_document(application, resource);
            embedded["acceptedByParticipant"] = json!([participant]);
        }
    }

    /// Adds the people other than the sender, in the format that the invitation asks for.
    fn add_people(
        &mut self,
        application: &str,
        pending: &PendingInvitation,
        links: &mut Value,
        embedded: &mut Value,
    ) {
        let (invite, nobody) = (&pending.invite, Person::default());
        let user = self.options.user.clone();
        let (to, accepted_by) = match (pending.is_outgoing(), invite.to.is_nobody()) {
            (true, _) => (&invite.from, &nobody),
            (false, true) => (&user, &pending.accepted_by),
            (false, false) => (&invite.to, &pending.accepted_by),
        };
        for (link, rel, person) in [
            ("to", "contact", to),
            ("forwardedBy", "forwardedBy", &invite.forwarded_by),
            ("transferredBy", "transferredBy", &invite.transferred_by),
            ("onBehalfOf", "onBehalfOf", &invite.on_behalf_of),
            ("delegator", "delegator", &invite.delegator),
            ("acceptedByContact", "contact", accepted_by),
        ] {
            if person.is_nobody() {
                continue;
            }
            let resource = Resource::Contact(self.contact_number(person), rel);
            links[link] = json!({"href": self.href(application, resource)});
            match invite.people {
                PeopleFormat::Linked => {}
                PeopleFormat::Titled => links[link]["title"] = person.name.clone().into(),
                PeopleFormat::Embedded => embedded[link] = self.contact_document(application, resource),
            }
        }
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

    /// Returns a conversation; `Null` if it has ended.
    pub fn conversation_document(&mut self, application: &str, number: ConversationNumber) -> Value {
        let Some(conversation) = self.conversations.get(&number) else { return Value::Null };
        let (state, subject) = (conversation.state, conversation.subject.clone());
        let is_joined = conversation.is_joined();
        let mut links = json!({
            "self": {"href": self.href(application, Resource::Conversation(number))},
            "messaging": {"href": self.href(application, Resource::Messaging(number))},
        });
        if is_joined {
            let add = self.href(application, Resource::AddParticipant(number));
            links["addParticipant"] = json!({"href": add});
        }
        json!({"rel": "conversation", "state": state, "subject": subject, "importance": "Normal", "_links": links})
    }

    /// Returns the messaging of a conversation.
    pub fn messaging_document(&mut self, application: &str, number: ConversationNumber) -> Value {
        let is_connected = self.conversations.get(&number).is_some_and(|known| known.messaging);
        let mut links = json!({
            "self": {"href": self.href(application, Resource::Messaging(number))},
            "conversation": {"href": self.href(application, Resource::Conversation(number))},
        });
        let actions: &[Resource] = if is_connected {
            &[Resource::SendMessage(number), Resource::StopMessaging(number)]
        } else {
            &[Resource::AddMessaging(number)]
        };
        for action in actions {
            links[action.rel()] = json!({"href": self.href(application, *action)});
        }
        let state = if is_connected { "Connected" } else { "Disconnected" };
        json!({"rel": "messaging", "state": state, "_links": links})
    }

    /// Returns a participant, the user or a sender; `Null` if the person is no longer known.
    pub fn participant_document(&mut self, application: &str, resource: Resource) -> Value {
        let person = match resource {
            Resource::Participant(number, index) => {
                self.conversations.get(&number).and_then(|known| known.roster.get(index)?.clone())
            }
            Resource::From(number) => {
                self.invitations.get(&number).map(|pending| pending.invite.from.clone())
            }
            Resource::LocalParticipant(_) => Some(self.options.user.clone()),
            _ => None,
        };
        let Some(person) = person else { return Value::Null };
        let href = self.href(application, resource);
        let contact = Resource::Contact(self.contact_number(&person), "contact");
        let is_phone = person.uri.starts_with("tel:");
        json!({
            "rel": "participant", "name": person.name, "uri": person.uri, "role": "Attendee",
            "local": matches!(resource, Resource::LocalParticipant(_)),
            "sourceNetwork": if is_phone { "Everyone" } else { "SameEnterprise" },
            "anonymous": false, "inLobby": false,
            "_links": {"self": {"href": href}, "contact": {"href": self.href(application, contact)}},
        })
    }
}
