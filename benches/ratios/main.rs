//! Speed, as ratios to reference programs that are measured in the same run, because ratios differ less between machines
//! than times. `cargo bench` prints a line for each ratio. A ratio above its aim is marked but does not fail, because
//! machines are noisy.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::print_stdout, clippy::indexing_slicing)]

mod frames;
mod recording;
mod start;

use std::time::{Duration, Instant};

fn main() {
    if std::env::args().any(|argument| argument == start::HELLO) {
        return start::hello();
    }
    recording::bench();
    frames::bench();
    start::bench();
}

/// Runs two functions in turn and prints the ratio of the medians of the times that they return.
fn compare(
    name: &str,
    reference_name: &str,
    aim: f64,
    rounds: usize,
    mut ours: impl FnMut() -> Duration,
    mut reference: impl FnMut() -> Duration,
) {
    let (mut a, mut b) = (Vec::new(), Vec::new());
    for round in 0..=rounds {
        let times = (ours(), reference());
        // The first round warms up.
        if round > 0 {
            a.push(times.0);
            b.push(times.1);
        }
    }
    let (a, b) = (median(&mut a), median(&mut b));
    let ratio = a.as_secs_f64() / b.as_secs_f64();
    let verdict = if ratio <= aim { "" } else { "  (above the aim)" };
    println!("{name}: {a:.1?}; {reference_name}: {b:.1?}; ratio {ratio:.2}, aim at most {aim:.2}{verdict}");
}

fn median(times: &mut [Duration]) -> Duration {
    times.sort_unstable();
    times[times.len() / 2]
}

fn time<T>(work: impl FnOnce() -> T) -> Duration {
    let start = Instant::now();
    std::hint::black_box(work());
    start.elapsed()
}
