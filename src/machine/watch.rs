//! The watch over the machine: what the system reports, and what it means for open connections.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, UdpSocket};
use std::time::Duration;

use tokio::time::Instant;

#[cfg(target_os = "linux")]
use super::linux::Watch;
#[cfg(not(target_os = "linux"))]
use super::portable::Watch;
use crate::timer::sleep_until;

/// The shortest sleep after which connections are assumed to be dead.
const MIN_SLEEP: Duration = Duration::from_secs(2);

/// The time within which a network comes up in several steps.
const SETTLE_TIME: Duration = Duration::from_secs(1);

/// Watches the machine for sleep and changes of the network.
#[derive(Debug)]
pub struct Machine {
    watch: Watch,
    time_asleep: Duration,
    addresses: LocalAddresses,
    /// When the network has settled after a change.
    settled_at: Option<Instant>,
}

impl Machine {
    /// Starts to watch. Events that the system does not report go unnoticed.
    #[must_use]
    pub fn watch() -> Self {
        let watch = Watch::start();
        Self {
            time_asleep: watch.time_asleep(),
            watch,
            addresses: LocalAddresses::current(),
            settled_at: None,
        }
    }

    /// Waits for an event that ends open connections: a sleep, or a change of the machine's addresses. This method is
    /// cancel safe.
    pub async fn connections_lost(&mut self) {
        loop {
            tokio::select! {
                () = self.watch.notified() => {
                    self.settled_at = Some(Instant::now() + SETTLE_TIME);
                    if self.has_slept() {
                        return;
                    }
                }
                () = sleep_until(self.settled_at) => {
                    self.settled_at = None;
                    if self.addresses_changed() {
                        return;
                    }
                }
            }
        }
    }

    fn has_slept(&mut self) -> bool {
        let before = std::mem::replace(&mut self.time_asleep, self.watch.time_asleep());
        self.time_asleep.saturating_sub(before) >= MIN_SLEEP
    }

    fn addresses_changed(&mut self) -> bool {
        self.addresses.update(LocalAddresses::current())
    }
}

/// The source addresses of connections to the internet, for IPv4 and IPv6. While they stay the same, so do open
/// connections. Finding them sends no packet.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct LocalAddresses(Option<IpAddr>, Option<IpAddr>);

impl LocalAddresses {
    fn current() -> Self {
        // Addresses for documentation (RFC 5737, RFC 3849): connecting a UDP socket only looks up the route.
        let v4 = source_address(Ipv4Addr::UNSPECIFIED.into(), Ipv4Addr::new(192, 0, 2, 1).into());
        let documentation = Ipv6Addr::new(0x2001, 0xdb8, 0, 0, 0, 0, 0, 1);
        let v6 = source_address(Ipv6Addr::UNSPECIFIED.into(), documentation.into());
        Self(v4, v6)
    }

    /// Sets the present addresses, unless there are none. Returns whether they changed, which ends the open connections.
    fn update(&mut self, present: Self) -> bool {
        // New connections would fail without any network, so its loss alone is no change.
        let changed = present.is_connected() && present != *self;
        if changed {
            *self = present;
        }
        changed
    }

    fn is_connected(self) -> bool {
        self.0.is_some() || self.1.is_some()
    }
}

/// Returns the source address for packets to `target`, if there is a route.
fn source_address(unspecified: IpAddr, target: IpAddr) -> Option<IpAddr> {
    let socket = UdpSocket::bind((unspecified, 0)).ok()?;
    socket.connect((target, 9)).ok()?;
    Some(socket.local_addr().ok()?.ip())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn other_addresses_end_connections_once_and_the_loss_of_the_network_does_not() {
        let address = |last| Some(IpAddr::from(Ipv4Addr::new(10, 0, 0, last)));
        let (home, office) = (LocalAddresses(address(1), None), LocalAddresses(address(2), None));
        let mut known = home;
        for (present, is_change) in [
            (home, false),
            (LocalAddresses(None, None), false),
            (home, false),
            (office, true),
            (office, false),
            (LocalAddresses(office.0, Some(Ipv6Addr::LOCALHOST.into())), true),
            (office, true),
        ] {
            assert_eq!(known.update(present), is_change, "{present:?}");
        }
    }
}
