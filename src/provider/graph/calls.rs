//! The calls of one bot. Performs no I/O: notifications, responses and the time go in; events and due requests come
//! out.

use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use serde_json::{Map, Value};
use tokio::time::Instant;

use super::answer::{AnswerJob, AnswerResult};
use super::call_resource;
use super::early_notifications::EarlyNotifications;
use super::error::GraphError;
use super::invite::{InviteJob, WithdrawJob};
use super::json::text;
use super::notification::{CallId, CallState, ChangeType, Content, Notification};
use super::operation::CallRef;
use super::settings::Settings;
use super::tracked_call::{ALREADY_OVER, DueRequest, TrackedCall};
use super::transfer_request::TransferJob;
use crate::invitation::{AccountId, ConversationId, Decision, Destination, InvitationId};
use crate::provider::{Clock, Event, Ticket};
use crate::recent::RecentSet;

/// The number of calls that are remembered after they ended.
const MAX_ENDED: usize = 4_096;

/// The calls of one bot.
pub struct Calls {
    account: AccountId,
    clock: Clock,
    /// The bot's own tenant, which a call without a `tenantId` belongs to.
    tenant: String,
    /// The time for which a call waits for an answer.
    ringing_time: Duration,
    /// The calls that are ringing or connected.
    tracked: BTreeMap<CallId, TrackedCall>,
    early: EarlyNotifications,
    ended: RecentSet<CallId>,
    /// The number of the latest invitation.
    last_number: u64,
    events: Vec<Event>,
    /// The tenants of the calls that began since [`Calls::take_new_tenants`].
    new_tenants: BTreeSet<String>,
}

impl Calls {
    /// Creates an empty list of calls.
    #[must_use]
    pub fn new(account: AccountId, clock: Clock, tenant: String, ringing_time: Duration) -> Self {
        Self {
            account,
            clock,
            tenant,
            ringing_time,
            tracked: BTreeMap::new(),
            early: EarlyNotifications::default(),
            ended: RecentSet::new(MAX_ENDED),
            last_number: 0,
            events: Vec::new(),
            new_tenants: BTreeSet::new(),
        }
    }

    /// Applies settings that were read again to later calls.
    pub fn apply_settings(&mut self, settings: &Settings) {
        settings.tenant.clone_into(&mut self.tenant);
        self.ringing_time = settings.ringing_time;
    }

    /// Takes the tenants of the calls that began since the last call. Answering them will need a token of each.
    pub fn take_new_tenants(&mut self) -> BTreeSet<String> {
        std::mem::take(&mut self.new_tenants)
    }

    /// Takes the events that were emitted since the last call.
    pub fn take_events(&mut self) -> Vec<Event> {
        std::mem::take(&mut self.events)
    }

    /// Applies a notification. Notifications may arrive in any order and more than once.
    pub fn apply(&mut self, notification: Notification) {
        let call = notification.call.clone();
        if self.ended.contains(&call) {
            return;
        }
        let data = match &notification.content {
            Content::Call(data) => data,
            Content::Roster(_) if notification.change == ChangeType::Deleted => return,
            Content::Roster(items) => {
                let roster = call_resource::roster(items);
                return self.with_call(&call, |tracked, events| tracked.update_roster(roster, events));
            }
            Content::Operation(data) => {
                return self.with_call(&call, |tracked, events| tracked.update_operation(data, events));
            }
        };
        let state = notification.state();
        if self.tracked.contains_key(&call) {
            let is_end = notification.change == ChangeType::Deleted || state == Some(CallState::Terminated);
            return self.with_call(&call, |tracked, events| tracked.update(data, state, is_end, events));
        }
        let is_ringing = matches!(state, None | Some(CallState::Incoming));
        let is_new = notification.change == ChangeType::Created && is_ringing;
        if !is_new || !call_resource::is_incoming(data) {
            return self.early.insert(notification);
        }
        self.begin(call.clone(), data);
        for early in self.early.remove(&call) {
            self.apply(early);
        }
    }

    fn begin(&mut self, call: CallId, data: &Map<String, Value>) {
        let id = self.next_id();
        let tenant = call_resource::tenant_id(data).unwrap_or_else(|| self.tenant.clone());
        self.new_tenants.insert(tenant.clone());
        let target = CallRef { call: call.clone(), tenant };
        let tracked = TrackedCall::new(target, id, self.clock, self.ringing_time, data, &mut self.events);
        self.tracked.insert(call, tracked);
    }

    fn next_id(&mut self) -> InvitationId {
        self.last_number += 1;
        InvitationId { account: self.account, number: self.last_number }
    }

    /// Begins to answer an invitation.
    ///
    /// # Errors
    /// Returns an error if the decision cannot be carried out, with the reason.
    pub fn answer(
        &mut self,
        id: InvitationId,
        decision: &Decision,
        ticket: Ticket,
    ) -> Result<AnswerJob, &'static str> {
        self.look_up_expired();
        let tracked = self.tracked.values_mut().find(|tracked| tracked.invitation_id() == id);
        tracked.ok_or(ALREADY_OVER)?.answer(decision, ticket)
    }

    /// Applies the result of a request to answer a call.
    pub fn answered(&mut self, call: &CallId, ticket: Ticket, result: &AnswerResult) {
        self.events.extend(result.event(ticket));
        self.with_call(call, |tracked, events| tracked.answered(ticket, result, events));
        self.look_up_expired();
    }

    /// Applies the result of a lookup of a call's state.
    pub fn looked_up(&mut self, call: &CallId, result: &Result<Value, GraphError>) {
        match result {
            Ok(Value::Object(data)) => {
                let state = text(data, "state").map(CallState::parse);
                self.with_call(call, |tracked, events| tracked.looked_up(data, state, events));
            }
            Err(error) if error.is_gone() => self.with_call(call, TrackedCall::not_found),
            // A refused secret or a forbidden lookup would fail again.
            Err(error) if !error.is_transient() && !error.is_uncertain() => {
                self.with_call(call, TrackedCall::lookup_refused);
            }
            Ok(_) | Err(_) => self.with_call(call, |tracked, _| tracked.lookup_failed()),
        }
    }

    /// Returns whether an answer was requested whose effect is not known yet.
    #[must_use]
    pub fn has_pending_answers(&self) -> bool {
        self.tracked.values().any(TrackedCall::has_pending_answer)
    }

    /// Begins to hang up a conversation. Returns its call, or `None` if the call is over.
    pub fn hang_up(&mut self, id: ConversationId) -> Option<CallRef> {
        call_of(&mut self.tracked, id).ok().map(TrackedCall::hang_up)
    }

    /// Applies the result of a request to hang up.
    pub fn hung_up(&mut self, call: &CallId, ticket: Ticket, result: Result<(), GraphError>) {
        let event = match result {
            Ok(()) => {
                self.with_call(call, TrackedCall::hung_up);
                Event::Completed(ticket)
            }
            Err(error) if error.is_gone() => {
                self.with_call(call, TrackedCall::hang_up_not_found);
                Event::Refused { ticket, problem: error.problem() }
            }
            Err(error) if error.is_uncertain() => Event::Uncertain { ticket, problem: error.problem() },
            Err(error) => {
                self.with_call(call, |tracked, _| tracked.hang_up_refused());
                Event::Refused { ticket, problem: error.problem() }
            }
        };
        self.events.push(event);
    }

    /// Begins to transfer a connected call.
    ///
    /// # Errors
    /// Returns an error if the call can't be transferred now, with the reason.
    pub fn transfer(
        &mut self,
        id: ConversationId,
        ticket: Ticket,
        to: Destination,
    ) -> Result<TransferJob, &'static str> {
        let tracked = call_of(&mut self.tracked, id)?;
        tracked.transfer(ticket, to, &mut self.events)
    }

    /// Applies the result of a request to transfer a call.
    pub fn transferred(&mut self, call: &CallId, ticket: Ticket, result: &Result<(), GraphError>) {
        self.events.push(match result {
            Ok(()) => Event::Completed(ticket),
            Err(error) if error.is_uncertain() => Event::Uncertain { ticket, problem: error.problem() },
            Err(error) => Event::Refused { ticket, problem: error.problem() },
        });
        self.with_call(call, |tracked, events| tracked.transfer_answered(ticket, result, events));
    }

    /// Begins to invite somebody to a connected call.
    ///
    /// # Errors
    /// Returns an error if nobody can be invited now, with the reason.
    pub fn invite(
        &mut self,
        id: ConversationId,
        ticket: Ticket,
        to: &Destination,
    ) -> Result<InviteJob, &'static str> {
        let invitation = self.next_id();
        call_of(&mut self.tracked, id)?.invite(ticket, invitation, to)
    }

    /// Applies the result of a request to invite somebody: the operation that was started.
    pub fn invited(&mut self, call: &CallId, ticket: Ticket, result: &Result<Value, GraphError>) {
        let connected = self.tracked.get_mut(call).and_then(TrackedCall::connected);
        match connected {
            Some(connected) => connected.invitees.invited(ticket, result, &mut self.events),
            // The call is over, and so is the invitation.
            None => match result {
                Ok(_) => self.events.push(Event::Completed(ticket)),
                Err(error) if error.is_uncertain() => {
                    let problem = error.problem();
                    self.events.extend([Event::Uncertain { ticket, problem }, Event::Unsettled(ticket)]);
                }
                Err(error) => self.events.push(Event::Refused { ticket, problem: error.problem() }),
            },
        }
    }

    /// Begins to withdraw an invitation to a connected call.
    ///
    /// # Errors
    /// Returns an error if the invitation can't be withdrawn now, with the reason.
    pub fn withdraw(&mut self, id: InvitationId, ticket: Ticket) -> Result<WithdrawJob, &'static str> {
        let withdrawn = self.tracked.values_mut().find_map(|tracked| tracked.withdraw(id, ticket));
        withdrawn.unwrap_or(Err("the invitation is already over; nothing was sent"))
    }

    /// Applies the result of a request to withdraw an invitation.
    pub fn withdrawn(&mut self, call: &CallId, ticket: Ticket, result: &Result<(), GraphError>) {
        match self.tracked.get_mut(call).and_then(TrackedCall::connected) {
            Some(connected) => connected.invitees.withdrawn(ticket, result, &mut self.events),
            None => self.events.push(Event::Completed(ticket)),
        }
    }

    /// Applies the result of a request for the participants of a call.
    pub fn roster_read(&mut self, call: &CallId, result: &Result<Vec<Value>, GraphError>) {
        let roster = result.as_ref().ok().map(|items| call_resource::roster(items));
        self.with_call(call, |tracked, events| tracked.roster_read(roster.as_deref(), events));
    }

    /// Applies the result of a request to keep a call alive.
    pub fn kept_alive(&mut self, call: &CallId, result: &Result<(), GraphError>) {
        if let Err(error) = result {
            self.with_call(call, |tracked, events| tracked.keep_alive_failed(error, events));
        }
    }

    /// Moves the deadlines earlier by the time that the machine was asleep.
    pub fn subtract_sleep(&mut self) {
        for tracked in self.tracked.values_mut() {
            tracked.subtract_sleep(&mut self.events);
        }
        self.look_up_expired();
    }

    /// Looks all calls up at once, because notifications may have been missed.
    pub fn look_up_after_gap(&mut self) {
        self.subtract_sleep();
        self.tracked.values_mut().for_each(TrackedCall::look_up_after_gap);
    }

    /// Begins to look up the calls whose deadline has passed and that no request to answer was sent for.
    pub fn look_up_expired(&mut self) {
        self.tracked.values_mut().for_each(TrackedCall::look_up_if_expired);
    }

    /// Returns when [`Calls::look_up_expired`] and [`Calls::take_due_requests`] are to be called next.
    #[must_use]
    pub fn due_at(&self) -> Option<Instant> {
        self.tracked.values().filter_map(TrackedCall::due_at).min()
    }

    /// Takes the requests that are due now.
    pub fn take_due_requests(&mut self) -> Vec<DueRequest> {
        let now = Instant::now();
        let mut requests = Vec::new();
        for tracked in self.tracked.values_mut() {
            tracked.take_due_requests(now, &mut requests, &mut self.events);
        }
        self.forget_ended();
        requests
    }

    /// Applies a transition to a call, if the call is known, and forgets the call if that ended it.
    fn with_call(&mut self, call: &CallId, transition: impl FnOnce(&mut TrackedCall, &mut Vec<Event>)) {
        let Some(tracked) = self.tracked.get_mut(call) else { return };
        transition(tracked, &mut self.events);
        if tracked.is_over() {
            self.tracked.remove(call);
            self.ended.insert(call.clone());
        }
    }

    fn forget_ended(&mut self) {
        let ended = &mut self.ended;
        self.tracked.retain(|call, tracked| {
            if tracked.is_over() {
                ended.insert(call.clone());
            }
            !tracked.is_over()
        });
    }
}

/// Returns the call of a conversation.
///
/// # Errors
/// Returns an error if the call is over.
fn call_of(
    tracked: &mut BTreeMap<CallId, TrackedCall>,
    id: ConversationId,
) -> Result<&mut TrackedCall, &'static str> {
    tracked.values_mut().find(|tracked| tracked.conversation_id() == Some(id)).ok_or(ALREADY_OVER)
}
