//! The simulator as a process of its own, which answers the program over loopback.

use std::io::{BufRead, BufReader, Write};
use std::process::{Command, Stdio};
use std::sync::mpsc::{Receiver, channel};
use std::time::Instant;

use crate::terminal::TIMEOUT;

/// The simulator as a process of its own, controlled by its standard input.
pub struct Simulate {
    child: std::process::Child,
    pub url: String,
    graph: String,
    /// The lines that it prints.
    lines: Receiver<String>,
}

impl Simulate {
    pub fn start() -> Self {
        Self::start_with(&[])
    }

    pub fn start_with(arguments: &[&str]) -> Self {
        let mut child = Command::new(env!("CARGO_BIN_EXE_rsvp"))
            .args(["simulate", "--listen", "127.0.0.1:0"])
            .args(arguments)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let mut lines = BufReader::new(child.stdout.take().unwrap()).lines().map(Result::unwrap);
        let url = lines.find_map(|line| Some(format!("http://{}", line.split_once("http://")?.1))).unwrap();
        let section = lines.by_ref().skip_while(|line| line.trim() != "[graph]");
        let section: Vec<String> = section.take_while(|line| !line.is_empty()).collect();
        let (said, heard) = channel();
        // This thread reads all lines, so that the simulator never waits for a reader.
        std::thread::spawn(move || lines.try_for_each(|line| said.send(line)));
        Self { child, url: url.trim().to_owned(), graph: section.join("\n") + "\n", lines: heard }
    }

    /// Returns the configuration section that the simulator prints.
    pub fn graph_section(&self) -> String {
        self.graph.clone()
    }

    pub fn tell(&mut self, line: &str) {
        let mut input = self.child.stdin.as_ref().unwrap();
        writeln!(input, "{line}").unwrap();
    }

    /// Waits for a line that contains this text, skipping others.
    pub fn wait_for(&mut self, text: &str) -> String {
        let until = Instant::now() + TIMEOUT;
        loop {
            let left = until.saturating_duration_since(Instant::now());
            let line = self.lines.recv_timeout(left).unwrap_or_else(|_| panic!("{text:?} was never printed"));
            if line.contains(text) {
                return line;
            }
        }
    }

    /// Returns the lines that were printed since the last call.
    pub fn printed(&mut self) -> Vec<String> {
        const LAST: &str = "that-was-all";
        self.tell(LAST);
        self.lines.iter().take_while(|line| !line.contains(LAST)).collect()
    }
}

/// Returns an address on which nothing listens.
pub fn free_port() -> std::net::SocketAddr {
    std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap()
}

impl Drop for Simulate {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
