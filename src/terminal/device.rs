//! The terminal as a device to write to without blocking.

#[cfg(not(unix))]
pub(super) use other::Device;
#[cfg(unix)]
pub(super) use unix::Device;

#[cfg(unix)]
mod unix {
    use std::ffi::CString;
    use std::io;
    use std::os::fd::{AsFd, OwnedFd};
    use std::time::{Duration, Instant};

    use rustix::event::{PollFd, PollFlags, Timespec, poll};
    use rustix::fs::{Mode, OFlags, open};
    use rustix::io::Errno;
    use rustix::process::getsid;
    use rustix::termios::{QueueSelector, tcflush, tcgetsid, ttyname};

    /// The time to wait if the system cannot report when the terminal is writable.
    const FALLBACK_WAIT: Duration = Duration::from_millis(50);

    /// The terminal of standard output, opened a second time: non-blocking mode must apply to this program only, and
    /// not to the shell, which shares standard output with it.
    #[derive(Debug)]
    pub(in crate::terminal) struct Device(OwnedFd);

    impl Device {
        /// Opens the terminal. Falls back to standard output itself, which may block.
        ///
        /// # Errors
        ///
        /// Returns an error if there is no standard output.
        pub(in crate::terminal) fn open() -> io::Result<Self> {
            reopen().or_else(|_| io::stdout().as_fd().try_clone_to_owned()).map(Self)
        }

        /// Writes as much as the terminal accepts now, and returns the number of bytes.
        ///
        /// # Errors
        ///
        /// Returns `WouldBlock` if the terminal accepts nothing now, and another error if it is closed.
        pub(in crate::terminal) fn write(&self, bytes: &[u8]) -> io::Result<usize> {
            Ok(rustix::io::write(&self.0, bytes)?)
        }

        /// Waits until the terminal is writable or closed.
        pub(in crate::terminal) fn wait_writable(&self) {
            while !self.poll(None) {}
        }

        /// Waits up to `timeout` until the terminal is writable or closed. Returns whether it is.
        pub(in crate::terminal) fn is_writable_within(&self, timeout: Duration) -> bool {
            let until = Instant::now() + timeout;
            loop {
                let left = until.saturating_duration_since(Instant::now());
                if self.poll(Some(left)) {
                    return true;
                }
                if left.is_zero() {
                    return false;
                }
            }
        }

        /// Drops output that was written and has not been shown yet.
        pub(in crate::terminal) fn discard(&self) {
            let _ = tcflush(&self.0, QueueSelector::OFlush);
        }

        /// Waits once, up to `timeout` if given. Returns whether a write is worth a try.
        fn poll(&self, timeout: Option<Duration>) -> bool {
            let timespec = timeout.and_then(|timeout| Timespec::try_from(timeout).ok());
            let mut polled = [PollFd::new(&self.0, PollFlags::OUT)];
            let result = poll(&mut polled, timespec.as_ref());
            let [events] = polled.map(|polled| polled.revents());
            match result {
                Ok(0) | Err(Errno::INTR) => false,
                Ok(_) if !events.contains(PollFlags::NVAL) => true,
                Ok(_) | Err(_) => {
                    std::thread::sleep(timeout.unwrap_or(FALLBACK_WAIT).min(FALLBACK_WAIT));
                    true
                }
            }
        }
    }

    /// Opens the terminal of standard output by its name, or as the controlling terminal.
    fn reopen() -> io::Result<OwnedFd> {
        let out = io::stdout();
        let flags = OFlags::WRONLY | OFlags::NONBLOCK | OFlags::NOCTTY | OFlags::CLOEXEC;
        let open = |name: CString| open(name, flags, Mode::empty());
        let by_name = ttyname(&out, Vec::new()).and_then(open);
        let opened = by_name.or_else(|error| {
            // After `su` the terminal belongs to another user, but its session may still open it by this name.
            let ours = tcgetsid(&out)? == getsid(None)?;
            if ours { open(c"/dev/tty".to_owned()) } else { Err(error) }
        });
        Ok(opened?)
    }
}

#[cfg(not(unix))]
mod other {
    use std::io::{self, Write};
    use std::time::Duration;

    /// Standard output.
    #[derive(Debug)]
    pub(in crate::terminal) struct Device;

    impl Device {
        /// Opens the terminal.
        ///
        /// # Errors
        ///
        /// Never fails on this platform.
        pub(in crate::terminal) fn open() -> io::Result<Self> {
            Ok(Self)
        }

        /// Writes all bytes. May block.
        ///
        /// # Errors
        ///
        /// Returns an error if the terminal is closed.
        pub(in crate::terminal) fn write(&self, bytes: &[u8]) -> io::Result<usize> {
            let mut out = io::stdout().lock();
            out.write_all(bytes)?;
            out.flush()?;
            Ok(bytes.len())
        }

        /// Returns at once, as a write accepts all bytes.
        pub(in crate::terminal) fn wait_writable(&self) {}

        /// Returns true, as this cannot be known.
        pub(in crate::terminal) fn is_writable_within(&self, _timeout: Duration) -> bool {
            true
        }

        /// Does nothing, as this is not possible.
        pub(in crate::terminal) fn discard(&self) {}
    }
}
