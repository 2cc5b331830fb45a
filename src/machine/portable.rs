//! Regular checks, for systems without notifications.

use std::time::{Duration, SystemTime};

use tokio::time::Instant;

const CHECK_INTERVAL: Duration = Duration::from_secs(15);

/// Returns how long the machine has slept since the first call, on systems whose monotonic clock stops during sleep (macOS):
/// the time by which the wall clock is ahead of it. Setting the wall clock looks the same, and costs only a new connection.
#[must_use]
pub fn time_asleep() -> Duration {
    static START: std::sync::OnceLock<(std::time::Instant, SystemTime)> = std::sync::OnceLock::new();
    let (instant, wall) = *START.get_or_init(|| (std::time::Instant::now(), SystemTime::now()));
    wall.elapsed().unwrap_or_default().saturating_sub(instant.elapsed())
}

/// A schedule of checks.
#[derive(Debug)]
pub(super) struct Watch {
    due: Instant,
    /// The total time by which checks were late.
    late: Duration,
}

impl Watch {
    pub(super) fn start() -> Self {
        Self { due: Instant::now() + CHECK_INTERVAL, late: Duration::ZERO }
    }

    /// Waits until the next check is due. This method is cancel safe.
    pub(super) async fn notified(&mut self) {
        tokio::time::sleep_until(self.due).await;
        let now = Instant::now();
        self.late += now.saturating_duration_since(self.due);
        self.due = now + CHECK_INTERVAL;
    }

    /// Returns the total time that the machine has slept. Where the monotonic clock goes on during sleep (Windows), a check
    /// that was late tells. A machine that is so busy looks the same, and costs only a new connection.
    pub(super) fn time_asleep(&self) -> Duration {
        time_asleep() + self.late
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test(start_paused = true)]
    async fn a_check_is_due_although_nobody_waits_that_long_at_once() {
        let mut watch = Watch::start();
        let mut checks = 0;
        for _ in 0..60 {
            let waited = tokio::time::timeout(Duration::from_secs(1), watch.notified()).await;
            checks += usize::from(waited.is_ok());
        }
        assert!((3..=4).contains(&checks), "{checks} checks in a minute");
    }

    #[tokio::test(start_paused = true)]
    async fn a_check_that_is_late_tells_of_sleep() {
        let mut watch = Watch::start();
        watch.notified().await;
        let before = watch.time_asleep();
        tokio::time::advance(CHECK_INTERVAL + Duration::from_secs(60)).await;
        watch.notified().await;
        let asleep = watch.time_asleep().saturating_sub(before);
        assert!((59..=61).contains(&asleep.as_secs()), "{asleep:?}");
    }
}
