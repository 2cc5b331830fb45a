//! A client without a screen, with what the tests of it need.

mod client;
mod files;
mod fixtures;
mod record;

pub use client::{Said, TestClient, outcome_of};
pub use files::set_mode;
pub use fixtures::*;
