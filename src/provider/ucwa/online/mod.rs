//! An online session: the event channel, the user's requests, and what is fetched and kept alive, with one
//! application.
//!
//! [`channel`], [`fetches`], [`snapshot`], [`subscription`], [`pending`], [`search`] and [`timers`] decide without I/O; [`jobs`],
//! [`outreach_jobs`], [`join_request`] and [`polling`] send
//! the requests; [`session`] holds the state that [`run`] changes from one input to the next.

mod channel;
mod commands;
mod completions;
mod end;
mod fetches;
mod jobs;
mod join_request;
mod joining;
mod outreach;
mod outreach_jobs;
mod pending;
mod people;
mod periodic_tasks;
mod polling;
mod run;
mod search;
mod session;
mod sign_out;
mod snapshot;
mod subscription;
mod timers;

pub use end::SessionEnd;
pub use session::OnlineSession;
