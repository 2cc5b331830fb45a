//! The deadline for answering a call. [`super::tracked_call::TrackedCall::new`] sets it to the ringing time of the settings.

use std::time::Duration;

use tokio::sync::watch;
use tokio::time::Instant;

use crate::provider::Clock;

/// The instant after which an incoming call cannot be answered. Includes the time that the machine was asleep,
/// during which the runtime's clock stands still. A deadline is closed when the call ends earlier.
#[derive(Clone, Debug)]
pub struct Deadline {
    at: Instant,
    clock: Clock,
    /// The time asleep that `at` takes into account.
    asleep: Duration,
    closed: watch::Receiver<bool>,
}

impl Deadline {
    /// Creates a deadline `duration` from now, and the sender that closes it.
    #[must_use]
    pub fn after(duration: Duration, clock: Clock) -> (Self, watch::Sender<bool>) {
        let (close, closed) = watch::channel(false);
        (Self { at: Instant::now() + duration, clock, asleep: clock.asleep(), closed }, close)
    }

    /// Returns whether the deadline was closed, or its sender was dropped.
    #[must_use]
    pub fn is_closed(&self) -> bool {
        *self.closed.borrow() || self.closed.has_changed().is_err()
    }

    /// Waits until the deadline is closed.
    pub async fn closed(&self) {
        let _ = self.closed.clone().wait_for(|closed| *closed).await;
    }

    /// Returns the deadline by the runtime's clock, if the machine does not sleep before.
    #[must_use]
    pub fn instant(&self) -> Instant {
        self.at
    }

    /// Returns the time left before the deadline, or zero.
    #[must_use]
    pub fn remaining(&self) -> Duration {
        self.at.saturating_duration_since(Instant::now() + self.slept())
    }

    /// Returns whether the deadline has passed.
    #[must_use]
    pub fn has_passed(&self) -> bool {
        self.remaining().is_zero()
    }

    /// Moves the deadline earlier by the time that the machine was asleep since the last call, and returns that time.
    pub fn subtract_sleep(&mut self) -> Duration {
        let slept = self.slept();
        self.at = self.at.checked_sub(slept).unwrap_or_else(Instant::now);
        self.asleep += slept;
        slept
    }

    fn slept(&self) -> Duration {
        self.clock.asleep().saturating_sub(self.asleep)
    }
}
