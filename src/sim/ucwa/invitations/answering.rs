//! The answers to invitations, and the other ways in which they end.
#![expect(clippy::indexing_slicing, reason = "assigning to a key of a JSON object adds it")]

use serde_json::json;

use crate::sim::ucwa::state::people::person::Person;
use crate::sim::ucwa::state::resource::Resource;
use crate::sim::ucwa::state::resource::finished::Finished;
use crate::sim::ucwa::state::talk::conversation::{
    Conversation, ConversationNumber, ConversationState, ModalityState, PhoneAudioState,
};
use crate::sim::ucwa::state::talk::invitation::{
    EndCause, EndedInvitation, InvitationNumber, PendingInvitation,
};
use crate::sim::ucwa::state::talk::invite::InviteKind;
use crate::sim::ucwa::state::world::World;

/// The reason why an invitation failed: its code and its subcode.
type Failure = (&'static str, &'static str);

/// The reason that the other applications of a user are given when one of them answers.
const CONNECTED_ELSEWHERE: Failure = ("LocalFailure", "ConnectedElsewhere");

impl World {
    /// Ends a pending invitation other than by a request of the client. A cause that cannot end an invitation
    /// of that direction or kind has no effect.
    pub fn end(&mut self, number: InvitationNumber, cause: EndCause) {
        let Some(pending) = self.invitations.get(&number).cloned() else { return };
        let caller = pending.caller();
        match (cause, pending.is_outgoing()) {
            (EndCause::Joins, true) => self.answer_outgoing(number, pending.invite.from),
            (EndCause::Declines, true) => self.fail(&pending, "Declined", ("RemoteFailure", "Declined")),
            (EndCause::Unreachable, true) => self.fail(&pending, "Failed", ("RemoteFailure", "Unreachable")),
            // Whoever accepted waits in a lobby for as long as it takes.
            (EndCause::TimedOut, true)
                if self.legs_of(number).iter().any(|leg| leg.application.is_some()) => {}
            (EndCause::TimedOut, false) if pending.application.is_some() => {}
            (EndCause::TimedOut, true) => {
                self.cancel_ringing(&pending, "Failed", ("LocalFailure", "Timeout"));
            }
            (EndCause::CallerGivesUp, _) => match caller {
                Some(caller) => self.cancel(caller),
                None => self.fail(&pending, "Cancelled", ("RemoteFailure", "Canceled")),
            },
            (EndCause::AnsweredElsewhere, false) => {
                let person = pending.invite.accepted_by.clone();
                self.answer_elsewhere(&pending, &person);
                if let Some(caller) = caller {
                    let user = self.person(pending.user);
                    self.answer_outgoing(caller, if person.is_nobody() { user } else { person });
                }
            }
            (EndCause::TimedOut, false) => {
                self.fail(&pending, "Failed", ("LocalFailure", "Missed"));
                self.give_up(caller, EndCause::TimedOut);
            }
            (EndCause::Declines, false) => {
                self.fail(&pending, "Declined", ("RemoteFailure", "Declined"));
                self.give_up(caller, EndCause::Declines);
            }
            (EndCause::AnsweredOnPhone, false) if pending.invite.kind.is_call() => self.connect(&pending),
            (EndCause::Admitted, false) if pending.application.is_some() => self.connect(&pending),
            (EndCause::Denied, false) if pending.application.is_some() => {
                self.fail(&pending, "Failed", ("RemoteFailure", "Denied"));
                self.give_up(caller, EndCause::Declines);
            }
            _ => {}
        }
    }

    /// Accepts an invitation at the request of an application.
    pub fn accept(&mut self, number: InvitationNumber, application: &str) {
        let Some(pending) = self.invitations.get_mut(&number) else { return };
        pending.is_offered = false;
        self.withdraw_from_others(number, application);
        self.send_invitation(number, "updated");
        let Some(pending) = self.invitations.get(&number).cloned() else { return };
        if pending.invite.kind == InviteKind::Meeting && self.must_wait(&pending) {
            self.wait_in_lobby(pending.conversation);
        } else {
            self.connect(&pending);
        }
    }

    /// Binds an invitation and its conversation to the application that answers, and tells the other
    /// applications in which it rang that it has been answered elsewhere.
    fn withdraw_from_others(&mut self, number: InvitationNumber, application: &str) {
        let Some(pending) = self.invitations.get(&number).cloned() else { return };
        let mut others = self.audience_of_invitation(&pending);
        others.retain(|name| name != application);
        self.send_completed(&others, &pending, "Failed", Some(CONNECTED_ELSEWHERE));
        self.send_conversation_deleted(&others, pending.conversation);
        if let Some(pending) = self.invitations.get_mut(&number) {
            pending.application = Some(application.to_owned());
        }
        if let Some(conversation) = self.conversations.get_mut(&pending.conversation) {
            conversation.application = Some(application.to_owned());
        }
    }

    /// Connects the user to the talk of an invitation, and completes the invitation with success.
    fn connect(&mut self, pending: &PendingInvitation) {
        let (kind, conversation) = (pending.invite.kind, pending.conversation);
        if kind == InviteKind::Meeting {
            self.enter_conference(conversation);
        } else {
            self.connect_conversation(kind, conversation);
        }
        self.complete(pending.number, "Connected", None);
        self.finish_transfer(pending, true);
        if let Some(caller) = pending.caller() {
            self.answer_outgoing(caller, self.person(pending.user));
        }
        if kind == InviteKind::Im
            && let Some(body) = pending.invite.first_message()
        {
            self.receive_message(conversation, &pending.invite.from.uri, body, None);
            self.send_conversation(conversation, "updated");
        }
    }

    /// Connects the conversation of an invitation other than to a meeting, and its modality.
    fn connect_conversation(&mut self, kind: InviteKind, conversation: ConversationNumber) {
        if let Some(joined) = self.conversations.get_mut(&conversation) {
            joined.state = ConversationState::Connected;
            match kind {
                InviteKind::Im => joined.messaging = ModalityState::Connected,
                InviteKind::Phone | InviteKind::Av => joined.phone_audio = PhoneAudioState::Connected,
                InviteKind::Meeting | InviteKind::Participant => {}
            }
        }
        match kind {
            InviteKind::Im => self.send_messaging(conversation),
            InviteKind::Phone | InviteKind::Av => self.send_phone_audio(conversation),
            InviteKind::Meeting | InviteKind::Participant => {}
        }
        self.send_conversation(conversation, "updated");
        if kind == InviteKind::Im {
            self.send_participant_messaging(conversation);
        }
    }

    /// Declines an invitation at the request of an application: in that one alone if `is_local` and it rings
    /// in others as well.
    pub fn decline(&mut self, number: InvitationNumber, application: &str, is_local: bool) {
        let Some(pending) = self.invitations.get(&number).cloned() else { return };
        let declined = ("LocalFailure", "Declined");
        if is_local && self.audience_of_invitation(&pending).len() > 1 {
            let here = [application.to_owned()];
            self.send_completed(&here, &pending, "Declined", Some(declined));
            self.send_conversation_deleted(&here, pending.conversation);
            if let Some(pending) = self.invitations.get_mut(&number) {
                pending.declined_in.insert(application.to_owned());
            }
            return;
        }
        self.fail(&pending, "Declined", declined);
        self.give_up(pending.caller(), EndCause::Declines);
    }

    /// Ends an invitation that another device of the user or another person answers.
    pub fn answer_elsewhere(&mut self, pending: &PendingInvitation, person: &Person) {
        if let Some(pending) = self.invitations.get_mut(&pending.number) {
            pending.accepted_by = person.clone();
        }
        self.fail(pending, "Failed", CONNECTED_ELSEWHERE);
    }

    /// Ends an invitation with a failure, and its conversation unless the user is in that.
    pub fn fail(&mut self, pending: &PendingInvitation, state: &'static str, reason: Failure) {
        self.complete(pending.number, state, Some(reason));
        let is_joined = self.conversations.get(&pending.conversation).is_some_and(Conversation::is_joined);
        if !is_joined {
            self.end_conversation(pending.conversation);
        }
        self.finish_transfer(pending, reason == CONNECTED_ELSEWHERE);
    }

    /// Ends an invitation in a state and, unless it succeeded, for a reason.
    pub fn complete(&mut self, number: InvitationNumber, state: &'static str, reason: Option<Failure>) {
        let Some(pending) = self.invitations.get_mut(&number) else { return };
        pending.is_offered = false;
        let pending = pending.clone();
        let audience = self.audience_of_invitation(&pending);
        self.send_completed(&audience, &pending, state, reason);
        self.invitations.remove(&number);
        self.finish(Finished::Invitation(number));
        if pending.is_outgoing() && pending.invite.from.is_nobody() {
            // It only joined the messaging of a meeting.
            return;
        }
        let (code, subcode) = reason.unwrap_or_default();
        let is_missed = subcode == "Missed" || (code, subcode) == ("RemoteFailure", "Canceled");
        if is_missed && !pending.is_outgoing() {
            self.log_missed(&pending);
        }
        self.ended.push(EndedInvitation {
            number,
            uri: pending.invite.from.uri,
            state,
            subcode: subcode.into(),
            is_local: code == "LocalFailure",
        });
    }

    /// Tells applications that an invitation is completed.
    fn send_completed(
        &mut self,
        audience: &[String],
        pending: &PendingInvitation,
        state: &'static str,
        reason: Option<Failure>,
    ) {
        let completed = PendingInvitation { state, is_offered: false, ..pending.clone() };
        self.tell(audience, Resource::Communication, |world, application| {
            let document = world.document_of_invitation(application, &completed);
            let (rel, resource) = (completed.invite.kind.rel(), Resource::Invitation(completed.number));
            let mut event = world.event(application, "completed", rel, resource, Some(document));
            event["status"] = if reason.is_none() { "Success" } else { "Failure" }.into();
            if let Some((code, subcode)) = reason {
                event["reason"] = json!({"code": code, "subcode": subcode, "message": "Simulated."});
            }
            Some(event)
        });
    }
}
