//! Regular checks, for systems without notifications.

use std::time::{Duration, Instant, SystemTime};

const CHECK_INTERVAL: Duration = Duration::from_secs(15);

#[derive(Debug)]
pub(super) struct Watch;

/// Returns how long the machine has slept since the first call: the time by which the wall clock is ahead of the
/// monotonic clock, which stops during sleep. Setting the wall clock looks the same, and costs only a new connection.
#[must_use]
pub fn time_asleep() -> Duration {
    static START: std::sync::OnceLock<(Instant, SystemTime)> = std::sync::OnceLock::new();
    let (instant, wall) = *START.get_or_init(|| (Instant::now(), SystemTime::now()));
    wall.elapsed().unwrap_or_default().saturating_sub(instant.elapsed())
}

impl Watch {
    pub(super) fn start() -> Self {
        Self
    }

    /// Waits until the next check is due.
    pub(super) async fn notified(&mut self) {
        tokio::time::sleep(CHECK_INTERVAL).await;
    }
}
