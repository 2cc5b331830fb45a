//! Linux tells of both, and wakes nobody until there is something to tell.

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

/// Links, addresses of both families, and routes of both (`RTMGRP_*` of `rtnetlink(7)`).
const GROUPS: u32 = 0x1 | 0x10 | 0x40 | 0x100 | 0x400;

/// Seconds since 1970 when nobody cares any more.
const NEVER: i64 = 1 << 40;

#[derive(Debug)]
pub(super) struct Watch {
    news: mpsc::Receiver<()>,
}

/// How long the machine has slept since it was started: what only the boot-time clock counts.
#[must_use]
pub fn asleep() -> Duration {
    let time = |id| Duration::try_from(clock_gettime(id)).unwrap_or_default();
    // In this order, so that the difference is never too large by the time between the two.
    let boot = time(ClockId::Boottime);
    boot.saturating_sub(time(ClockId::Monotonic))
}

impl Watch {
    pub(super) fn start() -> Self {
        // What was not taken up yet tells of all that came since.
        let (told, news) = mpsc::channel(1);
        let name = std::thread::Builder::new().name("machine".into());
        if let Err(error) = name.spawn(move || listen(&told)) {
            tracing::warn!(%error, "the machine can't be watched");
        }
        Self { news }
    }

    /// Backoff for the wall clock to be set, as it is after sleep, or for news of the network.
    pub(super) async fn something(&mut self) {
        if self.news.recv().await.is_none() {
            std::future::pending::<()>().await;
        }
    }
}

/// Sleeps in the kernel until there is something; ends when nobody wants to know any more, or nothing can be
/// watched.
fn listen(told: &mpsc::Sender<()>) {
    type Source = (OwnedFd, fn(&OwnedFd) -> io::Result<()>);
    let watched = |what: &str, fd: io::Result<OwnedFd>| {
        fd.inspect_err(|error| tracing::info!(%error, what, "can't be watched")).ok()
    };
    let clock = watched("sleep", clock()).map(|fd| -> Source { (fd, arm) });
    let network = watched("the network", network()).map(|fd| -> Source { (fd, drain) });
    let mut sources: Vec<Source> = clock.into_iter().chain(network).collect();
    while !sources.is_empty() && !told.is_closed() {
        let mut polled: Vec<PollFd> = sources.iter().map(|(fd, _)| PollFd::new(fd, PollFlags::IN)).collect();
        match poll(&mut polled, None) {
            Ok(_) => {}
            Err(Errno::INTR) => continue,
            Err(error) => return tracing::warn!(%error, "the machine can't be watched any more"),
        }
        let heard: Vec<bool> = polled.iter().map(|polled| !polled.revents().is_empty()).collect();
        let mut heard = heard.into_iter();
        sources.retain(|(fd, hear)| !heard.next().unwrap_or_default() || hear(fd).is_ok());
        let _ = told.try_send(());
    }
}

/// A timer that never ends, but is cancelled when the wall clock is set.
fn clock() -> io::Result<OwnedFd> {
    let fd = timerfd_create(TimerfdClockId::Realtime, TimerfdFlags::NONBLOCK | TimerfdFlags::CLOEXEC)?;
    arm(&fd)?;
    Ok(fd)
}

fn arm(fd: &OwnedFd) -> io::Result<()> {
    // Setting it takes back that it was cancelled; the read that tells so can be left out.
    let value = Itimerspec {
        it_interval: Timespec { tv_sec: 0, tv_nsec: 0 },
        it_value: Timespec { tv_sec: NEVER, tv_nsec: 0 },
    };
    let flags = TimerfdTimerFlags::ABSTIME | TimerfdTimerFlags::CANCEL_ON_SET;
    match timerfd_settime(fd, flags, &value) {
        Ok(_) | Err(Errno::CANCELED) => Ok(()),
        Err(error) => Err(error.into()),
    }
}

fn network() -> io::Result<OwnedFd> {
    let flags = SocketFlags::NONBLOCK | SocketFlags::CLOEXEC;
    // Its protocol 0 is `NETLINK_ROUTE`.
    let fd = socket_with(AddressFamily::NETLINK, SocketType::RAW, flags, None)?;
    bind(&fd, &SocketAddrNetlink::new(0, GROUPS))?;
    Ok(fd)
}

/// What the news are does not matter: the addresses are looked up.
fn drain(fd: &OwnedFd) -> io::Result<()> {
    let mut buffer = [0_u8; 4_096];
    loop {
        match recv(fd, &mut buffer, RecvFlags::empty()) {
            // There were too many to keep: that is news, too.
            Ok(_) | Err(Errno::NOBUFS | Errno::INTR) => {}
            Err(Errno::AGAIN) => return Ok(()),
            Err(error) => return Err(error.into()),
        }
    }
}
