//! How fast it is, as ratios against a stated limit measured in the same run: machines differ, ratios less.
//! `cargo bench` prints a line for each; a ratio above its aim is said, not failed: machines are noisy, too.

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

/// Times two things in turn and prints the ratio of their medians.
fn compare(
    what: &str,
    against: &str,
    aim: f64,
    rounds: usize,
    mut ours: impl FnMut() -> Duration,
    mut limit: impl FnMut() -> Duration,
) {
    let (mut a, mut b) = (Vec::new(), Vec::new());
    for round in 0..=rounds {
        let times = (ours(), limit());
        // The first round warms up.
        if round > 0 {
            a.push(times.0);
            b.push(times.1);
        }
    }
    let (a, b) = (median(&mut a), median(&mut b));
    let ratio = a.as_secs_f64() / b.as_secs_f64();
    let verdict = if ratio <= aim { "" } else { "  (above the aim)" };
    println!("{what}: {a:.1?}; {against}: {b:.1?}; ratio {ratio:.2}, aim at most {aim:.2}{verdict}");
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
