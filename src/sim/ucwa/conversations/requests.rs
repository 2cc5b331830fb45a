//! The requests that start conversations and that concern one: messages, typing, participants, and its end.

use http::header::LOCATION;

use super::meetings::MeetingStart;
use crate::sim::broken_rule::BrokenRule;
use crate::sim::reply::Reply;
use crate::sim::request::{Handled, ParsedRequest};
use crate::sim::ucwa::input::Input;
use crate::sim::ucwa::input::enumerations::IMPORTANCE;
use crate::sim::ucwa::invitations::outgoing::Start;
use crate::sim::ucwa::state::resource::{ParticipantAction, Resource};
use crate::sim::ucwa::state::talk::conversation::{Conversation, ConversationNumber, Role};
use crate::sim::ucwa::state::talk::invitation::InvitationNumber;
use crate::sim::ucwa::state::talk::invite::InviteKind;
use crate::sim::ucwa::state::talk::message::{MessageBody, MessageFormat};
use crate::sim::ucwa::state::world::World;

/// The longest `operationId` (characters).
const MAX_OPERATION: usize = 50;
/// The longest `threadId` (characters).
const MAX_THREAD: usize = 250;
/// The longest subject (characters).
const MAX_SUBJECT: usize = 250;
/// The longest URI (characters).
const MAX_URI: usize = 1_000;
/// The longest phone number (characters).
const MAX_PHONE_NUMBER: usize = 100;
/// The longest message (bytes).
const MAX_MESSAGE: usize = 16 * 1024;

impl World {
    /// Handles a POST to a link of `communication` or of a conversation.
    pub fn post_in_conversation(
        &mut self,
        application: &str,
        resource: Resource,
        request: &ParsedRequest,
    ) -> Handled {
        let rel = resource.rel();
        if let Some(number) = resource.conversation()
            && !self.is_in_conversation(application, number)
        {
            return Handled::new(Reply::error(404, ""), format!("{rel} of a conversation that is over"));
        }
        let handled = match resource {
            Resource::StartMessaging => self.post_start(application, InviteKind::Im, request),
            Resource::StartPhoneAudio => self.post_start(application, InviteKind::Phone, request),
            Resource::StartOnlineMeeting | Resource::JoinOnlineMeeting => {
                self.post_meeting(application, resource, request)
            }
            Resource::AddParticipant(number) => self.post_participant(application, number, request),
            Resource::AddMessaging(number) => self.post_messaging(application, number, request),
            Resource::SendMessage(number) => Ok(self.post_message(application, number, request)),
            Resource::SetIsTyping(number) => Ok(self.done(rel, |world| world.type_as_user(number))),
            Resource::StopMessaging(number) => Ok(self.done(rel, |world| world.leave_messaging(number))),
            Resource::StopPhoneAudio(number) => Ok(self.done(rel, |world| world.end_conversation(number))),
            Resource::UserAcknowledged(_) => Ok(self.done(rel, |_| {})),
            Resource::ParticipantAction(number, index, action) => {
                Ok(self.done(rel, |world| world.perform_on_participant(number, index, action)))
            }
            _ => Ok(Handled::new(Reply::error(404, ""), rel)),
        };
        handled.unwrap_or_else(|refusal| refusal)
    }

    /// Handles the DELETE of a conversation, by which its user leaves it, and with it the invitations that are
    /// pending in it.
    pub fn delete_conversation(&mut self, application: &str, resource: Resource) -> Handled {
        let summary = format!("leaving {}", resource.description());
        let known = resource.conversation().filter(|number| self.conversations.contains_key(number));
        let Some(number) = known else { return Handled::new(Reply::error(404, ""), summary) };
        let pending = self.invitations.values().filter(|pending| pending.conversation == number);
        let pending: Vec<(InvitationNumber, bool)> =
            pending.map(|pending| (pending.number, pending.is_outgoing())).collect();
        for (invitation, is_outgoing) in pending {
            if is_outgoing {
                self.cancel(invitation);
            } else {
                self.decline(invitation, application, false);
            }
        }
        self.end_conversation(number);
        Handled::new(Reply::empty(204), summary)
    }

    fn done(&mut self, summary: &str, action: impl FnOnce(&mut Self)) -> Handled {
        action(self);
        Handled::new(Reply::empty(204), summary)
    }

    /// Returns whether a conversation goes on, and an application takes part in it.
    fn is_in_conversation(&self, application: &str, number: ConversationNumber) -> bool {
        let known = self.conversations.get(&number);
        known.is_some_and(|known| known.application.as_deref() == Some(application))
    }

    fn post_start(
        &mut self,
        application: &str,
        kind: InviteKind,
        request: &ParsedRequest,
    ) -> Result<Handled, Handled> {
        let rel = if kind == InviteKind::Im { "startMessaging" } else { "startPhoneAudio" };
        let mut input = Input::read(rel, request)?;
        let to = required_uri(&mut input, "to");
        check_thread(&mut input);
        let start = Start {
            kind,
            to: to.clone(),
            operation: operation(&mut input),
            subject: input.text("subject", MAX_SUBJECT).unwrap_or_default(),
            importance: importance(&mut input),
            message: message(request),
            phone_number: input.text("phoneNumber", MAX_PHONE_NUMBER).unwrap_or_default(),
        };
        input.check()?;
        let number = self.start_conversation(application, start);
        Ok(self.created(application, number, format!("{rel} with {to}")))
    }

    fn post_meeting(
        &mut self,
        application: &str,
        resource: Resource,
        request: &ParsedRequest,
    ) -> Result<Handled, Handled> {
        let rel = resource.rel();
        let mut input = Input::read(rel, request)?;
        check_thread(&mut input);
        let start = MeetingStart {
            operation: operation(&mut input),
            subject: input.text("subject", MAX_SUBJECT).unwrap_or_default(),
            importance: importance(&mut input),
        };
        if resource == Resource::StartOnlineMeeting {
            input.check()?;
            let number = self.start_meeting(application, start);
            return Ok(self.created(application, number, rel.into()));
        }
        let uri = required_uri(&mut input, "onlineMeetingUri");
        input.check()?;
        Ok(match self.join_meeting(application, &uri, start) {
            Some(number) => self.created(application, number, format!("{rel} of {uri}")),
            None => Handled::new(Reply::error(404, "DestinationNotFound"), rel),
        })
    }

    fn post_participant(
        &mut self,
        application: &str,
        conversation: ConversationNumber,
        request: &ParsedRequest,
    ) -> Result<Handled, Handled> {
        let mut input = Input::read("addParticipant", request)?;
        let (operation, to) = (operation(&mut input), required_uri(&mut input, "to"));
        input.check()?;
        let number = self.add_participant(application, conversation, operation, &to);
        Ok(self.created(application, number, format!("addParticipant of {to}")))
    }

    fn post_messaging(
        &mut self,
        application: &str,
        conversation: ConversationNumber,
        request: &ParsedRequest,
    ) -> Result<Handled, Handled> {
        let rel = "addMessaging";
        let mut input = Input::read(rel, request)?;
        let operation = operation(&mut input);
        input.check()?;
        let known = self.conversations.get(&conversation);
        if known.is_some_and(Conversation::has_messaging) {
            let summary = format!("{rel} to a conversation that has messaging");
            return Err(Handled::new(Reply::error(409, "AlreadyExists"), summary));
        }
        if !known.is_some_and(Conversation::is_joined) {
            let summary = format!("{rel} to a conversation that the user is not in");
            return Err(Handled::new(Reply::error(409, ""), summary));
        }
        let number = self.add_messaging(application, conversation, operation, message(request));
        Ok(self.created(application, number, "addMessaging".into()))
    }

    fn post_message(
        &mut self,
        application: &str,
        conversation: ConversationNumber,
        request: &ParsedRequest,
    ) -> Handled {
        let rel = "sendMessage";
        let format = match request.media_type().as_deref() {
            Some("text/plain") => MessageFormat::Plain,
            Some("text/html") => MessageFormat::Html,
            _ => {
                let broken = BrokenRule::new(rel, "a message is text/plain or text/html");
                return Handled::breaking_rule(Reply::error(415, ""), rel, broken);
            }
        };
        if request.body.len() > MAX_MESSAGE {
            return Handled::new(Reply::error(413, ""), rel);
        }
        if !self.conversations.get(&conversation).is_some_and(Conversation::has_messaging) {
            return Handled::new(Reply::error(409, ""), format!("{rel} without messaging"));
        }
        let parameters = request.parameters();
        let operation = parameters.iter().find(|(name, _)| name.eq_ignore_ascii_case("operationId"));
        let operation = operation.map(|(_, value)| value.clone()).unwrap_or_default();
        let complaint = operation.is_empty().then(|| "sendMessage: operationId is required".to_owned());
        let body = MessageBody { text: request.body.clone(), format };
        let number = self.send_message(conversation, operation, &body);
        let location = self.href(application, Resource::Message(number));
        Handled { reply: Reply::empty(201).with(LOCATION, location), summary: rel.into(), complaint }
    }

    /// Returns the response to a request that created an invitation.
    fn created(&mut self, application: &str, number: InvitationNumber, summary: String) -> Handled {
        let location = self.href(application, Resource::Invitation(number));
        Handled::new(Reply::empty(201).with(LOCATION, location), summary)
    }

    /// Ends the messaging of a conversation at the client's request. A conversation of two that has nothing
    /// else ends with it.
    fn leave_messaging(&mut self, number: ConversationNumber) {
        let is_meeting = self.conversations.get(&number).is_some_and(|known| known.meeting.is_some());
        if is_meeting {
            self.stop_messaging(number);
        } else {
            let pending = self.invitations.values().find(|it| it.conversation == number && it.is_outgoing());
            match pending.map(|pending| pending.number) {
                Some(pending) => self.cancel(pending),
                None => self.end_conversation(number),
            }
        }
    }

    fn perform_on_participant(
        &mut self,
        number: ConversationNumber,
        index: usize,
        action: ParticipantAction,
    ) {
        match action {
            ParticipantAction::Admit => self.admit(number, index),
            ParticipantAction::Reject => self.reject(number, index),
            ParticipantAction::Eject => self.eject(number, index),
            ParticipantAction::Promote => self.change_role(number, index, Role::Leader),
            ParticipantAction::Demote => self.change_role(number, index, Role::Attendee),
        }
    }
}

fn operation(input: &mut Input) -> String {
    input.text("operationId", MAX_OPERATION).unwrap_or_default()
}

fn importance(input: &mut Input) -> String {
    input.member("importance", &IMPORTANCE).unwrap_or_default().to_owned()
}

/// Checks the `threadId`, which does not lead to an earlier conversation here.
fn check_thread(input: &mut Input) {
    input.text("threadId", MAX_THREAD);
}

/// Returns a URI that must be there.
fn required_uri(input: &mut Input, name: &str) -> String {
    let uri = input.required_text(name, MAX_URI);
    if !uri.is_empty() && !uri.contains(':') {
        input.refuse::<()>(name, "not a URI");
    }
    uri
}

/// Returns the message that the input of a request links to, if any.
fn message(request: &ParsedRequest) -> Option<MessageBody> {
    MessageBody::from_data_uri(request.input.pointer("/_links/message/href")?.as_str()?)
}
