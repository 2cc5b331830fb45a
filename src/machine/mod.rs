//! What happens to the machine around the program: it slept, or it is on another network. Connections from
//! before are dead then, and without this nobody would know until something is to be sent on them.

#[cfg(target_os = "linux")]
mod linux;
#[cfg(not(target_os = "linux"))]
mod portable;

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, UdpSocket};
use std::time::Duration;

use tokio::time::Instant;

use crate::timer::sleep_until;
#[cfg(target_os = "linux")]
use linux::Watch;
#[cfg(target_os = "linux")]
pub use linux::asleep;
#[cfg(not(target_os = "linux"))]
use portable::Watch;
#[cfg(not(target_os = "linux"))]
pub use portable::asleep;

/// A shorter sleep breaks no connection.
const NAP: Duration = Duration::from_secs(2);

/// A network comes up in several steps within this time.
const CALM: Duration = Duration::from_secs(1);

/// Watches the machine.
#[derive(Debug)]
pub struct Machine {
    watch: Watch,
    asleep: Duration,
    sources: Sources,
    /// When the network is calm, if there was news of it.
    calm_at: Option<Instant>,
}

impl Machine {
    /// Starts to watch. What the system does not let us watch goes unnoticed.
    #[must_use]
    pub fn watch() -> Self {
        Self { watch: Watch::start(), asleep: asleep(), sources: Sources::now(), calm_at: None }
    }

    /// Backoff until connections that were open before have to be taken for dead. May be dropped at any time.
    pub async fn changed(&mut self) {
        loop {
            tokio::select! {
                () = self.watch.something() => {
                    self.calm_at = Some(Instant::now() + CALM);
                    if self.has_slept() {
                        return;
                    }
                }
                () = sleep_until(self.calm_at) => {
                    self.calm_at = None;
                    if self.is_elsewhere() {
                        return;
                    }
                }
            }
        }
    }

    fn has_slept(&mut self) -> bool {
        let before = std::mem::replace(&mut self.asleep, asleep());
        self.asleep.saturating_sub(before) >= NAP
    }

    fn is_elsewhere(&mut self) -> bool {
        let sources = Sources::now();
        // Without any network there is nothing to begin anew.
        let elsewhere = sources.is_connected() && sources != self.sources;
        if elsewhere {
            self.sources = sources;
        }
        elsewhere
    }
}

/// The addresses from which this machine would send to the world, one for each family. While they stay, so do
/// connections; finding them sends nothing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Sources(Option<IpAddr>, Option<IpAddr>);

impl Sources {
    fn now() -> Self {
        // From the blocks for documentation (RFC 5737, RFC 3849): only the route is looked up.
        let v4 = source(Ipv4Addr::UNSPECIFIED.into(), Ipv4Addr::new(192, 0, 2, 1).into());
        let v6 = source(Ipv6Addr::UNSPECIFIED.into(), Ipv6Addr::new(0x2001, 0xdb8, 0, 0, 0, 0, 0, 1).into());
        Self(v4, v6)
    }

    fn is_connected(self) -> bool {
        self.0.is_some() || self.1.is_some()
    }
}

fn source(any: IpAddr, there: IpAddr) -> Option<IpAddr> {
    let socket = UdpSocket::bind((any, 0)).ok()?;
    socket.connect((there, 9)).ok()?;
    Some(socket.local_addr().ok()?.ip())
}
