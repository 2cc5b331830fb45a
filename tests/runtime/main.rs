//! The real event loop without a terminal: keys, signals and wake-ups arrive by channels, frames are kept as text, and
//! providers are scripted or run against the simulator. The clock is paused and advances as soon as all tasks wait.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing)]

mod accounts;
mod commands;
mod drawing;
mod end_to_end;
mod killing;
mod leaving;
mod notifications;
mod screen;
mod support;
