//! The requests for the resources of an application.

mod batch;
mod documents;
mod hrefs;
mod methods;
#[cfg(test)]
mod tests;

use http::Method;
use tokio::time::Instant;

use super::cache;
use super::input::Input;
use crate::sim::broken_rule::BrokenRule;
use crate::sim::reply::Reply;
use crate::sim::request::{Handled, ParsedRequest};
use crate::sim::ucwa::input::enumerations::CALL_DECLINE_REASON;
use crate::sim::ucwa::state::people::person::Person;
use crate::sim::ucwa::state::resource::Resource;
use crate::sim::ucwa::state::talk::invitation::InvitationNumber;
use crate::sim::ucwa::state::world::World;

impl World {
    /// Handles a request for a resource, other than a poll.
    pub fn handle(&mut self, application: &str, resource: Resource, request: &ParsedRequest) -> Handled {
        if let Some(known) = self.applications.get_mut(application) {
            known.last_active = Instant::now();
        }
        if let Some(refusal) = methods::refusal(resource, request) {
            return refusal;
        }
        if request.method == Method::POST && request.body.is_empty() && !request.has_length {
            let broken = BrokenRule::new(resource.rel(), "a POST without a body needs Content-Length: 0");
            return Handled::breaking_rule(Reply::error(411, ""), resource.rel(), broken);
        }
        match (&request.method, resource) {
            (_, Resource::Personal(resource)) => self.handle_personal(application, resource, request),
            (&Method::GET, _) => self.get(application, resource, request),
            (&Method::PUT, _) => {
                self.put_communication(application, request).unwrap_or_else(|refusal| refusal)
            }
            (&Method::DELETE, Resource::Conversation(_)) => self.delete_conversation(application, resource),
            (&Method::DELETE, _) => {
                self.end_application(application);
                Handled::new(Reply::empty(204), "signing out")
            }
            _ => self.post(application, resource, request),
        }
    }

    fn get(&mut self, application: &str, resource: Resource, request: &ParsedRequest) -> Handled {
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
        } else if matches!(resource, Resource::Application | Resource::Communication | Resource::Contact(..))
        {
            Handled::new(cache::reply(request, document), summary)
        } else {
            Handled::new(Reply::document(200, document), summary)
        }
    }

    fn post(&mut self, application: &str, resource: Resource, request: &ParsedRequest) -> Handled {
        let rel = resource.rel();
        match resource {
            Resource::MakeMeAvailable => {
                self.make_available(application, request).unwrap_or_else(|refusal| refusal)
            }
            Resource::ReportMyActivity => self.report_activity(application),
            Resource::Accept(number) | Resource::AcceptWithPhoneAudio(number) => {
                self.answer(application, number, rel, |world| world.accept(number, application))
            }
            Resource::Cancel(number) => self.answer(application, number, rel, |world| world.cancel(number)),
            Resource::Decline(number) => {
                self.answer_decline(application, number, request).unwrap_or_else(|refusal| refusal)
            }
            _ => self.post_in_conversation(application, resource, request),
        }
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
    ) -> Result<Handled, Handled> {
        let mut input = Input::read("decline", request)?;
        let reason = input.member("reason", &CALL_DECLINE_REASON);
        input.check()?;
        let is_local = reason == Some("Local");
        Ok(self.answer(application, number, "decline", |world| world.decline(number, application, is_local)))
    }
}
