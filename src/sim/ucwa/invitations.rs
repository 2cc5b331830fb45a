//! Invitations: how they begin, and how the client or the other side ends them.
#![expect(clippy::indexing_slicing, reason = "assigning to a key of a JSON object adds it")]

use std::time::Duration;

use serde_json::json;

use super::conversation::{Conversation, ConversationNumber};
use super::invitation::{
    EndCause, EndedInvitation, InvitationNumber, InvitationSnapshot, Invite, InviteKind, PendingInvitation,
};
use super::person::{InviteeBehavior, Person};
use super::resource::{Finished, Resource};
use super::world::World;

/// The time that a person takes to answer an invitation of the user.
const ANSWER_DELAY: Duration = Duration::from_secs(4);

impl World {
    /// Adds an invitation to the user, which rings until [`ring`](super::UcwaOptions::ring) is over.
    pub fn invite(&mut self, invite: Invite) -> InvitationNumber {
        // Nothing may pile up for a client that has left.
        self.end_idle_applications();
        self.limit_conversations();
        let number = self.next_number();
        let conversation = self.next_number();
        self.conversations.insert(
            conversation,
            Conversation {
                state: "Incoming",
                subject: invite.subject.clone(),
                messaging: false,
                roster: vec![Some(invite.from.clone())],
            },
        );
        self.invitations.insert(number, PendingInvitation::new(number, invite, conversation, String::new()));
        self.send_invitation(number, "started");
        self.send_conversation(conversation, "added");
        self.timers.push((self.options.ring, number, EndCause::TimedOut));
        number
    }

    /// Adds an invitation of the user to `to`, who may answer it after [`ANSWER_DELAY`]. Its first event may
    /// reach the client before the response to the request does.
    pub fn add_participant(
        &mut self,
        conversation: ConversationNumber,
        operation: String,
        to: String,
    ) -> InvitationNumber {
        let number = self.next_number();
        let known = self.directory.iter().find(|person| person.uri == to).cloned();
        let person = known.unwrap_or_else(|| Person { uri: to, ..Person::default() });
        let answer = match person.answers {
            InviteeBehavior::Joins => Some(EndCause::Joins),
            InviteeBehavior::Declines => Some(EndCause::Declines),
            InviteeBehavior::Ignores => None,
        };
        let invite = Invite { kind: InviteKind::Participant, from: person, ..Invite::default() };
        self.invitations.insert(number, PendingInvitation::new(number, invite, conversation, operation));
        self.send_invitation(number, "started");
        self.timers.push((self.options.ring, number, EndCause::TimedOut));
        self.timers.extend(answer.map(|cause| (ANSWER_DELAY, number, cause)));
        number
    }

    /// Removes an invitation without an event.
    pub fn forget(&mut self, number: InvitationNumber) {
        if self.invitations.remove(&number).is_some() {
            self.finish(Finished::Invitation(number));
        }
    }

    /// Returns the pending invitations in the order of their numbers.
    pub fn pending(&self) -> Vec<InvitationSnapshot> {
        let snapshot = |pending: &PendingInvitation| InvitationSnapshot {
            number: pending.number,
            invite: pending.invite.clone(),
            began: pending.began,
            is_offered: pending.is_offered,
        };
        self.invitations.values().map(snapshot).collect()
    }

    /// Sends an update of an invitation without the links to answer it.
    pub fn send_update_without_links(&mut self, number: InvitationNumber) {
        for is_offered in [false, true] {
            if let Some(pending) = self.invitations.get_mut(&number) {
                pending.is_offered = is_offered;
            }
            if !is_offered {
                self.send_invitation(number, "updated");
            }
        }
    }

    /// Ends a pending invitation other than by a request of the client.
    pub fn end(&mut self, number: InvitationNumber, cause: EndCause) {
        let Some(pending) = self.invitations.get_mut(&number) else { return };
        let (is_outgoing, conversation) = (pending.is_outgoing(), pending.conversation);
        match cause {
            EndCause::Joins if is_outgoing => {
                let person = pending.invite.from.clone();
                pending.accepted_by = person.clone();
                self.join_conversation(conversation, person);
                self.complete(number, "Connected", None);
            }
            EndCause::Joins => {}
            EndCause::Declines => self.complete(number, "Declined", Some(("RemoteFailure", "Declined"))),
            EndCause::CallerGivesUp => {
                self.complete(number, "Cancelled", Some(("RemoteFailure", "Canceled")));
            }
            EndCause::AnsweredElsewhere => {
                pending.accepted_by = pending.invite.accepted_by.clone();
                self.complete(number, "Failed", Some(("LocalFailure", "ConnectedElsewhere")));
            }
            EndCause::TimedOut => {
                let subcode = if is_outgoing { "Timeout" } else { "Missed" };
                self.complete(number, "Failed", Some(("LocalFailure", subcode)));
            }
        }
        if !is_outgoing && cause != EndCause::Joins {
            self.end_conversation(conversation);
        }
    }

    /// Accepts an invitation at the client's request.
    pub fn accept(&mut self, number: InvitationNumber) {
        let Some(pending) = self.invitations.get_mut(&number) else { return };
        pending.is_offered = false;
        let (kind, conversation) = (pending.invite.kind, pending.conversation);
        self.send_invitation(number, "updated");
        if let Some(joined) = self.conversations.get_mut(&conversation) {
            joined.state = if kind == InviteKind::Meeting { "Conferenced" } else { "Connected" };
            joined.messaging = kind == InviteKind::Im;
        }
        if kind == InviteKind::Im {
            self.send_messaging(conversation);
        }
        self.send_conversation(conversation, "updated");
        let participants = self.conversations.get(&conversation).map_or(0, |joined| joined.roster.len());
        for index in 0..participants {
            self.send_participant_added(conversation, index);
        }
        self.complete(number, "Connected", None);
    }

    /// Declines an invitation at the client's request.
    pub fn decline(&mut self, number: InvitationNumber) {
        let conversation = self.invitations.get(&number).map(|pending| pending.conversation);
        self.complete(number, "Declined", Some(("LocalFailure", "Declined")));
        if let Some(conversation) = conversation {
            self.end_conversation(conversation);
        }
    }

    /// Cancels an invitation of the user at the client's request.
    pub fn cancel(&mut self, number: InvitationNumber) {
        self.complete(number, "Cancelled", Some(("LocalFailure", "Canceled")));
    }

    /// Ends an invitation in a state and, unless it succeeded, for a reason: the code and the subcode.
    fn complete(&mut self, number: InvitationNumber, state: &'static str, reason: Option<(&str, &str)>) {
        let Some(pending) = self.invitations.get_mut(&number) else { return };
        pending.state = state;
        pending.is_offered = false;
        let rel = pending.invite.kind.rel();
        for application in self.available_applications() {
            let document = self.invitation_document(&application, number);
            let resource = Resource::Invitation(number);
            let mut event = self.event(&application, "completed", rel, resource, Some(document));
            event["status"] = if reason.is_none() { "Success" } else { "Failure" }.into();
            if let Some((code, subcode)) = reason {
                event["reason"] = json!({"code": code, "subcode": subcode, "message": "Simulated."});
            }
            self.queue_event(&application, Resource::Communication, event);
        }
        let Some(pending) = self.invitations.remove(&number) else { return };
        let (code, subcode) = reason.unwrap_or_default();
        self.ended.push(EndedInvitation {
            number,
            uri: pending.invite.from.uri,
            state,
            subcode: subcode.into(),
            is_local: code == "LocalFailure",
        });
        self.finish(Finished::Invitation(number));
    }
}
