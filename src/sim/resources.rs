//! How everything looks on the wire.
#![expect(clippy::indexing_slicing, reason = "assigning to a key of a JSON object adds it")]

use serde_json::{Value, json};

use super::world::{ConversationNumber, Kind, Person, Shown, SimId, What, World};

impl World {
    pub fn application_resource(&mut self, application: &str) -> Value {
        let available = self.applications.get(application).is_some_and(|known| known.available);
        // Where the channel begins: whoever comes back to it later is sent to the right place by a resync.
        let events = format!("{}&ack=1", self.href(application, What::Events));
        let mut me = json!({
            "name": self.options.user.name, "uri": self.options.user.uri, "rel": "me",
            "_links": {"self": {"href": self.href(application, What::Me)}},
        });
        let (rel, what) = if available {
            ("reportMyActivity", What::ReportMyActivity)
        } else {
            ("makeMeAvailable", What::MakeMeAvailable)
        };
        me["_links"][rel] = json!({"href": self.href(application, what)});
        json!({
            "rel": "application", "culture": "en-US", "userAgent": "simulated",
            "_links": {
                "self": {"href": self.href(application, What::Application)},
                "events": {"href": events},
            },
            "_embedded": {"me": me, "communication": {
                "rel": "communication",
                "_links": {"self": {"href": self.href(application, What::Communication)}},
            }},
        })
    }

    pub fn invitation_resource(&mut self, application: &str, id: SimId) -> Value {
        let Some(pending) = self.pending.get(&id) else { return Value::Null };
        let (invite, state, offered) = (pending.invite.clone(), pending.state, pending.offered);
        let (conversation, operation) = (pending.conversation, pending.operation.clone());
        let accepted_by = pending.accepted_by.clone();
        let outgoing = invite.kind == Kind::Participant;
        let mut links = json!({
            "self": {"href": self.href(application, What::Invitation(id))},
            "conversation": {"href": self.href(application, What::Conversation(conversation))},
        });
        let actions: &[(&str, What)] = match invite.kind {
            Kind::Im | Kind::Meeting => &[("accept", What::Accept(id)), ("decline", What::Decline(id))],
            Kind::Phone => &[("decline", What::Decline(id))],
            Kind::Av => {
                &[("acceptWithPhoneAudio", What::AcceptWithPhoneAudio(id)), ("decline", What::Decline(id))]
            }
            Kind::Participant => &[("cancel", What::Cancel(id))],
        };
        for (rel, what) in actions.iter().filter(|_| offered) {
            links[rel] = json!({"href": self.href(application, *what)});
        }
        if !invite.message.is_empty() {
            let text: String = url::form_urlencoded::byte_serialize(invite.message.as_bytes()).collect();
            links["message"] = json!({"href": format!("data:text/plain;charset=utf-8,{text}")});
        }
        let importance = if invite.importance.is_empty() { "Normal" } else { &invite.importance };
        let mut resource = json!({
            "rel": invite.kind.rel(), "importance": importance, "state": state, "subject": invite.subject,
            "direction": if outgoing { "Outgoing" } else { "Incoming" }, "threadId": format!("thread-{conversation}"),
        });
        let mut embedded = json!({});
        let of_call = matches!(invite.kind, Kind::Phone | Kind::Av);
        if outgoing {
            resource["to"] = invite.from.uri.clone().into();
            resource["operationId"] = operation.into();
            let local = self.href(application, What::LocalParticipant(conversation));
            links["from"] = json!({"href": local, "title": self.options.user.name});
            if !accepted_by.is_nobody() {
                let place = self.place_of(conversation, &accepted_by);
                let what = What::Participant(conversation, place);
                links["participant"] = json!({"href": self.href(application, what)});
                let participant = self.participant_resource(application, what);
                embedded["acceptedByParticipant"] = json!([participant]);
            }
        } else if invite.linked || invite.linked_from {
            links["from"] = json!({"href": self.href(application, What::From(id))});
            if invite.people == Shown::Titled {
                links["from"]["title"] = invite.from.name.clone().into();
            }
        } else {
            embedded["from"] = self.participant_resource(application, What::From(id));
        }
        if of_call {
            resource["privateLine"] = invite.private_line.into();
        }
        if !invite.phone_number.is_empty() {
            resource["phoneNumber"] = invite.phone_number.into();
        }
        if !invite.delegator.uri.is_empty() {
            resource["delegator"] = invite.delegator.uri.clone().into();
        }
        let to = match (outgoing, invite.to.is_nobody()) {
            (true, _) => &invite.from,
            (false, true) => &self.options.user.clone(),
            (false, false) => &invite.to,
        };
        let accepted_by = if outgoing { Person::default() } else { accepted_by };
        for (rel, body, person) in [
            ("to", "contact", to),
            ("forwardedBy", "forwardedBy", &invite.forwarded_by),
            ("transferredBy", "transferredBy", &invite.transferred_by),
            ("onBehalfOf", "onBehalfOf", &invite.on_behalf_of),
            ("delegator", "delegator", &invite.delegator),
            ("acceptedByContact", "contact", &accepted_by),
        ] {
            if person.is_nobody() {
                continue;
            }
            let what = What::Contact(self.contact(person), body);
            links[rel] = json!({"href": self.href(application, what)});
            match invite.people {
                Shown::Linked => {}
                Shown::Titled => links[rel]["title"] = person.name.clone().into(),
                Shown::Embedded => embedded[rel] = self.contact_resource(application, what),
            }
        }
        resource["_links"] = links;
        if embedded.as_object().is_some_and(|embedded| !embedded.is_empty()) {
            resource["_embedded"] = embedded;
        }
        resource
    }

    /// The place of somebody in a conversation's roster.
    fn place_of(&self, conversation: ConversationNumber, person: &Person) -> usize {
        let roster = self.conversations.get(&conversation).map(|known| &known.roster);
        roster
            .and_then(|roster| {
                roster.iter().rposition(|it| it.as_ref().is_some_and(|it| it.uri == person.uri))
            })
            .unwrap_or_default()
    }

    /// Somebody as the address book has them.
    pub fn contact_resource(&mut self, application: &str, what: What) -> Value {
        let What::Contact(number, rel) = what else { return Value::Null };
        let Some(person) = self.contacts.of(number).cloned() else { return Value::Null };
        let href = self.href(application, what);
        let mut contact = json!({
            "rel": rel, "type": "User", "sourceNetwork": "SameEnterprise", "_links": {"self": {"href": href}},
        });
        // What is not known is left out.
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

    pub fn conversation_resource(&mut self, application: &str, number: ConversationNumber) -> Value {
        let Some(known) = self.conversations.get(&number) else { return Value::Null };
        let (state, subject) = (known.state, known.subject.clone());
        let joined = known.is_joined();
        let mut links = json!({
            "self": {"href": self.href(application, What::Conversation(number))},
            "messaging": {"href": self.href(application, What::Messaging(number))},
        });
        if joined {
            links["addParticipant"] = json!({"href": self.href(application, What::AddParticipant(number))});
        }
        json!({"rel": "conversation", "state": state, "subject": subject, "importance": "Normal", "_links": links})
    }

    pub fn messaging_resource(&mut self, application: &str, number: ConversationNumber) -> Value {
        let connected = self.conversations.get(&number).is_some_and(|known| known.messaging);
        let mut links = json!({
            "self": {"href": self.href(application, What::Messaging(number))},
            "conversation": {"href": self.href(application, What::Conversation(number))},
        });
        let actions: &[(&str, What)] = if connected {
            &[("sendMessage", What::SendMessage(number)), ("stopMessaging", What::StopMessaging(number))]
        } else {
            &[("addMessaging", What::AddMessaging(number))]
        };
        for (rel, what) in actions {
            links[rel] = json!({"href": self.href(application, *what)});
        }
        json!({"rel": "messaging", "state": if connected { "Connected" } else { "Disconnected" }, "_links": links})
    }

    pub fn participant_resource(&mut self, application: &str, what: What) -> Value {
        let person = match what {
            What::Participant(number, place) => {
                self.conversations.get(&number).and_then(|known| known.roster.get(place)?.clone())
            }
            What::From(id) => self.pending.get(&id).map(|pending| pending.invite.from.clone()),
            What::LocalParticipant(_) => Some(self.options.user.clone()),
            _ => None,
        };
        let Some(person) = person else { return Value::Null };
        let href = self.href(application, what);
        let contact = What::Contact(self.contact(&person), "contact");
        let contact = self.href(application, contact);
        participant(&person, matches!(what, What::LocalParticipant(_)), &href, &contact)
    }

    // ---- events ----

    pub fn event(
        &mut self,
        application: &str,
        kind: &str,
        rel: &str,
        what: What,
        resource: Option<Value>,
    ) -> Value {
        let mut event = json!({"type": kind, "link": {"rel": rel, "href": self.href(application, what)}});
        if let Some(resource) = resource {
            event["_embedded"] = json!({ rel: resource });
        }
        event
    }

    pub fn tell_invitation(&mut self, id: SimId, kind: &str) {
        for application in self.available_applications() {
            self.tell_invitation_to(&application, id, kind);
        }
    }

    /// Tells one application of an invitation.
    pub fn tell_invitation_to(&mut self, application: &str, id: SimId, kind: &str) {
        let Some(pending) = self.pending.get(&id) else { return };
        let (rel, linked) = (pending.invite.kind.rel(), pending.invite.linked);
        let resource = (!linked).then(|| self.invitation_resource(application, id));
        let event = self.event(application, kind, rel, What::Invitation(id), resource);
        self.push(application, What::Communication, "communication", event);
    }

    pub fn tell_conversation(&mut self, number: ConversationNumber, kind: &str) {
        for application in self.available_applications() {
            if let Some(known) = self.applications.get_mut(&application) {
                known.conversations.insert(number);
            }
            let resource = Some(self.conversation_resource(&application, number));
            let event = self.event(&application, kind, "conversation", What::Conversation(number), resource);
            self.push(&application, What::Communication, "communication", event);
        }
    }

    pub fn tell_messaging(&mut self, number: ConversationNumber) {
        for application in self.available_applications() {
            let resource = Some(self.messaging_resource(&application, number));
            let event = self.event(&application, "updated", "messaging", What::Messaging(number), resource);
            self.push(&application, What::Conversation(number), "conversation", event);
        }
    }

    pub fn tell_participant(&mut self, number: ConversationNumber, place: usize) {
        let Some(known) = self.conversations.get(&number) else { return };
        let Some(Some(person)) = known.roster.get(place) else { return };
        let two_party = known.state != "Conferenced" && known.roster.len() == 1;
        let title = if two_party && self.options.empty_titles { String::new() } else { person.name.clone() };
        for application in self.available_applications() {
            let mut event =
                self.event(&application, "added", "participant", What::Participant(number, place), None);
            event["link"]["title"] = title.clone().into();
            self.push(&application, What::Conversation(number), "conversation", event);
        }
    }
}

impl World {
    /// Says of the one in that place that they are not in the conversation any more.
    pub fn tell_left(&mut self, number: ConversationNumber, place: usize) {
        for application in self.available_applications() {
            let event =
                self.event(&application, "deleted", "participant", What::Participant(number, place), None);
            self.push(&application, What::Conversation(number), "conversation", event);
        }
    }

    /// Whether an application was told of a conversation.
    fn knows(&self, application: &str, number: ConversationNumber) -> bool {
        self.applications.get(application).is_some_and(|known| known.conversations.contains(&number))
    }

    /// Says of the one in that place that they begin to type, and that they stop.
    pub fn tell_typing(&mut self, number: ConversationNumber, place: usize) {
        for application in self.available_applications() {
            for kind in ["added", "deleted"] {
                let mut event =
                    self.event(&application, kind, "participant", What::Participant(number, place), None);
                let href = self.href(&application, What::TypingParticipants(number));
                event["in"] = json!({"rel": "typingParticipants", "href": href});
                self.push(&application, What::Conversation(number), "conversation", event);
            }
        }
    }

    /// Says of everybody in a conversation that they changed, by a mere link.
    pub fn mention_people(&mut self) {
        let mut people = Vec::new();
        for (number, known) in &self.conversations {
            let there = (0..).zip(&known.roster).filter(|(_, person)| person.is_some());
            people.extend(there.map(|(place, _)| (*number, place)));
        }
        for application in self.available_applications() {
            for (number, place) in &people {
                let (number, what) = (*number, What::Participant(*number, *place));
                if !self.knows(&application, number) {
                    continue;
                }
                let event = self.event(&application, "updated", "participant", what, None);
                self.push(&application, What::Conversation(number), "conversation", event);
            }
        }
    }
}

fn participant(person: &Person, local: bool, href: &str, contact: &str) -> Value {
    let phone = person.uri.starts_with("tel:");
    json!({
        "rel": "participant", "name": person.name, "uri": person.uri, "role": "Attendee", "local": local,
        "sourceNetwork": if phone { "Everyone" } else { "SameEnterprise" }, "anonymous": false, "inLobby": false,
        "_links": {"self": {"href": href}, "contact": {"href": contact}},
    })
}
