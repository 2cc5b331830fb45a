//! Invitations as applications read them.
#![expect(clippy::indexing_slicing, reason = "assigning to a key of a JSON object adds it")]

use serde_json::{Value, json};

use crate::sim::ucwa::state::people::person::Person;
use crate::sim::ucwa::state::resource::Resource;
use crate::sim::ucwa::state::talk::invitation::{InvitationDirection, InvitationNumber, PendingInvitation};
use crate::sim::ucwa::state::talk::invite::{InviteKind, PeopleFormat};
use crate::sim::ucwa::state::world::World;

impl World {
    /// Returns a pending invitation; `Null` if it has ended.
    pub fn invitation_document(&mut self, application: &str, number: InvitationNumber) -> Value {
        let Some(pending) = self.invitations.get(&number).cloned() else { return Value::Null };
        self.document_of_invitation(application, &pending)
    }

    /// Returns an invitation as `pending` describes it.
    pub fn document_of_invitation(&mut self, application: &str, pending: &PendingInvitation) -> Value {
        let invite = &pending.invite;
        let importance = if invite.importance.is_empty() { "Normal" } else { &invite.importance };
        let mut document = json!({
            "rel": invite.kind.rel(), "importance": importance, "state": pending.state, "subject": invite.subject,
            "direction": if pending.is_outgoing() { "Outgoing" } else { "Incoming" },
            "threadId": self.thread_of(pending.conversation),
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
        let mut links = self.invitation_links(application, pending);
        let mut embedded = json!({});
        match &pending.direction {
            InvitationDirection::Outgoing(operation) => {
                if invite.kind != InviteKind::Meeting {
                    document["to"] = invite.from.uri.clone().into();
                }
                if !operation.is_empty() {
                    document["operationId"] = operation.clone().into();
                }
                self.add_participants(application, pending, &mut links, &mut embedded);
            }
            InvitationDirection::Incoming(_) => {
                self.add_sender(application, pending, &mut links, &mut embedded);
            }
        }
        if invite.kind == InviteKind::Meeting {
            let uri = self.conversations.get(&pending.conversation).and_then(|known| known.meeting.clone());
            document["onlineMeetingUri"] = uri.into();
            document["anonymousDisplayName"] = self.person(pending.user).name.into();
            document["availableModalities"] = json!(["Messaging"]);
        }
        self.add_people(application, pending, &mut links, &mut embedded);
        document["_links"] = links;
        if embedded.as_object().is_some_and(|embedded| !embedded.is_empty()) {
            document["_embedded"] = embedded;
        }
        document
    }

    /// Returns the links of an invitation other than those to people.
    fn invitation_links(&mut self, application: &str, pending: &PendingInvitation) -> Value {
        let (number, conversation) = (pending.number, pending.conversation);
        let mut links = json!({
            "self": self.link(application, Resource::Invitation(number)),
            "conversation": self.link(application, Resource::Conversation(conversation)),
        });
        match pending.invite.kind {
            InviteKind::Im => links["messaging"] = self.link(application, Resource::Messaging(conversation)),
            InviteKind::Phone => {
                links["phoneAudio"] = self.link(application, Resource::PhoneAudio(conversation));
            }
            InviteKind::Av | InviteKind::Meeting | InviteKind::Participant => {}
        }
        let actions: &[Resource] = match pending.invite.kind {
            _ if pending.is_outgoing() => &[Resource::Cancel(number)],
            InviteKind::Im | InviteKind::Meeting => &[Resource::Accept(number), Resource::Decline(number)],
            InviteKind::Phone => &[Resource::Decline(number)],
            InviteKind::Av => &[Resource::AcceptWithPhoneAudio(number), Resource::Decline(number)],
            InviteKind::Participant => &[],
        };
        for action in actions.iter().filter(|_| pending.is_offered) {
            links[action.rel()] = json!({"href": self.href(application, *action)});
        }
        if let Some(body) = pending.invite.first_message() {
            links["message"] = json!({"href": body.data_uri()});
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
        let resource = Resource::Participant(pending.conversation, 0);
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
        links["from"] = self.link(application, Resource::LocalParticipant(number));
        links["from"]["title"] = self.person(pending.user).name.into();
        if !pending.accepted_by.is_nobody() {
            let conversation = self.conversations.get(&number);
            let index = conversation.and_then(|known| known.index_of(&pending.accepted_by.uri));
            let resource = Resource::Participant(number, index.unwrap_or_default());
            if pending.invite.kind == InviteKind::Participant {
                links["participant"] = self.link(application, resource);
            }
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
        let user = self.person(pending.user);
        let (to, accepted_by) = match (pending.is_outgoing(), invite.to.is_nobody()) {
            (true, _) if invite.kind == InviteKind::Meeting => (&nobody, &nobody),
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
}
