//! The client against the simulator, over the same protocol as against a real server.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::unreachable,
    clippy::indexing_slicing,
    clippy::print_stderr
)]

mod adversity;
mod bot;
mod check;
mod corrections;
mod discovery;
mod faults;
mod journeys;
mod oracles;
mod people;
mod promises;
mod relay;
mod schedules;
mod secrets;
mod sockets;
mod support;
mod tls;
mod truncation;
