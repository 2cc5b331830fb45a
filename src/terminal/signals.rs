//! The signals of a terminal session.

use std::io;

/// A request that a signal makes of the program.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Signal {
    /// End (`SIGINT`, `SIGTERM`, `SIGQUIT`; on Windows `Ctrl-C`, `Ctrl-Break`, or the end of the system).
    Terminate,
    /// End because the terminal was closed (`SIGHUP`; on Windows its window). The shell, the system and the terminal
    /// emulator may each send one, so a second one adds nothing.
    HangUp,
    /// Suspend (`SIGTSTP`).
    Suspend,
    /// Redraw, because the program was continued (`SIGCONT`).
    Continue,
}

/// A receiver of signals.
#[derive(Debug)]
pub struct Signals {
    #[cfg(unix)]
    terminate: [tokio::signal::unix::Signal; 3],
    #[cfg(unix)]
    hangup: tokio::signal::unix::Signal,
    #[cfg(unix)]
    suspend: tokio::signal::unix::Signal,
    #[cfg(unix)]
    resume: tokio::signal::unix::Signal,
    #[cfg(windows)]
    interrupt: tokio::signal::windows::CtrlC,
    #[cfg(windows)]
    abort: tokio::signal::windows::CtrlBreak,
    #[cfg(windows)]
    shutdown: tokio::signal::windows::CtrlShutdown,
    #[cfg(windows)]
    close: tokio::signal::windows::CtrlClose,
}

#[cfg(unix)]
impl Signals {
    /// Starts listening, which replaces the default action of these signals.
    ///
    /// # Errors
    ///
    /// Returns an error if a signal handler cannot be installed.
    pub fn listen() -> io::Result<Self> {
        use tokio::signal::unix::{SignalKind, signal};
        Ok(Self {
            terminate: [
                signal(SignalKind::interrupt())?,
                signal(SignalKind::terminate())?,
                signal(SignalKind::quit())?,
            ],
            hangup: signal(SignalKind::hangup())?,
            suspend: signal(kind(rustix::process::Signal::TSTP))?,
            resume: signal(kind(rustix::process::Signal::CONT))?,
        })
    }

    /// Waits for the next signal. Cancel safe.
    pub async fn next(&mut self) -> Signal {
        let [interrupt, terminate, quit] = &mut self.terminate;
        tokio::select! {
            biased;
            _ = interrupt.recv() => Signal::Terminate,
            _ = terminate.recv() => Signal::Terminate,
            _ = quit.recv() => Signal::Terminate,
            _ = self.hangup.recv() => Signal::HangUp,
            _ = self.suspend.recv() => Signal::Suspend,
            _ = self.resume.recv() => Signal::Continue,
        }
    }
}

/// Converts a signal.
#[cfg(unix)]
fn kind(signal: rustix::process::Signal) -> tokio::signal::unix::SignalKind {
    tokio::signal::unix::SignalKind::from_raw(signal.as_raw())
}

#[cfg(windows)]
impl Signals {
    /// Starts listening, which replaces the default action of these signals.
    ///
    /// # Errors
    ///
    /// Returns an error if a handler cannot be installed.
    pub fn listen() -> io::Result<Self> {
        use tokio::signal::windows::{ctrl_break, ctrl_c, ctrl_close, ctrl_shutdown};
        Ok(Self {
            interrupt: ctrl_c()?,
            abort: ctrl_break()?,
            shutdown: ctrl_shutdown()?,
            close: ctrl_close()?,
        })
    }

    /// Waits for the next signal. Cancel safe.
    pub async fn next(&mut self) -> Signal {
        tokio::select! {
            biased;
            _ = self.interrupt.recv() => Signal::Terminate,
            _ = self.abort.recv() => Signal::Terminate,
            _ = self.shutdown.recv() => Signal::Terminate,
            _ = self.close.recv() => Signal::HangUp,
        }
    }
}
