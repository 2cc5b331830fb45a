//! The delays between attempts to sign in, and between polls that fail.

use std::time::Duration;

use crate::provider::backoff::Backoff;

/// The delay before the first retry.
const MIN_DELAY: Duration = Duration::from_millis(500);

/// The maximum delay between retries. An invitation rings for half a minute: a longer delay could miss one.
const MAX_DELAY: Duration = Duration::from_millis(1_500);

/// The number of applications in a row that may end early before the delays grow beyond those of [`backoff`].
const MAX_SHORT_LIVED: u32 = 4;

/// The delay after more short-lived applications than [`MAX_SHORT_LIVED`]. Doubles with each further one.
const MIN_COOLDOWN: Duration = Duration::from_secs(4);

/// The maximum delay after short-lived applications.
const MAX_COOLDOWN: Duration = Duration::from_secs(20);

/// Creates the delays between attempts to sign in, and between polls that fail.
pub fn backoff() -> Backoff {
    Backoff::new(MIN_DELAY, MAX_DELAY)
}

/// Returns the delay before the next application after a number of applications in a row that ended early. Grows with that
/// number, so that the attempts do not burden the server.
pub fn delay_after(short_lived: u32, backoff: &mut Backoff) -> Duration {
    match short_lived.checked_sub(MAX_SHORT_LIVED + 1) {
        Some(doublings) => MAX_COOLDOWN.min(MIN_COOLDOWN * 2_u32.saturating_pow(doublings.min(8))),
        None => backoff.next_delay(),
    }
}
