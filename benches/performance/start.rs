//! The time from the start to the first frame, compared with the smallest program that draws one: this benchmark itself,
//! run with [`HELLO`].

use std::time::Duration;

use crossterm::style::Print;
use crossterm::terminal::{EnterAlternateScreen, LeaveAlternateScreen};

use crate::program::Program;
use crate::report::{Row, seconds};
use crate::statistics::medians;

/// The argument that turns the benchmark into the reference program.
pub const HELLO: &str = "--hello";

pub fn bench(rows: &mut Vec<Row>) {
    let own = std::env::current_exe().unwrap();
    let hello = || first_frame(own.to_str().unwrap(), HELLO);
    let times = medians(31, || first_frame(env!("CARGO_BIN_EXE_rsvp"), "demo"), hello);
    rows.push(Row::ratio("start to the first frame", times, "a “hello, world” of crossterm", 1.3, seconds));
}

/// Draws a greeting and waits for a key.
pub fn hello() {
    let mut out = std::io::stdout();
    crossterm::terminal::enable_raw_mode().unwrap();
    crossterm::execute!(out, EnterAlternateScreen, Print("Hello, World!")).unwrap();
    let _ = crossterm::event::read();
    crossterm::execute!(out, LeaveAlternateScreen).unwrap();
    crossterm::terminal::disable_raw_mode().unwrap();
}

/// Returns the time until the program has written text on the alternate screen.
fn first_frame(program: &str, argument: &str) -> Duration {
    let home = tempfile::tempdir().unwrap();
    let mut program = Program::start(program, &[argument], home.path());
    program.wait("text", |screen| !screen.trim().is_empty()) - program.started()
}
