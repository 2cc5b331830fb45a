//! An online session: the event channel, the user's requests, and what is fetched and kept alive, with one
//! application.
//!
//! [`channel`], [`fetches`], [`snapshot`], [`subscription`], [`pending`], [`search`] and [`timers`] decide without I/O.
//! [`jobs`], [`people_search`], [`start_conversation`], [`join_request`] and [`polling`] send the requests, and [`results`]
//! applies their results. [`session`] holds the state that [`run`] changes from one input to the next.

mod channel;
mod commands;
mod end;
mod fetches;
mod jobs;
mod join_request;
mod joining;
mod pending;
mod people_search;
mod people_search_requests;
mod periodic_tasks;
mod polling;
mod presence_subscription;
mod presence_subscription_requests;
mod results;
mod run;
mod session;
mod sign_out;
mod snapshot;
mod start_conversation;
mod timers;

pub use end::SessionEnd;
pub use session::OnlineSession;
