//! Microsoft Graph: the incoming calls of a calling bot.
//!
//! [`spawn`] starts one task for a bot (`session`). Inside, `listener` and `webhook` take notifications in, `trust`
//! says which are to be believed, `notification` and `call` read them, `calls` knows how far each call is and
//! `ending` how it ended, and `client` with `token` sends what the user wants. `check` tries all of it.

pub mod answer;
mod bot;
mod call_resource;
pub mod calls;
mod check;
mod client;
mod client_assertion;
mod deadline;
mod early;
mod ending;
pub mod error;
mod json;
mod listener;
pub mod notification;
pub mod operation;
mod session;
mod settings;
mod token;
mod token_validation;
mod tracked_call;
mod verification_keys;
mod webhook;

pub use check::check;
pub use listener::{HttpListener, Listener};
pub use session::spawn;
pub use settings::{Api, Cloud, Credential, ISSUERS, OPENID_URL, Settings};
pub use token::TokenError;
pub use token_validation::{TokenValidator, ValidationError};
pub use verification_keys::KeyFetchError;
pub use webhook::{Arrival, BODY_LIMIT, Webhook};
