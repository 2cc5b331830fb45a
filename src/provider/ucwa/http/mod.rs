//! HTTP as Skype for Business servers speak it: discovery, tokens, requests, errors and their rate.

pub mod caching;
pub mod challenge;
pub mod client;
pub mod discovery;
pub mod error;
pub mod error_response;
pub mod in_flight;
pub mod rate_limit;
pub mod token;
