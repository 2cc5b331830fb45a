//! The state that both halves of the simulator use: the faults to come, the record of requests, and the
//! signal that something changed.

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use tokio::sync::watch;

use super::fault::{Fault, FaultKind, Faults};
use super::record::{Record, RecordedRequest};

/// A handle to the shared state; clones refer to the same one.
#[derive(Clone)]
pub(super) struct Shared {
    state: Arc<Mutex<State>>,
    /// Counts the changes of the simulator's state.
    version: watch::Sender<u64>,
    /// Whether the record keeps the bodies of responses.
    keeps_responses: Arc<AtomicBool>,
}

struct State {
    faults: Faults,
    record: Record,
    /// The number of times that all faults were removed.
    heals: u64,
}

impl Shared {
    /// Creates a shared state whose record keeps the latest `kept` requests.
    pub fn new(kept: usize) -> Self {
        let state = State { faults: Faults::default(), record: Record::new(kept), heals: 0 };
        Self {
            state: Arc::new(Mutex::new(state)),
            version: watch::Sender::new(0),
            keeps_responses: Arc::default(),
        }
    }

    /// Wakes every task that waits for a change.
    pub fn notify(&self) {
        self.version.send_modify(|version| *version += 1);
    }

    /// Returns a receiver that is woken by each later [`notify`](Self::notify).
    pub fn subscribe(&self) -> watch::Receiver<u64> {
        self.version.subscribe()
    }

    /// Adds a fault to those to come.
    pub fn add_fault(&self, fault: Fault) {
        self.with(|state| state.faults.add(fault));
    }

    /// Removes all faults and releases the requests that a black hole holds.
    pub fn heal(&self) {
        self.with(|state| {
            state.faults.clear();
            state.heals += 1;
        });
    }

    /// Waits until the next [`heal`](Self::heal).
    pub async fn next_heal(&self) {
        let mut changes = self.subscribe();
        let heals = self.lock().heals;
        while self.lock().heals == heals {
            if changes.changed().await.is_err() {
                return;
            }
        }
    }

    /// Returns the fault that hits a request for `target`, which belongs to the invitation of that number, if
    /// any.
    pub fn next_fault(&self, target: &str, invitation: Option<u32>) -> Option<FaultKind> {
        self.with(|state| state.faults.next_fault(target, invitation))
    }

    /// Adds a request without a response to the record and returns its number.
    pub fn record_request(&self, request: RecordedRequest) -> usize {
        self.with(|state| state.record.add(request))
    }

    /// Records the response to the request of that number.
    pub fn record_response(&self, number: usize, status: u16, summary: String, complaint: Option<String>) {
        self.with(|state| state.record.complete(number, status, summary, complaint));
    }

    /// Keeps the bodies of later responses in the record.
    pub fn keep_responses(&self) {
        self.keeps_responses.store(true, Ordering::Relaxed);
    }

    /// Returns whether the record keeps the bodies of responses.
    pub fn keeps_responses(&self) -> bool {
        self.keeps_responses.load(Ordering::Relaxed)
    }

    /// Records the body of the response to the request of that number, which is yet to be recorded as answered.
    pub fn record_response_body(&self, number: usize, body: String) {
        self.lock().record.set_response(number, body);
    }

    /// Claims an answered request for an expectation; returns whether there is one that `matches`.
    pub fn claim(&self, matches: impl Fn(&RecordedRequest) -> bool) -> bool {
        self.lock().record.claim(matches)
    }

    /// Adds a request to the record together with its response.
    pub fn record_exchange(&self, request: RecordedRequest) {
        self.with(|state| state.record.add_completed(request));
    }

    /// Calls `read` with the record.
    pub fn read_record<T>(&self, read: impl FnOnce(&Record) -> T) -> T {
        read(&self.lock().record)
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Calls `action` with the state and wakes every task that waits for a change.
    fn with<T>(&self, action: impl FnOnce(&mut State) -> T) -> T {
        let result = action(&mut self.lock());
        self.notify();
        result
    }
}
