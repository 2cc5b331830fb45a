//! The signals that concern whoever holds the terminal.

use std::io;

/// What a signal asks for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Signal {
    /// End (`INT`, `TERM`, `QUIT`).
    Terminate,
    /// End, because the terminal is gone (`HUP`). The shell, the system and whatever runs the terminal may
    /// each send one, so a second says nothing more than the first.
    HangUp,
    /// Go to the background (`TSTP`).
    Suspend,
    /// The program was continued (`CONT`): the screen has to be drawn anew.
    Continue,
}

/// The signals, as they come.
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
}

#[cfg(unix)]
impl Signals {
    /// Starts listening; from now on these signals do nothing by themselves.
    ///
    /// # Errors
    /// When the system refuses.
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

    /// The next signal. Dropping the future loses none.
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

#[cfg(unix)]
fn kind(signal: rustix::process::Signal) -> tokio::signal::unix::SignalKind {
    tokio::signal::unix::SignalKind::from_raw(signal.as_raw())
}

#[cfg(not(unix))]
impl Signals {
    /// Starts listening.
    ///
    /// # Errors
    /// Never here; elsewhere when the system refuses.
    pub fn listen() -> io::Result<Self> {
        Ok(Self {})
    }

    /// The next signal. Dropping the future loses none.
    pub async fn next(&mut self) -> Signal {
        // Where the system can't tell of Ctrl-C, none will ever come.
        match tokio::signal::ctrl_c().await {
            Ok(()) => Signal::Terminate,
            Err(_) => std::future::pending().await,
        }
    }
}
