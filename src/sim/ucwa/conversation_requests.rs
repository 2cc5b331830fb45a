//! The requests that start conversations and that concern one: messages, typing, participants, and its end.

use http::header::LOCATION;
use serde_json::Value;

use super::super::reply::Reply;
use super::super::request::{Handled, ParsedRequest};
use super::conversation::{ConversationNumber, Role};
use super::invitation::{InvitationNumber, InviteKind};
use super::meetings::MeetingStart;
use super::message::{MessageBody, MessageFormat};
use super::outgoing::Start;
use super::resource::{ParticipantAction, Resource};
use super::world::World;

/// The longest `operationId` (characters).
const MAX_OPERATION: usize = 50;
/// The longest subject (characters).
const MAX_SUBJECT: usize = 250;
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
        match resource {
            Resource::StartMessaging => self.post_start(application, InviteKind::Im, request),
            Resource::StartPhoneAudio => self.post_start(application, InviteKind::Phone, request),
            Resource::StartOnlineMeeting | Resource::JoinOnlineMeeting => {
                self.post_meeting(application, resource, request)
            }
            Resource::AddParticipant(number) => self.post_participant(application, number, request),
            Resource::AddMessaging(number) => self.post_messaging(application, number, request),
            Resource::SendMessage(number) => self.post_message(application, number, request),
            Resource::SetIsTyping(number) => self.done(rel, |world| world.type_as_user(number)),
            Resource::StopMessaging(number) => self.done(rel, |world| world.leave_messaging(number)),
            Resource::StopPhoneAudio(number) => self.done(rel, |world| world.end_conversation(number)),
            Resource::UserAcknowledged(_) => self.done(rel, |_| {}),
            Resource::ParticipantAction(number, index, action) => {
                self.done(rel, |world| world.perform_on_participant(number, index, action))
            }
            _ => {
                let complaint = "the resource does not support POST";
                Handled::with_complaint(Reply::error(405, ""), rel, complaint)
            }
        }
    }

    /// Handles the DELETE of a conversation, by which its user leaves it.
    pub fn delete_conversation(&mut self, resource: Resource) -> Handled {
        let summary = format!("leaving {}", resource.description());
        match resource.conversation().filter(|number| self.conversations.contains_key(number)) {
            Some(number) => {
                self.end_conversation(number);
                Handled::new(Reply::empty(204), summary)
            }
            None => Handled::new(Reply::error(404, ""), summary),
        }
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

    fn post_start(&mut self, application: &str, kind: InviteKind, request: &ParsedRequest) -> Handled {
        let rel = if kind == InviteKind::Im { "startMessaging" } else { "startPhoneAudio" };
        let input = match Input::read(request) {
            Ok(input) => input,
            Err(refusal) => return refusal.of(rel),
        };
        let to = input.text("to").or_else(|| request.parameters().get("to").cloned()).unwrap_or_default();
        if !to.contains(':') {
            return Refusal("`to` is required: the URI of a contact").of(rel);
        }
        let start = Start {
            kind,
            to: to.clone(),
            operation: input.operation(),
            subject: input.text("subject").unwrap_or_default(),
            importance: input.text("importance").unwrap_or_default(),
            message: input.message(),
            phone_number: input.text("phoneNumber").unwrap_or_default(),
        };
        let number = self.start_conversation(application, start);
        self.created(application, number, format!("{rel} with {to}"))
    }

    fn post_meeting(&mut self, application: &str, resource: Resource, request: &ParsedRequest) -> Handled {
        let rel = resource.rel();
        let input = match Input::read(request) {
            Ok(input) => input,
            Err(refusal) => return refusal.of(rel),
        };
        let start = MeetingStart {
            operation: input.operation(),
            subject: input.text("subject").unwrap_or_default(),
            importance: input.text("importance").unwrap_or_default(),
        };
        if resource == Resource::StartOnlineMeeting {
            let number = self.start_meeting(application, start);
            return self.created(application, number, rel.into());
        }
        let parameter = || request.parameters().get("onlineMeetingUri").cloned();
        let uri = input.text("onlineMeetingUri").or_else(parameter).unwrap_or_default();
        match self.join_meeting(application, &uri, start) {
            Some(number) => self.created(application, number, format!("{rel} of {uri}")),
            None => Handled::new(Reply::error(404, "DestinationNotFound"), rel),
        }
    }

    fn post_participant(
        &mut self,
        application: &str,
        conversation: ConversationNumber,
        request: &ParsedRequest,
    ) -> Handled {
        let rel = "addParticipant";
        let input = match Input::read(request) {
            Ok(input) => input,
            Err(refusal) => return refusal.of(rel),
        };
        let to = input.text("to").unwrap_or_default();
        if input.operation().is_empty() || !to.contains(':') {
            return Refusal("operationId (at most 50 characters) and to are required").of(rel);
        }
        let number = self.add_participant(application, conversation, input.operation(), &to);
        self.created(application, number, format!("{rel} of {to}"))
    }

    fn post_messaging(
        &mut self,
        application: &str,
        conversation: ConversationNumber,
        request: &ParsedRequest,
    ) -> Handled {
        match Input::read(request) {
            Ok(input) => {
                let (operation, message) = (input.operation(), input.message());
                let number = self.add_messaging(application, conversation, operation, message);
                self.created(application, number, "addMessaging".into())
            }
            Err(refusal) => refusal.of("addMessaging"),
        }
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
                let complaint = "a message is text/plain or text/html";
                return Handled::with_complaint(Reply::error(415, ""), rel, complaint);
            }
        };
        if request.body.len() > MAX_MESSAGE {
            return Handled::new(Reply::error(413, ""), rel);
        }
        if !self
            .conversations
            .get(&conversation)
            .is_some_and(super::conversation::Conversation::has_messaging)
        {
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

/// The input of a request, whose property names may be in any case.
struct Input<'a>(&'a Value);

/// The reason why the input of a request is refused.
struct Refusal(&'static str);

impl Refusal {
    /// Returns the response to a request for the resource `rel`.
    fn of(&self, rel: &str) -> Handled {
        Handled::with_complaint(Reply::error(400, "ParameterValidationFailure"), rel, self.0)
    }
}

impl<'a> Input<'a> {
    /// Reads the input of a request, which may be empty.
    fn read(request: &'a ParsedRequest) -> Result<Self, Refusal> {
        if !request.body.is_empty() && !request.input.is_object() {
            return Err(Refusal("the body cannot be decoded"));
        }
        let input = Self(&request.input);
        if input.operation().chars().count() > MAX_OPERATION {
            return Err(Refusal("operationId has at most 50 characters"));
        }
        if input.text("subject").is_some_and(|subject| subject.chars().count() > MAX_SUBJECT) {
            return Err(Refusal("subject has at most 250 characters"));
        }
        let importance = input.text("importance");
        if importance.is_some_and(|it| !["Normal", "Urgent", "Emergency"].contains(&it.as_str())) {
            return Err(Refusal("importance is Normal, Urgent or Emergency"));
        }
        Ok(input)
    }

    fn text(&self, name: &str) -> Option<String> {
        let known = self.0.as_object()?.iter().find(|(key, _)| key.eq_ignore_ascii_case(name))?;
        known.1.as_str().map(str::to_owned)
    }

    fn operation(&self) -> String {
        self.text("operationId").unwrap_or_default()
    }

    fn message(&self) -> Option<MessageBody> {
        MessageBody::from_data_uri(self.0.pointer("/_links/message/href")?.as_str()?)
    }
}
