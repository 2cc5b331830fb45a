//! The parts of an account's session that its other parts share.

use std::time::Duration;

use super::Settings;
use super::http::rate_limit::RateLimiter;
use crate::provider::SettingsSource;
use crate::provider::backoff::Backoff;
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

/// The delay before the first retry.
const MIN_DELAY: Duration = Duration::from_millis(500);

/// The maximum delay between retries. An invitation rings for half a minute: a longer delay could miss one.
const MAX_DELAY: Duration = Duration::from_millis(1_500);

/// Creates the delays between attempts to sign in, and between polls that fail.
pub fn backoff() -> Backoff {
    Backoff::new(MIN_DELAY, MAX_DELAY)
}
