//! Tests in a pseudo-terminal: this test program runs itself as the child.
#![cfg(unix)]

mod emulators;
mod slow_line;

use std::fs::File;
use std::io::{Read, Write};
use std::os::unix::net::{UnixListener, UnixStream};
use std::path::PathBuf;
use std::sync::mpsc::{Receiver, channel};
use std::time::{Duration, Instant};

use portable_pty::{CommandBuilder, MasterPty, PtySize, native_pty_system};
use ratatui::buffer::Buffer;
use ratatui::text::Text;
use ratatui::widgets::Widget;

use super::output::OUTPUT;
use super::*;

const MOUSE: Reports = Reports { focus: false, mouse: true };

/// The variable with the role of the child. Without it [`child`] does nothing.
const ROLE: &str = "RSVP_TEST_ROLE";

/// The variable with the socket that the child connects to after it has drawn everything.
const SOCKET: &str = "RSVP_TEST_SOCKET";

/// The time after which a test fails.
const TIMEOUT: Duration = Duration::from_secs(30);

/// The child.
#[tokio::test]
async fn child() {
    match std::env::var(ROLE).as_deref() {
        Ok("draw") => draw("drawn"),
        Ok("panic") => {
            let mut screen = Screen::enter(MOUSE).unwrap();
            screen.draw(text("a frame")).unwrap();
            assert!(OUTPUT.flush());
            screen.draw(|_| panic!("half a frame \x1b[31m")).unwrap();
        }
        Ok("focus panic") => {
            let mut screen = Screen::enter(Reports { focus: true, ..MOUSE }).unwrap();
            screen.draw(text("a frame")).unwrap();
            assert!(OUTPUT.flush());
            screen.draw(|_| panic!("with focus")).unwrap();
        }
        Ok(role @ ("wait" | "focus")) => {
            let signals = Signals::listen().unwrap();
            let mut screen = Screen::enter(Reports { focus: role == "focus", ..MOUSE }).unwrap();
            screen.draw(text("ready")).unwrap();
            run_child(&mut screen, signals).await;
        }
        Ok(role @ ("flood" | "flood and panic")) => {
            let signals = Signals::listen().unwrap();
            let mut screen = Screen::enter(MOUSE).unwrap();
            screen.draw(text("ready")).unwrap();
            assert!(OUTPUT.flush());
            assert!(!screen.is_behind());
            let mut letters = ('a'..='z').cycle();
            let mut flood = |screen: &mut Screen| {
                let line = letters.next().unwrap().to_string().repeat(60);
                screen.draw(text(Text::raw([line.as_str(); 10].join("\n")))).unwrap();
                screen.bell().unwrap();
                OUTPUT.flush()
            };
            while flood(&mut screen) {}
            flood(&mut screen);
            screen.draw(text("the newest")).unwrap();
            // The frame has been delayed by two flushes.
            assert!(screen.is_behind());
            UnixStream::connect(std::env::var(SOCKET).unwrap()).unwrap();
            if role == "flood and panic" {
                screen.draw(|_| panic!("while it is stalled")).unwrap();
            }
            run_child(&mut screen, signals).await;
        }
        Ok("deaf") => {
            let mut screen = Screen::enter(MOUSE).unwrap();
            let mut keyboard = Keyboard::listen().unwrap();
            screen.draw(text("ready")).unwrap();
            assert_eq!(keyboard.next().await, Input::Closed);
        }
        _ => {}
    }
}

/// Handles signals, and draws the keys.
async fn run_child(screen: &mut Screen, mut signals: Signals) {
    let mut keyboard = Keyboard::listen().unwrap();
    loop {
        tokio::select! {
            signal = signals.next() => match signal {
                Signal::Terminate | Signal::HangUp => break,
                Signal::Suspend => screen.suspend().unwrap(),
                Signal::Continue => {
                    screen.resume().unwrap();
                    screen.draw(text("again")).unwrap();
                }
            },
            input = keyboard.next() => match input {
                Input::Message(message) => {
                    screen.draw(text(format!("{message:?}"))).unwrap();
                }
                Input::Closed => break,
            },
        }
    }
}

/// Returns a renderer that draws a widget over the whole screen.
fn text(widget: impl Widget) -> impl FnOnce(&mut Buffer) -> Cursor {
    move |buffer| {
        widget.render(buffer.area, buffer);
        Cursor::Anywhere
    }
}

fn draw(words: &str) {
    let mut screen = Screen::enter(MOUSE).unwrap();
    screen.draw(text(words)).unwrap();
    screen.bell().unwrap();
    screen.copy("sip:lenea@contoso.com").unwrap();
}

struct Run {
    master: Box<dyn MasterPty + Send>,
    child: Box<dyn portable_pty::Child + Send + Sync>,
    reader: Box<dyn Read + Send>,
    seen: String,
}

/// Runs the child directly, or by a shell command in which `CHILD` stands for it.
fn run(role: &str, shell: Option<&str>) -> Run {
    run_with(role, shell, None)
}

fn run_with(role: &str, shell: Option<&str>, socket: Option<&PathBuf>) -> Run {
    let pty = native_pty_system();
    let pair = pty.openpty(PtySize { rows: 10, cols: 60, ..PtySize::default() }).unwrap();
    let me = std::env::current_exe().unwrap();
    let arguments = ["--exact", "terminal::tests::child", "--nocapture"];
    let mut command = if let Some(line) = shell {
        let mut command = CommandBuilder::new("/bin/sh");
        command.args(["-c", &line.replace("CHILD", &format!("'{}' {}", me.display(), arguments.join(" ")))]);
        command
    } else {
        let mut command = CommandBuilder::new(&me);
        command.args(arguments);
        command
    };
    command.env(ROLE, role);
    command.env("RUST_BACKTRACE", "0");
    if let Some(socket) = socket {
        command.env(SOCKET, socket);
    }
    let child = pair.slave.spawn_command(command).unwrap();
    drop(pair.slave);
    let reader = pair.master.try_clone_reader().unwrap();
    Run { master: pair.master, child, reader, seen: String::new() }
}

impl Run {
    fn read(&mut self) -> bool {
        let mut bytes = [0; 4_096];
        match self.reader.read(&mut bytes) {
            Ok(count) if count > 0 => {
                self.seen.push_str(&String::from_utf8_lossy(&bytes[..count]));
                true
            }
            _ => false,
        }
    }

    fn wait_for(&mut self, text: &str) {
        while !self.seen.contains(text) {
            assert!(self.read(), "ended without {text:?}: {:?}", self.seen);
        }
    }

    fn kill(&self, signal: rustix::process::Signal) {
        let id = i32::try_from(self.child.process_id().unwrap()).unwrap();
        rustix::process::kill_process(rustix::process::Pid::from_raw(id).unwrap(), signal).unwrap();
    }

    /// Waits for the end of the child without reading; it must come soon.
    fn end_soon(mut self) -> String {
        let (ended, end) = channel();
        let mut child = self.child;
        let since = Instant::now();
        std::thread::spawn(move || ended.send(child.wait().is_ok()));
        assert_eq!(end.recv_timeout(TIMEOUT), Ok(true), "it never ended");
        assert!(since.elapsed() < Duration::from_secs(2), "{:?}", since.elapsed());
        let mut bytes = Vec::new();
        // Reading from a closed pseudo-terminal fails.
        let _ = self.reader.read_to_end(&mut bytes);
        self.seen + &String::from_utf8_lossy(&bytes)
    }

    fn end(mut self) -> String {
        while self.read() {}
        self.child.wait().unwrap();
        self.seen
    }
}

/// Returns the output after the terminal was restored, and asserts that every mode was reset.
fn restored(output: &str) -> &str {
    for (set, unset) in [
        ("\x1b[?1049h", "\x1b[?1049l"),
        ("\x1b[?2004h", "\x1b[?2004l"),
        ("\x1b[?1000h", "\x1b[?1000l"),
        ("\x1b[?1006h", "\x1b[?1006l"),
        ("\x1b[?25l", "\x1b[?25h"),
    ] {
        let (set, unset) = (output.rfind(set).unwrap(), output.rfind(unset));
        assert!(unset.is_some_and(|unset| unset > set), "not undone: {output:?}");
    }
    output.rsplit("\x1b[?25h").next().unwrap()
}

#[test]
fn the_end_gives_the_terminal_back() {
    let output = run("draw", None).end();
    restored(&output);
    assert!(output.contains("drawn") && output.contains('\x07'));
    assert!(output.contains("\x1b]52;c;c2lwOmxlbmVhQGNvbnRvc28uY29t"), "{output:?}");
}

#[test]
fn a_panic_gives_the_terminal_back_before_it_is_told() {
    let output = run("panic", None).end();
    let after = restored(&output);
    assert!(after.contains("half a frame [31m, at src/terminal/tests.rs"), "{output:?}");
    assert!(!after.contains("\x1b[?2026h"), "the rest of the frame came after all: {output:?}");
}

#[test]
fn signals_that_end_the_program_give_the_terminal_back() {
    use rustix::process::Signal;
    for signal in [Signal::TERM, Signal::HUP, Signal::INT, Signal::QUIT] {
        let mut run = run("wait", None);
        run.wait_for("ready");
        run.kill(signal);
        restored(&run.end());
    }
}

#[test]
fn keys_and_pastes_arrive() {
    let mut run = run("wait", None);
    run.wait_for("ready");
    let mut writer = run.master.take_writer().unwrap();
    writer.write_all(b"D").unwrap();
    run.wait_for("Char('D')");
    writer.write_all(b"\x1b[200~two\nlines\x1b[201~").unwrap();
    run.wait_for("Paste");
    writer.write_all(b"\x03").unwrap();
    run.wait_for("true");
    run.child.kill().unwrap();
}

#[test]
fn a_suspended_program_gives_the_terminal_back_and_takes_it_again() {
    use rustix::process::{Pid, Signal, kill_process_group};
    let mut run = run("wait", Some("set -m; CHILD; echo back; fg"));
    run.wait_for("ready");
    let job = run.master.process_group_leader().and_then(Pid::from_raw).unwrap();
    kill_process_group(job, Signal::TSTP).unwrap();
    run.wait_for("back");
    let (before, after) = run.seen.split_once("back").unwrap();
    restored(before);
    run.seen = after.to_owned();
    run.wait_for("\x1b[?1049h");
    // A dropped writer sends keys of its own, whose frames may replace this one.
    let mut writer = run.master.take_writer().unwrap();
    writer.write_all(b"D").unwrap();
    run.wait_for("Char('D')");
    kill_process_group(job, Signal::TERM).unwrap();
    restored(&run.end());
}

#[test]
fn the_focus_is_reported_only_where_that_is_of_interest_and_no_longer_than_the_program_has_the_terminal() {
    use rustix::process::{Pid, Signal, kill_process_group};
    const ON: &str = "\x1b[?1004h";
    const OFF: &str = "\x1b[?1004l";
    assert!(!run("draw", None).end().contains("\x1b[?1004"));
    let output = run("focus panic", None).end();
    assert!(output.rfind(OFF) > output.rfind(ON) && output.contains(ON), "{output:?}");
    let mut run = run("focus", Some("set -m; CHILD; echo back; fg"));
    run.wait_for("ready");
    let mut writer = run.master.take_writer().unwrap();
    writer.write_all(b"\x1b[O").unwrap();
    run.wait_for("Focus(false)");
    let job = run.master.process_group_leader().and_then(Pid::from_raw).unwrap();
    kill_process_group(job, Signal::TSTP).unwrap();
    run.wait_for("back");
    let (before, after) = run.seen.split_once("back").unwrap();
    assert!(before.rfind(OFF) > before.rfind(ON), "{before:?}");
    run.seen = after.to_owned();
    run.wait_for(ON);
    writer.write_all(b"D").unwrap();
    run.wait_for("Char('D')");
    kill_process_group(job, Signal::TERM).unwrap();
    let output = run.end();
    assert!(output.rfind(OFF) > output.rfind(ON), "{output:?}");
}

#[test]
fn a_closed_terminal_is_noticed_and_a_key_is_none() {
    let pair = native_pty_system().openpty(PtySize::default()).unwrap();
    let terminal = File::options().read(true).write(true).open(pair.master.tty_name().unwrap()).unwrap();
    let waiting = std::thread::spawn(move || hangup::wait(&terminal.into()));
    pair.master.take_writer().unwrap().write_all(b"a key\n").unwrap();
    assert!(!waiting.is_finished());
    drop(pair);
    assert!(waiting.join().unwrap());
}

#[test]
fn the_program_ends_with_its_terminal_even_where_the_signal_for_that_is_ignored() {
    let mut run = run("deaf", Some("trap '' HUP; CHILD"));
    run.wait_for("ready");
    let Run { master, mut child, reader, .. } = run;
    drop((master, reader));
    child.wait().unwrap();
}

/// Returns a child that has drawn a lot on a terminal from which nothing is read.
fn stalled(role: &str, shell: Option<&str>) -> Run {
    let home = tempfile::tempdir().unwrap();
    let socket = home.path().join("drawn");
    let drawn = listen(UnixListener::bind(&socket).unwrap());
    let mut run = run_with(role, shell, Some(&socket));
    run.wait_for("ready");
    drawn.recv_timeout(TIMEOUT).expect("drawing waits for the terminal, or is never held up by it");
    run
}

fn listen(listener: UnixListener) -> Receiver<()> {
    let (sender, drawn) = channel();
    std::thread::spawn(move || {
        let _ = listener.accept();
        sender.send(())
    });
    drawn
}

#[test]
fn nobody_waits_for_a_terminal_that_takes_nothing_and_what_it_gets_afterwards_is_the_newest() {
    let mut run = stalled("flood", None);
    let mut terminal = vt100::Parser::new(10, 60, 0);
    let mut processed = 0;
    while terminal.screen().contents().trim_end() != "the newest" {
        assert!(run.read(), "it ended: {:?}", terminal.screen().contents());
        terminal.process(&run.seen.as_bytes()[processed..]);
        processed = run.seen.len();
    }
    assert!(processed < 200_000, "frames were queued: {processed} bytes");
    run.kill(rustix::process::Signal::TERM);
    restored(&run.end());
}

#[test]
fn a_signal_ends_the_program_though_its_terminal_takes_nothing() {
    use rustix::process::Signal;
    for signal in [Signal::TERM, Signal::HUP] {
        let run = stalled("flood", None);
        run.kill(signal);
        restored(&run.end_soon());
    }
}

#[test]
fn a_panic_is_told_and_ends_the_program_though_its_terminal_takes_nothing() {
    let output = stalled("flood and panic", None).end_soon();
    let after = restored(&output);
    assert!(after.contains("while it is stalled, at src/terminal/tests.rs"), "{after:?}");
    assert!(!after.contains("\x1b[?2026h"), "the rest of a frame came after all: {after:?}");
}

#[test]
fn a_program_in_a_terminal_that_takes_nothing_can_be_suspended_and_goes_on() {
    use rustix::process::{Pid, Signal, kill_process_group};
    let mut run = stalled("flood", Some("set -m; CHILD; echo back; fg"));
    let job = run.master.process_group_leader().and_then(Pid::from_raw).unwrap();
    kill_process_group(job, Signal::TSTP).unwrap();
    run.wait_for("back");
    let (before, after) = run.seen.split_once("back").unwrap();
    restored(before);
    run.seen = after.to_owned();
    run.wait_for("\x1b[?1049h");
    run.wait_for("again");
    kill_process_group(job, Signal::TERM).unwrap();
    restored(&run.end());
}
