//! A keyboard-driven terminal client that shows call invitations of Skype for Business and of Microsoft Graph bots the
//! moment they arrive, and answers them with one key. `ARCHITECTURE.md` describes how the modules fit together.

pub mod app;
pub mod cli;
pub mod commands;
pub mod config;
pub mod desktop;
pub mod history;
pub mod hooks;
pub mod invitation;
pub mod logging;
pub mod login_store;
pub mod machine;
pub mod nearest;
pub mod private_files;
pub mod provider;
pub mod recent;
pub mod report;
pub mod rules;
pub mod runtime;
pub mod secret;
pub mod shell;
pub mod sim;
pub mod terminal;
pub mod text;
pub mod theme;
pub mod timer;
pub mod ui;
pub mod watch;
