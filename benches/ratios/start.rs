//! The time from the start to the first frame, compared with the smallest program that draws one: this benchmark itself,
//! run with [`HELLO`].

use std::io::Read;
use std::time::{Duration, Instant};

use portable_pty::{CommandBuilder, PtySize, native_pty_system};

use crate::compare;

/// The argument that turns the benchmark into the reference program.
pub const HELLO: &str = "--hello";

pub fn bench() {
    let ours = || {
        let mut command = CommandBuilder::new(env!("CARGO_BIN_EXE_rsvp"));
        command.arg("demo");
        first_frame(command)
    };
    let hello = || {
        let mut command = CommandBuilder::new(std::env::current_exe().unwrap());
        command.arg(HELLO);
        first_frame(command)
    };
    compare("start to first frame", "ratatui hello-world", 1.3, 31, ours, hello);
}

/// Draws a greeting and waits for a key.
pub fn hello() {
    ratatui::run(|terminal| {
        terminal.draw(|frame| frame.render_widget("Hello, World!", frame.area())).unwrap();
        let _ = crossterm::event::read();
    });
}

/// Returns the time until the program has written text on the alternate screen.
fn first_frame(mut command: CommandBuilder) -> Duration {
    let home = tempfile::tempdir().unwrap();
    command.env("TERM", "xterm-256color");
    command.env("HOME", home.path());
    let pair = native_pty_system().openpty(PtySize { rows: 24, cols: 80, ..PtySize::default() }).unwrap();
    let mut reader = pair.master.try_clone_reader().unwrap();
    let mut parser = vt100::Parser::new(24, 80, 0);
    let start = Instant::now();
    let mut child = pair.slave.spawn_command(command).unwrap();
    let mut buffer = [0; 8_192];
    while parser.screen().contents().trim().is_empty() {
        let count = reader.read(&mut buffer).unwrap();
        parser.process(&buffer[..count]);
    }
    let time = start.elapsed();
    child.kill().unwrap();
    child.wait().unwrap();
    time
}
