//! rsvp: a keyboard-driven terminal client that shows call invitations the moment they arrive and answers
//! them with one key. `ARCHITECTURE.md` tells how the parts fit.

pub mod app;
pub mod cli;
pub mod commands;
pub mod config;
pub mod history;
pub mod invitation;
pub mod logging;
pub mod machine;
pub mod provider;
pub mod recent;
pub mod runtime;
pub mod secret;
pub mod shell;
pub mod sim;
pub mod terminal;
pub mod text;
pub mod timer;
pub mod ui;
