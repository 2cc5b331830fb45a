//! Notifications that arrive before the `created` notification of their call.

use std::collections::HashMap;
use std::time::Duration;

use tokio::time::Instant;

use super::json::text;
use super::notification::{CallId, Content, Notification};

/// The minimum time that the notifications of an unknown call are kept.
const MAX_AGE: Duration = Duration::from_secs(60);

/// The maximum number of unknown calls whose notifications are kept.
const MAX_CALLS: usize = 1_024;

/// The maximum number of notifications that are kept for each call.
const MAX_PER_CALL: usize = 8;

/// The maximum size of a notification that is kept whole, in bytes. A larger one is reduced to its state.
const MAX_SIZE: usize = 16 * 1_024;

/// The notifications of calls that are not known yet, within bounds on their number, age and size.
#[derive(Default)]
pub struct EarlyNotifications {
    /// The instant of the first notification of each call, and those that are kept.
    calls: HashMap<CallId, (Instant, Vec<Notification>)>,
    /// The number of notifications that were inserted so far, for the log.
    count: u64,
}

impl EarlyNotifications {
    /// Keeps a notification, if there is room for it.
    pub fn insert(&mut self, notification: Notification) {
        self.count += 1;
        tracing::info!(so_far = self.count, "a notification of a call that is not known");
        if self.calls.len() >= MAX_CALLS {
            self.calls.retain(|_, (at, _)| at.elapsed() < MAX_AGE);
        }
        if self.calls.len() >= MAX_CALLS && !self.calls.contains_key(&notification.call) {
            return;
        }
        let entry = self.calls.entry(notification.call.clone());
        let (_, kept) = entry.or_insert_with(|| (Instant::now(), Vec::new()));
        let is_repeated = kept
            .iter()
            .any(|other| other.change == notification.change && other.state() == notification.state());
        if kept.len() < MAX_PER_CALL && !is_repeated {
            kept.push(reduced(notification));
        }
    }

    /// Removes and returns the notifications of a call, in the order of their arrival.
    pub fn remove(&mut self, call: &CallId) -> Vec<Notification> {
        self.calls.remove(call).map(|(_, kept)| kept).unwrap_or_default()
    }
}

/// Drops everything but the state from a large notification.
fn reduced(mut notification: Notification) -> Notification {
    if let Content::Call(data) = &notification.content
        && notification.size() > MAX_SIZE
    {
        let state = text(data, "state").filter(|state| state.len() < MAX_SIZE);
        let state = state.map(|state| ("state".to_owned(), state.into())).into_iter().collect();
        notification.content = Content::Call(state);
    }
    notification
}
