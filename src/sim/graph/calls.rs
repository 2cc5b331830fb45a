//! The calls: how they begin, how the bot and the other side change them, and how they end.

use std::time::Duration;

use serde_json::{Value, json};
use tokio::time::Instant;
use url::Url;

use super::bodies::Answer;
use super::call::{
    Answerer, CallEvent, CallNumber, CallOutcome, CallSnapshot, CallState, CallTimer, EndedCall,
    FinishedCall, LiveCall,
};
use super::caller::Call;
use super::documents::{deleted, envelope, terminated, updated};
use super::leg::BotLeg;
use super::notification::OutgoingNotification;
use super::state::GraphState;

/// The time for which a call rings.
const RING: Duration = Duration::from_secs(15);
/// The time for which an answered call lasts unless the bot keeps it alive.
const KEEP_ALIVE: Duration = Duration::from_secs(45 * 60);
/// The delay before the service notifies the bot of a change.
pub(super) const NOTIFICATION_DELAY: Duration = Duration::from_millis(20);
/// The time that an answered call takes to connect.
pub(super) const CONNECT_DELAY: Duration = Duration::from_millis(300);

fn guid() -> String {
    uuid::Uuid::new_v4().to_string()
}

impl GraphState {
    /// Creates a call that rings, without adding it to the calls.
    pub fn unlisted_call(&self, number: CallNumber, call: Call) -> LiveCall {
        LiveCall {
            number,
            id: guid(),
            tenant: call.tenant.clone().unwrap_or_else(|| self.options.tenant.clone()),
            call,
            state: CallState::Incoming,
            answered_by: None,
            last_active: Instant::now(),
            callback: None,
            accepted: Vec::new(),
            transfers: 0,
            leg: None,
            outgoing: None,
            scenario: guid(),
            chain: guid(),
        }
    }

    /// Adds a call that rings for [`RING`], without a notification.
    pub fn add_call(&mut self, call: Call) -> CallNumber {
        let live = self.next_call(call);
        let number = live.number;
        self.tenants.insert(live.tenant.to_ascii_lowercase());
        self.live.insert(number, live);
        self.timers.push((RING, CallTimer::Ring(number)));
        number
    }

    /// Creates a call with the next number, without adding it to the calls.
    pub fn next_call(&mut self, call: Call) -> LiveCall {
        self.last_number += 1;
        let (id, scenario, chain) = (self.seeded_guid(), self.seeded_guid(), self.seeded_guid());
        LiveCall { id, scenario, chain, ..self.unlisted_call(self.last_number, call) }
    }

    /// Adds a call that rings for [`RING`], and notifies the bot.
    pub fn call(&mut self, call: Call) -> CallNumber {
        let number = self.add_call(call);
        if let Some(created) = self.created_notification(number) {
            let caller = self.live.get(&number).map(|live| live.call.caller.label().to_owned());
            let summary = format!("call {number} from {} is created", caller.unwrap_or_default());
            self.notify(number, &created, Duration::ZERO, summary);
        }
        number
    }

    /// Returns the notification of a new call.
    pub fn created_notification(&self, number: CallNumber) -> Option<Value> {
        let callback = self.webhook.as_ref().map(|webhook| webhook.url.as_str());
        Some(self.live.get(&number)?.created_notification(&self.options.client_id, callback))
    }

    /// Returns the number of the live call with that id.
    pub fn number_of(&self, id: &str) -> Option<CallNumber> {
        self.live.values().find(|live| live.id.eq_ignore_ascii_case(id)).map(|live| live.number)
    }

    /// Returns the calls that have not ended, in the order of their numbers.
    pub fn snapshots(&self) -> Vec<CallSnapshot> {
        let snapshot = |live: &LiveCall| CallSnapshot {
            number: live.number,
            id: live.id.clone(),
            state: live.state,
            caller: live.call.caller.label().to_owned(),
            call: live.call.clone(),
            answered_by: live.answered_by,
        };
        self.live.values().map(snapshot).collect()
    }

    /// Adds a notification of a call to the outbox, to be sent after `wait`.
    pub fn notify(&mut self, number: CallNumber, notification: &Value, wait: Duration, summary: String) {
        let message = self.seeded_guid();
        if let Some(live) = self.live.get(&number) {
            let is_of_call = notification.pointer("/resourceData/@odata.type");
            let is_of_call = is_of_call.is_some_and(|kind| kind == "#microsoft.graph.call");
            self.outbox.push(OutgoingNotification {
                callback: live.callback.clone(),
                tenant: live.tenant.clone(),
                call: live.id.clone(),
                scenario: live.scenario.clone(),
                chain: live.chain.clone(),
                message,
                is_last: is_of_call && notification.get("changeType").is_some_and(|it| it == "deleted"),
                body: envelope(std::slice::from_ref(notification)).to_string(),
                wait,
                summary,
            });
        }
    }

    pub fn notify_state(&mut self, number: CallNumber, state: &str, wait: Duration) {
        let Some(live) = self.live.get(&number) else { return };
        let notification = updated(&live.id, &json!({ "state": state }));
        self.notify(number, &notification, wait, format!("call {number} is {state}"));
    }

    /// Ends a call and notifies the bot; the result (code, subcode, message) is part of the notification of a
    /// call that had been answered.
    pub fn finish(&mut self, number: CallNumber, outcome: CallOutcome, result: Option<(u32, u32, &str)>) {
        let Some(live) = self.live.get(&number) else { return };
        let result = result.map_or(json!({}), |(code, subcode, message)| {
            self.results += 1;
            // The service sends the codes as numbers and as strings.
            terminated(code, subcode, message, self.results.is_multiple_of(2))
        });
        let notification = deleted(&live.id, &result);
        let summary = format!("call {number} is deleted: {outcome}");
        self.notify(number, &notification, NOTIFICATION_DELAY, summary);
        if let Some(live) = self.live.remove(&number) {
            let finished =
                FinishedCall { tenant: live.tenant, outcome: outcome.clone(), ended_at: Instant::now() };
            self.finished.insert(live.id.to_ascii_lowercase(), finished);
            let caller = live.call.caller.label().to_owned();
            let (id, call, answered_by) = (live.id, live.call, live.answered_by);
            self.ended.push(EndedCall { number, id, caller, call, answered_by, outcome });
        }
    }

    /// Applies an event to a call.
    ///
    /// # Errors
    /// Returns an error if there is no such call, or the event is impossible in its state.
    pub fn trigger(&mut self, number: CallNumber, event: CallEvent) -> Result<(), String> {
        let state = self.live.get(&number).map(|live| live.state);
        let state = state.ok_or_else(|| format!("there is no call {number}"))?;
        match (event, state) {
            (CallEvent::CallerGivesUp, CallState::Incoming) => {
                self.finish(number, CallOutcome::CallerGaveUp, None);
            }
            (CallEvent::AnsweredElsewhere, CallState::Incoming) => {
                // The other instance keeps the call alive.
                self.set_answered_by(number, Answerer::OtherInstance);
                self.set_state(number, CallState::Established);
                self.notify_state(number, "established", NOTIFICATION_DELAY);
            }
            (CallEvent::OtherPartyHangsUp, state) if state != CallState::Incoming => {
                let result = (200, 4_521, "The other party ended it.");
                self.finish(number, CallOutcome::OtherPartyHungUp, Some(result));
            }
            (
                CallEvent::TransferFails { code, subcode },
                CallState::Transferring | CallState::TransferAccepted,
            ) => self.fail_transfer(number, code, subcode),
            (CallEvent::TransferFails { .. }, _) => {
                return Err(format!("call {number} is not being transferred"));
            }
            (CallEvent::PressesKey(key), _) => self.press(number, key)?,
            (CallEvent::Fails { code, subcode }, _) => {
                let result = Some((code, subcode, "The call failed."));
                self.finish(number, CallOutcome::Failed { code, subcode }, result);
            }
            (CallEvent::CallerGivesUp | CallEvent::AnsweredElsewhere, _) => {
                return Err(format!("call {number} has been answered"));
            }
            (CallEvent::OtherPartyHangsUp, _) => {
                return Err(format!("call {number} still rings; its caller can give up"));
            }
        }
        Ok(())
    }

    fn set_state(&mut self, number: CallNumber, state: CallState) {
        if let Some(live) = self.live.get_mut(&number) {
            live.state = state;
            live.last_active = Instant::now();
        }
    }

    fn set_answered_by(&mut self, number: CallNumber, answerer: Answerer) {
        if let Some(live) = self.live.get_mut(&number) {
            live.answered_by = Some(answerer);
        }
    }

    fn set_callback(&mut self, number: CallNumber, callback: Option<Url>) {
        if let Some(live) = self.live.get_mut(&number) {
            live.callback = callback.or(live.callback.take());
        }
    }

    /// Rejects a call at the bot's request.
    pub fn reject(&mut self, number: CallNumber, reason: &str, callback: Option<Url>) {
        self.set_callback(number, callback);
        self.finish(number, CallOutcome::Rejected { reason: reason.to_owned() }, None);
    }

    /// Answers a call at the bot's request.
    pub fn answer(&mut self, number: CallNumber, answer: Answer) {
        self.set_callback(number, answer.callback);
        self.set_answered_by(number, Answerer::Bot);
        self.set_state(number, CallState::Establishing);
        if let Some(live) = self.live.get_mut(&number) {
            live.accepted = answer.modalities;
            let others = vec![live.caller_as_participant()];
            live.leg = Some(BotLeg::new(answer.media, others));
        }
        self.notify_state(number, "establishing", NOTIFICATION_DELAY);
        self.timers.push((CONNECT_DELAY, CallTimer::Connect(number)));
    }

    /// Redirects a call at the bot's request.
    pub fn redirect(&mut self, number: CallNumber, callback: Option<Url>) {
        self.set_callback(number, callback);
        self.notify_state(number, "redirecting", NOTIFICATION_DELAY);
        self.finish(number, CallOutcome::Redirected, Some((200, 7_015, "The call was transferred.")));
    }

    /// Hangs up at the bot's request.
    pub fn hang_up(&mut self, number: CallNumber) {
        self.notify_state(number, "terminating", NOTIFICATION_DELAY);
        self.finish(number, CallOutcome::HungUp, Some((200, 7_000, "The bot ended the call.")));
    }

    /// Keeps a call alive at the bot's request.
    pub fn keep_alive(&mut self, number: CallNumber) {
        if let Some(live) = self.live.get_mut(&number) {
            live.last_active = Instant::now();
        }
    }

    /// Applies a timer that has fired.
    pub fn fire(&mut self, timer: CallTimer) {
        match timer {
            CallTimer::Ring(number) => {
                if self.live.get(&number).is_some_and(|live| live.state == CallState::Incoming) {
                    self.finish(number, CallOutcome::TimedOut, None);
                }
            }
            CallTimer::Connect(number) => {
                if self.live.get(&number).is_some_and(|live| live.state == CallState::Establishing) {
                    self.set_state(number, CallState::Established);
                    self.notify_state(number, "established", Duration::ZERO);
                    self.notify_group(number);
                    self.timers.push((KEEP_ALIVE, CallTimer::KeepAlive(number)));
                }
            }
            CallTimer::Transfer(number, transfer) => self.advance_transfer(number, transfer),
            CallTimer::Operation(number, operation) => self.complete_operation(number, operation),
            CallTimer::KeepAlive(number) => {
                let Some(live) = self.live.get(&number) else { return };
                let silence = live.last_active.elapsed();
                if silence >= KEEP_ALIVE {
                    let outcome = CallOutcome::Failed { code: 408, subcode: 8_537 };
                    self.finish(number, outcome, Some((408, 8_537, "There was no keep-alive.")));
                } else {
                    self.timers.push((KEEP_ALIVE.saturating_sub(silence), CallTimer::KeepAlive(number)));
                }
            }
        }
    }
}
