//! The requests of the user about a call that the bot is connected to, and their results.

use serde_json::{Map, Value};

use super::call_resource::RosterEntry;
use super::error::GraphError;
use super::invite::{InviteJob, WithdrawJob};
use super::lookup::{EFFECT_TIMEOUT, ScheduledLookup};
use super::operation::CallRef;
use super::tracked_call::{ALREADY_OVER, CallPhase, TrackedCall};
use super::transfer_request::TransferJob;
use crate::invitation::{Destination, InvitationId};
use crate::provider::{Event, Ticket};

impl TrackedCall {
    /// Begins to transfer the call, which is connected.
    ///
    /// # Errors
    /// Returns an error if the call can't be transferred now, with the reason.
    pub fn transfer(
        &mut self,
        ticket: Ticket,
        to: Destination,
        events: &mut Vec<Event>,
    ) -> Result<TransferJob, &'static str> {
        let CallPhase::Connected(connected) = &mut self.phase else {
            return Err(ALREADY_OVER);
        };
        let job = TransferJob::new(self.target.clone(), &to, &self.transferee)?;
        connected.transfer(ticket, to, events)?;
        Ok(job)
    }

    /// Begins to invite somebody to the call, which is connected.
    ///
    /// # Errors
    /// Returns an error if nobody can be invited now, with the reason.
    pub fn invite(
        &mut self,
        ticket: Ticket,
        id: InvitationId,
        to: &Destination,
    ) -> Result<InviteJob, &'static str> {
        let me = self.invitation.to.clone().unwrap_or_default();
        let target = self.target.clone();
        let connected = self.connected().ok_or(ALREADY_OVER)?;
        Ok(InviteJob { target, body: connected.invite(ticket, id, me, to)? })
    }

    /// Begins to withdraw an invitation to the call. Returns `None` if the call has no such invitation.
    pub fn withdraw(
        &mut self,
        id: InvitationId,
        ticket: Ticket,
    ) -> Option<Result<WithdrawJob, &'static str>> {
        let target = self.target.clone();
        let connected = self.connected().filter(|connected| connected.invitees.has(id))?;
        let participant = connected.invitees.withdraw(id, ticket);
        Some(participant.map(|participant| WithdrawJob { target, participant }))
    }

    /// Applies the participants of the call, which may be told before the bot knows that it is connected.
    pub fn update_roster(&mut self, roster: Vec<RosterEntry>, events: &mut Vec<Event>) {
        match &mut self.phase {
            CallPhase::Ringing { .. } => self.roster = Some(roster),
            CallPhase::Connected(connected) => connected.update_roster(&roster, events),
            CallPhase::Over => {}
        }
    }

    /// Applies a `commsOperation` of the call.
    pub fn update_operation(&mut self, operation: &Map<String, Value>, events: &mut Vec<Event>) {
        if let Some(connected) = self.connected() {
            connected.invitees.update(operation, events);
        }
    }

    /// Applies the participants that were read; `None` if they could not be read.
    pub fn roster_read(&mut self, roster: Option<&[RosterEntry]>, events: &mut Vec<Event>) {
        let Some(connected) = self.connected() else { return };
        if let Some(roster) = roster {
            connected.update_roster(roster, events);
        }
        connected.invitees.roster_read(roster, events);
    }

    /// Applies the result of a request to transfer the call.
    pub fn transfer_answered(
        &mut self,
        ticket: Ticket,
        result: &Result<(), GraphError>,
        events: &mut Vec<Event>,
    ) {
        if let CallPhase::Connected(connected) = &mut self.phase
            && let Some(lookup) = connected.transfer_answered(ticket, result, events)
        {
            self.lookup = Some(lookup);
        }
    }

    /// Begins to hang up, and returns the call.
    pub fn hang_up(&mut self) -> CallRef {
        if let CallPhase::Connected(connected) = &mut self.phase {
            connected.hang_up();
        }
        self.lookup = Some(ScheduledLookup::of_effect(EFFECT_TIMEOUT));
        self.target.clone()
    }

    /// Applies the success of a request to hang up.
    pub fn hung_up(&mut self, events: &mut Vec<Event>) {
        if let CallPhase::Connected(connected) = &mut self.phase {
            connected.hung_up(events);
        }
    }

    /// Applies the refusal of a request to hang up.
    pub fn hang_up_refused(&mut self) {
        if let CallPhase::Connected(connected) = &mut self.phase {
            connected.hang_up_refused();
        }
    }

    /// Applies the response that a call to hang up does not exist. What ended the call is not known.
    pub fn hang_up_not_found(&mut self, events: &mut Vec<Event>) {
        if let CallPhase::Connected(connected) = &mut self.phase {
            connected.invitees.end_all(events);
            events.push(Event::ConversationEnded(connected.conversation().id));
            self.phase = CallPhase::Over;
        }
    }
}
