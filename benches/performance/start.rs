//! The time from the start to the first frame, compared with the smallest program that draws one: this benchmark itself,
//! run with [`HELLO`].

use std::time::Duration;

use crate::program::Program;
use crate::report::{Row, seconds};
use crate::statistics::medians;

/// The argument that turns the benchmark into the reference program.
pub const HELLO: &str = "--hello";

pub fn bench(rows: &mut Vec<Row>) {
    let own = std::env::current_exe().unwrap();
    let hello = || first_frame(own.to_str().unwrap(), HELLO);
    let times = medians(31, || first_frame(env!("CARGO_BIN_EXE_rsvp"), "demo"), hello);
    rows.push(Row::ratio("start to the first frame", times, "ratatui's “hello, world”", 1.3, seconds));
}

/// Draws a greeting and waits for a key.
pub fn hello() {
    ratatui::run(|terminal| {
        terminal.draw(|frame| frame.render_widget("Hello, World!", frame.area())).unwrap();
        let _ = crossterm::event::read();
    });
}

/// Returns the time until the program has written text on the alternate screen.
fn first_frame(program: &str, argument: &str) -> Duration {
    let home = tempfile::tempdir().unwrap();
    let mut program = Program::start(program, &[argument], home.path());
    program.wait("text", |screen| !screen.trim().is_empty()) - program.started()
}
