//! The time that a request spends with the server.

use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use tokio::time::Instant;

/// The progress of a request, shared between the client, which updates it, and the caller.
#[derive(Clone, Debug, Default)]
pub struct InFlight(Arc<Mutex<RequestState>>);

#[derive(Clone, Copy, Debug, Default)]
enum RequestState {
    /// The request has not been sent, as while its token is fetched.
    #[default]
    Unsent,
    /// The request was sent at this time and has no response.
    Sent(Instant),
    /// The request completed or failed after this time.
    Completed(Duration),
}

impl InFlight {
    /// Returns the time at which the request was sent, while it has no response.
    #[must_use]
    pub fn sent_at(&self) -> Option<Instant> {
        match self.state() {
            RequestState::Sent(at) => Some(at),
            RequestState::Unsent | RequestState::Completed(_) => None,
        }
    }

    /// Returns the time that the response took, or zero before there is one.
    #[must_use]
    pub fn elapsed(&self) -> Duration {
        match self.state() {
            RequestState::Completed(elapsed) => elapsed,
            RequestState::Unsent | RequestState::Sent(_) => Duration::ZERO,
        }
    }

    /// Marks the request as sent now.
    pub fn start(&self) {
        self.set(RequestState::Sent(Instant::now()));
    }

    /// Marks the request as completed now.
    pub fn complete(&self) {
        let elapsed = self.sent_at().map_or(Duration::ZERO, |at| at.elapsed());
        self.set(RequestState::Completed(elapsed));
    }

    fn state(&self) -> RequestState {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn set(&self, state: RequestState) {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = state;
    }
}
