//! The configuration file and the commands that concern it.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing)]

mod accounts;
mod commands;
mod example;
mod hooks;
#[cfg(target_os = "linux")]
mod kept_logins;
mod messages;
mod reloading;
mod reports;
mod rules;
#[cfg(unix)]
mod secret_sources;
mod secrets;
mod show;
mod support;
mod values;
