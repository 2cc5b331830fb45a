//! The history's database: several programs at once, `rsvp history`, and disks that cannot be written.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing)]

mod command;
mod copies;
#[cfg(unix)]
mod disks;
mod support;
