//! Microsoft Graph: the incoming calls of a calling bot.
//!
//! [`spawn`] starts one task for a bot (`session`). Inside, `listener` and `webhook` take notifications in, `trust`
//! says which are to be believed, `notification` and `call` read them, `calls` knows how far each call is and
//! `ending` how it ended, and `client` with `token` sends what the user wants. `check` tries all of it.

mod bot;
mod call;
pub mod calls;
mod check;
pub mod client;
mod ending;
pub mod error;
pub mod listener;
pub mod notification;
mod session;
mod settings;
mod token;
mod token_validation;
mod webhook;

pub use check::check;
pub use listener::{Listener, Socket};
pub use session::spawn;
pub use settings::{Api, Cloud, Credential, ISSUERS, OPENID_URL, Settings};
pub use token::TokenError;
pub use token_validation::{NoKeys, TokenValidator, ValidationError};
pub use webhook::{Arrival, BODY_LIMIT, Webhook};
