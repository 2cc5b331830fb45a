//! Seeing that the terminal went away, without reading from it.

#[cfg(unix)]
pub(super) use unix::{terminal, wait};

#[cfg(not(unix))]
pub(super) use elsewhere::{terminal, wait};

#[cfg(unix)]
mod unix {
    use std::fs::File;
    use std::io::{IsTerminal, stdin};
    use std::os::fd::{AsFd, OwnedFd};

    use rustix::event::{PollFd, PollFlags, poll};

    /// The terminal that keys come from.
    pub(in crate::terminal) fn terminal() -> Option<OwnedFd> {
        let input = stdin();
        if input.is_terminal() {
            input.as_fd().try_clone_to_owned().ok()
        } else {
            File::open("/dev/tty").ok().map(Into::into)
        }
    }

    /// Returns when the terminal is gone, or with `false` where the system can't tell.
    pub(in crate::terminal) fn wait(terminal: &OwnedFd) -> bool {
        loop {
            // Nothing is asked for: what is told without asking is the end, and a key wakes nobody here.
            let mut watched = [PollFd::new(terminal, PollFlags::empty())];
            let result = poll(&mut watched, None);
            let [told] = watched.map(|watched| watched.revents());
            match result {
                Ok(_) if told.intersects(PollFlags::HUP | PollFlags::ERR) => return true,
                Err(rustix::io::Errno::INTR) => {}
                Ok(_) | Err(_) => return false,
            }
        }
    }
}

#[cfg(not(unix))]
mod elsewhere {
    /// Nothing to watch: here the reader itself sees the end.
    pub(in crate::terminal) fn terminal() -> Option<()> {
        None
    }

    /// Never called.
    pub(in crate::terminal) fn wait(_: &()) -> bool {
        false
    }
}
