use std::rc::Rc;
use std::time::Duration;

use tokio::time::Instant;

use super::command::{name, parse};
use super::line_reader::LineReader;
use super::line_writer::OutputClosed;
use super::options::Options;
use super::progress::{Ending, Progress};
use super::surface::Refusals;
use crate::app::{Instruction, Message, Reply};
use crate::terminal::Input;
use crate::text::DisplayText;
use crate::timer;

/// The time after the end of the commands that their outcomes are waited for: more than an invitation rings.
const ANSWER_TIMEOUT: Duration = Duration::from_secs(120);

/// The inputs of a run: the commands, and what ends it.
#[derive(Debug)]
pub struct Inputs {
    /// `None` if no commands are read, or no more.
    commands: Option<LineReader>,
    /// The number of the latest command.
    number: u64,
    /// When the run ends by itself, if it does.
    ends_at: Option<Instant>,
    /// Whether the run ends as soon as no command waits for its outcome.
    ends_when_answered: bool,
    once: bool,
    output_closed: OutputClosed,
    refusals: Refusals,
    progress: Rc<Progress>,
}

impl Inputs {
    pub(super) fn new(
        options: Options,
        output_closed: OutputClosed,
        refusals: Refusals,
        progress: Rc<Progress>,
    ) -> Self {
        Self {
            commands: options.commands.then(LineReader::of_standard_input),
            number: 0,
            ends_at: options.limit.map(|limit| Instant::now() + limit),
            ends_when_answered: false,
            once: options.once,
            output_closed,
            refusals,
            progress,
        }
    }

    /// Waits for the next command, or for the end. Cancel safe.
    pub async fn next(&mut self) -> Input {
        loop {
            let is_answered = self.ends_when_answered && self.progress.unanswered().is_empty();
            if self.progress.ending().is_some() || is_answered {
                return Input::Closed;
            }
            tokio::select! {
                biased;
                () = self.output_closed.wait() => return Input::Closed,
                () = self.progress.changed() => {}
                () = timer::sleep_until(self.ends_at) => {
                    let ending = if self.once { Ending::NoInvitation } else { Ending::Complete };
                    self.progress.end(ending);
                }
                line = next_line(&mut self.commands) => match line {
                    Some(Ok(line)) => if let Some(input) = self.command(&line, parse(&line)) { return input },
                    Some(Err(why)) => {
                        if let Some(input) = self.command("", Some(Err(why.into()))) { return input }
                    }
                    None => self.end_commands(),
                }
            }
        }
    }

    /// Returns the message for a line. A line that is not a command is answered, which the loop prints after
    /// [`Message::Tick`].
    fn command(&mut self, line: &str, parsed: Option<Result<Instruction, String>>) -> Option<Input> {
        let parsed = parsed?;
        self.number += 1;
        let number = self.number;
        self.progress.expect_reply(number, DisplayText::new(&name(line)));
        Some(Input::Message(match parsed {
            Ok(instruction) => Message::Instruct { number, instruction },
            Err(why) => {
                self.refusals.borrow_mut().push((number, Reply::Failed(DisplayText::new(&why))));
                Message::Tick
            }
        }))
    }

    /// Ends the run after the outcomes of the commands so far.
    fn end_commands(&mut self) {
        self.commands = None;
        self.ends_when_answered = true;
        let latest = Instant::now() + ANSWER_TIMEOUT;
        self.ends_at = Some(self.ends_at.map_or(latest, |at| at.min(latest)));
    }
}

/// Waits for the next line. Returns `None` at the end; never returns if no commands are read. Cancel safe.
async fn next_line(commands: &mut Option<LineReader>) -> Option<Result<String, &'static str>> {
    let Some(commands) = commands else { return std::future::pending().await };
    commands.next().await
}
