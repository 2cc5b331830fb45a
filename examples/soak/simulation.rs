//! The simulator as a process of its own, controlled by its standard input.

use std::io::{BufRead, BufReader, Write};
use std::path::Path;
use std::process::{Child, ChildStdin, Command, Stdio};
use std::sync::{Arc, Mutex};
use std::thread::JoinHandle;

/// A running simulator. It is killed when the value is dropped.
pub struct Simulation {
    child: Child,
    input: Arc<Mutex<ChildStdin>>,
    pub url: String,
    /// The thread that reads the output; it returns the number of requests and the lines that tell of errors.
    reader: Option<JoinHandle<(u64, Vec<String>)>>,
}

impl Simulation {
    pub fn start(own: &Path) -> Self {
        let mut child = Command::new(own)
            .args([super::SIMULATOR, "simulate", "--listen", "127.0.0.1:0"])
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let mut lines = BufReader::new(child.stdout.take().unwrap()).lines().map(Result::unwrap);
        let url = lines.find_map(|line| Some(format!("http://{}", line.split_once("http://")?.1))).unwrap();
        let input = Arc::new(Mutex::new(child.stdin.take().unwrap()));
        let answers = input.clone();
        let reader = std::thread::spawn(move || {
            let (mut requests, mut errors) = (0, Vec::new());
            for line in lines {
                if line.starts_with('?') {
                    errors.push(line);
                } else if line.contains(" /ucwa/") {
                    requests += 1;
                } else if let Some((number, _)) = line.split_once(" of ")
                    && number.parse::<u64>().is_ok()
                {
                    // The line is one of the list of conversations, which must not become longer and longer.
                    let _ = writeln!(answers.lock().unwrap(), "leaves {number}");
                }
            }
            (requests, errors)
        });
        Self { child, input, url: url.trim().to_owned(), reader: Some(reader) }
    }

    pub fn process_id(&self) -> u32 {
        self.child.id()
    }

    pub fn tell(&self, line: &str) {
        writeln!(self.input.lock().unwrap(), "{line}").unwrap();
    }

    /// Lets somebody call who gives up, or is answered elsewhere, unless the user answers first.
    pub fn invite(&self, number: u64) {
        let kind = ["im", "phone", "meeting", "av"][usize::try_from(number % 4).unwrap()];
        let end =
            ["caller-gives-up", "answered-elsewhere", "timed-out"][usize::try_from(number % 3).unwrap()];
        self.tell(&format!("invite {kind} c{number} then={end} after=12s Do you have five minutes?"));
    }

    /// Ends the simulator, after it has checked that nothing rings any more and that no request broke a rule. Prints what
    /// happened; returns whether all is well.
    pub fn finish(&mut self, invitations: u64) -> bool {
        for line in ["assert pending 0", "assert offline", "assert no-marks", "quit"] {
            self.tell(line);
        }
        let (requests, mut errors) = self.reader.take().unwrap().join().unwrap();
        // A conversation may end between the list and the command to leave it, and a session while requests are on their way.
        let is_dead_href = |mark: &str| mark.ends_with("is no longer known");
        errors.retain(|error| {
            !error.contains("there is no conversation")
                && !error.split_once("marks: ").is_some_and(|(_, marks)| marks.split("; ").all(is_dead_href))
        });
        println!("{invitations} invitations, {requests} requests, {} failed checks", errors.len());
        for error in &errors {
            println!("  {error}");
        }
        errors.is_empty()
    }
}

impl Drop for Simulation {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
