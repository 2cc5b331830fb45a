//! The output of the terminal. A thread of its own writes, so that nothing waits for a terminal that accepts no output
//! (stopped by XOFF, or behind a hung ssh). Output that cannot be written yet is kept in one place, where newer output
//! replaces older.

use std::io;
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use crossterm::cursor::Show;
use crossterm::event::{DisableBracketedPaste, DisableFocusChange};
use crossterm::style::Print;
use crossterm::terminal::{EndSynchronizedUpdate, LeaveAlternateScreen, disable_raw_mode, enable_raw_mode};
use crossterm::{Command, queue};

use super::device::Device;
use super::paint::{Frame, IGNORE_MOUSE, Painter, Pending, RESTORE_TITLE};
use super::reports::Reports;
use crate::app::key::STRAY_KEY_GUARD;

/// The time to wait for a stalled terminal before it is restored, and again while it is.
const RESTORE_TIMEOUT: Duration = Duration::from_millis(250);

/// Cancels an unfinished escape sequence (CAN), and resets the text style.
const CANCEL: &str = "\x18\x1b[0m";

/// The output of the process's terminal. It is static because the panic hook has to restore the terminal, too.
pub(super) static OUTPUT: Output = Output { shared: Mutex::new(Shared::INITIAL), changed: Condvar::new() };

/// The terminal output that the writing thread shares with all other threads.
#[derive(Debug)]
pub(super) struct Output {
    shared: Mutex<Shared>,
    /// Signals each change of `shared`.
    changed: Condvar,
}

#[derive(Debug)]
struct Shared {
    owner: Owner,
    /// The number of times that the terminal was acquired. Output of an earlier session is dropped.
    session: u64,
    pending: Pending,
    writer: Writer,
    /// Whether the terminal reports its focus.
    watches_focus: bool,
    /// When the frame was requested that is being written.
    writing_since: Option<Instant>,
    /// Until when the user may still see the screen from before a frame that was delayed.
    behind_until: Option<Instant>,
}

/// The owner of the terminal.
#[derive(Debug)]
enum Owner {
    /// The shell, or another program.
    Other,
    /// The program itself.
    Program(Arc<Device>),
    /// The program itself, although the terminal cannot be written to.
    Failed(Arc<Device>, io::Error),
}

/// The state of the writing thread.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Writer {
    NotStarted,
    Idle,
    /// The thread has output to write; `partial` is true if a part of it is written.
    Busy {
        partial: bool,
    },
    /// The thread is in the system call that writes.
    Writing,
}

impl Shared {
    const INITIAL: Self = Self {
        owner: Owner::Other,
        session: 0,
        pending: Pending::NOTHING,
        writer: Writer::NotStarted,
        watches_focus: false,
        writing_since: None,
        behind_until: None,
    };

    fn has_work(&self) -> bool {
        matches!(self.owner, Owner::Program(_)) && !self.pending.is_nothing()
    }

    fn is_flushed(&self) -> bool {
        !matches!(self.owner, Owner::Program(_)) || (self.writer == Writer::Idle && self.pending.is_nothing())
    }
}

impl Output {
    /// Acquires the terminal: first raw mode and then the alternate screen, so that no key is lost once that is
    /// visible. Must be undone by [`Output::restore`], whatever this function returns.
    ///
    /// # Errors
    ///
    /// Returns an error if there is no terminal, if it refuses raw mode, or if the thread cannot be started.
    pub(super) fn acquire(&'static self, reports: Reports) -> io::Result<()> {
        let device = Arc::new(Device::open()?);
        let mut shared = self.lock();
        if shared.writer == Writer::NotStarted {
            std::thread::Builder::new().name("terminal".into()).spawn(|| self.run())?;
            shared.writer = Writer::Idle;
        }
        shared.session += 1;
        shared.owner = Owner::Program(device);
        shared.pending = Pending::NOTHING;
        shared.watches_focus = reports.focus;
        (shared.writing_since, shared.behind_until) = (None, None);
        drop(shared);
        enable_raw_mode()?;
        self.enqueue(|pending| pending.enter = Some(reports))
    }

    /// Queues a frame, in place of one that is not written yet. Never blocks.
    ///
    /// # Errors
    ///
    /// Returns an error if the program does not own the terminal, or if an earlier write has failed.
    pub(super) fn show(&self, frame: Frame) -> io::Result<()> {
        self.enqueue(|pending| pending.show(frame))
    }

    /// Queues the bell.
    ///
    /// # Errors
    ///
    /// As [`Output::show`].
    pub(super) fn queue_bell(&self) -> io::Result<()> {
        self.enqueue(|pending| pending.bell = true)
    }

    /// Queues the escape sequence of a notification.
    ///
    /// # Errors
    ///
    /// As [`Output::show`].
    pub(super) fn notify(&self, sequence: String) -> io::Result<()> {
        self.enqueue(|pending| pending.notify(sequence))
    }

    /// Queues a title for the terminal's window.
    ///
    /// # Errors
    ///
    /// As [`Output::show`].
    pub(super) fn title(&self, text: &str) -> io::Result<()> {
        self.enqueue(|pending| pending.title = Some(text.to_owned()))
    }

    /// Queues a text for the clipboard.
    ///
    /// # Errors
    ///
    /// As [`Output::show`].
    pub(super) fn copy(&self, text: &str) -> io::Result<()> {
        self.enqueue(|pending| pending.copy = Some(text.to_owned()))
    }

    /// Returns whether a frame has been delayed for longer than [`STRAY_KEY_GUARD`], or was until less than
    /// [`STRAY_KEY_GUARD`] ago.
    pub(super) fn is_behind(&self) -> bool {
        let shared = self.lock();
        let waiting = shared.writing_since.or(shared.pending.since);
        waiting.is_some_and(|since| since.elapsed() >= STRAY_KEY_GUARD)
            || shared.behind_until.is_some_and(|until| Instant::now() < until)
    }

    /// Waits for pending output to be written, at most for [`RESTORE_TIMEOUT`]. Returns whether all is written.
    pub(super) fn flush(&self) -> bool {
        let wait =
            self.changed.wait_timeout_while(self.lock(), RESTORE_TIMEOUT, |shared| !shared.is_flushed());
        let (shared, _) = wait.unwrap_or_else(PoisonError::into_inner);
        shared.is_flushed()
    }

    /// Restores the terminal. Attempts every step even if an earlier one fails, and drops all pending output, even
    /// the rest of a frame. Does nothing if the program does not own the terminal.
    ///
    /// # Errors
    ///
    /// Returns the error of the first step that failed.
    pub(super) fn restore(&self) -> io::Result<()> {
        let mut shared = self.lock();
        let device = match std::mem::replace(&mut shared.owner, Owner::Other) {
            Owner::Other => return Ok(()),
            Owner::Program(device) | Owner::Failed(device, _) => device,
        };
        // If the alternate screen was not entered yet, there is nothing to leave.
        let entered = std::mem::replace(&mut shared.pending, Pending::NOTHING).enter.is_none();
        let wait = self
            .changed
            .wait_timeout_while(shared, RESTORE_TIMEOUT, |shared| shared.writer == Writer::Writing);
        let (mut shared, _) = wait.unwrap_or_else(PoisonError::into_inner);
        let writer = shared.writer;
        let watches_focus = std::mem::take(&mut shared.watches_focus);
        drop(shared);
        // This happens only if the device is standard output itself; writing to it would block this thread as well.
        let blocked = writer == Writer::Writing;
        let stalled = entered && !blocked && !device.is_writable_within(RESTORE_TIMEOUT);
        if stalled {
            device.discard();
        }
        let until = Instant::now() + RESTORE_TIMEOUT;
        let send = |bytes: io::Result<Vec<u8>>| match (entered, blocked) {
            (false, _) => Ok(()),
            (true, true) => Err(io::ErrorKind::TimedOut.into()),
            (true, false) => write_until(&device, &bytes?, until),
        };
        let torn = stalled || writer == (Writer::Busy { partial: true });
        let steps = [
            if torn { send(command_bytes(Print(CANCEL))) } else { Ok(()) },
            send(command_bytes(EndSynchronizedUpdate)),
            send(command_bytes(Print(IGNORE_MOUSE))),
            send(command_bytes(DisableBracketedPaste)),
            if watches_focus { send(command_bytes(DisableFocusChange)) } else { Ok(()) },
            send(command_bytes(LeaveAlternateScreen)),
            send(command_bytes(Show)),
            send(command_bytes(Print(RESTORE_TITLE))),
            disable_raw_mode(),
        ];
        steps.into_iter().collect()
    }

    fn lock(&self) -> MutexGuard<'_, Shared> {
        self.shared.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn enqueue(&self, change: impl FnOnce(&mut Pending)) -> io::Result<()> {
        let mut shared = self.lock();
        match &shared.owner {
            Owner::Other => return Err(io::Error::other("the terminal was restored")),
            Owner::Failed(_, error) => return Err(copy_of(error)),
            Owner::Program(_) => {}
        }
        change(&mut shared.pending);
        // The writing thread would only wait for the lock.
        drop(shared);
        self.changed.notify_all();
        Ok(())
    }

    /// Runs the writing thread.
    fn run(&self) {
        let mut painter = Painter::default();
        loop {
            let (session, device, pending) = self.next();
            let result = painter.paint(pending).and_then(|bytes| self.write(session, &device, &bytes));
            match result {
                Ok(()) => self.written(session),
                Err(error) => self.failed(session, error),
            }
        }
    }

    /// Waits for output to write.
    fn next(&self) -> (u64, Arc<Device>, Pending) {
        let mut shared = self.lock();
        shared.writer = Writer::Idle;
        self.changed.notify_all();
        loop {
            let wait = self.changed.wait_while(shared, |shared| !shared.has_work());
            shared = wait.unwrap_or_else(PoisonError::into_inner);
            if let Owner::Program(device) = &shared.owner {
                let device = device.clone();
                shared.writer = Writer::Busy { partial: false };
                shared.writing_since = shared.pending.since;
                return (shared.session, device, std::mem::take(&mut shared.pending));
            }
        }
    }

    /// Writes bytes as the terminal accepts them, for as long as the session lasts.
    fn write(&self, session: u64, device: &Device, bytes: &[u8]) -> io::Result<()> {
        let mut rest = bytes;
        while !rest.is_empty() {
            let mut shared = self.lock();
            if shared.session != session || !matches!(shared.owner, Owner::Program(_)) {
                return Ok(());
            }
            shared.writer = Writer::Writing;
            drop(shared);
            let result = device.write(rest);
            rest = rest.get(*result.as_ref().unwrap_or(&0)..).unwrap_or_default();
            let begun = rest.len() < bytes.len();
            self.lock().writer = Writer::Busy { partial: begun && !rest.is_empty() };
            self.changed.notify_all();
            match result {
                Ok(0) => return Err(io::ErrorKind::WriteZero.into()),
                Ok(_) => {}
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                Err(error) if error.kind() == io::ErrorKind::WouldBlock => device.wait_writable(),
                Err(error) => return Err(error),
            }
        }
        Ok(())
    }

    /// Records that the frame in hand is written.
    fn written(&self, session: u64) {
        let mut shared = self.lock();
        if shared.session == session
            && let Some(since) = shared.writing_since.take()
            && since.elapsed() >= STRAY_KEY_GUARD
        {
            shared.behind_until = Instant::now().checked_add(STRAY_KEY_GUARD);
        }
    }

    /// Records that the terminal cannot be written to.
    fn failed(&self, session: u64, error: io::Error) {
        let mut shared = self.lock();
        if shared.session == session
            && let Owner::Program(device) = &shared.owner
        {
            shared.owner = Owner::Failed(device.clone(), error);
        }
    }
}

/// Returns the bytes of a terminal command.
fn command_bytes(command: impl Command) -> io::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    queue!(bytes, command)?;
    Ok(bytes)
}

/// Writes bytes on the calling thread, at most until `until`.
fn write_until(device: &Device, bytes: &[u8], until: Instant) -> io::Result<()> {
    let mut rest = bytes;
    while !rest.is_empty() {
        match device.write(rest) {
            Ok(0) => return Err(io::ErrorKind::WriteZero.into()),
            Ok(count) => rest = rest.get(count..).unwrap_or_default(),
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            Err(error) if error.kind() == io::ErrorKind::WouldBlock => {
                let left = until.saturating_duration_since(Instant::now());
                if left.is_zero() {
                    return Err(io::ErrorKind::TimedOut.into());
                }
                device.is_writable_within(left);
            }
            Err(error) => return Err(error),
        }
    }
    Ok(())
}

/// Copies an error, which cannot be cloned.
fn copy_of(error: &io::Error) -> io::Error {
    error.raw_os_error().map_or_else(|| error.kind().into(), io::Error::from_raw_os_error)
}
