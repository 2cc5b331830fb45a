//! The delays between attempts.

use std::time::Duration;

use backon::{BackoffBuilder, ExponentialBackoff, ExponentialBuilder};

/// An endless sequence of delays that double from `min` on and never exceed `max`. Each has random jitter, also at the end: many
/// clients must not come back at the same moment.
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

/// The jitter is added to each delay and as long as the delay at most, so they may grow to half of the maximum.
fn delays(min: Duration, max: Duration) -> ExponentialBackoff {
    ExponentialBuilder::default()
        .with_min_delay(min.min(max / 2))
        .with_max_delay(max / 2)
        .with_jitter()
        .with_jitter_seed(fastrand::u64(..))
        .without_max_times()
        .build()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_delay_exceeds_the_maximum_and_clients_do_not_come_back_together() {
        let second = Duration::from_secs(1);
        let delays = || {
            let mut backoff = Backoff::new(second, 10 * second);
            (0..20).map(|_| backoff.next_delay()).collect::<Vec<_>>()
        };
        let (one, other) = (delays(), delays());
        assert!(one[0] >= second && one.iter().all(|delay| *delay <= 10 * second), "{one:?}");
        assert!(one[5..].iter().all(|delay| *delay >= 5 * second), "{one:?}");
        assert_ne!(one[10..], other[10..]);
    }

    #[test]
    fn no_first_delay_exceeds_the_maximum_however_long_the_minimum_is() {
        let second = Duration::from_secs(1);
        for min in [6, 9, 10, 20] {
            let first = || Backoff::new(min * second, 10 * second).next_delay();
            let longest = std::iter::repeat_with(first).take(50).max();
            assert!(longest <= Some(10 * second), "{min} s: {longest:?}");
        }
    }

    #[test]
    fn delays_grow_up_to_a_limit_and_begin_again_after_a_success() {
        let seconds = Duration::from_secs;
        let mut backoff = Backoff::new(seconds(1), seconds(30));
        let first = backoff.next_delay();
        assert!((seconds(1)..=seconds(2)).contains(&first), "{first:?}");
        let later = (0..10).map(|_| backoff.next_delay()).last().unwrap();
        assert!((seconds(15)..=seconds(30)).contains(&later), "{later:?}");
        backoff.reset();
        let again = backoff.next_delay();
        assert!((seconds(1)..=seconds(2)).contains(&again), "{again:?}");
    }
}
