//! A program in a pseudo-terminal, whose output is noted with the time of its arrival.

use std::io::{Read, Write};
use std::path::Path;
use std::sync::mpsc::{Receiver, channel};
use std::time::{Duration, Instant};

use portable_pty::{Child, CommandBuilder, MasterPty, PtySize, native_pty_system};

/// The maximum time to wait for a text.
const PATIENCE: Duration = Duration::from_secs(60);

/// A running program. It is killed when the value is dropped.
pub struct Program {
    child: Box<dyn Child + Send + Sync>,
    keys: Box<dyn Write + Send>,
    output: Receiver<(Instant, Vec<u8>)>,
    screen: vt100::Parser,
    started: Instant,
    _terminal: Box<dyn MasterPty + Send>,
}

impl Program {
    /// Starts a program on a terminal of 120 columns and 40 rows.
    pub fn start(program: &str, arguments: &[&str], home: &Path) -> Self {
        let mut command = CommandBuilder::new(program);
        command.args(arguments);
        command.env("TERM", "xterm-256color");
        command.env("HOME", home);
        for variable in ["XDG_CONFIG_HOME", "XDG_DATA_HOME", "XDG_STATE_HOME", "NO_COLOR"] {
            command.env_remove(variable);
        }
        let size = PtySize { rows: 40, cols: 120, ..PtySize::default() };
        let pair = native_pty_system().openpty(size).unwrap();
        let mut reader = pair.master.try_clone_reader().unwrap();
        let keys = pair.master.take_writer().unwrap();
        let (sender, output) = channel();
        let started = Instant::now();
        let child = pair.slave.spawn_command(command).unwrap();
        drop(pair.slave);
        std::thread::spawn(move || {
            let mut buffer = vec![0; 65_536];
            while let Ok(count @ 1..) = reader.read(&mut buffer) {
                if sender.send((Instant::now(), buffer[..count].to_vec())).is_err() {
                    return;
                }
            }
        });
        let screen = vt100::Parser::new(40, 120, 0);
        Self { child, keys, output, screen, started, _terminal: pair.master }
    }

    /// Returns when the program was started.
    pub fn started(&self) -> Instant {
        self.started
    }

    /// Waits until the screen satisfies a condition; returns when the bytes arrived that brought it about.
    pub fn wait(&mut self, what: &str, is_met: impl Fn(&str) -> bool) -> Instant {
        let until = Instant::now() + PATIENCE;
        loop {
            let left = until.saturating_duration_since(Instant::now());
            let Ok((at, bytes)) = self.output.recv_timeout(left) else {
                panic!("{what} did not appear:\n{}", self.screen.screen().contents());
            };
            self.screen.process(&bytes);
            if is_met(&self.screen.screen().contents()) {
                return at;
            }
        }
    }

    /// Waits until the screen shows a text; returns when its bytes arrived.
    pub fn wait_for(&mut self, text: &str) -> Instant {
        self.wait(text, |screen| screen.contains(text))
    }

    /// Takes the output of that time in. Returns the number of its bytes.
    pub fn settle(&mut self, time: Duration) -> usize {
        let until = Instant::now() + time;
        let mut count = 0;
        while let Ok((_, bytes)) = self.output.recv_timeout(until.saturating_duration_since(Instant::now())) {
            self.screen.process(&bytes);
            count += bytes.len();
        }
        count
    }

    /// Presses a key; returns when.
    pub fn press(&mut self, key: &str) -> Instant {
        let at = Instant::now();
        self.keys.write_all(key.as_bytes()).unwrap();
        self.keys.flush().unwrap();
        at
    }

    /// Returns the number by which the system knows the process.
    pub fn process_id(&self) -> Option<u32> {
        self.child.process_id()
    }

    /// Returns the resident memory in bytes, where `/proc` tells.
    pub fn resident(&self) -> Option<f64> {
        let status = std::fs::read_to_string(format!("/proc/{}/status", self.process_id()?)).ok()?;
        let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:"))?;
        Some(line.split_whitespace().next()?.parse::<f64>().ok()? * 1_024.0)
    }

    /// Returns how often the program's threads have been woken up, where `/proc` tells.
    pub fn wake_ups(&self) -> Option<f64> {
        let mut count = 0.0;
        for thread in std::fs::read_dir(format!("/proc/{}/task", self.process_id()?)).ok()? {
            let status = std::fs::read_to_string(thread.ok()?.path().join("status")).ok()?;
            let line = status.lines().find_map(|line| line.strip_prefix("voluntary_ctxt_switches:"))?;
            count += line.trim().parse::<f64>().ok()?;
        }
        Some(count)
    }
}

impl Drop for Program {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
