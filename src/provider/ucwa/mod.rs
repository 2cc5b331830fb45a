//! Skype for Business: the Unified Communications Web API (UCWA) 2.0.
//!
//! [`spawn`] starts the session of an account. It finds the server (`http::discovery`), creates the `application` and
//! runs an `online` session with it, which polls the event channel, sends the user's requests and keeps the `store` up
//! to date.

mod account_session;
mod application;
mod check;
mod context;
pub mod http;
pub mod login;
mod online;
mod retry_delays;
mod search_results;
mod settings;
pub mod store;
pub mod wire;

pub use account_session::spawn;
pub use check::{Interrupt, check};
pub use settings::{Activity, Credentials, Modality, Settings, Start};
pub use wire::Wire;
