//! Calls that a user transfers, on the phone, to another user.

use crate::sim::ucwa::state::people::user::UserNumber;
use crate::sim::ucwa::state::talk::conversation::{
    Conversation, ConversationNumber, Participant, PhoneAudioState, Role,
};
use crate::sim::ucwa::state::talk::invitation::{EndCause, InvitationNumber, PendingInvitation};
use crate::sim::ucwa::state::talk::invite::{Invite, InviteKind};
use crate::sim::ucwa::state::world::World;

impl World {
    /// Makes the user of a conversation transfer its call to another user, at whom it rings as a call of the
    /// other participant. It stays with the transferring user until it is answered.
    ///
    /// # Errors
    /// Returns an error if it is no call of two people, or the other user takes part in it or cannot be reached;
    /// in words.
    pub fn transfer(
        &mut self,
        number: ConversationNumber,
        target: UserNumber,
    ) -> Result<InvitationNumber, String> {
        let is_call = |it: &&Conversation| it.is_joined() && it.phone_audio == PhoneAudioState::Connected;
        let call = self.conversations.get(&number).filter(is_call);
        let call = call.ok_or_else(|| format!("conversation {number} has no call"))?;
        let people: Vec<&Participant> = call.participants().map(|(_, it)| it).collect();
        let [other] = people.as_slice() else {
            return Err("only a call of two people can be transferred".into());
        };
        let (from, to) = (other.person.clone(), self.person(target));
        if call.user == target || from.uri == to.uri {
            return Err(format!("{} takes part in the call", to.label()));
        }
        if self.available_applications(target).is_empty() {
            return Err(format!("{} cannot be reached", to.label()));
        }
        let invite = Invite {
            user: target,
            kind: InviteKind::Phone,
            from,
            subject: call.subject.clone(),
            importance: call.importance.clone(),
            transferred_by: self.person(call.user),
            phone_number: Self::phone_number_of(target, InviteKind::Phone),
            ..Invite::default()
        };
        let talk = call.talk;
        self.set_phone_audio(number, PhoneAudioState::Transferring);
        let invitation = self.ring_in_talk(invite, talk);
        self.transfers.insert(invitation, number);
        Ok(invitation)
    }

    /// Carries a transfer out whose invitation is answered: the transferring user leaves the call. If it is not
    /// answered, the call stays with that user. Does nothing if the invitation is no transferred call.
    pub fn finish_transfer(&mut self, pending: &PendingInvitation, is_answered: bool) {
        let Some(transferring) = self.transfers.remove(&pending.number) else { return };
        if !is_answered {
            self.set_phone_audio(transferring, PhoneAudioState::Connected);
            return;
        }
        let elsewhere = &pending.invite.accepted_by;
        let person = if elsewhere.is_nobody() { self.person(pending.user) } else { elsewhere.clone() };
        let talk = self.conversations.get(&transferring).map(|known| known.talk);
        for other in talk.map(|talk| self.others_in_talk(talk, transferring)).unwrap_or_default() {
            if other != pending.conversation {
                self.add_to_roster(other, &person, Role::Attendee);
            }
        }
        self.end_conversation(transferring);
    }

    /// Ends the ringing of a call whose transferring user has hung up.
    pub fn abandon_transfer(&mut self, transferring: ConversationNumber) {
        let abandoned = self.transfers.iter().find(|(_, it)| **it == transferring);
        if let Some(invitation) = abandoned.map(|(invitation, _)| *invitation) {
            self.end(invitation, EndCause::CallerGivesUp);
        }
    }

    fn set_phone_audio(&mut self, number: ConversationNumber, state: PhoneAudioState) {
        if let Some(conversation) = self.conversations.get_mut(&number) {
            conversation.phone_audio = state;
            self.send_phone_audio(number);
        }
    }
}
