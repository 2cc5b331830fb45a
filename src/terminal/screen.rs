//! Taking the terminal over, and giving it back whatever happens.

use std::backtrace::{Backtrace, BacktraceStatus};
use std::fmt::Write as _;
use std::io::{self, IsTerminal};
use std::panic::PanicHookInfo;
use std::sync::Once;

use ratatui::buffer::Buffer;
use ratatui::layout::{Position, Rect};

use super::output::OUTPUT;
use super::paint::Picture;
use super::print::print;
use crate::text::DisplayText;

/// What of a panic's message is printed, in characters.
const MESSAGE: usize = 500;

/// Gives the terminal back: every step is tried, whatever becomes of the others. Does nothing if it is not
/// ours, so that guard, panic hook and signals may all call it. A terminal that takes nothing is waited for
/// only a moment.
///
/// # Errors
/// The first step's that failed.
pub fn restore() -> io::Result<()> {
    OUTPUT.give_back()
}

/// A surface that the program draws its frames on: [`Screen`], or what stands for it where there is no terminal.
pub trait Surface {
    /// Draws a frame, in the place of one that could not be written yet; only what differs from what was
    /// written is, and nothing while suspended. `render` gets empty cells and gives the place of the cursor,
    /// if it is to be shown.
    ///
    /// # Errors
    /// When the terminal is gone, or was given back after a panic elsewhere.
    fn draw(&mut self, render: impl FnOnce(&mut Buffer) -> Option<Position>) -> io::Result<()>;

    /// Rings the bell, unless suspended.
    ///
    /// # Errors
    /// When the terminal is gone.
    fn bell(&mut self) -> io::Result<()>;

    /// Puts the text into the clipboard of the machine that the terminal runs on (OSC 52), unless suspended.
    ///
    /// # Errors
    /// When the terminal is gone. Whether the terminal did it can't be known.
    fn copy(&mut self, text: &str) -> io::Result<()>;

    /// Gives the terminal back and stops the program. Being continued is told by [`super::Signal::Continue`],
    /// upon which [`Surface::resume`] has to be called.
    ///
    /// # Errors
    /// When the terminal or the system refuses.
    fn suspend(&mut self) -> io::Result<()>;

    /// Takes the terminal over again after the program was continued, whoever stopped it. The next frame is
    /// drawn in full.
    ///
    /// # Errors
    /// When the terminal refuses.
    fn resume(&mut self) -> io::Result<()>;

    /// Forgets what was drawn, so that the next frame is drawn in full: after a change of size, even one
    /// back and forth, nobody knows what the terminal made of it.
    fn forget(&mut self);

    /// Tells whether the user may still be looking at an older frame than the latest: the terminal has not taken that
    /// for a [`GUARD`](crate::app::key::GUARD), or took it less than a blink ago after it had waited so long.
    fn is_behind(&self) -> bool;
}

/// The terminal, taken over: raw, on the alternate screen, with bracketed paste. Given back when dropped.
///
/// Nothing here waits for the terminal to take what is written: see `output`.
#[derive(Debug)]
pub struct Screen {
    /// Whether nobody knows what the terminal shows.
    anew: bool,
    /// Whether the terminal is somebody else's until [`Surface::resume`].
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
        Ok(Self { anew: true, suspended: false })
    }

    /// Columns and rows.
    ///
    /// # Errors
    /// When the terminal is gone.
    pub fn size(&self) -> io::Result<(u16, u16)> {
        crossterm::terminal::size()
    }
}

impl Surface for Screen {
    fn draw(&mut self, render: impl FnOnce(&mut Buffer) -> Option<Position>) -> io::Result<()> {
        if self.suspended {
            return Ok(());
        }
        let (width, height) = self.size()?;
        let mut cells = Buffer::empty(Rect { width, height, ..Rect::ZERO });
        let cursor = render(&mut cells);
        OUTPUT.show(Picture { cells, cursor, anew: std::mem::take(&mut self.anew) })
    }

    fn bell(&mut self) -> io::Result<()> {
        if self.suspended { Ok(()) } else { OUTPUT.bell() }
    }

    fn copy(&mut self, text: &str) -> io::Result<()> {
        if self.suspended { Ok(()) } else { OUTPUT.copy(text) }
    }

    /// Other threads may run on for a moment after this, so the end of this call says nothing. Does nothing where no
    /// shell could continue the program.
    fn suspend(&mut self) -> io::Result<()> {
        if !can_be_continued() {
            return Ok(());
        }
        self.suspended = true;
        OUTPUT.settle();
        let restored = restore();
        stop().or_else(|error| self.resume().and(Err(error)))?;
        restored
    }

    fn resume(&mut self) -> io::Result<()> {
        self.suspended = false;
        // If it was not us who gave it back: a shell may have changed its modes, so they are set anew.
        let _ = restore();
        take_over()?;
        self.forget();
        Ok(())
    }

    fn forget(&mut self) {
        self.anew = true;
    }

    fn is_behind(&self) -> bool {
        OUTPUT.is_behind()
    }
}

impl Drop for Screen {
    fn drop(&mut self) {
        OUTPUT.settle();
        let _ = restore();
    }
}

fn take_over() -> io::Result<()> {
    let taken = OUTPUT.take();
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
            let _ = print(io::stderr(), report(info));
        }));
    });
}

/// What is told of a panic. Its message may quote text from elsewhere, so it is made harmless.
fn report(info: &PanicHookInfo<'_>) -> String {
    let payload = info.payload();
    let message =
        payload.downcast_ref::<&str>().copied().or(payload.downcast_ref::<String>().map(String::as_str));
    let message = DisplayText::bounded(message.unwrap_or("no message"), MESSAGE);
    let place = info.location().map_or_else(|| "an unknown place".into(), ToString::to_string);
    let mut report = format!("rsvp stopped because of a mistake in it: {message}, at {place}\n");
    let backtrace = Backtrace::capture();
    if backtrace.status() == BacktraceStatus::Captured {
        let _ = writeln!(report, "{backtrace}");
    } else {
        report.push_str("Please report this; with RUST_BACKTRACE=1 it tells more.\n");
    }
    report
}
