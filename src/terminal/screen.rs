//! The screen: a terminal that is acquired, and restored whatever happens.

use std::backtrace::{Backtrace, BacktraceStatus};
use std::fmt::Write as _;
use std::io::{self, IsTerminal};
use std::panic::PanicHookInfo;
use std::sync::Once;

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

use super::cursor::Cursor;
use super::osc::Osc;
use super::output::OUTPUT;
use super::paint::Frame;
use super::print::print;
use super::reports::Reports;
use crate::app::{Announcement, Notification, Reply};
use crate::text::DisplayText;

/// The maximum length of the printed message of a panic, in characters.
const MESSAGE_LENGTH: usize = 500;

/// Restores the terminal. Attempts every step even if an earlier one fails, and waits only briefly for a stalled
/// terminal. Does nothing if the program does not own the terminal, so that guard, panic hook and signals can all
/// call it.
///
/// # Errors
///
/// Returns the error of the first step that failed.
pub fn restore() -> io::Result<()> {
    OUTPUT.restore()
}

/// A surface that frames are drawn on: [`Screen`], or a stand-in where there is no terminal.
pub trait Surface {
    /// Draws a frame, in place of one that is not written yet. Writes only the difference to the last frame, and nothing
    /// while suspended. `render` draws into blank cells and returns the cursor.
    ///
    /// # Errors
    ///
    /// Returns an error if the terminal is closed, or was restored after a panic in another thread.
    fn draw(&mut self, render: impl FnOnce(&mut Buffer) -> Cursor) -> io::Result<()>;

    /// Rings the bell, unless suspended.
    ///
    /// # Errors
    ///
    /// Returns an error if the terminal is closed.
    fn bell(&mut self) -> io::Result<()>;

    /// Shows a notification of the terminal, unless suspended. The terminal does not confirm that.
    ///
    /// # Errors
    ///
    /// Returns an error if the terminal is closed.
    fn notify(&mut self, notification: &Notification) -> io::Result<()>;

    /// Sets the title of the terminal's window, unless suspended.
    ///
    /// # Errors
    ///
    /// Returns an error if the terminal is closed.
    fn title(&mut self, text: &str) -> io::Result<()>;

    /// Copies a text to the clipboard of the terminal's machine (OSC 52), unless suspended. The terminal does not
    /// confirm that.
    ///
    /// # Errors
    ///
    /// Returns an error if the terminal is closed.
    fn copy(&mut self, text: &str) -> io::Result<()>;

    /// Restores the terminal and stops the program. After [`super::Signal::Continue`], [`Surface::resume`] must be
    /// called.
    ///
    /// # Errors
    ///
    /// Returns an error if the terminal cannot be restored, or the program not be stopped.
    fn suspend(&mut self) -> io::Result<()>;

    /// Acquires the terminal again after the program was continued. The next frame is drawn in full.
    ///
    /// # Errors
    ///
    /// Returns an error if the terminal cannot be acquired.
    fn resume(&mut self) -> io::Result<()>;

    /// Makes the next frame be drawn in full. Needed after each change of size, as a terminal may have rearranged its
    /// contents.
    fn invalidate(&mut self);

    /// Tells of an event, if the surface is one that events are printed on. Nothing is written before the next frame, and so
    /// not before the history has stored what it tells of.
    fn announce(&mut self, _announcement: &Announcement) {}

    /// Tells the outcome of the instruction with this number, like [`Surface::announce`].
    fn reply(&mut self, _number: u64, _reply: &Reply) {}

    /// Tells of a problem that belongs to no account, like [`Surface::announce`].
    fn notice(&mut self, _text: &DisplayText) {}

    /// Writes what is left. Called once, at the end.
    fn close(&mut self) {}

    /// Returns whether the user may still see an older frame: the latest one has been delayed for longer than
    /// [`STRAY_KEY_GUARD`](crate::app::key::STRAY_KEY_GUARD), or was until less than that ago.
    fn is_behind(&self) -> bool;
}

/// The acquired terminal, in raw mode, on the alternate screen, with bracketed paste. Restored when dropped.
///
/// No method but [`Surface::suspend`] and the destructor waits for the terminal to accept output.
#[derive(Debug)]
pub struct Screen {
    /// Whether the next frame is drawn in full.
    full: bool,
    /// Whether the terminal is released until [`Surface::resume`].
    suspended: bool,
    /// The events that the terminal reports.
    reports: Reports,
    /// The escape sequences for notifications.
    osc: Osc,
}

impl Screen {
    /// Acquires the terminal, and installs a panic hook that restores it.
    ///
    /// # Errors
    ///
    /// Returns an error if standard output is not a terminal, or cannot be acquired.
    pub fn enter(reports: Reports) -> io::Result<Self> {
        if !io::stdout().is_terminal() {
            return Err(io::Error::other("standard output is not a terminal"));
        }
        install_panic_hook();
        acquire(reports)?;
        let osc = Osc::of_environment(|name| std::env::var(name).ok());
        Ok(Self { full: true, suspended: false, reports, osc })
    }

    /// Returns the number of columns and rows.
    ///
    /// # Errors
    ///
    /// Returns an error if the terminal is closed.
    pub fn size(&self) -> io::Result<(u16, u16)> {
        crossterm::terminal::size()
    }
}

impl Surface for Screen {
    fn draw(&mut self, render: impl FnOnce(&mut Buffer) -> Cursor) -> io::Result<()> {
        if self.suspended {
            return Ok(());
        }
        let (width, height) = self.size()?;
        let mut cells = Buffer::empty(Rect { width, height, ..Rect::ZERO });
        let cursor = render(&mut cells);
        OUTPUT.show(Frame { cells, cursor, full: std::mem::take(&mut self.full) })
    }

    fn bell(&mut self) -> io::Result<()> {
        if self.suspended { Ok(()) } else { OUTPUT.queue_bell() }
    }

    fn notify(&mut self, notification: &Notification) -> io::Result<()> {
        if self.suspended { Ok(()) } else { OUTPUT.notify(self.osc.encode(notification)) }
    }

    fn title(&mut self, text: &str) -> io::Result<()> {
        if self.suspended { Ok(()) } else { OUTPUT.title(text) }
    }

    fn copy(&mut self, text: &str) -> io::Result<()> {
        if self.suspended { Ok(()) } else { OUTPUT.copy(text) }
    }

    /// Does nothing if no shell could continue the program. Other threads may run on for a moment, so the program may
    /// not be stopped yet when this returns.
    fn suspend(&mut self) -> io::Result<()> {
        if !can_be_continued() {
            return Ok(());
        }
        self.suspended = true;
        OUTPUT.flush();
        let restored = restore();
        stop().or_else(|error| self.resume().and(Err(error)))?;
        restored
    }

    fn resume(&mut self) -> io::Result<()> {
        self.suspended = false;
        // A shell may have changed the modes of the terminal even if this program did not restore it.
        let _ = restore();
        acquire(self.reports)?;
        self.invalidate();
        Ok(())
    }

    fn invalidate(&mut self) {
        self.full = true;
    }

    fn is_behind(&self) -> bool {
        OUTPUT.is_behind()
    }
}

impl Drop for Screen {
    fn drop(&mut self) {
        OUTPUT.flush();
        let _ = restore();
    }
}

/// Acquires the terminal, or restores it on failure.
fn acquire(reports: Reports) -> io::Result<()> {
    let taken = OUTPUT.acquire(reports);
    if taken.is_err() {
        let _ = restore();
    }
    taken
}

/// Returns whether a shell can continue the program. `SIGSTOP` cannot be ignored, so it must not be sent to the leader of
/// a session, which has no shell above it. (`SIGTSTP` is handled and would not stop the program.)
#[cfg(unix)]
fn can_be_continued() -> bool {
    let me = rustix::process::getpid();
    rustix::process::getsid(None).is_ok_and(|leader| leader != me)
}

/// Stops the whole job, as the terminal would: a wrapper that waits for the program must stop, too. Does nothing where jobs
/// can't be stopped.
///
/// # Errors
///
/// Returns an error if the job cannot be stopped.
#[cfg(unix)]
pub fn stop() -> io::Result<()> {
    rustix::process::kill_current_process_group(rustix::process::Signal::STOP).map_err(Into::into)
}

#[cfg(not(unix))]
fn can_be_continued() -> bool {
    false
}

/// Does nothing: on this platform, jobs can't be stopped.
///
/// # Errors
///
/// Never.
#[cfg(not(unix))]
pub fn stop() -> io::Result<()> {
    Ok(())
}

/// The exit code after a panic, which is also that of Rust's runtime.
const PANIC: i32 = 101;

fn install_panic_hook() {
    static HOOK: Once = Once::new();
    HOOK.call_once(|| {
        std::panic::set_hook(Box::new(|info| {
            let _ = restore();
            let _ = print(io::stderr(), report(info));
            // A task or a thread that panics would end alone, and the rest would go on without a screen.
            std::process::exit(PANIC);
        }));
    });
}

/// Returns the report of a panic. Its message may quote text from a server, which is sanitized.
fn report(info: &PanicHookInfo<'_>) -> String {
    let payload = info.payload();
    let message =
        payload.downcast_ref::<&str>().copied().or(payload.downcast_ref::<String>().map(String::as_str));
    let message = DisplayText::bounded(message.unwrap_or("no message"), MESSAGE_LENGTH);
    let location = info.location().map_or_else(|| "an unknown location".into(), ToString::to_string);
    let mut report = format!("rsvp stopped because of a bug: {message}, at {location}\n");
    let backtrace = Backtrace::capture();
    if backtrace.status() == BacktraceStatus::Captured {
        let _ = writeln!(report, "{backtrace}");
    } else {
        report.push_str("Please report this. Run it with RUST_BACKTRACE=1 for more details.\n");
    }
    report
}
