//! Detecting that the terminal, or the reader of a pipe, is gone, without reading or writing.

#[cfg(unix)]
pub use unix::wait_until_closed;
#[cfg(unix)]
pub(super) use unix::{terminal, wait};

#[cfg(not(unix))]
pub use other::wait_until_closed;
#[cfg(not(unix))]
pub(super) use other::{terminal, wait};

#[cfg(unix)]
mod unix {
    use std::fs::File;
    use std::io::{IsTerminal, stdin, stdout};
    use std::os::fd::{AsFd, OwnedFd};

    use rustix::event::{PollFd, PollFlags, poll};

    /// Opens the terminal that the keys come from.
    pub(in crate::terminal) fn terminal() -> Option<OwnedFd> {
        let input = stdin();
        if input.is_terminal() {
            input.as_fd().try_clone_to_owned().ok()
        } else {
            File::open("/dev/tty").ok().map(Into::into)
        }
    }

    /// Waits until the terminal or the reader of standard output is gone. Returns false if the system cannot report that.
    #[must_use]
    pub fn wait_until_closed() -> bool {
        stdout().as_fd().try_clone_to_owned().is_ok_and(|output| wait(&output))
    }

    /// Waits until the terminal is closed. Returns false if the system cannot report that.
    pub(in crate::terminal) fn wait(terminal: &OwnedFd) -> bool {
        loop {
            // No events are requested: hang-up is reported anyway, and keys must not wake this thread.
            let mut polled = [PollFd::new(terminal, PollFlags::empty())];
            let result = poll(&mut polled, None);
            let [events] = polled.map(|polled| polled.revents());
            match result {
                Ok(_) if events.intersects(PollFlags::HUP | PollFlags::ERR) => return true,
                Err(rustix::io::Errno::INTR) => {}
                Ok(_) | Err(_) => return false,
            }
        }
    }
}

#[cfg(not(unix))]
mod other {
    /// Returns `None`: on this platform the reader of the keys detects the end.
    pub(in crate::terminal) fn terminal() -> Option<()> {
        None
    }

    /// Returns false: on this platform, a failed write detects it.
    #[must_use]
    pub fn wait_until_closed() -> bool {
        false
    }

    /// Returns false. Never called on this platform.
    pub(in crate::terminal) fn wait(_: &()) -> bool {
        false
    }
}
