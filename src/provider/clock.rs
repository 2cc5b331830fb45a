//! The clock of a session.

use std::time::Duration;

use tokio::time::Instant;

use crate::invitation::Moment;
use crate::machine;

/// The farthest instant that a [`Moment`] is converted to: a year after the clock's start.
const HORIZON: Duration = Duration::from_secs(86_400 * 365);

/// The monotonic clock that events are stamped with. It stops while the machine is asleep; [`Clock::asleep`]
/// returns the time that it missed.
#[derive(Clone, Copy, Debug)]
pub struct Clock {
    start: Instant,
    asleep: fn() -> Duration,
}

impl Clock {
    /// Creates a clock that starts now.
    #[must_use]
    pub fn start() -> Self {
        Self::on_machine(machine::time_asleep)
    }

    /// Creates a clock that starts now, on a machine whose total time asleep is returned by `asleep`.
    #[must_use]
    pub fn on_machine(asleep: fn() -> Duration) -> Self {
        Self { start: Instant::now(), asleep }
    }

    /// Returns the current time.
    #[must_use]
    pub fn now(&self) -> Moment {
        Moment(self.start.elapsed())
    }

    /// Returns the total time that the machine has been asleep, or zero where the system does not report it.
    #[must_use]
    pub fn asleep(&self) -> Duration {
        (self.asleep)()
    }

    /// Converts a moment of this clock to an instant of the runtime.
    #[must_use]
    pub fn instant(&self, moment: Moment) -> Instant {
        self.start.checked_add(moment.0).unwrap_or_else(|| self.start + HORIZON)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test(start_paused = true)]
    async fn a_moment_beyond_all_instants_is_still_to_come() {
        let clock = Clock::start();
        assert_eq!(clock.instant(Moment(Duration::from_secs(5))), Instant::now() + Duration::from_secs(5));
        assert!(clock.instant(Moment(Duration::MAX)) > Instant::now());
    }
}
