//! The client against the simulator, over the same protocol as against a real server.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::unreachable,
    clippy::indexing_slicing,
    clippy::print_stderr
)]

mod activity;
mod answers;
mod bot;
mod check;
mod contacts;
mod conversations;
mod credentials;
mod deadlines;
mod discovery;
mod faults;
mod forbidden_addresses;
mod hrefs;
mod invitations;
mod login;
mod lost_replies;
mod meetings;
mod messages;
mod missed;
mod oracles;
mod own_presence;
mod participants;
mod people;
mod phones;
mod reconnecting;
mod refetching_people;
mod relay;
mod reloading;
mod renewals;
mod revalidation;
mod rules;
mod schedules;
mod search_presence;
mod searching;
mod secrets;
mod signing_in;
mod sockets;
mod starting;
mod store;
mod store_contacts;
mod store_conversations;
mod store_endings;
mod store_generations;
mod store_meeting_events;
mod store_meetings;
mod store_missed;
mod store_requests;
mod support;
mod tls;
mod truncation;
mod wire;
