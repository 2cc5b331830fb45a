//! A rate limit for the requests that a server's responses cause.

use std::time::Duration;

use tokio::time::Instant;

/// A rate limiter that allows `BURST` requests at once, and one per `INTERVAL` in the
/// long run.
#[derive(Debug)]
pub struct RateLimiter {
    /// The time from which a whole burst is allowed again.
    refilled_at: Instant,
}

/// Creates a limiter that allows a whole burst.
impl Default for RateLimiter {
    fn default() -> Self {
        Self { refilled_at: Instant::now() }
    }
}

impl RateLimiter {
    const INTERVAL: Duration = Duration::from_millis(50);
    const BURST: u32 = 200;

    /// Counts a request. Returns the time from which it may be sent.
    pub fn reserve(&mut self, now: Instant) -> Instant {
        let allowed_at = self.next_at(now);
        self.refilled_at = self.refilled_at.max(now) + Self::INTERVAL;
        allowed_at
    }

    /// Returns the time from which half a burst is left, so that what is not urgent delays nothing else.
    #[must_use]
    pub fn spare_at(&self, now: Instant) -> Instant {
        let half = Self::INTERVAL * (Self::BURST / 2);
        self.refilled_at.checked_sub(half).map_or(now, |at| at.max(now))
    }

    /// Returns the time from which the next request may be sent: `now`, or later.
    #[must_use]
    pub fn next_at(&self, now: Instant) -> Instant {
        let refilled_after = self.refilled_at.max(now) + Self::INTERVAL;
        refilled_after.checked_sub(Self::INTERVAL * Self::BURST).map_or(now, |at| at.max(now))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Returns the milliseconds from `now` until after `count` reservations a request may be sent, and one that is not urgent.
    fn waits(count: u32) -> (u128, u128) {
        let mut limiter = RateLimiter::default();
        let now = Instant::now();
        for _ in 0..count {
            limiter.reserve(now);
        }
        let wait = |at: Instant| at.duration_since(now).as_millis();
        (wait(limiter.next_at(now)), wait(limiter.spare_at(now)))
    }

    #[tokio::test(start_paused = true)]
    async fn half_of_a_burst_is_left_to_what_is_urgent() {
        assert_eq!(waits(0), (0, 0));
        assert_eq!(waits(100), (0, 0));
        assert_eq!(waits(101), (0, 50));
        assert_eq!(waits(199), (0, 4_950));
        assert_eq!(waits(200), (50, 5_000));
        assert_eq!(waits(220), (1_050, 6_000));
    }
}
