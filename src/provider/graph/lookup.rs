//! The schedule of the lookups of a call's state. Performs no I/O.

use std::time::Duration;

use tokio::time::Instant;

/// The delay after an accepted request before its effect is looked up, unless a notification tells of it.
pub const EFFECT_TIMEOUT: Duration = Duration::from_secs(5);

/// The maximum number of lookups before a call is given up.
const MAX_LOOKUPS: u8 = 6;

/// The delay before a failed lookup of a call whose answer was accepted is repeated.
const FAILED_LOOKUP_DELAY: Duration = Duration::from_secs(15);

/// The time for which failed lookups of a call whose answer was accepted are repeated: the bot may be connected.
/// Microsoft Graph ends a call that is not kept alive after this time.
const MAX_SILENCE: Duration = Duration::from_secs(45 * 60);

/// The next lookup of a call's state, and how many are left.
#[derive(Clone, Copy, Debug)]
pub struct ScheduledLookup {
    at: Instant,
    remaining: u8,
    /// The time up to which failed lookups of an accepted answer do not count.
    failures_until: Instant,
}

impl ScheduledLookup {
    /// Schedules the first lookup after a delay.
    #[must_use]
    pub fn after(delay: Duration) -> Self {
        let now = Instant::now();
        Self { at: now + delay, remaining: MAX_LOOKUPS, failures_until: now + MAX_SILENCE }
    }

    /// Returns the time of the next lookup, or of giving up.
    #[must_use]
    pub fn at(&self) -> Instant {
        self.at
    }

    /// Returns the schedule after the lookup that is due now, or `None` if no lookup is left.
    #[must_use]
    pub fn next(self, now: Instant) -> Option<Self> {
        let remaining = self.remaining.checked_sub(1)?;
        Some(Self { at: now + EFFECT_TIMEOUT, remaining, ..self })
    }

    /// Repeats a failed lookup, which tells nothing about the call, as long as the call may last.
    pub fn repeat_failed(&mut self) {
        let now = Instant::now();
        if now < self.failures_until {
            (self.at, self.remaining) = (now + FAILED_LOOKUP_DELAY, MAX_LOOKUPS);
        }
    }
}
