//! Requests to a Skype for Business server: discovery, tokens, the client that carries them, and what a refusal means.

pub mod challenge;
pub mod client;
pub mod discovery;
pub mod error;
pub mod rate_limit;
pub mod token;
