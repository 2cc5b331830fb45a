//! Tests of the resources of the user and of other people.

mod contacts;
mod me;
mod subscriptions;
