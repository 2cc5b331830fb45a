//! Calls whose end no notification tells: they are looked up once their time is up, after notifications may have been missed,
//! and when the effect of an answer is unknown.

use std::time::Duration;

use serde_json::{Map, Value};

use super::answer::AnswerState;
use super::ending::EndEvidence;
use super::error::CHECK_CLOUD;
use super::lookup::{EXPIRY_GRACE, Purpose, ScheduledLookup};
use super::notification::CallState;
use super::tracked_call::{CallPhase, RingingEnd, TrackedCall};
use crate::invitation::{Outcome, Stage};
use crate::provider::{Event, Problem};

impl TrackedCall {
    /// Begins to look up how the call ended if its deadline has passed and no answer can have had an effect.
    pub fn look_up_if_expired(&mut self) {
        // Connecting may take longer: it is looked up until no lookup is left.
        let is_connecting = self.invitation.stage == Stage::Connecting;
        let is_begun = self.lookup_purpose() == Some(Purpose::Expiry);
        if self.is_unanswered() && !is_connecting && !is_begun && self.deadline.has_passed() {
            self.lookup = Some(ScheduledLookup::of_expiry(EXPIRY_GRACE));
        }
    }

    /// Looks the call up at once, because notifications may have been missed. The result of an answer under way says more.
    pub fn look_up_after_gap(&mut self) {
        match &self.phase {
            CallPhase::Ringing { answer: None, ended: None }
                if self.deadline.has_passed() && self.lookup_purpose() != Some(Purpose::Effect) =>
            {
                self.lookup = Some(ScheduledLookup::of_expiry(Duration::ZERO));
            }
            CallPhase::Ringing { answer: None, ended: None } | CallPhase::Connected(_) => {
                self.lookup.get_or_insert_with(ScheduledLookup::of_gap);
            }
            CallPhase::Ringing { .. } | CallPhase::Over => {}
        }
    }

    /// Applies the `call` resource that a lookup returned.
    pub fn looked_up(
        &mut self,
        data: &Map<String, Value>,
        state: Option<CallState>,
        events: &mut Vec<Event>,
    ) {
        let purpose = self.lookup_purpose();
        if purpose == Some(Purpose::Gap) {
            self.lookup = None;
        }
        self.update(data, state, state == Some(CallState::Terminated), events);
        if purpose == Some(Purpose::Expiry) && state == Some(CallState::Incoming) && self.is_unanswered() {
            return self.end(Outcome::Expired, events);
        }
        self.refuse_answer_without_effect(state, events);
    }

    /// Refuses a request to answer that had no effect on a call which still rings, unless the user was told before.
    fn refuse_answer_without_effect(&mut self, state: Option<CallState>, events: &mut Vec<Event>) {
        let CallPhase::Ringing { answer, ended: None } = &mut self.phase else { return };
        let (Some(pending), Some(CallState::Incoming)) = (answer.as_ref(), state) else { return };
        let problem = match pending.state {
            AnswerState::Unknown if !self.deadline.has_passed() => {
                Problem::new("it was not carried out", "try again")
            }
            AnswerState::NotFound => {
                Problem::new("it was not carried out: Microsoft Graph did not find it", CHECK_CLOUD)
            }
            AnswerState::Sending | AnswerState::Accepted | AnswerState::Unknown => return,
        };
        events.push(Event::Refused { ticket: pending.ticket, problem });
        *answer = None;
        self.cancel_lookup_unless_connecting();
    }

    /// Applies a response that the call does not exist.
    pub fn not_found(&mut self, events: &mut Vec<Event>) {
        match &mut self.phase {
            CallPhase::Ringing { ended, .. } => {
                let is_late = self.lookup.is_some_and(|it| it.purpose() == Purpose::Expiry);
                let evidence = if is_late { EndEvidence::NotFoundLate } else { EndEvidence::NotFound };
                ended.get_or_insert(RingingEnd::Over(evidence));
                self.settle(events);
            }
            CallPhase::Connected(_) => self.disconnect(None, events),
            CallPhase::Over => {}
        }
    }

    /// Applies the failure of a lookup that would fail again.
    pub fn lookup_refused(&mut self, events: &mut Vec<Event>) {
        match self.lookup_purpose() {
            Some(Purpose::Expiry) => self.give_up(events),
            Some(Purpose::Gap) => self.lookup = None,
            // It counts.
            Some(Purpose::Effect) | None => {}
        }
    }

    /// Applies the failure of a lookup that may succeed later.
    pub fn lookup_failed(&mut self) {
        let CallPhase::Ringing { answer: Some(answer), ended: None } = &self.phase else { return };
        if answer.state == AnswerState::Accepted
            && let Some(lookup) = &mut self.lookup
        {
            lookup.repeat_failed();
        }
    }

    /// Ends a ringing call whose state no lookup told, or gives up a transfer of whose effect none told.
    pub(super) fn give_up(&mut self, events: &mut Vec<Event>) {
        match &mut self.phase {
            CallPhase::Ringing { .. } => self.end(Outcome::Lost, events),
            CallPhase::Connected(connected) => connected.give_up_transfer(events),
            CallPhase::Over => {}
        }
    }

    /// Returns whether the call rings, and no answer can have had an effect.
    fn is_unanswered(&self) -> bool {
        match &self.phase {
            CallPhase::Ringing { answer, ended: None } => {
                answer.as_ref().is_none_or(|answer| answer.state == AnswerState::NotFound)
            }
            CallPhase::Ringing { .. } | CallPhase::Connected(_) | CallPhase::Over => false,
        }
    }

    pub(super) fn lookup_purpose(&self) -> Option<Purpose> {
        self.lookup.map(|lookup| lookup.purpose())
    }

    /// Cancels the lookup, unless another program of the bot is connecting the call: no notification may report the
    /// end of that.
    pub(super) fn cancel_lookup_unless_connecting(&mut self) {
        if self.invitation.stage != Stage::Connecting {
            self.lookup = None;
        }
    }
}
