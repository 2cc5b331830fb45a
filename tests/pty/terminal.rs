//! A pseudo-terminal that runs the program. A thread reads the output of the program and wakes the test, so that nothing
//! has to sleep.

use std::collections::VecDeque;
use std::fs::File;
use std::io::{Read, Write};
use std::path::Path;
use std::process::{Command, Stdio};
use std::sync::mpsc::{Receiver, RecvTimeoutError, channel};
use std::sync::{Arc, Condvar, Mutex};
use std::time::{Duration, Instant};

use portable_pty::{Child, CommandBuilder, MasterPty, PtySize, native_pty_system};
use rustix::event::{PollFd, PollFlags, Timespec, poll};
use tempfile::TempDir;

const PEOPLE: &str = r#"people = { lene = { name = "Lene Aaling", uri = "sip:lenea@contoso.example" } }"#;

/// The time after which a test fails.
pub const TIMEOUT: Duration = Duration::from_secs(30);

/// The end of a frame.
const END_OF_FRAME: &[u8] = b"\x1b[?2026l";

pub struct Terminal {
    child: Box<dyn Child + Send + Sync>,
    master: Box<dyn MasterPty + Send>,
    writer: Box<dyn Write + Send>,
    output: Receiver<Vec<u8>>,
    parser: vt100::Parser,
    bytes: Vec<u8>,
    /// The output after the frame that is on the screen.
    ahead: VecDeque<u8>,
    /// The number of bytes that [`Terminal::wait_for_bytes`] has searched.
    looked: usize,
    home: TempDir,
    valve: Arc<Valve>,
}

/// A valve that stops the reading of the output.
#[derive(Default)]
struct Valve {
    state: Mutex<Flow>,
    changed: Condvar,
}

#[derive(Clone, Copy, Default, PartialEq)]
enum Flow {
    #[default]
    Open,
    /// The valve closes after the current read.
    Closing,
    Closed,
}

impl Valve {
    /// Waits until the valve is open.
    fn pass(&self) {
        let mut state = self.state.lock().unwrap();
        if *state == Flow::Closing {
            *state = Flow::Closed;
        }
        drop(self.changed.wait_while(state, |state| *state == Flow::Closed).unwrap());
    }

    fn set(&self, flow: Flow) {
        *self.state.lock().unwrap() = flow;
        self.changed.notify_all();
    }

    fn is_closed(&self) -> bool {
        *self.state.lock().unwrap() == Flow::Closed
    }
}

fn size(columns: u16, rows: u16) -> PtySize {
    PtySize { rows, cols: columns, pixel_width: 0, pixel_height: 0 }
}

impl Terminal {
    /// Starts the client with a scenario.
    pub fn scenario(columns: u16, rows: u16, steps: &str) -> Self {
        let file = tempfile::NamedTempFile::new().unwrap();
        std::fs::write(file.path(), format!("title = \"A test\"\n{PEOPLE}\n{steps}")).unwrap();
        let mut terminal = Self::start(columns, rows, &["demo", file.path().to_str().unwrap()]);
        // The program has read the scenario before it shows anything, so the file may go.
        terminal.wait_for("DEMO");
        terminal
    }

    pub fn start(columns: u16, rows: u16, arguments: &[&str]) -> Self {
        let mut command = CommandBuilder::new(env!("CARGO_BIN_EXE_rsvp"));
        command.args(arguments);
        Self::run(columns, rows, command)
    }

    /// Starts the program in a home directory that outlives it.
    pub fn at_home(home: &Path, arguments: &[&str]) -> Self {
        let mut command = CommandBuilder::new(env!("CARGO_BIN_EXE_rsvp"));
        command.args(arguments);
        command.env("HOME", home);
        Self::run(80, 24, command)
    }

    /// Starts a shell with job control that runs a script, in which `rsvp` stands for the program.
    pub fn shell(columns: u16, rows: u16, script: &str) -> Self {
        let mut command = CommandBuilder::new("sh");
        command.args(["-c", &format!("set -m; {}", script.replace("rsvp", env!("CARGO_BIN_EXE_rsvp")))]);
        Self::run(columns, rows, command)
    }

    fn run(columns: u16, rows: u16, mut command: CommandBuilder) -> Self {
        let home = tempfile::tempdir().unwrap();
        let pair = native_pty_system().openpty(size(columns, rows)).unwrap();
        command.env("TERM", "xterm-256color");
        if command.get_env("HOME").is_none_or(|given| std::env::var_os("HOME").as_deref() == Some(given)) {
            command.env("HOME", home.path());
        }
        for variable in
            ["XDG_STATE_HOME", "XDG_CONFIG_HOME", "XDG_DATA_HOME", "NO_COLOR", "LC_ALL", "LC_CTYPE", "LANG"]
        {
            command.env_remove(variable);
        }
        let child = pair.slave.spawn_command(command).unwrap();
        let mut reader = pair.master.try_clone_reader().unwrap();
        let (sender, output) = channel();
        let valve = Arc::new(Valve::default());
        let reading = valve.clone();
        std::thread::spawn(move || {
            let mut buffer = vec![0; 65_536];
            while let Ok(count @ 1..) = reader.read(&mut buffer) {
                reading.pass();
                if sender.send(buffer[..count].to_vec()).is_err() {
                    break;
                }
            }
        });
        Self {
            child,
            writer: pair.master.take_writer().unwrap(),
            master: pair.master,
            output,
            parser: vt100::Parser::new(rows, columns, 0),
            bytes: Vec::new(),
            ahead: VecDeque::new(),
            looked: 0,
            home,
            valve,
        }
    }

    /// Starts this test program itself, for actions that the program never does.
    pub fn this(test: &str) -> Self {
        Self::run(80, 24, Self::itself(test))
    }

    /// Starts this test program itself in a home directory that outlives it.
    pub fn this_at_home(home: &Path, test: &str) -> Self {
        let mut command = Self::itself(test);
        command.env("HOME", home);
        Self::run(80, 24, command)
    }

    fn itself(test: &str) -> CommandBuilder {
        let mut command = CommandBuilder::new(std::env::current_exe().unwrap());
        command.args(["--exact", test, "--ignored", "--nocapture"]);
        command
    }

    /// Stops reading, and makes the program write until its terminal accepts no more.
    pub fn stall(&mut self) {
        self.valve.set(Flow::Closing);
        let terminal = self.device();
        let until = Instant::now() + TIMEOUT;
        let (rows, columns) = self.parser.screen().size();
        for more in (0..2).cycle() {
            // In the middle of a write, the terminal accepts nothing either, but only for a moment.
            let long = Timespec { tv_sec: 0, tv_nsec: 250_000_000 };
            let mut watched = [PollFd::new(&terminal, PollFlags::OUT)];
            if poll(&mut watched, Some(&long)).unwrap() == 0 && self.valve.is_closed() {
                break;
            }
            assert!(Instant::now() < until, "it never stalls");
            // A change of size makes the program draw the whole screen.
            self.master.resize(size(columns, rows + more)).unwrap();
        }
        self.master.resize(size(columns, rows)).unwrap();
    }

    /// Resumes reading.
    pub fn flow(&mut self) {
        self.valve.set(Flow::Open);
    }

    /// Returns the program's side of the terminal.
    pub fn device(&self) -> File {
        File::options().read(true).write(true).open(self.master.tty_name().unwrap()).unwrap()
    }

    /// Waits for the end of the program without reading its output. Returns the time that took.
    pub fn end(&mut self) -> (u32, Duration) {
        let since = Instant::now();
        loop {
            if let Some(status) = self.child.try_wait().unwrap() {
                return (status.exit_code(), since.elapsed());
            }
            assert!(since.elapsed() < TIMEOUT, "it never ended");
            let _ = self.output.recv_timeout(Duration::from_millis(20)).map(|bytes| self.take(&bytes));
        }
    }

    /// Waits until nothing has been written for this time.
    pub fn wait_for_silence(&mut self, silence: Duration) {
        let until = Instant::now() + TIMEOUT;
        loop {
            match self.output.recv_timeout(silence) {
                Ok(bytes) => self.take(&bytes),
                Err(RecvTimeoutError::Timeout) => return,
                Err(RecvTimeoutError::Disconnected) => panic!("it ended; the screen:\n{}", self.screen()),
            }
            assert!(Instant::now() < until, "it is never silent; the screen:\n{}", self.screen());
        }
    }

    pub fn send(&mut self, keys: &str) {
        self.writer.write_all(keys.as_bytes()).unwrap();
        self.writer.flush().unwrap();
    }

    pub fn resize(&mut self, columns: u16, rows: u16) {
        self.master.resize(size(columns, rows)).unwrap();
        self.parser.screen_mut().set_size(rows, columns);
    }

    pub fn screen(&self) -> String {
        self.parser.screen().contents()
    }

    pub fn bytes(&self) -> String {
        String::from_utf8_lossy(&self.bytes).into_owned()
    }

    pub fn wait_for(&mut self, text: &str) {
        self.wait(text, |terminal| terminal.screen().contains(text));
    }

    /// Waits until both accounts are online. Once a presence is known, the header has less room for its words.
    pub fn wait_for_both_accounts(&mut self) {
        self.wait_for_any(&["2 of 2 accounts online", "2 of 2 online"]);
    }

    pub fn wait_for_any(&mut self, texts: &[&str]) {
        self.wait(&texts.join(" or "), |terminal| {
            let screen = terminal.screen();
            texts.iter().any(|text| screen.contains(text))
        });
    }

    /// Waits until each text has been on the screen, in whatever order.
    pub fn wait_for_all(&mut self, texts: &[&str]) {
        let mut left = texts.to_vec();
        self.wait(&texts.join(" and "), |terminal| {
            let screen = terminal.screen();
            left.retain(|text| !screen.contains(text));
            left.is_empty()
        });
    }

    /// Waits for output after the last match.
    pub fn wait_for_bytes(&mut self, text: &str) {
        self.wait(text, |terminal| {
            let found =
                terminal.bytes[terminal.looked..].windows(text.len()).position(|it| it == text.as_bytes());
            if let Some(place) = found {
                terminal.looked += place + text.len();
            }
            found.is_some()
        });
    }

    fn wait(&mut self, what: &str, mut condition: impl FnMut(&mut Self) -> bool) {
        let until = Instant::now() + TIMEOUT;
        while !condition(self) {
            if self.take_frame() {
                continue;
            }
            let Ok(bytes) = self.output.recv_timeout(until.saturating_duration_since(Instant::now())) else {
                panic!("{what:?} never came; the screen:\n{}", self.screen());
            };
            self.ahead.extend(bytes);
        }
    }

    /// Processes the output up to the end of the next frame, so that no frame is skipped. Returns whether there was output.
    fn take_frame(&mut self) -> bool {
        let ahead = self.ahead.make_contiguous();
        let end = ahead.windows(END_OF_FRAME.len()).position(|it| it == END_OF_FRAME);
        let length = end.map_or(ahead.len(), |end| end + END_OF_FRAME.len());
        let frame: Vec<u8> = self.ahead.drain(..length).collect();
        self.parser.process(&frame);
        self.bytes.extend_from_slice(&frame);
        !frame.is_empty()
    }

    fn take(&mut self, bytes: &[u8]) {
        self.ahead.extend(bytes);
        while self.take_frame() {}
    }

    pub fn signal(&self, name: &str) {
        let pid = self.child.process_id().unwrap().to_string();
        assert!(Command::new("kill").args([&format!("-{name}"), &pid]).status().unwrap().success());
    }

    /// Waits until the process has ended whose id is in the file `pid` in the home directory.
    pub fn wait_until_gone(&self) {
        let pid = std::fs::read_to_string(self.home.path().join("pid")).unwrap();
        let until = Instant::now() + TIMEOUT;
        let alive = || {
            let answer = Command::new("kill").args(["-0", pid.trim()]).stderr(Stdio::null()).status();
            answer.unwrap().success()
        };
        while alive() {
            assert!(Instant::now() < until, "it outlived its terminal");
        }
    }

    /// Waits for the end of the program.
    pub fn exit(&mut self) -> u32 {
        let until = Instant::now() + TIMEOUT;
        loop {
            match self.output.recv_timeout(Duration::from_millis(20)) {
                Ok(bytes) => self.take(&bytes),
                Err(RecvTimeoutError::Timeout | RecvTimeoutError::Disconnected) => {}
            }
            if let Some(status) = self.child.try_wait().unwrap() {
                // The reader sees the end once nobody holds the terminal any more.
                while let Ok(bytes) = self.output.recv_timeout(Duration::from_secs(2)) {
                    self.take(&bytes);
                }
                return status.exit_code();
            }
            assert!(Instant::now() < until, "it never ended; the screen:\n{}", self.screen());
        }
    }
}

impl Drop for Terminal {
    fn drop(&mut self) {
        let _ = self.child.kill();
    }
}
