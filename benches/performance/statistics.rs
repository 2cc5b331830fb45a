//! Medians and the like.

use std::time::{Duration, Instant};

/// Returns the median in seconds.
pub fn median(times: &mut [Duration]) -> f64 {
    percentile(times, 0.5)
}

/// Returns the time that this part of the times does not exceed, in seconds.
pub fn percentile(times: &mut [Duration], part: f64) -> f64 {
    times.sort_unstable();
    #[allow(clippy::cast_precision_loss, clippy::cast_possible_truncation, clippy::cast_sign_loss)]
    let index = (times.len() as f64 * part) as usize;
    times[index.min(times.len() - 1)].as_secs_f64()
}

/// Runs two functions in turn and returns the medians of the times that they return, in seconds.
pub fn medians(
    rounds: usize,
    mut ours: impl FnMut() -> Duration,
    mut reference: impl FnMut() -> Duration,
) -> (f64, f64) {
    let (mut a, mut b) = (Vec::new(), Vec::new());
    for round in 0..=rounds {
        let times = (ours(), reference());
        // The first round warms up.
        if round > 0 {
            a.push(times.0);
            b.push(times.1);
        }
    }
    (median(&mut a), median(&mut b))
}

pub fn time<T>(work: impl FnOnce() -> T) -> Duration {
    let start = Instant::now();
    std::hint::black_box(work());
    start.elapsed()
}
