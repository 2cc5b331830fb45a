//! The budget of the requests that follow from what the server says.

use std::time::Duration;

use tokio::time::Instant;

/// Keeps requests that follow from what the server says within a budget: [`RateLimiter::BURST`] at once, and one
/// each [`RateLimiter::STEP`] in the long run.
#[derive(Debug)]
pub struct RateLimiter {
    /// When all of the burst is free again.
    full_again: Instant,
}

impl RateLimiter {
    const STEP: Duration = Duration::from_millis(50);
    const BURST: u32 = 200;

    /// A limiter whose whole burst is free.
    #[must_use]
    pub fn new() -> Self {
        Self { full_again: Instant::now() }
    }

    /// Takes a place in the budget. Returns the moment from which the request may be sent.
    pub fn reserve(&mut self, now: Instant) -> Instant {
        let from = self.free_at(now);
        self.full_again = self.full_again.max(now) + Self::STEP;
        from
    }

    /// Returns the moment from which the next request may be sent: `now`, or later.
    #[must_use]
    pub fn free_at(&self, now: Instant) -> Instant {
        let after_next = self.full_again.max(now) + Self::STEP;
        after_next.checked_sub(Self::STEP * Self::BURST).map_or(now, |from| from.max(now))
    }
}
