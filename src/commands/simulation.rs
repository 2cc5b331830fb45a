//! A running simulator: its commands, its log and its record.

use std::fs::File;
use std::io::{IsTerminal, Write};
use std::path::{Path, PathBuf};

use anyhow::Context;
use tokio::io::{AsyncBufReadExt, BufReader, Stdin};

use super::output::print_line;
use super::simulator_prompt::{SimulatorPrompt, TypedLine};
use crate::sim::console::{self, Output};
use crate::sim::{RecordedRequest, Simulator};

/// The commands of a file.
pub(super) struct Script {
    path: PathBuf,
    lines: Vec<String>,
}

impl Script {
    /// Reads a file and checks every line.
    ///
    /// # Errors
    /// Returns an error if the file cannot be read, or that lists all mistakes.
    pub fn load(path: &Path) -> anyhow::Result<Self> {
        let text = std::fs::read_to_string(path).with_context(|| format!("can't read {}", path.display()))?;
        let lines: Vec<String> = text.lines().map(str::to_owned).collect();
        let mistakes = (1..).zip(&lines).filter_map(|(number, line)| {
            Some(format!("{}, line {number}: {}", path.display(), console::check(line).err()?))
        });
        let mistakes: Vec<String> = mistakes.collect();
        match mistakes.as_slice() {
            [] => Ok(Self { path: path.to_owned(), lines }),
            [mistake] => anyhow::bail!("{mistake}"),
            _ => anyhow::bail!("the commands have {} mistakes:\n  {}", mistakes.len(), mistakes.join("\n  ")),
        }
    }
}

/// The file to which requests are recorded.
pub(super) struct Recorder {
    path: PathBuf,
    file: File,
}

impl Recorder {
    /// Creates the file, or empties it.
    ///
    /// # Errors
    /// Returns an error if the file cannot be written.
    pub fn create(path: &Path) -> anyhow::Result<Self> {
        let file =
            File::create(path).with_context(|| format!("can't write the record {}", path.display()))?;
        Ok(Self { path: path.to_owned(), file })
    }

    fn write(&mut self, request: &RecordedRequest) -> anyhow::Result<()> {
        let line = request.to_json()? + "\n";
        // A file has no buffer in this process: the line is written when the call returns.
        let written = self.file.write_all(line.as_bytes());
        written.with_context(|| format!("can't write the record {}", self.path.display()))
    }
}

/// A running simulator.
pub(super) struct Simulation {
    sim: Simulator,
    recorder: Option<Recorder>,
    keeps_going: bool,
    /// The number of answered requests that were printed.
    printed: usize,
    /// The number of commands that failed.
    failures: usize,
    /// The line that is being typed, if that is on a terminal.
    typed: Option<TypedLine>,
}

/// The source of the lines of standard input.
enum Lines {
    Typed(SimulatorPrompt),
    Piped(tokio::io::Lines<BufReader<Stdin>>),
}

impl Lines {
    /// Returns the lines that the user types, if the log goes to the same terminal, or else the usual ones.
    fn of_standard_input() -> Self {
        let is_terminal = std::io::stdin().is_terminal() && std::io::stdout().is_terminal();
        let prompt = if is_terminal { SimulatorPrompt::begin() } else { None };
        prompt.map_or_else(|| Self::Piped(BufReader::new(tokio::io::stdin()).lines()), Self::Typed)
    }

    async fn next(&mut self) -> std::io::Result<Option<String>> {
        match self {
            Self::Typed(prompt) => prompt.next_line().await,
            Self::Piped(lines) => lines.next_line().await,
        }
    }
}

/// Whether more lines are read.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Flow {
    Continue,
    Quit,
}

impl Simulation {
    pub fn new(sim: Simulator, recorder: Option<Recorder>, keeps_going: bool) -> Self {
        Self { sim, recorder, keeps_going, printed: 0, failures: 0, typed: None }
    }

    /// Executes the commands of a file and of standard input and prints the requests until a command or the user ends it.
    ///
    /// # Errors
    /// Returns an error if a command failed that was not typed, or the record cannot be written.
    pub async fn run(mut self, script: Option<Script>, reads_stdin: bool) -> anyhow::Result<()> {
        let mut flow = Flow::Continue;
        if let Some(script) = script {
            flow = self.execute_script(&script).await?;
        }
        if reads_stdin && flow == Flow::Continue {
            let mut lines = Lines::of_standard_input();
            if let Lines::Typed(prompt) = &lines {
                self.typed = Some(prompt.line());
            }
            self.read(&mut lines).await?;
            self.typed = None;
        }
        self.print_rest()?;
        let plural = if self.failures == 1 { "" } else { "s" };
        anyhow::ensure!(self.failures == 0, "{} command{plural} failed", self.failures);
        Ok(())
    }

    async fn execute_script(&mut self, script: &Script) -> anyhow::Result<Flow> {
        for (number, line) in (1..).zip(&script.lines) {
            match self.execute(line).await? {
                Ok(Flow::Continue) => {}
                Ok(Flow::Quit) => return Ok(Flow::Quit),
                Err(error) => {
                    let place = format!("{}, line {number}: {error}", script.path.display());
                    if !self.keeps_going {
                        self.print_rest()?;
                        anyhow::bail!(place);
                    }
                    print_line(&format!("? {place}"))?;
                    self.failures += 1;
                }
            }
        }
        Ok(Flow::Continue)
    }

    /// Executes the lines of standard input. The end of the input does not end the simulator.
    async fn read(&mut self, lines: &mut Lines) -> anyhow::Result<()> {
        let is_typed = std::io::stdin().is_terminal();
        loop {
            let Some(line) = self.while_printing(lines.next()).await? else { return Ok(()) };
            let Some(line) = line? else { break };
            match self.execute(&line).await? {
                Ok(Flow::Continue) => {}
                Ok(Flow::Quit) => return Ok(()),
                Err(error) => {
                    self.print_line(&format!("? {error}"))?;
                    // The user sees what was mistyped.
                    self.failures += usize::from(!is_typed);
                }
            }
        }
        self.while_printing(std::future::pending::<()>()).await.map(drop)
    }

    /// Executes a line. The inner error is that of the command.
    async fn execute(&mut self, line: &str) -> anyhow::Result<Result<Flow, String>> {
        let output = match console::execute(&self.sim, line) {
            Ok(output) => output,
            Err(error) => return Ok(Err(error)),
        };
        let waited = match output {
            Output::Quit => return Ok(Ok(Flow::Quit)),
            Output::Text(text) if text.is_empty() => Some(Ok(())),
            Output::Text(text) => Some(Ok(self.print_line(&text)?)),
            Output::Wait(time) => self.while_printing(tokio::time::sleep(time)).await?.map(Ok),
            Output::Expect(expectation) => {
                let fulfilled = expectation.fulfil(self.sim.clone());
                self.while_printing(fulfilled).await?
            }
        };
        Ok(waited.map_or(Ok(Flow::Quit), |result| result.map(|()| Flow::Continue)))
    }

    /// Prints and records the requests until `work` is done; returns `None` if the user interrupts.
    async fn while_printing<T>(&mut self, work: impl Future<Output = T>) -> anyhow::Result<Option<T>> {
        let mut work = std::pin::pin!(work);
        loop {
            let sim = self.sim.clone();
            tokio::select! {
                done = &mut work => return Ok(Some(done)),
                (answered, next) = sim.answered_from(self.printed) => {
                    self.print(&answered)?;
                    self.printed = next;
                }
                () = interrupted() => return Ok(None),
            }
        }
    }

    /// Prints and records the requests that were answered meanwhile.
    fn print_rest(&mut self) -> anyhow::Result<()> {
        let answered = self.sim.answered_since(self.printed);
        self.printed += answered.len();
        self.print(&answered)
    }

    fn print(&mut self, answered: &[RecordedRequest]) -> anyhow::Result<()> {
        for request in answered {
            if let Some(recorder) = &mut self.recorder {
                recorder.write(request)?;
            }
            self.print_line(&request.to_string())?;
        }
        Ok(())
    }

    /// Prints a line above the one that is being typed, if any.
    fn print_line(&self, text: &str) -> anyhow::Result<()> {
        match &self.typed {
            Some(typed) => Ok(typed.print(text)?),
            None => print_line(text),
        }
    }
}

/// Waits for a signal to end. While lines are typed, the terminal has to be restored first.
async fn interrupted() {
    #[cfg(unix)]
    {
        use tokio::signal::unix::{SignalKind, signal};
        if let (Ok(mut terminate), Ok(mut hangup)) =
            (signal(SignalKind::terminate()), signal(SignalKind::hangup()))
        {
            tokio::select! {
                _ = tokio::signal::ctrl_c() => {}
                _ = terminate.recv() => {}
                _ = hangup.recv() => {}
            }
            return;
        }
    }
    let _ = tokio::signal::ctrl_c().await;
}
