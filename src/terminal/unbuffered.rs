//! The input of a terminal that delivers each key at once and echoes none.

use std::io;

/// A terminal without line editing and echo. Keys that send signals still do, and output is processed as usual. Restored when
/// dropped.
pub struct UnbufferedInput {
    #[cfg(unix)]
    saved: rustix::termios::Termios,
}

#[cfg(unix)]
impl UnbufferedInput {
    /// Changes the terminal of standard input.
    ///
    /// # Errors
    ///
    /// Returns an error if standard input is not a terminal.
    pub fn acquire() -> io::Result<Self> {
        use rustix::termios::{LocalModes, OptionalActions, SpecialCodeIndex, tcgetattr, tcsetattr};
        let terminal = rustix::stdio::stdin();
        let saved = tcgetattr(terminal)?;
        let mut changed = saved.clone();
        changed.local_modes.remove(LocalModes::ICANON | LocalModes::ECHO);
        changed.special_codes[SpecialCodeIndex::VMIN] = 1;
        changed.special_codes[SpecialCodeIndex::VTIME] = 0;
        tcsetattr(terminal, OptionalActions::Now, &changed)?;
        Ok(Self { saved })
    }
}

#[cfg(unix)]
impl Drop for UnbufferedInput {
    fn drop(&mut self) {
        use rustix::termios::{OptionalActions, tcsetattr};
        let _ = tcsetattr(rustix::stdio::stdin(), OptionalActions::Now, &self.saved);
    }
}

#[cfg(not(unix))]
impl UnbufferedInput {
    /// Returns an error: only the terminals of Unix can be changed so.
    ///
    /// # Errors
    ///
    /// Always.
    pub fn acquire() -> io::Result<Self> {
        Err(io::ErrorKind::Unsupported.into())
    }
}
