//! The line that is being typed at the console of the simulator, which stays below the log.

use std::io::{self, Write, stdout};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use crate::app::Message;
use crate::app::key::{Code, Key};
use crate::terminal::{Input, Keyboard, UnbufferedInput};

/// The characters before the line.
const PROMPT: &str = "> ";
/// The width of the terminal if it is unknown (columns).
const USUAL_WIDTH: u16 = 80;
/// The sequence that goes to the beginning of the row and erases what follows.
const ERASE: &str = "\r\u{1b}[J";

/// Writes text above the line that is being typed. Clones write above the same line.
#[derive(Clone, Default)]
pub(super) struct TypedLine(Arc<Mutex<String>>);

/// A reader of typed lines, in whose place the terminal itself edits nothing and echoes nothing.
pub(super) struct SimulatorPrompt {
    line: TypedLine,
    keyboard: Keyboard,
    /// Restores the terminal when dropped.
    _input: UnbufferedInput,
}

/// The effect of a key on a line.
#[derive(Debug, PartialEq, Eq)]
enum Edit {
    Changed,
    Entered,
    /// The end of the input.
    Ended,
}

impl TypedLine {
    /// Writes text and a line break, and the line that is being typed below it.
    pub fn print(&self, text: &str) -> io::Result<()> {
        write_above(&self.lock(), &format!("{text}\n"))
    }

    fn lock(&self) -> MutexGuard<'_, String> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl SimulatorPrompt {
    /// Begins to read lines from the terminal; returns `None` if it cannot be set up for that.
    pub fn begin() -> Option<Self> {
        let input = UnbufferedInput::acquire().ok()?;
        let prompt = Self { line: TypedLine::default(), keyboard: Keyboard::listen().ok()?, _input: input };
        write_above("", "").ok()?;
        Some(prompt)
    }

    /// Returns the line below which nothing is written.
    pub fn line(&self) -> TypedLine {
        self.line.clone()
    }

    /// Waits until a line has been entered; returns `None` at the end of the input. Cancel safe: the line stays.
    pub async fn next_line(&mut self) -> io::Result<Option<String>> {
        loop {
            let input = self.keyboard.next().await;
            let mut line = self.line.lock();
            match input {
                Input::Closed => return Ok(None),
                Input::Message(Message::Key(key)) => match edit(&mut line, key) {
                    Edit::Changed => write_above(&line, "")?,
                    Edit::Entered => {
                        let entered = std::mem::take(&mut *line);
                        write_above("", &format!("{PROMPT}{entered}\n"))?;
                        return Ok(Some(entered));
                    }
                    Edit::Ended => return Ok(None),
                },
                Input::Message(Message::Paste(text)) => {
                    line.extend(text.chars().map(|c| if c.is_control() { ' ' } else { c }));
                    write_above(&line, "")?;
                }
                // A terminal that has changed its size may have wrapped the line.
                Input::Message(_) => write_above(&line, "")?,
            }
        }
    }
}

impl Drop for SimulatorPrompt {
    fn drop(&mut self) {
        let mut out = stdout().lock();
        let _ = write!(out, "{ERASE}").and_then(|()| out.flush());
    }
}

/// Changes a line as a key demands.
fn edit(line: &mut String, key: Key) -> Edit {
    match (key.code, key.ctrl, key.alt) {
        (Code::Enter, ..) => return Edit::Entered,
        (Code::Char('d'), true, _) if line.is_empty() => return Edit::Ended,
        (Code::Char('u'), true, _) => line.clear(),
        (Code::Char('w'), true, _) => {
            let end = line.trim_end().rfind(' ').map_or(0, |space| space + 1);
            line.truncate(end);
        }
        (Code::Char('h'), true, _) | (Code::Backspace, ..) => drop(line.pop()),
        (Code::Char(character), false, false) => line.push(character),
        _ => {}
    }
    Edit::Changed
}

/// Writes text in place of the typed line, and that line below it.
fn write_above(line: &str, text: &str) -> io::Result<()> {
    let width = crossterm::terminal::size().map_or(USUAL_WIDTH, |(width, _)| width);
    let mut out = stdout().lock();
    write!(out, "{ERASE}{text}{PROMPT}{}", end_of(line, usize::from(width)))?;
    out.flush()
}

/// Returns the end of a line that fits beside the prompt into a row of that width.
fn end_of(line: &str, width: usize) -> &str {
    // Characters other than ASCII are taken to be wide. The last column stays free, so that nothing wraps.
    let mut left = width.saturating_sub(PROMPT.len() + 1);
    let fits = |character: char| {
        let columns = if character.is_ascii() { 1 } else { 2 };
        left.checked_sub(columns).map(|rest| left = rest).is_some()
    };
    let length = line.chars().rev().map_while({
        let mut fits = fits;
        move |character| fits(character).then(|| character.len_utf8())
    });
    line.get(line.len() - length.sum::<usize>()..).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn typed(keys: &str) -> (String, Edit) {
        let mut line = String::new();
        let mut last = Edit::Changed;
        for key in keys.split(' ') {
            let ctrl = key.len() > 1 && key.starts_with('^');
            let code = match key {
                "BS" => Code::Backspace,
                "CR" => Code::Enter,
                "SP" => Code::Char(' '),
                _ => Code::Char(key.chars().last().unwrap()),
            };
            last = edit(&mut line, Key { code, ctrl, alt: false, shift: false });
        }
        (line, last)
    }

    #[test]
    fn keys_edit_a_line() {
        assert_eq!(typed("a b BS c"), ("ac".into(), Edit::Changed));
        assert_eq!(typed("a b SP c d SP ^w"), ("ab ".into(), Edit::Changed));
        assert_eq!(typed("a b ^u c CR"), ("c".into(), Edit::Entered));
        assert_eq!(typed("a ^d"), ("a".into(), Edit::Changed));
        assert_eq!(typed("^d"), (String::new(), Edit::Ended));
    }

    #[test]
    fn of_a_long_line_the_end_is_shown() {
        assert_eq!(end_of("pending", 20), "pending");
        assert_eq!(end_of("pending", 8), "nding");
        assert_eq!(end_of("naïve", 8), "aïve");
        assert_eq!(end_of("pending", 2), "");
    }
}
