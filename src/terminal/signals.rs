/// What the system wants of us.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Signal {
    /// Leave (INT, TERM, HUP, QUIT).
    Terminate,
    /// Go to the background (TSTP).
    Suspend,
    /// We are back (CONT).
    Continue,
}

#[cfg(unix)]
mod imp {
    use std::io;

    use tokio::signal::unix::{Signal as Unix, SignalKind, signal};

    use super::Signal;

    /// SIGTSTP has no name in tokio; this is its number on every system that has it, but for MIPS.
    const TSTP: i32 = if cfg!(any(target_os = "macos", target_os = "freebsd")) { 18 } else { 20 };

    /// SIGCONT, likewise.
    const CONT: i32 = if cfg!(any(target_os = "macos", target_os = "freebsd")) { 19 } else { 18 };

    /// Listens for signals.
    pub struct Signals {
        interrupt: Unix,
        terminate: Unix,
        hangup: Unix,
        quit: Unix,
        stop: Unix,
        go_on: Unix,
    }

    impl Signals {
        /// Starts listening.
        ///
        /// # Errors
        /// When the system does not allow it.
        pub fn new() -> io::Result<Self> {
            Ok(Self {
                interrupt: signal(SignalKind::interrupt())?,
                terminate: signal(SignalKind::terminate())?,
                hangup: signal(SignalKind::hangup())?,
                quit: signal(SignalKind::quit())?,
                stop: signal(SignalKind::from_raw(TSTP))?,
                go_on: signal(SignalKind::from_raw(CONT))?,
            })
        }

        /// The next signal.
        pub async fn next(&mut self) -> Signal {
            tokio::select! {
                _ = self.interrupt.recv() => Signal::Terminate,
                _ = self.terminate.recv() => Signal::Terminate,
                _ = self.hangup.recv() => Signal::Terminate,
                _ = self.quit.recv() => Signal::Terminate,
                _ = self.stop.recv() => Signal::Suspend,
                _ = self.go_on.recv() => Signal::Continue,
            }
        }
    }
}

#[cfg(not(unix))]
mod imp {
    use std::io;

    use super::Signal;

    /// Listens for signals.
    pub struct Signals;

    impl Signals {
        /// Starts listening.
        ///
        /// # Errors
        /// Never here.
        pub fn new() -> io::Result<Self> {
            Ok(Self)
        }

        /// The next signal.
        pub async fn next(&mut self) -> Signal {
            if tokio::signal::ctrl_c().await.is_err() {
                std::future::pending::<()>().await;
            }
            Signal::Terminate
        }
    }
}

pub use imp::Signals;
