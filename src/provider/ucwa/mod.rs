//! Skype for Business: the Unified Communications Web API 2.0.
//!
//! [`spawn`] starts one task for an account. Inside, `discovery` finds the server, `token` convinces it,
//! `application` is what the server keeps for us, `online` holds the event channel and sends what the user
//! wants, and `store` knows what is pending.

mod application;
mod check;
mod context;
pub mod http;
mod online;
mod session;
mod settings;
pub mod store;
pub mod wire;

pub use check::{Interrupt, check};
pub use session::spawn;
pub use settings::{Activity, Availability, Credentials, Modality, Settings, Start};
pub use wire::Wire;
