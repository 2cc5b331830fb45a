//! The provider for Microsoft Graph: the incoming calls of a calling bot.
//!
//! [`spawn`] starts the session of a bot (`session`), which runs its work (`bot`) and the user's requests (`command`).
//! `listener` and `webhook` receive notifications, `token_validation` authenticates them with the `verification_keys`, and
//! `notification` and `call_resource` decode them. `calls` and `tracked_call` hold the state of each call, `connected_call` and
//! `connected_call_requests` what it is while the bot is connected, `invitees` whom the user has invited to it, `ending`
//! decides its outcome, and `early_notifications` keeps notifications that arrive out of order. `client` and `token` send
//! requests. `check` checks the configuration.

pub mod answer;
mod bot;
mod call_resource;
pub mod calls;
mod check;
mod client;
mod client_assertion;
mod command;
mod connected_call;
mod connected_call_requests;
mod deadline;
mod early_notifications;
mod ended_without_notification;
mod ending;
pub mod error;
mod first_notification;
mod invite;
mod invitees;
mod json;
mod listener;
mod login;
mod lookup;
pub mod notification;
pub mod operation;
mod session;
mod settings;
mod token;
mod token_validation;
mod tracked_call;
mod transfer_request;
mod verification_keys;
mod webhook;

pub use check::check;
pub use listener::{HttpListener, Listener};
pub use login::try_credential;
pub use session::spawn;
pub use settings::{
    Api, Cloud, Credential, ISSUERS, OPENID_URL, RECORDING_RINGING_TIME, RINGING_TIME, Settings,
};
pub use token::TokenError;
pub use token_validation::{TokenValidator, ValidationError};
pub use verification_keys::KeyFetchError;
pub use webhook::{Arrival, BODY_LIMIT, Webhook};
