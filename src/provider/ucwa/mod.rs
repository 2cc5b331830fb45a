//! Skype for Business: the Unified Communications Web API 2.0.
//!
//! [`spawn`] starts one task for an account. Inside, `discovery` finds the server, `token` convinces it,
//! `application` is what the server keeps for us, `online` holds the event channel and sends what the user
//! wants, and `store` knows what is pending.

mod application;
pub mod challenge;
mod check;
mod client;
mod conversation;
mod discovery;
pub mod error;
pub mod events;
pub mod json;
mod known;
mod online;
mod people;
mod rate_limit;
pub mod read;
pub mod resource;
mod session;
mod settings;
pub mod store;
mod token;
pub mod wire;
pub mod xml;

pub use check::{Interrupt, check};
pub use session::spawn;
pub use settings::{Activity, Availability, Credentials, Modality, Settings, Start};
pub use wire::Wire;
