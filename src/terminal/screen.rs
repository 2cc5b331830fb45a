//! Taking the terminal over, and giving it back whatever happens.

use std::backtrace::{Backtrace, BacktraceStatus};
use std::io::{self, BufWriter, IsTerminal, Stdout, Write};
use std::panic::PanicHookInfo;
use std::sync::Once;
use std::sync::atomic::{AtomicBool, Ordering};

use crossterm::clipboard::CopyToClipboard;
use crossterm::cursor::{Hide, Show};
use crossterm::event::{DisableBracketedPaste, EnableBracketedPaste};
use crossterm::terminal::{
    BeginSynchronizedUpdate, EndSynchronizedUpdate, EnterAlternateScreen, LeaveAlternateScreen,
    disable_raw_mode, enable_raw_mode,
};
use crossterm::{execute, queue};
use ratatui::backend::CrosstermBackend;
use ratatui::layout::{Position, Rect};
use ratatui::{Frame, Terminal};

use crate::text::DisplayText;

/// Whether the terminal is ours. There is one terminal, and a panic hook knows no `Screen`.
static OURS: AtomicBool = AtomicBool::new(false);

/// Room for most frames, so that one is one write.
const BUFFER: usize = 16 * 1_024;
/// What of a panic's message is printed, in characters.
const MESSAGE: usize = 500;

/// Gives the terminal back: every step is tried, whatever becomes of the others. Does nothing if it is not
/// ours, so that guard, panic hook and signals may all call it.
///
/// # Errors
/// The first step's that failed.
pub fn restore() -> io::Result<()> {
    if !OURS.swap(false, Ordering::SeqCst) {
        return Ok(());
    }
    let mut out = io::stdout();
    let steps = [
        execute!(out, EndSynchronizedUpdate),
        execute!(out, DisableBracketedPaste),
        execute!(out, LeaveAlternateScreen),
        execute!(out, Show),
        disable_raw_mode(),
    ];
    steps.into_iter().collect()
}

/// The way to the terminal while it is ours. What is still on it afterwards, such as the rest of a frame
/// during which the program panicked, goes nowhere.
#[derive(Debug)]
struct Ours(Stdout);

impl Write for Ours {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        if OURS.load(Ordering::SeqCst) { self.0.write(bytes) } else { Ok(bytes.len()) }
    }

    fn flush(&mut self) -> io::Result<()> {
        if OURS.load(Ordering::SeqCst) { self.0.flush() } else { Ok(()) }
    }
}

/// The terminal, taken over: raw, on the alternate screen, with bracketed paste. Given back when dropped.
#[derive(Debug)]
pub struct Screen {
    terminal: Terminal<CrosstermBackend<BufWriter<Ours>>>,
    /// Whether the terminal is somebody else's until [`Screen::resume`].
    suspended: bool,
}

impl Screen {
    /// Takes the terminal over.
    ///
    /// # Errors
    /// When standard output is no terminal, or the terminal refuses.
    pub fn enter() -> io::Result<Self> {
        if !io::stdout().is_terminal() {
            return Err(io::Error::other("standard output is not a terminal"));
        }
        install_panic_hook();
        take_over()?;
        let backend = CrosstermBackend::new(BufWriter::with_capacity(BUFFER, Ours(io::stdout())));
        // From here on a failure must undo what `take_over` did.
        match Terminal::new(backend) {
            Ok(terminal) => Ok(Self { terminal, suspended: false }),
            Err(error) => {
                let _ = restore();
                Err(error)
            }
        }
    }

    /// Draws a frame; only what differs from the one before is written, and nothing while suspended.
    ///
    /// # Errors
    /// When the terminal is gone, or was given back after a panic elsewhere.
    pub fn draw(&mut self, render: impl FnOnce(&mut Frame)) -> io::Result<()> {
        if self.suspended {
            return Ok(());
        }
        if !OURS.load(Ordering::SeqCst) {
            return Err(io::Error::other("the terminal was given back"));
        }
        queue!(self.terminal.backend_mut(), BeginSynchronizedUpdate)?;
        self.terminal.draw(render)?;
        execute!(self.terminal.backend_mut(), EndSynchronizedUpdate)
    }

    /// Columns and rows.
    ///
    /// # Errors
    /// When the terminal is gone.
    pub fn size(&self) -> io::Result<(u16, u16)> {
        self.terminal.size().map(|size| (size.width, size.height))
    }

    /// Rings the bell.
    ///
    /// # Errors
    /// When the terminal is gone.
    pub fn bell(&mut self) -> io::Result<()> {
        let backend = self.terminal.backend_mut();
        Write::write_all(backend, b"\x07")?;
        Write::flush(backend)
    }

    /// Puts the text into the clipboard of the machine that the terminal runs on (OSC 52).
    ///
    /// # Errors
    /// When the terminal is gone. Whether the terminal did it can't be known.
    pub fn copy(&mut self, text: &str) -> io::Result<()> {
        execute!(self.terminal.backend_mut(), CopyToClipboard::to_clipboard_from(text))
    }

    /// Gives the terminal back and stops the program. Being continued is told by [`super::Signal::Continue`],
    /// upon which [`Screen::resume`] has to be called: other threads may run on for a moment after this, so
    /// the end of this call says nothing. Does nothing where no shell could continue the program.
    ///
    /// # Errors
    /// When the terminal or the system refuses.
    pub fn suspend(&mut self) -> io::Result<()> {
        if !can_be_continued() {
            return Ok(());
        }
        self.suspended = true;
        let restored = restore();
        stop().or_else(|error| self.resume().and(Err(error)))?;
        restored
    }

    /// Takes the terminal over again after the program was continued, whoever stopped it. The next frame is
    /// drawn in full.
    ///
    /// # Errors
    /// When the terminal refuses.
    pub fn resume(&mut self) -> io::Result<()> {
        self.suspended = false;
        // If it was not us who gave it back: a shell may have changed its modes, so they are set anew.
        let _ = restore();
        take_over()?;
        self.forget()
    }

    /// Forgets what was drawn, so that the next frame is drawn in full: after a change of size, even one
    /// back and forth, nobody knows what the terminal made of it.
    ///
    /// # Errors
    /// When the terminal is gone.
    pub fn forget(&mut self) -> io::Result<()> {
        // Not `clear`, which asks the terminal where its cursor is and waits for the answer.
        let area = Rect::from((Position::ORIGIN, self.terminal.size()?));
        self.terminal.resize(area)
    }
}

impl Drop for Screen {
    fn drop(&mut self) {
        let _ = restore();
    }
}

fn take_over() -> io::Result<()> {
    OURS.store(true, Ordering::SeqCst);
    let taken = enable_raw_mode()
        .and_then(|()| execute!(io::stdout(), EnterAlternateScreen, EnableBracketedPaste, Hide));
    if taken.is_err() {
        let _ = restore();
    }
    taken
}

/// `SIGTSTP` is handled, so it would not stop us; `SIGSTOP` can't be ignored, so it must not be sent where
/// nobody would continue the program: the leader of a session has no shell above it.
#[cfg(unix)]
fn can_be_continued() -> bool {
    let me = rustix::process::getpid();
    rustix::process::getsid(None).is_ok_and(|leader| leader != me)
}

/// Stops the whole job, as the terminal does: a wrapper that waits for us must stop too.
#[cfg(unix)]
fn stop() -> io::Result<()> {
    rustix::process::kill_current_process_group(rustix::process::Signal::STOP).map_err(Into::into)
}

#[cfg(not(unix))]
fn can_be_continued() -> bool {
    false
}

#[cfg(not(unix))]
fn stop() -> io::Result<()> {
    Ok(())
}

fn install_panic_hook() {
    static HOOK: Once = Once::new();
    HOOK.call_once(|| {
        std::panic::set_hook(Box::new(|info| {
            let _ = restore();
            let _ = report(info);
        }));
    });
}

/// Tells of a panic on standard error. Its message may quote text from elsewhere, so it is made harmless.
fn report(info: &PanicHookInfo<'_>) -> io::Result<()> {
    let payload = info.payload();
    let message =
        payload.downcast_ref::<&str>().copied().or(payload.downcast_ref::<String>().map(String::as_str));
    let message = DisplayText::bounded(message.unwrap_or("no message"), MESSAGE);
    let place = info.location().map_or_else(|| "an unknown place".into(), ToString::to_string);
    let mut out = io::stderr().lock();
    writeln!(out, "rsvp stopped because of a mistake in it: {message}, at {place}")?;
    let backtrace = Backtrace::capture();
    if backtrace.status() == BacktraceStatus::Captured {
        writeln!(out, "{backtrace}")
    } else {
        writeln!(out, "Please report this; with RUST_BACKTRACE=1 it tells more.")
    }
}
