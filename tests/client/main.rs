//! The client against the simulator, over the same protocol as against a real server.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing)]

mod faults;
mod journeys;
mod oracles;
mod support;
