//! The state machine of one call: notifications, responses and the time go in; events and due requests come out.
//! Performs no I/O. Ends that no notification tells are in [`super::ended_without_notification`].
//!
//! | State | Input | Next state | Emitted |
//! |---|---|---|---|
//! | `Ringing` | the call changes | `Ringing` | `Invitation` |
//! | `Ringing` | the call is connected, or over | `Ringing` with an `ended` until the response to an answer, if one is sent | |
//! | `Ringing` with `ended: Connected` | the response, if one is awaited | `Connected` | `Conversation`, `Invitation`, `Ended` |
//! | `Ringing` with `ended: Disconnected` | the response, if one is awaited | `Over` | as above, `Notice`, `ConversationEnded` |
//! | `Ringing` with `ended: Over` | the response, if one is awaited | `Over` | `Ended` |
//! | `Ringing` | the deadline passes before an answer is sent, and a lookup tells of no other end | `Over` | `Ended` |
//! | `Ringing` | no lookup tells the state | `Over` | `Ended` |
//! | `Connected` | the call is transferred, or that fails; see [`ConnectedCall`] | `Connected` | `Conversation`, `Notice` |
//! | `Connected` | the call is over | `Over` | `Notice`, `ConversationEnded` |

use std::sync::Arc;
use std::time::Duration;

use serde_json::{Map, Value};
use tokio::sync::watch;
use tokio::time::Instant;

use super::answer::{AnswerJob, AnswerResult, AnswerState, PendingAnswer};
use super::call_resource::{self, RosterEntry};
use super::connected_call::ConnectedCall;
use super::deadline::Deadline;
use super::ending::{CallEnd, EndEvidence, ResultInfo, outcome};
use super::error::GraphError;
use super::lookup::{EFFECT_TIMEOUT, Purpose, ScheduledLookup, UNCERTAIN_LOOKUP_DELAY};
use super::notification::CallState;
use super::operation::{CallRef, CallRequest};
use super::transfer_request::Transferee;
use crate::invitation::{
    ConversationId, Decision, Direction, Invitation, InvitationId, Kind, Moment, Offers, Outcome, Stage,
};
use crate::provider::{Clock, Event, Ticket};

/// The reason why a request about a call that is over is refused.
pub(super) const ALREADY_OVER: &str = "the call is already over; nothing was sent";

/// A call that is ringing or connected.
pub struct TrackedCall {
    pub(super) target: CallRef,
    pub(super) invitation: Invitation,
    clock: Clock,
    pub(super) deadline: Deadline,
    /// Closes the deadline when the call can no longer be answered.
    close: watch::Sender<bool>,
    pub(super) phase: CallPhase,
    /// The party that a transfer of the call would transfer.
    pub(super) transferee: Transferee,
    /// The participants, if they were told while the call rang.
    pub(super) roster: Option<Vec<RosterEntry>>,
    /// The next lookup of the call's state.
    pub(super) lookup: Option<ScheduledLookup>,
}

/// The phase of a call.
pub(super) enum CallPhase {
    /// The call waits for an answer. `ended` is how the ringing ended, recorded until the answer in flight has
    /// completed.
    Ringing { answer: Option<PendingAnswer>, ended: Option<RingingEnd> },
    /// The bot is connected.
    Connected(Box<ConnectedCall>),
    /// The call is over.
    Over,
}

/// The end of a call's ringing.
#[derive(Clone, Copy)]
pub(super) enum RingingEnd {
    /// The call was connected.
    Connected,
    /// The call was connected and is over.
    Disconnected(CallEnd),
    /// The call is over without having been connected.
    Over(EndEvidence),
}

/// A request about a call that is due.
#[derive(Clone, Debug)]
pub enum DueRequest {
    /// Look up the call's state.
    LookUp(CallRef),
    /// Keep the call alive.
    KeepAlive(CallRef),
    /// Read the participants.
    ReadRoster(CallRef),
}

impl TrackedCall {
    /// Creates a ringing call from its resource, and emits its invitation.
    pub fn new(
        target: CallRef,
        id: InvitationId,
        clock: Clock,
        ringing_time: Duration,
        data: &Map<String, Value>,
        events: &mut Vec<Event>,
    ) -> Self {
        let now = clock.now();
        let mut invitation =
            Invitation::new(id, Kind::Call, Direction::Incoming, now, now.after(ringing_time));
        invitation.offers = Offers { accept: true, reject: true, redirect: true, ..Offers::default() };
        call_resource::merge(&mut invitation, data);
        events.push(Event::Invitation(Arc::new(invitation.clone())));
        let (deadline, close) = Deadline::after(ringing_time, clock);
        let phase = CallPhase::Ringing { answer: None, ended: None };
        let transferee = Transferee::of(data);
        Self { target, invitation, clock, deadline, close, phase, transferee, roster: None, lookup: None }
    }

    /// Returns the id of the call's invitation.
    #[must_use]
    pub fn invitation_id(&self) -> InvitationId {
        self.invitation.id
    }

    /// Returns the id of the conversation, while the call is connected.
    #[must_use]
    pub fn conversation_id(&self) -> Option<ConversationId> {
        match &self.phase {
            CallPhase::Connected(connected) => Some(connected.conversation().id),
            CallPhase::Ringing { .. } | CallPhase::Over => None,
        }
    }

    /// Returns whether the call is over.
    #[must_use]
    pub fn is_over(&self) -> bool {
        matches!(self.phase, CallPhase::Over)
    }

    /// Returns whether an answer was requested whose effect is not known yet.
    #[must_use]
    pub fn has_pending_answer(&self) -> bool {
        matches!(self.phase, CallPhase::Ringing { answer: Some(_), .. })
    }

    /// Applies a change of the call. `is_end` tells whether the call is over.
    pub fn update(
        &mut self,
        data: &Map<String, Value>,
        state: Option<CallState>,
        is_end: bool,
        events: &mut Vec<Event>,
    ) {
        match &mut self.phase {
            CallPhase::Ringing { ended, .. } if is_end => {
                match ended {
                    Some(RingingEnd::Connected) => {
                        *ended = Some(RingingEnd::Disconnected(CallEnd::of(data)));
                    }
                    None | Some(RingingEnd::Over(EndEvidence::NotFound | EndEvidence::NotFoundLate)) => {
                        self.close.send_replace(true);
                        *ended = Some(RingingEnd::Over(EndEvidence::Notified(ResultInfo::of(data))));
                    }
                    Some(RingingEnd::Disconnected(_) | RingingEnd::Over(EndEvidence::Notified(_))) => return,
                }
                self.settle(events);
            }
            // A notification of an earlier change arrived late.
            CallPhase::Ringing { ended: Some(RingingEnd::Disconnected(_) | RingingEnd::Over(_)), .. }
            | CallPhase::Over => {}
            CallPhase::Ringing { .. } => self.update_ringing(data, state, events),
            CallPhase::Connected(_) if is_end => self.disconnect(Some(CallEnd::of(data)), events),
            CallPhase::Connected(connected) => {
                if let Some(lookup) = connected.update(data, state, events) {
                    self.lookup = Some(lookup);
                } else if !connected.awaits_effect() {
                    self.lookup = self.lookup.filter(|lookup| lookup.purpose() == Purpose::Gap);
                }
            }
        }
    }

    fn update_ringing(
        &mut self,
        data: &Map<String, Value>,
        state: Option<CallState>,
        events: &mut Vec<Event>,
    ) {
        let before = self.invitation.clone();
        call_resource::merge(&mut self.invitation, data);
        match state {
            Some(CallState::Established | CallState::Transferring | CallState::TransferAccepted) => {
                self.close.send_replace(true);
                if let CallPhase::Ringing { ended, .. } = &mut self.phase {
                    *ended = Some(RingingEnd::Connected);
                }
                return self.settle(events);
            }
            Some(CallState::Establishing | CallState::Redirecting) => {
                self.invitation.stage = Stage::Connecting;
                self.invitation.offers = Offers::default();
                if self.lookup_purpose() != Some(Purpose::Effect) {
                    self.lookup = Some(ScheduledLookup::of_effect(EFFECT_TIMEOUT));
                }
            }
            _ => {}
        }
        if self.invitation != before {
            events.push(Event::Invitation(Arc::new(self.invitation.clone())));
        }
    }

    /// Ends the ringing if an end is known, unless a request to answer is in flight: only its response tells whether
    /// that request or another program of the bot had the effect.
    pub(super) fn settle(&mut self, events: &mut Vec<Event>) {
        let CallPhase::Ringing { answer, ended: Some(end) } = &self.phase else { return };
        if answer.as_ref().is_some_and(|answer| answer.state == AnswerState::Sending) {
            return;
        }
        let is_by_us = answer.as_ref().is_some_and(|answer| {
            answer.request == CallRequest::Answer && answer.state != AnswerState::NotFound
        });
        match *end {
            RingingEnd::Connected => self.connect(is_by_us, events),
            RingingEnd::Disconnected(end) => {
                self.connect(is_by_us, events);
                self.disconnect(Some(end), events);
            }
            RingingEnd::Over(evidence) => {
                let outcome = outcome(answer.as_ref(), evidence, self.deadline.has_passed());
                self.end(outcome, events);
            }
        }
    }

    /// Ends a call that was not connected.
    pub(super) fn end(&mut self, outcome: Outcome, events: &mut Vec<Event>) {
        self.phase = CallPhase::Over;
        events.push(Event::Ended { id: self.invitation.id, outcome });
    }

    /// Connects the call, answered by this program or by another program of the bot.
    fn connect(&mut self, is_by_us: bool, events: &mut Vec<Event>) {
        let id = self.invitation.id;
        let connected = ConnectedCall::new(&self.invitation, self.clock);
        let conversation = connected.conversation().clone();
        self.invitation.conversation = Some(conversation.id);
        self.invitation.offers = Offers::default();
        self.lookup = None;
        self.phase = CallPhase::Connected(Box::new(connected));
        let outcome = if is_by_us { Outcome::Accepted } else { Outcome::AnsweredElsewhere };
        events.extend([
            Event::Conversation(Box::new(conversation)),
            Event::Invitation(Arc::new(self.invitation.clone())),
            Event::Ended { id, outcome },
        ]);
        if let Some(roster) = self.roster.take() {
            self.update_roster(roster, events);
        }
    }

    /// Ends a connected call and tells the user the reason, if it is known.
    pub(super) fn disconnect(&mut self, end: Option<CallEnd>, events: &mut Vec<Event>) {
        if let CallPhase::Connected(connected) = &mut self.phase {
            connected.end(end, events);
            self.phase = CallPhase::Over;
        }
    }

    /// Returns the connected call, if the bot is connected.
    pub fn connected(&mut self) -> Option<&mut ConnectedCall> {
        match &mut self.phase {
            CallPhase::Connected(connected) => Some(connected),
            CallPhase::Ringing { .. } | CallPhase::Over => None,
        }
    }

    /// Begins to answer the call.
    ///
    /// # Errors
    /// Returns an error if the decision cannot be carried out, with the reason.
    pub fn answer(&mut self, decision: &Decision, ticket: Ticket) -> Result<AnswerJob, &'static str> {
        let CallPhase::Ringing { answer, ended: None } = &mut self.phase else {
            return Err(ALREADY_OVER);
        };
        let offers = self.invitation.offers;
        let is_offered = |request: &CallRequest| match request {
            CallRequest::Answer => offers.accept,
            CallRequest::Reject { .. } => offers.reject,
            CallRequest::Redirect(_) => offers.redirect,
        };
        let request = CallRequest::from_decision(decision);
        let Some(request) = request.filter(|request| answer.is_none() && is_offered(request)) else {
            return Err("this call does not allow that now; nothing was sent");
        };
        if self.deadline.has_passed() {
            return Err("the time to answer has passed; nothing was sent");
        }
        let state = AnswerState::Sending;
        *answer = Some(PendingAnswer { ticket, request: request.clone(), state });
        Ok(AnswerJob { target: self.target.clone(), request, deadline: self.deadline.clone() })
    }

    /// Applies the result of a request to answer the call.
    pub fn answered(&mut self, ticket: Ticket, result: &AnswerResult, events: &mut Vec<Event>) {
        let CallPhase::Ringing { answer, .. } = &mut self.phase else { return };
        let Some(pending) = answer.as_mut().filter(|answer| answer.ticket == ticket) else { return };
        let Some(state) = result.state() else {
            *answer = None;
            self.cancel_lookup_unless_connecting();
            return self.settle(events);
        };
        pending.state = state;
        self.lookup = Some(ScheduledLookup::of_effect(match state {
            AnswerState::Accepted | AnswerState::Sending => EFFECT_TIMEOUT,
            AnswerState::Unknown if !result.is_gone() => UNCERTAIN_LOOKUP_DELAY,
            // The call is over, was answered otherwise, or the cloud lacks the operation.
            AnswerState::NotFound | AnswerState::Unknown => Duration::ZERO,
        }));
        self.settle(events);
    }

    /// Applies the failure of a request to keep the call alive.
    pub fn keep_alive_failed(&mut self, error: &GraphError, events: &mut Vec<Event>) {
        let CallPhase::Connected(connected) = &mut self.phase else { return };
        connected.repeat_keep_alive();
        // While the call is being hung up, a notification will say more about its end.
        if error.is_gone() && self.lookup.is_none() {
            self.disconnect(None, events);
        }
    }

    /// Moves the deadline earlier by the time that the machine was asleep.
    pub fn subtract_sleep(&mut self, events: &mut Vec<Event>) {
        let slept = self.deadline.subtract_sleep();
        if !slept.is_zero() && matches!(self.phase, CallPhase::Ringing { .. }) {
            let deadline = self.invitation.deadline;
            self.invitation.deadline = Moment(deadline.0.saturating_sub(slept));
            events.push(Event::Invitation(Arc::new(self.invitation.clone())));
        }
    }

    /// Returns when [`TrackedCall::look_up_if_expired`] or [`TrackedCall::take_due_requests`] is to be called next.
    #[must_use]
    pub fn due_at(&self) -> Option<Instant> {
        let phase_due = match &self.phase {
            CallPhase::Ringing { answer: None, .. }
                if self.lookup_purpose().is_none_or(|purpose| purpose == Purpose::Gap) =>
            {
                Some(self.deadline.instant())
            }
            CallPhase::Ringing { .. } | CallPhase::Over => None,
            CallPhase::Connected(connected) => Some(connected.due_at()),
        };
        phase_due.into_iter().chain(self.lookup.map(|lookup| lookup.at())).min()
    }

    /// Adds the requests that are due by `now` to `requests`. Ends a ringing call whose state no lookup told.
    pub fn take_due_requests(
        &mut self,
        now: Instant,
        requests: &mut Vec<DueRequest>,
        events: &mut Vec<Event>,
    ) {
        if let CallPhase::Connected(connected) = &mut self.phase
            && connected.take_keep_alive(now)
        {
            requests.push(DueRequest::KeepAlive(self.target.clone()));
        }
        if let CallPhase::Connected(connected) = &mut self.phase
            && connected.invitees.take_due(now)
        {
            requests.push(DueRequest::ReadRoster(self.target.clone()));
        }
        let Some(lookup) = self.lookup.filter(|lookup| lookup.at() <= now) else { return };
        self.lookup = lookup.next(now);
        if self.lookup.is_some() {
            requests.push(DueRequest::LookUp(self.target.clone()));
        } else if lookup.purpose() != Purpose::Gap {
            self.give_up(events);
        }
    }
}
