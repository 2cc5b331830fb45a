//! Speed and size, as ratios to reference programs that are measured in the same run, because ratios differ less between
//! machines than times. `cargo bench` prints a table and keeps it in `docs/performance.md`. A result beyond its aim is
//! marked but does not fail, because machines are noisy.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::print_stdout,
    clippy::indexing_slicing
)]

mod client;
mod frames;
mod limit;
mod program;
mod recording;
mod report;
mod start;
mod statistics;
mod wire_tap;
mod work;

use report::Row;

fn main() {
    let arguments: Vec<String> = std::env::args().collect();
    if arguments.iter().any(|argument| argument == start::HELLO) {
        return start::hello();
    }
    if let Some(at) = arguments.iter().position(|argument| argument == limit::LIMIT) {
        return limit::run(&arguments[at + 1]);
    }
    if let Some(at) = arguments.iter().position(|argument| argument == work::WORK) {
        let repetitions = arguments.get(at + 3).map(String::as_str);
        return work::run(&arguments[at + 1], arguments[at + 2].as_ref(), repetitions);
    }
    let mut rows = Vec::new();
    client::bench(&mut rows);
    start::bench(&mut rows);
    recording::bench(&mut rows);
    frames::bench(&mut rows);
    let binary = std::fs::metadata(env!("CARGO_BIN_EXE_rsvp")).unwrap().len();
    #[allow(clippy::cast_precision_loss)]
    rows.push(Row::limit("size of the program", binary as f64, 8e6, report::megabytes));
    let table = report::table(&rows);
    println!("{table}");
    let page = concat!(env!("CARGO_MANIFEST_DIR"), "/docs/performance.md");
    std::fs::write(page, report::replace_table(&std::fs::read_to_string(page).unwrap(), &table)).unwrap();
}
