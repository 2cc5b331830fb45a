//! A simulator, a home directory, and the program without a screen.

use std::io::{BufRead, BufReader, Read, Write};
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStderr, ChildStdin, Command, ExitStatus, Stdio};
use std::sync::mpsc::{Receiver, channel};
use std::time::{Duration, Instant};

use rsvp::sim::{EndCause, InvitationNumber, Invite, InviteKind, Options, Person, Simulator, serve};
use rustix::process::{Pid, Signal, kill_process};
use serde_json::Value;
use tokio::runtime::Handle;

use crate::schema::complaint;

/// The time after which a test fails.
pub const TIMEOUT: Duration = Duration::from_secs(30);

/// A simulated server and the home directory of a user who is configured for it.
pub struct World {
    pub sim: Simulator,
    runtime: Handle,
    pub home: tempfile::TempDir,
}

impl World {
    pub fn new() -> Self {
        Self::with("token = \"cwt=demo\"", "")
    }

    /// Creates a world whose configuration has these credentials, and these lines at its end.
    pub fn with(credentials: &str, more: &str) -> Self {
        let sim = Simulator::new(Options::default());
        let (told, url) = channel();
        let server = sim.clone();
        std::thread::spawn(move || {
            let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
            runtime.block_on(async move {
                let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
                let url = format!("http://{}/", listener.local_addr().unwrap());
                told.send((url, Handle::current())).unwrap();
                serve(server, listener).await
            })
        });
        let ((url, runtime), home) = (url.recv().unwrap(), tempfile::tempdir().unwrap());
        let text = format!("{credentials}\n[ucwa]\nurl = \"{url}\"\n{more}\n");
        let config = home.path().join("config.toml");
        std::fs::write(&config, text).unwrap();
        let private = std::os::unix::fs::PermissionsExt::from_mode(0o600);
        std::fs::set_permissions(&config, private).unwrap();
        Self { sim, runtime, home }
    }

    /// Makes somebody call, and returns the number of the invitation.
    pub fn invite(&self, invite: Invite) -> InvitationNumber {
        let _context = self.runtime.enter();
        self.sim.ucwa.invite(invite)
    }

    /// Ends an invitation.
    pub fn end(&self, number: InvitationNumber, cause: EndCause) {
        let _context = self.runtime.enter();
        self.sim.ucwa.end(number, cause).unwrap();
    }

    pub fn path(&self, name: &str) -> PathBuf {
        self.home.path().join(name)
    }

    /// Returns the command that runs a program as the user.
    pub fn command(&self, program: &str) -> Command {
        let mut command = Command::new(program);
        for variable in ["XDG_STATE_HOME", "XDG_CONFIG_HOME", "XDG_DATA_HOME", "XDG_CACHE_HOME"] {
            command.env_remove(variable);
        }
        command.env("HOME", self.home.path()).current_dir(self.home.path());
        command
    }

    /// Runs `rsvp` with these arguments to its end and returns its standard output.
    pub fn rsvp(&self, arguments: &[&str]) -> String {
        let output = self.command(env!("CARGO_BIN_EXE_rsvp")).args(arguments).output().unwrap();
        assert!(output.status.success(), "{output:?}");
        String::from_utf8(output.stdout).unwrap()
    }

    /// Starts `rsvp watch` with these arguments.
    pub fn watch(&self, arguments: &[&str]) -> Watch {
        let mut command = self.command(env!("CARGO_BIN_EXE_rsvp"));
        command.arg("watch").arg("--config").arg(self.path("config.toml")).args(arguments);
        Watch::start(command)
    }

    /// Waits until the server is as expected.
    pub fn until(&self, what: &str, is_so: impl Fn(&Simulator) -> bool) {
        until(what, || is_so(&self.sim));
    }
}

/// Waits until something is so.
pub fn until(what: &str, is_so: impl Fn() -> bool) {
    let until = Instant::now() + TIMEOUT;
    while !is_so() {
        assert!(Instant::now() < until, "{what}: never");
        pause();
    }
}

/// Lets other processes run before a condition is checked again of which nothing tells.
fn pause() {
    std::thread::park_timeout(Duration::from_millis(5));
}

/// Returns the text of a file; empty if there is none.
pub fn text_of(path: &Path) -> String {
    std::fs::read_to_string(path).unwrap_or_default()
}

/// An instant message from somebody.
pub fn from(caller: &str) -> Invite {
    Invite {
        kind: InviteKind::Im,
        from: Person::new(caller, &format!("sip:{}@contoso.example", caller.to_lowercase())),
        subject: "Strategy".into(),
        message: "1+1?".into(),
        ..Invite::default()
    }
}

/// The running program.
pub struct Watch {
    child: Child,
    input: Option<ChildStdin>,
    errors: ChildStderr,
    lines: Receiver<String>,
    /// The lines that were read.
    pub read: Vec<String>,
}

impl Watch {
    pub fn start(mut command: Command) -> Self {
        command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
        let mut child = command.spawn().unwrap();
        let (said, lines) = channel();
        let output = BufReader::new(child.stdout.take().unwrap());
        std::thread::spawn(move || output.lines().map(Result::unwrap).try_for_each(|line| said.send(line)));
        let (input, errors) = (child.stdin.take(), child.stderr.take().unwrap());
        Self { child, input, errors, lines, read: Vec::new() }
    }

    /// Waits for a line that contains this text, skipping others.
    pub fn wait_for(&mut self, text: &str) -> String {
        let until = Instant::now() + TIMEOUT;
        loop {
            let left = until.saturating_duration_since(Instant::now());
            let Ok(line) = self.lines.recv_timeout(left) else {
                panic!("{text:?} was never printed, but {:#?}", self.read)
            };
            self.read.push(line.clone());
            if line.contains(text) {
                return line;
            }
        }
    }

    /// Waits for an object of that event.
    pub fn event(&mut self, event: &str) -> Value {
        let line = self.wait_for(&format!("\"event\":\"{event}\""));
        let object = serde_json::from_str(&line).unwrap();
        assert_eq!(complaint(&object), None);
        object
    }

    pub fn online(&mut self) {
        self.wait_for("online");
    }

    /// Writes a command and waits for its reply.
    pub fn ask(&mut self, command: &str) -> Value {
        self.tell(command);
        self.event("reply")
    }

    pub fn tell(&mut self, command: &str) {
        writeln!(self.input.as_mut().unwrap(), "{command}").unwrap();
    }

    /// Ends the commands.
    pub fn close_input(&mut self) {
        self.input = None;
    }

    pub fn signal(&self, signal: Signal) {
        kill_process(Pid::from_child(&self.child), signal).unwrap();
    }

    /// Waits for the end. Returns the status and what was printed on standard error; the rest of the lines are read.
    pub fn end(mut self) -> (ExitStatus, String, Vec<String>) {
        let until = Instant::now() + TIMEOUT;
        let status = loop {
            if let Some(status) = self.child.try_wait().unwrap() {
                break status;
            }
            assert!(Instant::now() < until, "it never ended; it printed {:#?}", self.read);
            pause();
        };
        let mut errors = String::new();
        self.errors.read_to_string(&mut errors).unwrap();
        let mut read = std::mem::take(&mut self.read);
        read.extend(self.lines.iter());
        (status, errors, read)
    }
}

impl Drop for Watch {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
