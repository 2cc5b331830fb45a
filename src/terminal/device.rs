//! The terminal as something to write to: no call here waits for longer than it is told to.

#[cfg(not(unix))]
pub(super) use elsewhere::Device;
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

    /// How long to wait where the system can't tell when the terminal takes more.
    const BLIND: Duration = Duration::from_millis(50);

    /// The terminal of standard output, opened once more: that nobody waits for it must hold for this program
    /// alone, and not for the shell, which shares standard output with it.
    #[derive(Debug)]
    pub(in crate::terminal) struct Device(OwnedFd);

    impl Device {
        /// Opens the terminal. Where that is refused, standard output itself serves, which may block.
        ///
        /// # Errors
        /// When there is no standard output.
        pub(in crate::terminal) fn open() -> io::Result<Self> {
            reopen().or_else(|_| io::stdout().as_fd().try_clone_to_owned()).map(Self)
        }

        /// Writes as much as the terminal takes now.
        ///
        /// # Errors
        /// `WouldBlock` when it takes nothing now; others when it is gone.
        pub(in crate::terminal) fn write(&self, bytes: &[u8]) -> io::Result<usize> {
            Ok(rustix::io::write(&self.0, bytes)?)
        }

        /// Returns once the terminal takes more, or is gone.
        pub(in crate::terminal) fn wait(&self) {
            while !self.poll(None) {}
        }

        /// Tells whether the terminal takes something, now or within that time; one that is gone does.
        pub(in crate::terminal) fn takes(&self, within: Duration) -> bool {
            let until = Instant::now() + within;
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

        /// Drops what the terminal was given and has not shown yet.
        pub(in crate::terminal) fn discard(&self) {
            let _ = tcflush(&self.0, QueueSelector::OFlush);
        }

        /// Backoff once; true when it is worth a try to write.
        fn poll(&self, within: Option<Duration>) -> bool {
            let timeout = within.and_then(|within| Timespec::try_from(within).ok());
            let mut watched = [PollFd::new(&self.0, PollFlags::OUT)];
            let result = poll(&mut watched, timeout.as_ref());
            let [told] = watched.map(|watched| watched.revents());
            match result {
                Ok(0) | Err(Errno::INTR) => false,
                Ok(_) if !told.contains(PollFlags::NVAL) => true,
                Ok(_) | Err(_) => {
                    std::thread::sleep(within.unwrap_or(BLIND).min(BLIND));
                    true
                }
            }
        }
    }

    fn reopen() -> io::Result<OwnedFd> {
        let out = io::stdout();
        let flags = OFlags::WRONLY | OFlags::NONBLOCK | OFlags::NOCTTY | OFlags::CLOEXEC;
        let open = |name: CString| open(name, flags, Mode::empty());
        let by_name = ttyname(&out, Vec::new()).and_then(open);
        let opened = by_name.or_else(|error| {
            // After `su` the terminal is another user's; its session may open it by this name all the same.
            let ours = tcgetsid(&out)? == getsid(None)?;
            if ours { open(c"/dev/tty".to_owned()) } else { Err(error) }
        });
        Ok(opened?)
    }
}

#[cfg(not(unix))]
mod elsewhere {
    use std::io::{self, Write};
    use std::time::Duration;

    /// Standard output.
    #[derive(Debug)]
    pub(in crate::terminal) struct Device;

    impl Device {
        /// Opens the terminal.
        ///
        /// # Errors
        /// Never here.
        pub(in crate::terminal) fn open() -> io::Result<Self> {
            Ok(Self)
        }

        /// Writes all; may block.
        ///
        /// # Errors
        /// When the terminal is gone.
        pub(in crate::terminal) fn write(&self, bytes: &[u8]) -> io::Result<usize> {
            let mut out = io::stdout().lock();
            out.write_all(bytes)?;
            out.flush()?;
            Ok(bytes.len())
        }

        /// Never needed: a write takes all.
        pub(in crate::terminal) fn wait(&self) {}

        /// What is not known is hoped for.
        pub(in crate::terminal) fn takes(&self, _within: Duration) -> bool {
            true
        }

        /// There is no way to.
        pub(in crate::terminal) fn discard(&self) {}
    }
}
