//! The interface between the program and a source of invitations.
//!
//! A provider emits [`Event`]s and receives [`Command`]s through its [`Port`](port::Port); the program holds the [`Handle`] of
//! the other side. [`ucwa`] and [`graph`] are the providers; the other modules are what both use.

pub mod backoff;
pub mod body;
mod check_step;
mod clock;
mod command;
pub mod device_login;
mod event;
pub mod exchange;
pub mod graph;
pub mod network;
pub mod oauth;
pub mod origin;
pub mod port;
mod problem;
pub mod recording_exchange;
mod source;
mod status;
mod tls;
pub mod ucwa;

pub use check_step::{CheckStep, check_secret};
pub use clock::Clock;
pub use command::{Command, Ticket, Tickets};
pub use event::Event;
pub use port::{Handle, QUEUE_CAPACITY};
pub use problem::Problem;
pub use source::{Reloaded, SettingsSource};
pub use status::Status;
