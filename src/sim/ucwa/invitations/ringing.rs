//! The beginning of invitations to users.

use crate::sim::ucwa::state::resource::finished::Finished;
use crate::sim::ucwa::state::talk::conversation::{Conversation, ConversationState, Participant, TalkNumber};
use crate::sim::ucwa::state::talk::invitation::{
    EndCause, InvitationDirection, InvitationNumber, InvitationSnapshot, PendingInvitation,
};
use crate::sim::ucwa::state::talk::invite::{Invite, InviteKind};
use crate::sim::ucwa::state::timer::TimedAction;
use crate::sim::ucwa::state::world::World;

impl World {
    /// Adds an invitation from a person who is no user, which rings until
    /// [`ring`](crate::sim::ucwa::UcwaOptions::ring) is over.
    pub fn invite(&mut self, invite: Invite) -> InvitationNumber {
        self.ring(invite, None)
    }

    /// Adds an invitation to a user: the face of `caller` if another user sent that.
    pub fn ring(&mut self, invite: Invite, caller: Option<InvitationNumber>) -> InvitationNumber {
        let talk = caller.and_then(|caller| self.talk_of_invitation(caller));
        self.ring_as(invite, caller, talk)
    }

    /// Adds an invitation to a user into a talk that is going on.
    pub fn ring_in_talk(&mut self, invite: Invite, talk: TalkNumber) -> InvitationNumber {
        self.ring_as(invite, None, Some(talk))
    }

    fn ring_as(
        &mut self,
        invite: Invite,
        caller: Option<InvitationNumber>,
        talk: Option<TalkNumber>,
    ) -> InvitationNumber {
        // Nothing may pile up for a client that has left.
        self.end_idle_applications();
        self.limit_conversations();
        let number = self.next_number();
        let conversation = self.next_number();
        let talk = talk.unwrap_or(conversation);
        let is_meeting = invite.kind == InviteKind::Meeting;
        let meeting = is_meeting.then(|| self.meeting_uri_of(talk, &invite.from));
        self.conversations.insert(
            conversation,
            Conversation {
                subject: invite.subject.clone(),
                importance: invite.importance.clone(),
                meeting,
                roster: vec![Some(Participant::new(invite.from.clone()))],
                created: self.now_in_milliseconds(),
                ..Conversation::new(invite.user, talk, ConversationState::Incoming)
            },
        );
        let pending =
            PendingInvitation::new(number, InvitationDirection::Incoming(caller), invite, conversation);
        let audience = self.audience_of_invitation(&pending);
        self.invitations.insert(number, pending);
        for application in audience {
            self.announce(&application, number);
        }
        self.timers.push((self.options.ring, TimedAction::End(number, EndCause::TimedOut)));
        number
    }

    /// Tells an application of an invitation that rings, as the reference shows it in a trace: the invitation
    /// and its conversation, the people in it, and an update of the invitation without links to answer it.
    pub fn announce(&mut self, application: &str, number: InvitationNumber) {
        let Some(pending) = self.invitations.get(&number) else { return };
        let (conversation, is_linked, is_offered) =
            (pending.conversation, pending.invite.linked, pending.is_offered);
        let audience = [application.to_owned()];
        self.send_invitation_to(application, number, "started");
        self.send_conversation_to(&audience, conversation, "added");
        self.send_local_participant(&audience, conversation);
        self.send_roster(&audience, conversation);
        if !is_linked && is_offered {
            self.send_update_without_links_to(&audience, number);
        }
    }

    /// Removes an invitation without an event.
    pub fn forget(&mut self, number: InvitationNumber) {
        if self.invitations.remove(&number).is_some() {
            self.transfers.remove(&number);
            self.finish(Finished::Invitation(number));
        }
    }

    /// Returns the pending invitations in the order of their numbers.
    pub fn pending(&self) -> Vec<InvitationSnapshot> {
        let snapshot = |pending: &PendingInvitation| InvitationSnapshot {
            number: pending.number,
            is_outgoing: pending.is_outgoing(),
            invite: pending.invite.clone(),
            began: pending.began,
            is_offered: pending.is_offered,
        };
        self.invitations.values().map(snapshot).collect()
    }

    /// Sends an update of an invitation without the links to answer it.
    pub fn send_update_without_links(&mut self, number: InvitationNumber) {
        let Some(pending) = self.invitations.get(&number) else { return };
        let audience = self.audience_of_invitation(pending);
        self.send_update_without_links_to(&audience, number);
    }

    fn send_update_without_links_to(&mut self, audience: &[String], number: InvitationNumber) {
        let Some(pending) = self.invitations.get(&number).cloned() else { return };
        let without_links = PendingInvitation { is_offered: false, ..pending };
        for application in audience {
            self.send_invitation_as(application, &without_links, "updated");
        }
    }

    /// Returns the talk of the conversation of an invitation.
    fn talk_of_invitation(&self, number: InvitationNumber) -> Option<TalkNumber> {
        let conversation = self.invitations.get(&number)?.conversation;
        Some(self.conversations.get(&conversation)?.talk)
    }
}
