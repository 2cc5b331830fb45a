//! The people whom the user has invited to a call that the bot is connected to. Performs no I/O.
//!
//! | Stage | Input | Next stage | Emitted |
//! |---|---|---|---|
//! | `Sending` | the response: accepted | `Pending`, or the end if that was told before | `Completed`, `Invitation` |
//! | `Sending` | the response: lost | `Unconfirmed` | `Uncertain` |
//! | `Sending` | the response: refused | none | `Refused` |
//! | `Pending` | the user withdraws the invitation | `Withdrawing` | |
//! | `Withdrawing` | the response: gone from the call | none | `Completed`, `Ended` |
//! | `Withdrawing` | the response: refused, or lost | `Pending`, and the roster is read | `Refused` or `Uncertain` |
//! | `Pending`, `Withdrawing` | the operation ends, or the person is in the call | none | `Ended` |
//! | `Unconfirmed` | the same | none | `Invitation`, `Completed`, `Ended` |
//! | `Pending`, `Withdrawing` | nothing tells of it, nor does the roster | none | `Ended` |
//! | `Unconfirmed` | the same | none | `Unsettled` |

use std::sync::Arc;
use std::time::Duration;

use serde_json::{Map, Value, json};
use tokio::time::Instant;
use uuid::Uuid;

use super::call_resource::RosterEntry;
use super::ending::ResultInfo;
use super::error::GraphError;
use super::json::{member, text};
use super::operation::invitation_target;
use crate::invitation::{Destination, Invitation, InvitationId, Offers, Outcome};
use crate::provider::{Event, Ticket};
use crate::text::DisplayText;

/// The time after which the roster is read if nothing tells what became of an invitation.
pub const PATIENCE: Duration = Duration::from_secs(120);

/// The maximum number of invitations to one call that are under way.
const MAX_PENDING: usize = 32;

/// The people whom the user has invited to a call, and whose invitations have not ended.
#[derive(Default)]
pub struct Invitees(Vec<Invitee>);

struct Invitee {
    invitation: Invitation,
    /// The number of the request to invite the person.
    ticket: Ticket,
    /// The id of the person as a participant (`participantId`), which this program has given.
    participant: Uuid,
    /// The `clientContext` of the operation.
    context: Uuid,
    stage: InviteStage,
    /// When the roster is read, unless it is being read.
    ask_at: Option<Instant>,
    /// The time after which a roster without the person gives the invitation up.
    give_up_at: Instant,
}

enum InviteStage {
    /// The request has received no response yet. Holds the end that was told meanwhile.
    Sending(Option<Outcome>),
    /// The response was lost.
    Unconfirmed,
    /// The invitation is under way.
    Pending,
    /// The request to withdraw the invitation, with this number, has received no response yet.
    Withdrawing(Ticket),
}

impl Invitees {
    /// Adds an invitation, and returns the body of the request for it.
    ///
    /// # Errors
    /// Returns an error if too many invitations are under way.
    pub fn invite(
        &mut self,
        ticket: Ticket,
        invitation: Invitation,
        to: &Destination,
    ) -> Result<Value, &'static str> {
        if self.0.len() >= MAX_PENDING {
            return Err("too many invitations to this call are under way; nothing was sent");
        }
        let (participant, context) = (Uuid::new_v4(), Uuid::new_v4());
        let mut target = invitation_target(to);
        if let Some(target) = target.as_object_mut() {
            target.insert("participantId".into(), participant.to_string().into());
        }
        let (stage, give_up_at) = (InviteStage::Sending(None), Instant::now() + PATIENCE);
        self.0.push(Invitee { invitation, ticket, participant, context, stage, ask_at: None, give_up_at });
        Ok(json!({ "participants": [target], "clientContext": context.to_string() }))
    }

    /// Applies the result of a request to invite a person: the operation that was started.
    pub fn invited(&mut self, ticket: Ticket, result: &Result<Value, GraphError>, events: &mut Vec<Event>) {
        let Some(index) = self.0.iter().position(|invitee| invitee.ticket == ticket) else { return };
        let Some(invitee) = self.0.get_mut(index) else { return };
        let InviteStage::Sending(told) = &mut invitee.stage else { return };
        let told = told.take();
        match result {
            Ok(operation) => {
                invitee.ask_at = Some(invitee.give_up_at);
                invitee.stage = InviteStage::Pending;
                events.extend([
                    Event::Invitation(Arc::new(invitee.invitation.clone())),
                    Event::Completed(ticket),
                ]);
                if let Some(outcome) = told.or_else(|| operation.as_object().and_then(ended)) {
                    self.end(index, outcome, events);
                }
            }
            Err(error) if error.is_uncertain() => {
                invitee.ask_at = Some(invitee.give_up_at);
                invitee.stage = InviteStage::Unconfirmed;
                match told {
                    Some(outcome) => self.end(index, outcome, events),
                    None => events.push(Event::Uncertain { ticket, problem: error.problem() }),
                }
            }
            Err(error) => {
                self.0.remove(index);
                events.push(Event::Refused { ticket, problem: error.problem() });
            }
        }
    }

    /// Applies a `commsOperation` from a notification.
    pub fn update(&mut self, operation: &Map<String, Value>, events: &mut Vec<Event>) {
        let context = text(operation, "clientContext").and_then(|text| Uuid::parse_str(text).ok());
        let index = self.0.iter().position(|invitee| Some(invitee.context) == context);
        if let (Some(index), Some(outcome)) = (index, ended(operation)) {
            self.tell(index, outcome, events);
        }
    }

    /// Applies the participants of the call: who is among them has joined.
    pub fn joined(&mut self, roster: &[RosterEntry], events: &mut Vec<Event>) {
        while let Some(index) =
            self.0.iter().position(|invitee| invitee.is_in(roster) && !invitee.has_joined())
        {
            self.tell(index, Outcome::Joined, events);
        }
    }

    /// Applies the participants that were read because no notification mentioned an invitation; `None` if they could not be read.
    pub fn roster_read(&mut self, roster: Option<&[RosterEntry]>, events: &mut Vec<Event>) {
        self.joined(roster.unwrap_or_default(), events);
        let now = Instant::now();
        let is_asked =
            |invitee: &Invitee| invitee.ask_at.is_none() && !matches!(invitee.stage, InviteStage::Sending(_));
        for invitee in self.0.iter_mut().filter(|invitee| is_asked(invitee) && now < invitee.give_up_at) {
            invitee.ask_at = Some(invitee.give_up_at);
        }
        while let Some(index) = self.0.iter().position(is_asked) {
            self.give_up(index, events);
        }
    }

    /// Returns whether an invitation is among these.
    #[must_use]
    pub fn has(&self, id: InvitationId) -> bool {
        self.0.iter().any(|invitee| invitee.invitation.id == id)
    }

    /// Begins to withdraw an invitation. Returns the id of the participant.
    ///
    /// # Errors
    /// Returns an error if the invitation can't be withdrawn now, with the reason.
    pub fn withdraw(&mut self, id: InvitationId, ticket: Ticket) -> Result<Uuid, &'static str> {
        let invitee = self.0.iter_mut().find(|invitee| invitee.invitation.id == id);
        let invitee = invitee.ok_or("the invitation is already over; nothing was sent")?;
        if !matches!(invitee.stage, InviteStage::Pending) {
            return Err("the invitation is already being withdrawn; nothing was sent");
        }
        invitee.stage = InviteStage::Withdrawing(ticket);
        Ok(invitee.participant)
    }

    /// Applies the result of a request to withdraw an invitation.
    pub fn withdrawn(&mut self, ticket: Ticket, result: &Result<(), GraphError>, events: &mut Vec<Event>) {
        events.push(match result {
            Ok(()) => Event::Completed(ticket),
            Err(error) if error.is_uncertain() => Event::Uncertain { ticket, problem: error.problem() },
            Err(error) => Event::Refused { ticket, problem: error.problem() },
        });
        let is_this =
            |stage: &InviteStage| matches!(stage, InviteStage::Withdrawing(other) if *other == ticket);
        let Some(index) = self.0.iter().position(|invitee| is_this(&invitee.stage)) else { return };
        let Some(invitee) = self.0.get_mut(index) else { return };
        match result {
            Ok(()) => self.end(index, Outcome::Cancelled, events),
            Err(error) => {
                invitee.stage = InviteStage::Pending;
                if error.is_gone() || error.is_uncertain() {
                    invitee.ask_at = Some(Instant::now());
                }
            }
        }
    }

    /// Ends all invitations, because the call is over.
    pub fn end_all(&mut self, events: &mut Vec<Event>) {
        while let Some(invitee) = self.0.first() {
            match invitee.stage {
                // The response is reported without the call.
                InviteStage::Sending(_) => {
                    self.0.remove(0);
                }
                InviteStage::Unconfirmed => {
                    events.push(Event::Unsettled(invitee.ticket));
                    self.0.remove(0);
                }
                InviteStage::Pending | InviteStage::Withdrawing(_) => {
                    self.end(0, Outcome::Failed(DisplayText::new("the call is over")), events);
                }
            }
        }
    }

    /// Returns when [`Invitees::take_due`] is to be called next.
    #[must_use]
    pub fn due_at(&self) -> Option<Instant> {
        self.0.iter().filter_map(|invitee| invitee.ask_at).min()
    }

    /// Returns whether the roster is to be read now.
    pub fn take_due(&mut self, now: Instant) -> bool {
        let mut is_due = false;
        for invitee in &mut self.0 {
            if invitee.ask_at.take_if(|at| *at <= now).is_some() {
                is_due = true;
            }
        }
        is_due
    }

    /// Applies the end of an invitation, which waits for the response to the request.
    fn tell(&mut self, index: usize, outcome: Outcome, events: &mut Vec<Event>) {
        match (self.0.get_mut(index).map(|invitee| &mut invitee.stage), outcome) {
            (Some(InviteStage::Sending(told)), outcome) => *told = Some(outcome),
            (Some(InviteStage::Withdrawing(_)), Outcome::Failed(_)) => {
                self.end(index, Outcome::Cancelled, events);
            }
            (Some(_), outcome) => self.end(index, outcome, events),
            (None, _) => {}
        }
    }

    fn give_up(&mut self, index: usize, events: &mut Vec<Event>) {
        match self.0.get(index) {
            Some(Invitee { stage: InviteStage::Unconfirmed, ticket, .. }) => {
                events.push(Event::Unsettled(*ticket));
                self.0.remove(index);
            }
            _ => self.end(index, Outcome::Lost, events),
        }
    }

    /// Removes an invitation and emits its end.
    fn end(&mut self, index: usize, outcome: Outcome, events: &mut Vec<Event>) {
        let invitee = self.0.remove(index);
        let id = invitee.invitation.id;
        if matches!(invitee.stage, InviteStage::Unconfirmed) {
            let invitation = Invitation { offers: Offers::default(), ..invitee.invitation };
            events.extend([Event::Invitation(Arc::new(invitation)), Event::Completed(invitee.ticket)]);
        }
        events.push(Event::Ended { id, outcome });
    }
}

impl Invitee {
    /// Returns whether the person is in the call.
    fn is_in(&self, roster: &[RosterEntry]) -> bool {
        let uri = self.invitation.to.as_ref().map_or("", |to| to.uri.as_str());
        let id = self.participant.to_string();
        roster.iter().any(|entry| {
            entry.id.eq_ignore_ascii_case(&id) || entry.party.uri.as_str().eq_ignore_ascii_case(uri)
        })
    }

    /// Returns whether the person was told to have joined before the response to the request.
    fn has_joined(&self) -> bool {
        matches!(self.stage, InviteStage::Sending(Some(_)))
    }
}

/// Returns the outcome that a `commsOperation` has for an invitation, if the operation has ended.
fn ended(operation: &Map<String, Value>) -> Option<Outcome> {
    let status = text(operation, "status")?;
    if status.eq_ignore_ascii_case("completed") {
        // Nobody is left of those who were invited.
        let is_empty = member(operation, "participants").and_then(Value::as_array).is_some_and(Vec::is_empty);
        return Some(if is_empty { Outcome::Cancelled } else { Outcome::Joined });
    }
    let words = || ResultInfo::of(operation).map(|info| info.words()).unwrap_or_default();
    status.eq_ignore_ascii_case("failed").then(|| Outcome::Failed(DisplayText::new(&words())))
}
