//! Microsoft Graph: the incoming calls of a calling bot.
//!
//! [`spawn`] starts one task for a bot (`session`). Inside, `entrance` and `webhook` take notifications in, `trust`
//! says which are to be believed, `notification` and `call` read them, `calls` knows how far each call is and
//! `ending` how it ended, and `client` with `token` sends what the user wants. `check` tries all of it.

mod call;
pub mod calls;
mod check;
pub mod client;
mod ending;
pub mod entrance;
pub mod error;
pub mod notification;
mod session;
mod settings;
mod token;
mod trust;
mod webhook;

pub use check::check;
pub use entrance::{Entrance, Socket};
pub use session::spawn;
pub use settings::{Api, Cloud, Credential, ISSUERS, OPENID_URL, Settings};
pub use token::TokenError;
pub use trust::{Distrust, NoKeys, Trust};
pub use webhook::{Arrival, BODY_LIMIT, Webhook};
