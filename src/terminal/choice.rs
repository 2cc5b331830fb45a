//! Choosing something by one key, on a screen of its own.

use std::io::{self, Write, stdout};
use std::time::Duration;

use crossterm::cursor::{Hide, MoveTo, Show};
use crossterm::event::{Event, KeyCode, KeyEvent, KeyEventKind, KeyModifiers, poll, read};
use crossterm::terminal::{
    Clear, ClearType, EnterAlternateScreen, LeaveAlternateScreen, disable_raw_mode, enable_raw_mode, size,
};
use crossterm::{execute, queue};

use super::signals::Signals;

/// The time after which a thread that waits for a key looks whether it is still wanted.
const PATIENCE: Duration = Duration::from_millis(200);

/// Restores the terminal however the choice ends.
struct OwnScreen;

impl OwnScreen {
    fn enter() -> io::Result<Self> {
        enable_raw_mode()?;
        let screen = Self;
        execute!(stdout(), EnterAlternateScreen, Hide)?;
        Ok(screen)
    }
}

impl Drop for OwnScreen {
    fn drop(&mut self) {
        let _ = execute!(stdout(), LeaveAlternateScreen, Show);
        let _ = disable_raw_mode();
    }
}

/// Shows the lines and waits until one of the keys is pressed. Returns `None` after `Esc`, `Ctrl-C`, or a signal.
///
/// No input is read after that, so that it is left for whatever comes next.
///
/// # Errors
/// Returns an error if the terminal can't be read or written.
pub async fn choose(lines: &[&str], keys: &[char]) -> io::Result<Option<char>> {
    let mut signals = Signals::listen()?;
    let _screen = OwnScreen::enter()?;
    show(lines)?;
    loop {
        let event = tokio::select! {
            biased;
            _ = signals.next() => return Ok(None),
            event = tokio::task::spawn_blocking(next) => event.map_err(io::Error::other)??,
        };
        match event {
            Some(Event::Resize(..)) => show(lines)?,
            Some(Event::Key(KeyEvent { code, modifiers, kind: KeyEventKind::Press, .. })) => match code {
                KeyCode::Esc => return Ok(None),
                KeyCode::Char('c') if modifiers.contains(KeyModifiers::CONTROL) => return Ok(None),
                KeyCode::Char(key) if keys.contains(&key) => return Ok(Some(key)),
                _ => {}
            },
            _ => {}
        }
    }
}

fn next() -> io::Result<Option<Event>> {
    if poll(PATIENCE)? { read().map(Some) } else { Ok(None) }
}

/// Draws as much of the lines as the terminal has room for.
fn show(lines: &[&str]) -> io::Result<()> {
    let (columns, rows) = size()?;
    let mut out = stdout();
    queue!(out, Clear(ClearType::All))?;
    for (line, row) in lines.iter().zip(0..rows) {
        let fitting: String = line.chars().take(usize::from(columns)).collect();
        queue!(out, MoveTo(0, row))?;
        out.write_all(fitting.as_bytes())?;
    }
    out.flush()
}
