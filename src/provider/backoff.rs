//! The delays between attempts.

use std::time::Duration;

use backon::{BackoffBuilder, ExponentialBackoff, ExponentialBuilder};

/// An endless sequence of delays that double from `min` to `max`, each with random jitter added.
#[derive(Debug)]
pub struct Backoff {
    delays: ExponentialBackoff,
    min: Duration,
    max: Duration,
}

impl Backoff {
    /// Creates a sequence that begins with `min`.
    #[must_use]
    pub fn new(min: Duration, max: Duration) -> Self {
        Self { delays: delays(min, max), min, max }
    }

    /// Returns the next delay.
    pub fn next_delay(&mut self) -> Duration {
        self.delays.next().unwrap_or(self.max)
    }

    /// Begins the sequence again.
    pub fn reset(&mut self) {
        self.delays = delays(self.min, self.max);
    }
}

fn delays(min: Duration, max: Duration) -> ExponentialBackoff {
    ExponentialBuilder::default()
        .with_min_delay(min)
        .with_max_delay(max)
        .with_jitter()
        .without_max_times()
        .build()
}
