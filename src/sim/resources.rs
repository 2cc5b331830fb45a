//! How everything looks on the wire.
#![expect(clippy::indexing_slicing, reason = "assigning to a key of a JSON object adds it")]

use serde_json::{Value, json};

use super::world::{ConversationNumber, Kind, Person, SimId, What, World};

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
        if !invite.forwarded_by.is_empty() {
            links["forwardedBy"] =
                json!({"href": self.href(application, What::From(id)), "title": invite.forwarded_by});
        }
        let importance = if invite.importance.is_empty() { "Normal" } else { &invite.importance };
        let mut resource = json!({
            "rel": invite.kind.rel(), "importance": importance, "state": state, "subject": invite.subject,
            "direction": if outgoing { "Outgoing" } else { "Incoming" }, "threadId": format!("thread-{conversation}"),
        });
        if outgoing {
            resource["to"] = invite.from.uri.into();
            resource["operationId"] = operation.into();
            links["from"] =
                json!({"href": self.href(application, What::Me), "title": self.options.user.name});
        } else {
            let href = self.href(application, What::From(id));
            if invite.linked {
                links["from"] = json!({"href": href});
            } else {
                resource["_embedded"] = json!({"from": participant(&invite.from, &href)});
            }
            links["to"] = json!({"href": self.href(application, What::Me)});
        }
        resource["_links"] = links;
        resource
    }

    pub fn conversation_resource(&mut self, application: &str, number: ConversationNumber) -> Value {
        let Some(known) = self.conversations.get(&number) else { return Value::Null };
        let (state, subject) = (known.state, known.subject.clone());
        let joined = matches!(state, "Connected" | "Conferenced");
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
                self.conversations.get(&number).and_then(|known| known.roster.get(place)).cloned()
            }
            What::From(id) => self.pending.get(&id).map(|pending| pending.invite.from.clone()),
            _ => None,
        };
        let href = self.href(application, what);
        person.map_or(Value::Null, |person| participant(&person, &href))
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
        let Some(pending) = self.pending.get(&id) else { return };
        let (rel, linked) = (pending.invite.kind.rel(), pending.invite.linked);
        for application in self.available_applications() {
            let resource = (!linked).then(|| self.invitation_resource(&application, id));
            let event = self.event(&application, kind, rel, What::Invitation(id), resource);
            self.push(&application, What::Communication, "communication", event);
        }
    }

    pub fn tell_conversation(&mut self, number: ConversationNumber, kind: &str) {
        for application in self.available_applications() {
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
        let Some(title) = known.roster.get(place).map(|person| person.name.clone()) else { return };
        for application in self.available_applications() {
            let mut event =
                self.event(&application, "added", "participant", What::Participant(number, place), None);
            event["link"]["title"] = title.clone().into();
            event["in"] =
                json!({"rel": "conversation", "href": self.href(&application, What::Conversation(number))});
            self.push(&application, What::Conversation(number), "conversation", event);
        }
    }
}

fn participant(person: &Person, href: &str) -> Value {
    let phone = person.uri.starts_with("tel:");
    json!({
        "rel": "participant", "name": person.name, "uri": person.uri, "role": "Attendee",
        "sourceNetwork": if phone { "Everyone" } else { "SameEnterprise" }, "anonymous": false, "inLobby": false,
        "_links": {"self": {"href": href}},
    })
}
