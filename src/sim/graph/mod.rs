//! The calling service of Microsoft Graph with one bot: it notifies the bot's webhook of calls, and the bot
//! answers them by requests.
//!
//! [`CallingService`] is the handle to it. `GraphState` is its state, which the other modules change:
//! `requests` handles the bot's requests (`route`, `bodies` and `error` are their parts), `tokens` issues its
//! tokens, and `calls` holds the effects of each operation. `delivery` sends the notifications, which `keys`
//! signs; `documents` makes them and the calls as the bot reads them. `invalid_token` and `malformed` make
//! notifications that a webhook must refuse or survive.

mod bodies;
mod call;
mod caller;
mod calls;
mod check;
pub(super) mod console;
mod delivery;
mod documents;
mod error;
mod invalid_token;
mod keys;
mod malformed;
mod notification;
mod options;
mod requests;
mod route;
mod service;
mod state;
#[cfg(test)]
mod tests;
mod tokens;

pub use call::{Answerer, CallEvent, CallNumber, CallOutcome, CallSnapshot, CallState, EndedCall};
pub use caller::{Call, CallModality, Caller, CallerKind};
pub(super) use error::fault_reply;
pub use invalid_token::InvalidToken;
pub use malformed::Malformed;
pub use options::GraphOptions;
pub(super) use route::Route;
pub use service::CallingService;
