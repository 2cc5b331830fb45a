//! The requests for the resources of an application.

use http::Method;
use serde::Deserialize;
use serde_json::Value;
use tokio::time::Instant;

use super::super::reply::Reply;
use super::super::request::{Handled, ParsedRequest};
use super::application::Modalities;
use super::invitation::InvitationNumber;
use super::message::MessageFormat;
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
            Method::DELETE if matches!(resource, Resource::Conversation(_)) => {
                self.delete_conversation(resource)
            }
            _ => {
                let complaint = "the resource does not support this method";
                Handled::with_complaint(Reply::error(405, ""), "unknown method", complaint)
            }
        }
    }

    fn get(&mut self, application: &str, resource: Resource) -> Handled {
        let document = self.document(application, resource);
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
                self.answer(application, number, rel, |world| world.accept(number, application))
            }
            Resource::Cancel(number) => self.answer(application, number, rel, |world| world.cancel(number)),
            Resource::Decline(number) => self.answer_decline(application, number, request),
            _ => self.post_in_conversation(application, resource, request),
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
        known.modalities = Modalities::new(names(&request.input, "supportedModalities"));
        if names(&request.input, "supportedMessageFormats").iter().any(|name| name == "Html") {
            known.formats.insert(MessageFormat::Html);
        }
        // The client is told of what rings already; nothing in the event tells since when.
        let pending = self.invitations.values();
        let ringing =
            pending.filter(|it| self.audience_of_invitation(it).iter().any(|name| name == application));
        let ringing: Vec<InvitationNumber> = ringing.map(|pending| pending.number).collect();
        for number in ringing {
            self.announce(application, number);
        }
        Handled::new(Reply::empty(204), "makeMeAvailable")
    }

    /// Performs `action` on an invitation whose resource has the link for it.
    fn answer(
        &mut self,
        application: &str,
        number: InvitationNumber,
        rel: &str,
        action: impl FnOnce(&mut Self),
    ) -> Handled {
        let pending = self.invitations.get(&number).filter(|pending| pending.is_offered);
        let Some(pending) =
            pending.filter(|it| self.audience_of_invitation(it).iter().any(|name| name == application))
        else {
            let summary = format!("{rel} of invitation {number}, which has ended");
            return Handled::new(Reply::error(404, ""), summary);
        };
        let preposition = if pending.is_outgoing() { "to" } else { "from" };
        let (kind, uri) = (pending.invite.kind.rel(), &pending.invite.from.uri);
        let summary = format!("{rel} of {kind} {number} {preposition} {uri}");
        action(self);
        Handled::new(Reply::empty(204), summary)
    }

    fn answer_decline(
        &mut self,
        application: &str,
        number: InvitationNumber,
        request: &ParsedRequest,
    ) -> Handled {
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
                let is_local = reason.as_deref() == Some(Reason::Local.name());
                self.answer(application, number, "decline", |world| {
                    world.decline(number, application, is_local);
                })
            }
            _ => {
                let reply = Reply::error(400, "ParameterValidationFailure");
                let complaint = "the reason is not a member of CallDeclineReason";
                Handled::with_complaint(reply, "decline", complaint)
            }
        }
    }
}

/// Returns the texts of a list in the input of a request.
fn names(input: &Value, name: &str) -> Vec<String> {
    let items = input.get(name).and_then(Value::as_array).into_iter().flatten();
    items.filter_map(Value::as_str).map(str::to_owned).collect()
}
