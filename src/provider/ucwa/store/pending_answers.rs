//! The user's answers to pending invitations, and what becomes of those whose replies were lost.

use std::time::Duration;

use super::action_links::ActionLinks;
use super::effects::Effects;
use super::href::Href;
use super::invitations::{Invitations, emit};
use super::pending_invitation::{PendingAnswer, PendingInvitation};
use crate::invitation::{Decision, InvitationId, Moment};
use crate::provider::Ticket;
use crate::provider::ucwa::wire::resource::Resource;

/// The time for which the server may still be carrying out a request whose reply was lost.
const EFFECT_DELAY: Duration = Duration::from_secs(1);

impl Invitations {
    /// Adds the user's answer to an invitation.
    pub fn add_answer(&mut self, id: InvitationId, decision: Decision, ticket: Ticket) {
        if let Some(pending) = self.get_mut(id) {
            pending.answer = Some(PendingAnswer { decision, ticket, conclusive_from: None });
        }
    }

    /// Removes the answer to an invitation, which the server refused.
    pub fn remove_answer(&mut self, id: InvitationId, effects: &mut Effects) {
        if let Some(pending) = self.get_mut(id) {
            pending.remove_answer();
            emit(pending, effects);
        }
    }

    /// Marks the reply to an answer as lost. Returns when the invitation's state shows whether it was carried out.
    pub fn mark_reply_lost(&mut self, id: InvitationId, now: Moment) -> Moment {
        let conclusive_from = now.after(EFFECT_DELAY);
        if let Some(answer) = self.get_mut(id).and_then(|pending| pending.answer.as_mut()) {
            answer.conclusive_from = Some(conclusive_from);
        }
        conclusive_from
    }

    /// Marks the replies to all answers as lost. Returns the answers whose replies were outstanding.
    pub fn mark_all_replies_lost(&mut self, now: Moment) -> Vec<Ticket> {
        let answers = self.pending.values_mut().filter_map(|pending| pending.answer.as_mut());
        answers
            .filter(|answer| answer.conclusive_from.is_none())
            .map(|answer| {
                answer.conclusive_from = Some(now.after(EFFECT_DELAY));
                answer.ticket
            })
            .collect()
    }

    /// Removes the answer to an invitation if its reply was lost and a resource shows that it was not carried out.
    pub fn remove_answer_unless_carried_out(
        &mut self,
        href: &Href,
        resource: &Resource<'_>,
        as_of: Moment,
        effects: &mut Effects,
    ) {
        let Some(pending) = self.pending.get_mut(href) else { return };
        if let Some(ticket) = pending.remove_answer_unless_carried_out(resource, as_of) {
            effects.not_carried_out.push(ticket);
            emit(pending, effects);
        }
    }
}

impl PendingInvitation {
    /// Removes the answer if a resource shows that it was not carried out: its reply was lost, and the invitation
    /// still offers it. `as_of` is the time at which the server was asked. Returns the answer's ticket.
    pub fn remove_answer_unless_carried_out(
        &mut self,
        resource: &Resource<'_>,
        as_of: Moment,
    ) -> Option<Ticket> {
        let PendingAnswer { decision, ticket, conclusive_from } = self.answer.as_ref()?;
        let (ticket, conclusive_from) = (*ticket, (*conclusive_from)?);
        let mut offered = ActionLinks::default();
        offered.merge(resource);
        offered.get(decision)?;
        if as_of < conclusive_from {
            // The server may still carry out the request.
            self.next_read_at = self.next_read_at.min(conclusive_from);
            return None;
        }
        self.remove_answer();
        Some(ticket)
    }

    /// Removes the answer, which the server did not carry out.
    pub fn remove_answer(&mut self) {
        self.answer = None;
        self.update_stage();
    }
}
