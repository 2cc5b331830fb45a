//! `rsvp watch` and hooks as processes, against a simulator in this one.

#![cfg(unix)]
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing)]

mod commands;
mod ending;
mod examples;
mod hooks;
mod lines;
#[path = "../client/oracles/schema.rs"]
mod schema;
mod support;
