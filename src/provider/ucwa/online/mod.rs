//! An online session: the event channel, the user's requests, and what is fetched and kept alive, with one
//! application.
//!
//! [`channel`], [`fetches`], [`snapshot`], [`presence_subscription`], [`pending`], [`people_search`] and [`timers`] decide
//! without I/O. [`jobs`], [`fetch_requests`], [`people_search_requests`], [`presence_subscription_requests`],
//! [`start_conversation`], [`join_request`] and [`polling`] send the requests, and [`results`] applies their results.
//! [`timer_tasks`] does what is due. [`session`] holds the state that [`run`] changes from one input to the next.

mod channel;
mod commands;
mod end;
mod fetch_requests;
mod fetches;
mod jobs;
mod join_request;
mod meetings;
mod pending;
mod people_search;
mod people_search_requests;
mod polling;
mod presence_subscription;
mod presence_subscription_requests;
mod reload;
mod results;
mod run;
mod session;
mod sign_out;
mod snapshot;
mod start_conversation;
mod timer_tasks;
mod timers;

pub use end::SessionEnd;
pub use session::OnlineSession;
