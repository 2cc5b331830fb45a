//! Draws the pictures of the documents: runs a program in a pseudo-terminal, waits for texts, sends keys, and draws the
//! screen as SVG. With `still`, the picture shows the last screen, otherwise all of them, as they followed one another.
//!
//! ```sh
//! cargo run --example picture -- still assets/screen.svg "Ivan Petrov" "jj" -- target/debug/rsvp demo
//! cargo run --example picture -- animation assets/answering.svg \
//!     "Lene Aaling" "" "Dana Birkby" "!" "Dana Birkby" "a" "accepted" "" -- target/debug/rsvp demo examples/picture/urgent.toml
//! ```

mod drawing;
mod recording;

use std::io::{Read, Write as _};
use std::sync::mpsc::{Receiver, RecvTimeoutError, channel};
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail, ensure};
use drawing::{COLUMNS, ROWS};
use portable_pty::{CommandBuilder, PtySize, native_pty_system};
use recording::Recording;
use vt100::Parser;

/// The time that a text may take to appear.
const TEXT_TIMEOUT: Duration = Duration::from_secs(30);
/// The time without output after which a frame is complete.
const FRAME: Duration = Duration::from_millis(60);
/// The time from a text until its keys are sent, in which people can read it.
const READING: Duration = Duration::from_millis(2_500);

fn main() -> Result<()> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let mut parts = arguments.splitn(2, |argument| argument == "--");
    let (Some(ours), Some([program, rest @ ..])) = (parts.next(), parts.next()) else {
        bail!("usage: still|animation FILE [TEXT KEYS]… -- PROGRAM [ARGUMENT…]")
    };
    let [kind, file, steps @ ..] = ours else { bail!("name the kind of picture and the file to write") };
    ensure!(steps.len() % 2 == 0, "each text to wait for needs the keys to send");
    let recording = record(steps, program, rest)?;
    let picture = match kind.as_str() {
        "still" => recording.still(),
        "animation" => recording.animation()?,
        other => bail!("unknown kind of picture: {other}"),
    };
    std::fs::write(file, picture).with_context(|| format!("can't write {file}"))
}

/// Runs the program, takes the steps, and records what its screen shows.
fn record(steps: &[String], program: &str, arguments: &[String]) -> Result<Recording> {
    // The path must not depend on the working directory that the pseudo-terminal chooses.
    let path = std::fs::canonicalize(program).unwrap_or_else(|_| program.into());
    let mut command = CommandBuilder::new(path);
    command.args(arguments);
    command.env("TERM", "xterm-256color");
    command.env_remove("NO_COLOR");
    command.cwd(std::env::current_dir()?);
    let pair = native_pty_system().openpty(PtySize { rows: ROWS, cols: COLUMNS, ..PtySize::default() })?;
    let mut child = pair.slave.spawn_command(command)?;
    drop(pair.slave);
    let mut film = Film {
        output: read_output(pair.master.try_clone_reader()?),
        parser: Parser::new(ROWS, COLUMNS, 0),
        recording: Recording::default(),
        start: Instant::now(),
    };
    // Dropping the writer would send a line break and the end of the input, which the program would take for keys.
    let mut input = pair.master.take_writer()?;
    for step in steps.chunks_exact(2) {
        let [text, keys] = step else { continue };
        film.until_shown(text)?;
        film.until(Instant::now() + READING)?;
        input.write_all(keys.as_bytes())?;
        film.until(Instant::now() + 5 * FRAME)?;
    }
    child.kill()?;
    drop(input);
    // Wait until the program has closed the terminal.
    while !matches!(film.output.recv_timeout(FRAME), Err(RecvTimeoutError::Disconnected)) {}
    Ok(film.recording)
}

/// The screen of a program that is being recorded.
struct Film {
    output: Receiver<Vec<u8>>,
    parser: Parser,
    recording: Recording,
    start: Instant,
}

impl Film {
    fn until_shown(&mut self, text: &str) -> Result<()> {
        let deadline = Instant::now() + TEXT_TIMEOUT;
        while !self.parser.screen().contents().contains(text) {
            let contents = self.parser.screen().contents();
            ensure!(Instant::now() < deadline, "the program never showed {text:?}, but:\n{contents}");
            self.frame(deadline)?;
        }
        Ok(())
    }

    fn until(&mut self, end: Instant) -> Result<()> {
        while Instant::now() < end {
            self.frame(end)?;
        }
        Ok(())
    }

    /// Records the next frame, if one is drawn before the deadline.
    fn frame(&mut self, deadline: Instant) -> Result<()> {
        let left = |end: Instant| end.saturating_duration_since(Instant::now());
        let Ok(bytes) = self.output.recv_timeout(left(deadline)) else { return Ok(()) };
        // The picture starts when the program has drawn its first frame.
        if self.recording.is_empty() {
            self.start = Instant::now();
        }
        let at = self.start.elapsed();
        self.parser.process(&bytes);
        while let Ok(bytes) = self.output.recv_timeout(FRAME) {
            self.parser.process(&bytes);
        }
        self.recording.add(self.parser.screen(), at)
    }
}

/// Reads the output of the program in a thread.
fn read_output(mut reader: Box<dyn Read + Send>) -> Receiver<Vec<u8>> {
    let (sender, receiver) = channel();
    std::thread::spawn(move || {
        let mut buffer = [0; 8_192];
        while let Ok(count @ 1..) = reader.read(&mut buffer) {
            let bytes = buffer.get(..count).unwrap_or_default().to_vec();
            if sender.send(bytes).is_err() {
                break;
            }
        }
    });
    receiver
}
