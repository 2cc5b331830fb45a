//! The methods that each resource supports.

use http::header::ALLOW;

use crate::sim::broken_rule::BrokenRule;
use crate::sim::reply::Reply;
use crate::sim::request::{Handled, ParsedRequest};
use crate::sim::ucwa::state::resource::Resource;

/// Refuses a request whose method the resource does not support, with 405 `MethodNotAllowed`.
pub fn refusal(resource: Resource, request: &ParsedRequest) -> Option<Handled> {
    let methods = supported(resource);
    if methods.split(", ").any(|method| method == request.method.as_str()) {
        return None;
    }
    let rule = format!("{} is not supported, but {methods}", request.method);
    let reply = Reply::error(405, "").with(ALLOW, methods.to_owned());
    Some(Handled::breaking_rule(reply, resource.description(), BrokenRule::new(resource.rel(), rule)))
}

/// Returns the methods that a resource supports, as `Allow` lists them.
fn supported(resource: Resource) -> &'static str {
    match resource {
        Resource::Personal(resource) => resource.methods(),
        Resource::Application | Resource::Conversation(_) => "GET, DELETE",
        Resource::Communication => "GET, PUT",
        Resource::MakeMeAvailable
        | Resource::ReportMyActivity
        | Resource::Accept(_)
        | Resource::AcceptWithPhoneAudio(_)
        | Resource::Decline(_)
        | Resource::Cancel(_)
        | Resource::AddParticipant(_)
        | Resource::AddMessaging(_)
        | Resource::SendMessage(_)
        | Resource::StopMessaging(_)
        | Resource::SetIsTyping(_)
        | Resource::StopPhoneAudio(_)
        | Resource::StartMessaging
        | Resource::StartPhoneAudio
        | Resource::StartOnlineMeeting
        | Resource::JoinOnlineMeeting
        | Resource::UserAcknowledged(_)
        | Resource::ParticipantAction(..) => "POST",
        Resource::Events
        | Resource::Me
        | Resource::Invitation(_)
        | Resource::Conversations
        | Resource::ParticipantMessaging(..)
        | Resource::Participants(_)
        | Resource::Attendees(_)
        | Resource::Leaders(_)
        | Resource::Lobby(_)
        | Resource::OnlineMeeting(_)
        | Resource::Message(_)
        | Resource::PhoneAudio(_)
        | Resource::IdleModality(..)
        | Resource::Participant(..)
        | Resource::LocalParticipant(_)
        | Resource::Contact(..)
        | Resource::Messaging(_)
        | Resource::TypingParticipants(_) => "GET",
    }
}
