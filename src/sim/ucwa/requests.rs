//! The requests for the resources of an application.
#![expect(clippy::indexing_slicing, reason = "assigning to a key of a JSON object adds it")]

use http::Method;
use http::header::LOCATION;
use serde::Deserialize;
use serde_json::Value;
use tokio::time::Instant;

use super::super::reply::Reply;
use super::super::request::{Handled, ParsedRequest};
use super::conversation::ConversationNumber;
use super::invitation::InvitationNumber;
use super::person::Person;
use super::resource::Resource;
use super::world::World;
use crate::invitation::Reason;

impl World {
    /// Handles a request for a resource, other than a poll.
    pub fn handle(&mut self, application: &str, resource: Resource, request: &ParsedRequest) -> Handled {
        if let Some(known) = self.applications.get_mut(application) {
            known.last_active = Instant::now();
        }
        match request.method {
            Method::GET => self.get(application, resource),
            Method::POST => self.post(application, resource, request),
            Method::DELETE if resource == Resource::Application => {
                self.end_application(application);
                Handled::new(Reply::empty(204), "signing out")
            }
            _ => {
                let complaint = "the resource does not support this method";
                Handled::with_complaint(Reply::error(405, ""), "unknown method", complaint)
            }
        }
    }

    fn get(&mut self, application: &str, resource: Resource) -> Handled {
        let document = match resource {
            Resource::Application => self.application_document(application),
            Resource::Invitation(number) => self.invitation_document(application, number),
            Resource::From(_) => {
                let mut from = self.participant_document(application, resource);
                // The relation is `participant` where it is embedded, and `from` where it is read.
                if from.is_object() {
                    from["rel"] = "from".into();
                }
                from
            }
            Resource::Participant(..) | Resource::LocalParticipant(_) => {
                self.participant_document(application, resource)
            }
            Resource::Contact(..) => self.contact_document(application, resource),
            Resource::Conversation(number) => self.conversation_document(application, number),
            Resource::Messaging(number) => self.messaging_document(application, number),
            Resource::Me => self.application_document(application)["_embedded"]["me"].take(),
            _ => Value::Null,
        };
        let summary = match resource {
            Resource::Contact(number, rel) => {
                let person = self.contacts.get(number).map(Person::label).unwrap_or_default();
                format!("contact {person} as {rel}")
            }
            resource => resource.description(),
        };
        if document.is_null() {
            Handled::new(Reply::error(404, ""), summary)
        } else {
            Handled::new(Reply::document(200, document), summary)
        }
    }

    fn post(&mut self, application: &str, resource: Resource, request: &ParsedRequest) -> Handled {
        let rel = resource.rel();
        if request.body.is_empty() && !request.has_length {
            let complaint = "a POST without a body needs Content-Length: 0";
            return Handled::with_complaint(Reply::error(411, ""), rel, complaint);
        }
        match resource {
            Resource::MakeMeAvailable => self.make_available(application, request),
            Resource::ReportMyActivity => Handled::new(Reply::empty(204), rel),
            Resource::Accept(number) | Resource::AcceptWithPhoneAudio(number) => {
                self.answer(number, rel, Self::accept)
            }
            Resource::Cancel(number) => self.answer(number, rel, Self::cancel),
            Resource::Decline(number) => self.answer_decline(number, request),
            Resource::AddParticipant(number) => self.post_participant(application, number, request),
            Resource::AddMessaging(number) => {
                if let Some(conversation) = self.conversations.get_mut(&number) {
                    conversation.messaging = true;
                }
                self.send_messaging(number);
                self.send_conversation(number, "updated");
                Handled::new(Reply::empty(201), rel)
            }
            Resource::SendMessage(_) => Handled::new(Reply::empty(201), rel),
            Resource::StopMessaging(number) => {
                self.stop_messaging(number);
                Handled::new(Reply::empty(204), rel)
            }
            _ => {
                let complaint = "the resource does not support POST";
                Handled::with_complaint(Reply::error(405, ""), rel, complaint)
            }
        }
    }

    fn make_available(&mut self, application: &str, request: &ParsedRequest) -> Handled {
        let known = self.applications.get_mut(application);
        let Some(known) = known.filter(|known| !known.is_available) else {
            let reply = Reply::error(409, "AlreadyExists");
            return Handled::with_complaint(reply, "makeMeAvailable", "the user is available already");
        };
        if !request.body.is_empty() && request.input.is_null() {
            let reply = Reply::error(400, "DeserializationFailure");
            return Handled::with_complaint(reply, "makeMeAvailable", "the body cannot be decoded");
        }
        known.is_available = true;
        // The client is told of what rings already; nothing in the event tells since when.
        let pending: Vec<InvitationNumber> = self.invitations.keys().copied().collect();
        for number in pending {
            self.send_invitation_to(application, number, "started");
        }
        Handled::new(Reply::empty(204), "makeMeAvailable")
    }

    /// Performs `action` on an invitation whose resource has the link for it.
    fn answer(
        &mut self,
        number: InvitationNumber,
        rel: &str,
        action: fn(&mut Self, InvitationNumber),
    ) -> Handled {
        let Some(pending) = self.invitations.get(&number).filter(|pending| pending.is_offered) else {
            let summary = format!("{rel} of invitation {number}, which has ended");
            return Handled::new(Reply::error(404, ""), summary);
        };
        let preposition = if pending.is_outgoing() { "to" } else { "from" };
        let (kind, uri) = (pending.invite.kind.rel(), &pending.invite.from.uri);
        let summary = format!("{rel} of {kind} {number} {preposition} {uri}");
        action(self, number);
        Handled::new(Reply::empty(204), summary)
    }

    fn answer_decline(&mut self, number: InvitationNumber, request: &ParsedRequest) -> Handled {
        #[derive(Default, Deserialize)]
        struct Decline {
            reason: Option<String>,
        }
        let body = if request.body.is_empty() {
            Ok(Decline::default())
        } else {
            Decline::deserialize(&request.input)
        };
        let is_known = |reason: &str| Reason::ALL.iter().any(|member| member.name() == reason);
        match body {
            Ok(Decline { reason }) if reason.as_deref().is_none_or(is_known) => {
                self.answer(number, "decline", Self::decline)
            }
            _ => {
                let reply = Reply::error(400, "ParameterValidationFailure");
                let complaint = "the reason is not a member of CallDeclineReason";
                Handled::with_complaint(reply, "decline", complaint)
            }
        }
    }

    fn post_participant(
        &mut self,
        application: &str,
        conversation: ConversationNumber,
        request: &ParsedRequest,
    ) -> Handled {
        #[derive(Deserialize)]
        #[serde(rename_all = "camelCase")]
        struct Add {
            operation_id: String,
            to: String,
        }
        let add = Add::deserialize(&request.input).ok();
        let add = add.filter(|add| (1..=50).contains(&add.operation_id.len()) && add.to.contains(':'));
        let Some(add) = add else {
            let reply = Reply::error(400, "ParameterValidationFailure");
            let complaint = "operationId (at most 50 characters) and to are required";
            return Handled::with_complaint(reply, "addParticipant", complaint);
        };
        let summary = format!("addParticipant of {}", add.to);
        let number = self.add_participant(conversation, add.operation_id, add.to);
        let location = self.href(application, Resource::Invitation(number));
        Handled::new(Reply::empty(201).with(LOCATION, location), summary)
    }
}
