//! Seeing that the terminal went away, without reading from it.

/// Returns when the terminal that keys come from is gone, or at once with `false` where that can't be watched.
#[cfg(unix)]
pub(super) fn wait() -> bool {
    use std::io::IsTerminal;
    let input = std::io::stdin();
    if input.is_terminal() {
        return wait_for(&input);
    }
    std::fs::File::open("/dev/tty").is_ok_and(|terminal| wait_for(&terminal))
}

#[cfg(unix)]
pub(super) fn wait_for(terminal: &impl std::os::fd::AsFd) -> bool {
    use rustix::event::{PollFd, PollFlags, poll};
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

#[cfg(not(unix))]
pub(super) fn wait() -> bool {
    false
}
