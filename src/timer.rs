//! Timers that may be unset.

use tokio::time::Instant;

/// Waits until `at`, or forever if it is `None`. Cancel safe.
pub async fn sleep_until(at: Option<Instant>) {
    match at {
        Some(at) => tokio::time::sleep_until(at).await,
        None => std::future::pending().await,
    }
}
