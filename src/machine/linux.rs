//! Notifications of the Linux kernel, which cost nothing while nothing happens.

use std::io;
use std::os::fd::OwnedFd;
use std::time::Duration;

use rustix::event::{PollFd, PollFlags, poll};
use rustix::io::Errno;
use rustix::net::netlink::SocketAddrNetlink;
use rustix::net::{AddressFamily, RecvFlags, SocketFlags, SocketType, bind, recv, socket_with};
use rustix::time::{
    ClockId, Itimerspec, TimerfdClockId, TimerfdFlags, TimerfdTimerFlags, Timespec, clock_gettime,
    timerfd_create, timerfd_settime,
};
use tokio::sync::mpsc;

/// The netlink groups for links, and for addresses and routes of IPv4 and IPv6 (`RTMGRP_*` of `rtnetlink(7)`).
const NETLINK_GROUPS: u32 = 0x1 | 0x10 | 0x40 | 0x100 | 0x400;

/// A time that a timer never reaches, in seconds since 1970.
const FAR_FUTURE: i64 = 1 << 40;

/// A thread that waits for notifications of the kernel.
#[derive(Debug)]
pub(super) struct Watch {
    notifications: mpsc::Receiver<()>,
}

/// Returns how long the machine has slept since it was booted: the time by which the boot-time clock is ahead of the
/// monotonic clock.
#[must_use]
pub fn time_asleep() -> Duration {
    let time = |id| Duration::try_from(clock_gettime(id)).unwrap_or_default();
    // In this order, the time between the two calls never counts as sleep.
    let boot = time(ClockId::Boottime);
    boot.saturating_sub(time(ClockId::Monotonic))
}

impl Watch {
    pub(super) fn start() -> Self {
        // One pending notification stands for all that follow.
        let (sender, notifications) = mpsc::channel(1);
        let thread = std::thread::Builder::new().name("machine".into());
        if let Err(error) = thread.spawn(move || watch(&sender)) {
            tracing::warn!(%error, "can't watch for sleep and network changes");
        }
        Self { notifications }
    }

    /// Returns the total time that the machine has slept.
    #[expect(clippy::unused_self, reason = "on other systems it depends on the checks")]
    pub(super) fn time_asleep(&self) -> Duration {
        time_asleep()
    }

    /// Waits until the wall clock was set, as it is after sleep, or the network may have changed.
    pub(super) async fn notified(&mut self) {
        if self.notifications.recv().await.is_none() {
            std::future::pending::<()>().await;
        }
    }
}

/// Waits for notifications until the receiver is dropped or nothing can be watched.
fn watch(sender: &mpsc::Sender<()>) {
    /// A file descriptor, and the function that makes it ready for the next notification.
    type Source = (OwnedFd, fn(&OwnedFd) -> io::Result<()>);
    let watched = |what: &str, fd: io::Result<OwnedFd>| {
        fd.inspect_err(|error| tracing::info!(%error, what, "can't be watched")).ok()
    };
    let clock = watched("sleep", clock_timer()).map(|fd| -> Source { (fd, arm) });
    let network = watched("the network", netlink_socket()).map(|fd| -> Source { (fd, drain) });
    let mut sources: Vec<Source> = clock.into_iter().chain(network).collect();
    while !sources.is_empty() && !sender.is_closed() {
        let mut polled: Vec<PollFd> = sources.iter().map(|(fd, _)| PollFd::new(fd, PollFlags::IN)).collect();
        match poll(&mut polled, None) {
            Ok(_) => {}
            Err(Errno::INTR) => continue,
            Err(error) => return tracing::warn!(%error, "can't watch for sleep and network changes any more"),
        }
        let ready: Vec<bool> = polled.iter().map(|polled| !polled.revents().is_empty()).collect();
        let mut ready = ready.into_iter();
        sources.retain(|(fd, reset)| !ready.next().unwrap_or_default() || reset(fd).is_ok());
        let _ = sender.try_send(());
    }
}

/// Creates a timer that becomes ready only when the wall clock is set, which cancels it.
fn clock_timer() -> io::Result<OwnedFd> {
    let fd = timerfd_create(TimerfdClockId::Realtime, TimerfdFlags::NONBLOCK | TimerfdFlags::CLOEXEC)?;
    arm(&fd)?;
    Ok(fd)
}

fn arm(fd: &OwnedFd) -> io::Result<()> {
    // Arming the timer again clears the cancellation, so reading it is not necessary.
    let value = Itimerspec {
        it_interval: Timespec { tv_sec: 0, tv_nsec: 0 },
        it_value: Timespec { tv_sec: FAR_FUTURE, tv_nsec: 0 },
    };
    let flags = TimerfdTimerFlags::ABSTIME | TimerfdTimerFlags::CANCEL_ON_SET;
    match timerfd_settime(fd, flags, &value) {
        Ok(_) | Err(Errno::CANCELED) => Ok(()),
        Err(error) => Err(error.into()),
    }
}

fn netlink_socket() -> io::Result<OwnedFd> {
    let flags = SocketFlags::NONBLOCK | SocketFlags::CLOEXEC;
    // The default protocol, 0, is `NETLINK_ROUTE`.
    let fd = socket_with(AddressFamily::NETLINK, SocketType::RAW, flags, None)?;
    bind(&fd, &SocketAddrNetlink::new(0, NETLINK_GROUPS))?;
    Ok(fd)
}

/// Discards the messages: the addresses are looked up, whatever has changed.
fn drain(fd: &OwnedFd) -> io::Result<()> {
    let mut buffer = [0_u8; 4_096];
    loop {
        match recv(fd, &mut buffer, RecvFlags::empty()) {
            // `NOBUFS` means that messages were lost.
            Ok(_) | Err(Errno::NOBUFS | Errno::INTR) => {}
            Err(Errno::AGAIN) => return Ok(()),
            Err(error) => return Err(error.into()),
        }
    }
}
