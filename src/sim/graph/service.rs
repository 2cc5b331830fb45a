use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use tokio::time::Instant;
use url::Url;

use super::super::request::{Handled, ParsedRequest};
use super::super::shared::Shared;
use super::call::{CallEvent, CallNumber, CallSnapshot, CallTimer, EndedCall};
use super::caller::Call;
use super::keys;
use super::notification::Webhook;
use super::options::GraphOptions;
use super::route::Route;
use super::state::GraphState;
use crate::provider::exchange::Exchange;

/// A handle to the simulated calling service; clones refer to the same one.
#[derive(Clone)]
pub struct CallingService {
    state: Arc<Mutex<GraphState>>,
    pub(super) shared: Shared,
}

impl CallingService {
    pub(in super::super) fn new(options: GraphOptions, kept: usize, seed: u64, shared: Shared) -> Self {
        Self { state: Arc::new(Mutex::new(GraphState::new(options, kept, seed))), shared }
    }

    /// Sets the webhook of the bot: its address, and the connection over which notifications are sent.
    pub fn set_webhook(&self, exchange: Arc<dyn Exchange>, url: Url) {
        keys::prepare();
        self.with(|state| state.webhook = Some(Webhook { exchange, url }));
    }

    /// Returns whether the bot's webhook is known.
    #[must_use]
    pub fn has_webhook(&self) -> bool {
        self.lock().webhook.is_some()
    }

    /// Returns whether a bot has sent a request.
    #[must_use]
    pub fn has_bot(&self) -> bool {
        self.lock().has_bot
    }

    /// Calls the bot; the call rings for 15 s.
    ///
    /// Must be called within a tokio runtime, which keeps the time.
    #[expect(clippy::must_use_candidate, reason = "the call matters, its number may not")]
    pub fn call(&self, call: Call) -> CallNumber {
        self.with(|state| state.call(call))
    }

    /// Applies an event to a call.
    ///
    /// # Errors
    /// Returns an error if there is no such call, or the event is impossible in its state.
    pub fn trigger(&self, number: CallNumber, event: CallEvent) -> Result<(), String> {
        self.with(|state| state.trigger(number, event))
    }

    /// Returns the calls that have not ended, in the order in which they began.
    #[must_use]
    pub fn calls(&self) -> Vec<CallSnapshot> {
        self.lock().snapshots()
    }

    /// Returns the ended calls in order; of more than [`Options::kept`](super::super::Options::kept), the
    /// latest.
    #[must_use]
    pub fn ended(&self) -> Vec<EndedCall> {
        self.lock().ended.iter().cloned().collect()
    }

    /// Returns whether a notification is being delivered or waits for delivery.
    #[must_use]
    pub fn is_delivering(&self) -> bool {
        self.lock().queues.values().any(|queue| queue.is_active)
    }

    /// Returns the value of `Authorization` of a valid notification for the bot's own tenant.
    ///
    /// # Errors
    /// Returns an error if the token cannot be signed.
    pub fn authorization(&self) -> Result<String, String> {
        let state = self.lock();
        state.authorization(&state.options.tenant)
    }

    /// Publishes another key; tokens signed with the one before are no longer valid.
    pub fn rotate_keys(&self) {
        self.with(|state| state.keys.rotate());
    }

    /// Makes all tokens of the bot invalid.
    pub fn expire_tokens(&self) {
        let now = Instant::now();
        self.with(|state| state.tokens.values_mut().for_each(|(_, expires)| *expires = now));
    }

    /// Handles a request.
    pub(in super::super) async fn handle(&self, route: Route, request: &ParsedRequest) -> Handled {
        match route {
            Route::Check => self.check(request).await,
            route => self.with(|state| state.handle(route, request)),
        }
    }

    pub(super) fn lock(&self) -> MutexGuard<'_, GraphState> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Calls `action` with the state, wakes every task that waits for a change, and starts the deliveries and
    /// timers that follow from it.
    pub(super) fn with<T>(&self, action: impl FnOnce(&mut GraphState) -> T) -> T {
        let (result, calls, timers) = {
            let mut state = self.lock();
            let result = action(&mut state);
            (result, state.queue_notifications(), std::mem::take(&mut state.timers))
        };
        self.shared.notify();
        for call in calls {
            self.start_delivery(call);
        }
        self.start(timers);
        result
    }

    fn start(&self, timers: Vec<(Duration, CallTimer)>) {
        for (wait, timer) in timers {
            let service = self.clone();
            tokio::spawn(async move {
                tokio::time::sleep(wait).await;
                service.with(|state| state.fire(timer));
            });
        }
    }
}
