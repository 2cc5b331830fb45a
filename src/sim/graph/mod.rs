//! The calling service of Microsoft Graph with one bot: it notifies the bot's webhook of calls, and the bot
//! answers them by requests.
//!
//! [`CallingService`] is the handle to it. `GraphState` is its state, which the other modules change:
//! `requests` handles the bot's requests (`route`, `bodies`, `operation_bodies` and `error` are their parts),
//! `perform` performs the operations on a call, and `tokens` issues the bot's tokens. `calls`, `transfers`
//! and `operations` hold the effects on a call and on the bot's part in it (`leg`). `delivery` sends the notifications, which
//! `keys` signs; `documents`, `leg_documents` and `call_resource` make them and what the bot reads.
//! `invalid_token` and `malformed` make notifications that a webhook must refuse or survive.

mod bodies;
mod call;
mod call_resource;
mod caller;
mod calls;
mod check;
pub(super) mod console;
mod delivery;
mod documents;
mod error;
mod invalid_token;
mod keys;
mod leg;
mod leg_documents;
mod malformed;
mod notification;
mod notification_fault;
mod operation_bodies;
mod operations;
mod options;
mod perform;
mod requests;
mod route;
mod service;
mod state;
#[cfg(test)]
mod tests;
mod tokens;
mod transfers;

pub use call::{Answerer, CallEvent, CallNumber, CallOutcome, CallSnapshot, CallState, EndedCall};
pub use caller::{Call, CallModality, Caller, CallerKind};
pub(super) use error::fault_reply;
pub use invalid_token::InvalidToken;
pub use malformed::Malformed;
pub use options::GraphOptions;
pub(super) use route::Route;
pub use service::CallingService;
