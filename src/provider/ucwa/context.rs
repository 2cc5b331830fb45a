//! The parts of an account's session that its other parts share.

use super::Settings;
use super::http::rate_limit::RateLimiter;
use crate::provider::SettingsSource;
use crate::provider::port::Port;

/// The state of one account that outlasts its applications.
pub struct SessionContext {
    /// The session's end of the interface to the program.
    pub port: Port,
    /// The account's settings.
    pub settings: SettingsSource<Settings>,
    /// The rate limit of the polls of the event channel.
    pub poll_limiter: RateLimiter,
    /// The rate limit of the other requests that follow from what the server sends.
    pub fetch_limiter: RateLimiter,
}
