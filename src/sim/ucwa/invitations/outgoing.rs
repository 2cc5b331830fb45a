//! Invitations that users send: how they begin, whom they reach, and how the other side answers them.

use std::time::Duration;

use crate::sim::ucwa::state::people::person::{InviteeBehavior, Person};
use crate::sim::ucwa::state::talk::conversation::{
    Conversation, ConversationNumber, ConversationState, ModalityState, Participant, PhoneAudioState,
};
use crate::sim::ucwa::state::talk::invitation::{
    EndCause, InvitationDirection, InvitationNumber, PendingInvitation,
};
use crate::sim::ucwa::state::talk::invite::{Invite, InviteKind};
use crate::sim::ucwa::state::talk::message::MessageBody;
use crate::sim::ucwa::state::timer::TimedAction;
use crate::sim::ucwa::state::world::World;

/// The time that a person who is no user takes to answer an invitation.
const ANSWER_DELAY: Duration = Duration::from_secs(4);

/// The request of an application for a conversation: `startMessaging` or `startPhoneAudio`.
pub struct Start {
    /// [`InviteKind::Im`] or [`InviteKind::Phone`].
    pub kind: InviteKind,
    pub to: String,
    /// The `operationId`, which may be empty.
    pub operation: String,
    pub subject: String,
    pub importance: String,
    pub message: Option<MessageBody>,
    /// The number of the user's phone that rings first, of a phone call.
    pub phone_number: String,
}

impl World {
    /// Starts a conversation at the request of an application.
    pub fn start_conversation(&mut self, application: &str, start: Start) -> InvitationNumber {
        self.limit_conversations();
        let user = self.user_of(application);
        let (number, conversation) = (self.next_number(), self.next_number());
        let mut connecting = Conversation {
            application: Some(application.to_owned()),
            subject: start.subject.clone(),
            importance: start.importance.clone(),
            created: self.now_in_milliseconds(),
            ..Conversation::new(user, conversation, ConversationState::Connecting)
        };
        match start.kind {
            InviteKind::Im => connecting.messaging = ModalityState::Connecting,
            _ => connecting.phone_audio = PhoneAudioState::Connecting,
        }
        self.conversations.insert(conversation, connecting);
        let invite = Invite {
            user,
            kind: start.kind,
            from: self.person_of(&start.to),
            subject: start.subject,
            importance: start.importance,
            format: start.message.as_ref().map(|body| body.format).unwrap_or_default(),
            message: start.message.map(|body| body.text).unwrap_or_default(),
            phone_number: start.phone_number,
            ..Invite::default()
        };
        self.add_outgoing(number, application, invite, conversation, start.operation);
        let audience = [application.to_owned()];
        self.send_conversation_to(&audience, conversation, "added");
        self.send_local_participant(&audience, conversation);
        match start.kind {
            InviteKind::Im => self.send_messaging(conversation),
            _ => self.send_phone_audio(conversation),
        }
        self.place(number);
        number
    }

    /// Invites a person into a conversation at the request of an application. The first event may reach the
    /// client before the response to the request does.
    pub fn add_participant(
        &mut self,
        application: &str,
        conversation: ConversationNumber,
        operation: String,
        to: &str,
    ) -> InvitationNumber {
        let number = self.next_number();
        let user = self.user_of(application);
        let from = self.person_of(to);
        let subject = self.conversations.get(&conversation).map(|known| known.subject.clone());
        let invite = Invite {
            user,
            kind: InviteKind::Participant,
            from,
            subject: subject.unwrap_or_default(),
            ..Invite::default()
        };
        self.add_outgoing(number, application, invite, conversation, operation);
        self.place(number);
        number
    }

    /// Joins the messaging of a meeting at the request of an application, which succeeds at once.
    pub fn add_messaging(
        &mut self,
        application: &str,
        conversation: ConversationNumber,
        operation: String,
        message: Option<MessageBody>,
    ) -> InvitationNumber {
        let number = self.next_number();
        let user = self.user_of(application);
        let known = self.conversations.get_mut(&conversation);
        let subject = known.map(|known| {
            known.messaging = ModalityState::Connected;
            known.subject.clone()
        });
        let invite = Invite { user, subject: subject.unwrap_or_default(), ..Invite::default() };
        self.add_outgoing(number, application, invite, conversation, operation);
        self.send_messaging(conversation);
        self.send_conversation(conversation, "updated");
        self.complete(number, "Connected", None);
        if let Some(body) = message {
            self.send_message(conversation, String::new(), &body);
        }
        number
    }

    /// Adds an invitation that an application sends, and tells it of that.
    pub fn add_outgoing(
        &mut self,
        number: InvitationNumber,
        application: &str,
        invite: Invite,
        conversation: ConversationNumber,
        operation: String,
    ) {
        let direction = InvitationDirection::Outgoing(operation);
        let mut pending = PendingInvitation::new(number, direction, invite, conversation);
        pending.application = Some(application.to_owned());
        self.invitations.insert(number, pending);
        self.send_invitation(number, "started");
    }

    /// Makes an outgoing invitation reach its recipient.
    fn place(&mut self, number: InvitationNumber) {
        let Some(pending) = self.invitations.get(&number) else { return };
        let (invite, caller) = (pending.invite.clone(), self.person(pending.user));
        self.timers.push((self.options.ring, TimedAction::End(number, EndCause::TimedOut)));
        let Some(user) = self.user_at(&invite.from.uri) else {
            let answer = match invite.from.answers {
                InviteeBehavior::Joins => Some(EndCause::Joins),
                InviteeBehavior::Declines => Some(EndCause::Declines),
                InviteeBehavior::Ignores => None,
            };
            self.timers.extend(answer.map(|cause| (ANSWER_DELAY, TimedAction::End(number, cause))));
            return;
        };
        let kind = match invite.kind {
            InviteKind::Participant => InviteKind::Meeting,
            kind => kind,
        };
        let incoming =
            Invite { user, kind, from: caller, phone_number: Self::phone_number_of(user, kind), ..invite };
        let (state, legs) = self.route(incoming);
        if legs.iter().all(|leg| self.available_applications(leg.user).is_empty()) {
            self.timers.push((Duration::ZERO, TimedAction::End(number, EndCause::Unreachable)));
            return;
        }
        if let Some(state) = state
            && let Some(pending) = self.invitations.get_mut(&number)
        {
            pending.state = state;
            self.send_invitation(number, "updated");
        }
        for leg in legs {
            self.ring(leg, Some(number));
        }
    }

    /// Completes an outgoing invitation that a person accepts with success.
    pub fn answer_outgoing(&mut self, number: InvitationNumber, person: Person) {
        let Some(pending) = self.invitations.get_mut(&number) else { return };
        pending.accepted_by = person.clone();
        let (kind, conversation) = (pending.invite.kind, pending.conversation);
        for leg in self.legs_of(number) {
            self.answer_elsewhere(&leg, &person);
        }
        if kind == InviteKind::Participant {
            self.join_talk(conversation, &person);
        } else {
            self.connect_outgoing(kind, conversation, person);
        }
        self.complete(number, "Connected", None);
    }

    /// Connects the user who sent an invitation to the one who accepts it.
    fn connect_outgoing(&mut self, kind: InviteKind, conversation: ConversationNumber, person: Person) {
        let Some(known) = self.conversations.get_mut(&conversation) else { return };
        known.state = ConversationState::Connected;
        known.roster.push(Some(Participant::new(person)));
        let index = known.roster.len() - 1;
        match kind {
            InviteKind::Im => known.messaging = ModalityState::Connected,
            _ => known.phone_audio = PhoneAudioState::Connected,
        }
        self.send_conversation(conversation, "updated");
        self.send_participant_added(conversation, index);
        match kind {
            InviteKind::Im => {
                self.send_participant_messaging(conversation);
                self.send_messaging(conversation);
            }
            _ => self.send_phone_audio(conversation),
        }
    }

    /// Cancels an outgoing invitation at the client's request.
    pub fn cancel(&mut self, number: InvitationNumber) {
        if let Some(pending) = self.invitations.get(&number).cloned() {
            self.cancel_ringing(&pending, "Cancelled", ("LocalFailure", "Canceled"));
        }
    }

    /// Ends an outgoing invitation with a failure, and those of other users that it brought about.
    pub fn cancel_ringing(
        &mut self,
        pending: &PendingInvitation,
        state: &'static str,
        reason: (&'static str, &'static str),
    ) {
        for leg in self.legs_of(pending.number) {
            self.fail(&leg, "Cancelled", ("RemoteFailure", "Canceled"));
        }
        self.fail(pending, state, reason);
    }

    /// Ends an outgoing invitation, for a cause that ended the last one that it brought about.
    pub fn give_up(&mut self, number: Option<InvitationNumber>, cause: EndCause) {
        if let Some(number) = number
            && self.legs_of(number).is_empty()
        {
            self.end(number, cause);
        }
    }

    /// Returns the pending invitations of other users that an outgoing one has brought about and that no one
    /// has accepted.
    pub fn legs_of(&self, number: InvitationNumber) -> Vec<PendingInvitation> {
        self.invitations.values().filter(|it| it.caller() == Some(number)).cloned().collect()
    }

    /// Returns the person with an address: a user, or somebody of the directory.
    fn person_of(&self, uri: &str) -> Person {
        let known = self.directory.iter().rfind(|person| person.uri == uri).cloned();
        let user = || self.user_at(uri).map(|user| self.person(user));
        known.or_else(user).unwrap_or_else(|| Person { uri: uri.into(), ..Person::default() })
    }
}
