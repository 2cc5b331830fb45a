//! The way out to the terminal. A thread of its own writes, so that a terminal that takes nothing (stopped by
//! XOFF, or behind a hung ssh) makes nobody wait: what can't be written waits in one place, where the newer
//! replaces the older.

use std::io;
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use crossterm::cursor::Show;
use crossterm::event::DisableBracketedPaste;
use crossterm::style::Print;
use crossterm::terminal::{EndSynchronizedUpdate, LeaveAlternateScreen, disable_raw_mode, enable_raw_mode};
use crossterm::{Command, queue};

use super::device::Device;
use super::paint::{Painter, Pending, Picture};
use crate::app::key::GUARD;

/// How long a terminal that takes nothing is waited for where it has to be waited for: before it is given
/// back, and while it is.
const GRACE: Duration = Duration::from_millis(250);

/// Ends whatever sequence the terminal is in the middle of (CAN), and the colours of its text.
const BREAK_OFF: &str = "\x18\x1b[0m";

/// The terminal's output. There is one terminal, and a panic hook knows no `Screen`.
pub(super) static OUTPUT: Output = Output { shared: Mutex::new(Shared::NOTHING), changed: Condvar::new() };

/// What the writing thread and all others share.
#[derive(Debug)]
pub(super) struct Output {
    shared: Mutex<Shared>,
    changed: Condvar,
}

#[derive(Debug)]
struct Shared {
    holder: Holder,
    /// Counts how often the terminal was taken: what was to be written in an earlier turn is not any more.
    turn: u64,
    pending: Pending,
    writer: Writer,
    /// When the picture was asked for that the writing thread has in hand.
    in_hand: Option<Instant>,
    /// Until when somebody may still look at what was shown before a picture that had to wait.
    behind_until: Option<Instant>,
}

/// Whose the terminal is.
#[derive(Debug)]
enum Holder {
    Others,
    Ours(Arc<Device>),
    /// It is ours, but can't be written to.
    Lost(Arc<Device>, io::Error),
}

/// What the writing thread is doing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Writer {
    /// It was not started yet.
    None,
    Idle,
    /// It has something to write; `torn` tells whether a part of that is written.
    Busy {
        torn: bool,
    },
    /// It is in the system call.
    Writing,
}

impl Shared {
    const NOTHING: Self = Self {
        holder: Holder::Others,
        turn: 0,
        pending: Pending::NOTHING,
        writer: Writer::None,
        in_hand: None,
        behind_until: None,
    };

    fn has_work(&self) -> bool {
        matches!(self.holder, Holder::Ours(_)) && !self.pending.is_nothing()
    }

    fn is_settled(&self) -> bool {
        !matches!(self.holder, Holder::Ours(_)) || (self.writer == Writer::Idle && self.pending.is_nothing())
    }
}

impl Output {
    /// Takes the terminal over: raw, and then on its alternate screen, so that no key is lost that is pressed
    /// once that shows. To be undone by [`Output::give_back`], whatever it returns.
    ///
    /// # Errors
    /// When there is no terminal, it refuses, or there is no thread to write.
    pub(super) fn take(&'static self) -> io::Result<()> {
        let device = Arc::new(Device::open()?);
        let mut shared = self.lock();
        if shared.writer == Writer::None {
            std::thread::Builder::new().name("terminal".into()).spawn(|| self.write_all())?;
            shared.writer = Writer::Idle;
        }
        shared.turn += 1;
        shared.holder = Holder::Ours(device);
        shared.pending = Pending::NOTHING;
        (shared.in_hand, shared.behind_until) = (None, None);
        drop(shared);
        enable_raw_mode()?;
        self.want(|pending| pending.enter = true)
    }

    /// Has a picture shown. Nobody waits for that.
    ///
    /// # Errors
    /// When the terminal is not ours, or is gone, as far as that is known.
    pub(super) fn show(&self, picture: Picture) -> io::Result<()> {
        self.want(|pending| pending.show(picture))
    }

    /// Has the bell rung.
    ///
    /// # Errors
    /// As [`Output::show`].
    pub(super) fn bell(&self) -> io::Result<()> {
        self.want(|pending| pending.bell = true)
    }

    /// Has a text put into the clipboard.
    ///
    /// # Errors
    /// As [`Output::show`].
    pub(super) fn copy(&self, text: &str) -> io::Result<()> {
        self.want(|pending| pending.copy = Some(text.to_owned()))
    }

    /// Tells whether a picture has waited for longer than a blink, or did until less than a blink ago.
    pub(super) fn is_behind(&self) -> bool {
        let shared = self.lock();
        let waiting = shared.in_hand.or(shared.pending.since);
        waiting.is_some_and(|since| since.elapsed() >= GUARD)
            || shared.behind_until.is_some_and(|until| Instant::now() < until)
    }

    /// Backoff a moment for what is pending to be written; tells whether it was.
    pub(super) fn settle(&self) -> bool {
        let wait = self.changed.wait_timeout_while(self.lock(), GRACE, |shared| !shared.is_settled());
        let (shared, _) = wait.unwrap_or_else(PoisonError::into_inner);
        shared.is_settled()
    }

    /// Gives the terminal back: every step is tried, whatever becomes of the others. Nothing is written
    /// afterwards, not even the rest of what is being written. Does nothing if the terminal is not ours.
    ///
    /// # Errors
    /// The first step's that failed.
    pub(super) fn give_back(&self) -> io::Result<()> {
        let mut shared = self.lock();
        let device = match std::mem::replace(&mut shared.holder, Holder::Others) {
            Holder::Others => return Ok(()),
            Holder::Ours(device) | Holder::Lost(device, _) => device,
        };
        // What was not even begun needs no end.
        let entered = !std::mem::replace(&mut shared.pending, Pending::NOTHING).enter;
        let wait = self.changed.wait_timeout_while(shared, GRACE, |shared| shared.writer == Writer::Writing);
        let (shared, _) = wait.unwrap_or_else(PoisonError::into_inner);
        let writer = shared.writer;
        drop(shared);
        // Only where standard output itself is written to: it would make us wait as well.
        let blocked = writer == Writer::Writing;
        let stalled = entered && !blocked && !device.takes(GRACE);
        if stalled {
            device.discard();
        }
        let until = Instant::now() + GRACE;
        let step = |command: &dyn Step| match (entered, blocked) {
            (false, _) => Ok(()),
            (true, true) => Err(io::ErrorKind::TimedOut.into()),
            (true, false) => send(&device, command, until),
        };
        let torn = stalled || writer == (Writer::Busy { torn: true });
        let steps = [
            if torn { step(&Print(BREAK_OFF)) } else { Ok(()) },
            step(&EndSynchronizedUpdate),
            step(&DisableBracketedPaste),
            step(&LeaveAlternateScreen),
            step(&Show),
            disable_raw_mode(),
        ];
        steps.into_iter().collect()
    }

    fn lock(&self) -> MutexGuard<'_, Shared> {
        self.shared.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn want(&self, change: impl FnOnce(&mut Pending)) -> io::Result<()> {
        let mut shared = self.lock();
        match &shared.holder {
            Holder::Others => return Err(io::Error::other("the terminal was given back")),
            Holder::Lost(_, error) => return Err(same(error)),
            Holder::Ours(_) => {}
        }
        change(&mut shared.pending);
        self.changed.notify_all();
        Ok(())
    }

    /// What the writing thread does.
    fn write_all(&self) {
        let mut painter = Painter::default();
        loop {
            let (turn, device, pending) = self.next();
            let result = painter.paint(pending).and_then(|bytes| self.write(turn, &device, &bytes));
            match result {
                Ok(()) => self.written(turn),
                Err(error) => self.lose(turn, error),
            }
        }
    }

    /// Backoff for something to write.
    fn next(&self) -> (u64, Arc<Device>, Pending) {
        let mut shared = self.lock();
        shared.writer = Writer::Idle;
        self.changed.notify_all();
        loop {
            let wait = self.changed.wait_while(shared, |shared| !shared.has_work());
            shared = wait.unwrap_or_else(PoisonError::into_inner);
            if let Holder::Ours(device) = &shared.holder {
                let device = device.clone();
                shared.writer = Writer::Busy { torn: false };
                shared.in_hand = shared.pending.since;
                return (shared.turn, device, std::mem::take(&mut shared.pending));
            }
        }
    }

    /// Writes as the terminal takes it, as long as it is ours.
    fn write(&self, turn: u64, device: &Device, bytes: &[u8]) -> io::Result<()> {
        let mut rest = bytes;
        while !rest.is_empty() {
            let mut shared = self.lock();
            if shared.turn != turn || !matches!(shared.holder, Holder::Ours(_)) {
                return Ok(());
            }
            shared.writer = Writer::Writing;
            drop(shared);
            let result = device.write(rest);
            rest = rest.get(*result.as_ref().unwrap_or(&0)..).unwrap_or_default();
            let begun = rest.len() < bytes.len();
            self.lock().writer = Writer::Busy { torn: begun && !rest.is_empty() };
            self.changed.notify_all();
            match result {
                Ok(0) => return Err(io::ErrorKind::WriteZero.into()),
                Ok(_) => {}
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                Err(error) if error.kind() == io::ErrorKind::WouldBlock => device.wait(),
                Err(error) => return Err(error),
            }
        }
        Ok(())
    }

    /// Notes that the picture in hand is written.
    fn written(&self, turn: u64) {
        let mut shared = self.lock();
        if shared.turn == turn
            && let Some(since) = shared.in_hand.take()
            && since.elapsed() >= GUARD
        {
            shared.behind_until = Instant::now().checked_add(GUARD);
        }
    }

    /// Notes that the terminal can't be written to.
    fn lose(&self, turn: u64, error: io::Error) {
        let mut shared = self.lock();
        if shared.turn == turn
            && let Holder::Ours(device) = &shared.holder
        {
            shared.holder = Holder::Lost(device.clone(), error);
        }
    }
}

/// A command to the terminal, whichever it is.
trait Step {
    fn bytes(&self) -> io::Result<Vec<u8>>;
}

impl<C: Command> Step for C {
    fn bytes(&self) -> io::Result<Vec<u8>> {
        let mut bytes = Vec::new();
        queue!(bytes, self)?;
        Ok(bytes)
    }
}

/// Writes a command, by whoever calls, and waits for that no longer than told.
fn send(device: &Device, command: &dyn Step, until: Instant) -> io::Result<()> {
    let bytes = command.bytes()?;
    let mut rest = bytes.as_slice();
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
                device.takes(left);
            }
            Err(error) => return Err(error),
        }
    }
    Ok(())
}

/// The same error once more.
fn same(error: &io::Error) -> io::Error {
    error.raw_os_error().map_or_else(|| error.kind().into(), io::Error::from_raw_os_error)
}
