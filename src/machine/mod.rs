//! Sleep of the machine and changes of its network. Both silently break open connections, which would otherwise go
//! unnoticed until something is sent.

#[cfg(target_os = "linux")]
mod linux;
#[cfg(any(not(target_os = "linux"), test))]
mod portable;
mod watch;

#[cfg(target_os = "linux")]
pub use linux::time_asleep;
#[cfg(not(target_os = "linux"))]
pub use portable::time_asleep;
pub use watch::Machine;
