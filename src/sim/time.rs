use std::time::Duration;

/// Converts `number` seconds to a duration; a negative or impossible number is zero.
pub(super) fn seconds(number: f64) -> Duration {
    Duration::try_from_secs_f64(number).unwrap_or_default()
}
