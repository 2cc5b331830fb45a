//! The real loop without a terminal: keys, signals and wakes go in by channels, frames come out as text, and providers
//! are scripted or run against the simulator. The clock is paused, and so moves on as soon as everybody waits.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing)]

mod commands;
mod drawing;
mod journeys;
mod leaving;
mod support;
