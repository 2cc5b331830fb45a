//! The schedule of the lookups of a call's state. Performs no I/O.

use std::time::Duration;

use tokio::time::Instant;

/// The delay after an accepted request before its effect is looked up, unless a notification shows it first.
pub const EFFECT_TIMEOUT: Duration = Duration::from_secs(5);

/// The delay after a lost response before the state of the call is looked up. Microsoft Graph may still be working on the
/// request.
pub const UNCERTAIN_LOOKUP_DELAY: Duration = Duration::from_secs(1);

/// The delay after a call's deadline before its state is looked up. The notification of its end usually comes in this
/// time.
pub const EXPIRY_GRACE: Duration = Duration::from_secs(1);

/// The maximum number of lookups of the effect of a request before a call is given up.
const MAX_LOOKUPS: u8 = 6;

/// The maximum number of lookups of a call that no notification mentions.
const MAX_UNPROMPTED_LOOKUPS: u8 = 3;

/// The delay after the first lookup of a call that no notification mentions; each further delay is twice as long.
const UNPROMPTED_LOOKUP_DELAY: Duration = Duration::from_secs(2);

/// The delay before a failed lookup of a call whose answer was accepted is repeated.
const FAILED_LOOKUP_DELAY: Duration = Duration::from_secs(15);

/// The time for which failed lookups of a call whose answer was accepted are repeated: the bot may be connected.
/// Microsoft Graph ends a call that is not kept alive after this time.
const MAX_SILENCE: Duration = Duration::from_secs(45 * 60);

/// The reason why the state of a call is looked up.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Purpose {
    /// To learn the effect of a request that no notification has mentioned.
    Effect,
    /// To learn how a call ended: its deadline has passed without a notification.
    Expiry,
    /// To learn what the bot has missed if notifications were lost.
    Gap,
}

/// The next lookup of a call's state, and how many are left.
#[derive(Clone, Copy, Debug)]
pub struct ScheduledLookup {
    purpose: Purpose,
    at: Instant,
    /// The delay between the next lookup and the one after it, or giving up.
    interval: Duration,
    remaining: u8,
    /// The time up to which failed lookups of an accepted answer do not count.
    failures_until: Instant,
}

impl ScheduledLookup {
    /// Schedules the first lookup of the effect of a request after a delay.
    #[must_use]
    pub fn of_effect(delay: Duration) -> Self {
        Self::new(Purpose::Effect, delay, EFFECT_TIMEOUT, MAX_LOOKUPS)
    }

    /// Schedules the first lookup of a call whose deadline has passed, after a delay.
    #[must_use]
    pub fn of_expiry(delay: Duration) -> Self {
        Self::new(Purpose::Expiry, delay, UNPROMPTED_LOOKUP_DELAY, MAX_UNPROMPTED_LOOKUPS)
    }

    /// Schedules a lookup at once of a call whose notifications may have been missed.
    #[must_use]
    pub fn of_gap() -> Self {
        Self::new(Purpose::Gap, Duration::ZERO, UNPROMPTED_LOOKUP_DELAY, MAX_UNPROMPTED_LOOKUPS)
    }

    fn new(purpose: Purpose, delay: Duration, interval: Duration, remaining: u8) -> Self {
        let now = Instant::now();
        Self { purpose, at: now + delay, interval, remaining, failures_until: now + MAX_SILENCE }
    }

    /// Returns the reason for the lookup.
    #[must_use]
    pub fn purpose(&self) -> Purpose {
        self.purpose
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
        let at = now + self.interval;
        let interval = match self.purpose {
            Purpose::Effect => self.interval,
            Purpose::Expiry | Purpose::Gap => self.interval * 2,
        };
        Some(Self { at, interval, remaining, ..self })
    }

    /// Repeats a failed lookup, which says nothing about the call, as long as the call may last.
    pub fn repeat_failed(&mut self) {
        let now = Instant::now();
        if now < self.failures_until {
            (self.at, self.remaining) = (now + FAILED_LOOKUP_DELAY, MAX_LOOKUPS);
        }
    }
}
