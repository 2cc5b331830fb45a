//! Users and other people, and what the server keeps for them.

pub mod business_card;
pub mod call_forwarding;
pub mod contacts;
pub mod history;
pub mod person;
pub mod phone;
pub mod presence_subscription;
pub mod profile;
pub mod user;
