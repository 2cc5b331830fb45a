//! Notifications that arrive before the `created` notification of their call.

use std::collections::HashMap;
use std::time::Duration;

use tokio::time::Instant;

use super::json::text;
use super::notification::{CallId, Content, Notification};

/// The age from which the notifications of an unknown call are dropped when room is needed.
const STALE_AFTER: Duration = Duration::from_secs(60);

/// The maximum number of unknown calls whose notifications are kept.
const MAX_CALLS: usize = 1_024;

/// The maximum number of notifications that are kept for each call.
const MAX_PER_CALL: usize = 8;

/// The maximum size of a notification that is kept whole, in bytes. A larger one is reduced to its state.
const MAX_SIZE: usize = 16 * 1_024;

/// The notifications of calls that are not known yet, within bounds on their number, age and size.
#[derive(Default)]
pub struct EarlyNotifications {
    /// For each unknown call, when its first notification arrived, and the notifications that are kept.
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
            self.calls.retain(|_, (at, _)| at.elapsed() < STALE_AFTER);
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

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;
    use crate::provider::graph::notification::ChangeType;

    fn notification(number: usize, change: ChangeType, data: &Value) -> Notification {
        let call = CallId::new(&number.to_string()).unwrap();
        Notification { change, call, content: Content::Call(data.as_object().unwrap().clone()) }
    }

    fn updated(number: usize, state: &str) -> Notification {
        notification(number, ChangeType::Updated, &json!({ "state": state }))
    }

    fn kept(early: &mut EarlyNotifications, number: usize) -> Vec<Notification> {
        early.remove(&CallId::new(&number.to_string()).unwrap())
    }

    #[tokio::test]
    async fn each_change_to_a_state_is_kept_once_and_only_a_few_of_a_call() {
        let mut early = EarlyNotifications::default();
        let deleted = notification(1, ChangeType::Deleted, &json!({ "state": "terminated" }));
        let all = [updated(1, "establishing"), updated(1, "terminated"), deleted];
        for notification in all.iter().chain(&all) {
            early.insert(notification.clone());
        }
        assert_eq!(kept(&mut early, 1), all);
        assert!(kept(&mut early, 1).is_empty(), "they were removed");
        let states = ["incoming", "establishing", "established", "redirecting", "terminating", "terminated"];
        for change in [ChangeType::Updated, ChangeType::Deleted] {
            for state in states {
                early.insert(notification(2, change, &json!({ "state": state })));
            }
        }
        assert_eq!(kept(&mut early, 2).len(), MAX_PER_CALL);
    }

    #[tokio::test]
    async fn of_a_large_notification_only_the_state_is_kept() {
        let mut early = EarlyNotifications::default();
        let large = json!({ "state": "terminated", "subject": "x".repeat(MAX_SIZE) });
        early.insert(notification(1, ChangeType::Updated, &large));
        assert_eq!(kept(&mut early, 1), [updated(1, "terminated")]);
        early.insert(notification(1, ChangeType::Updated, &json!({ "state": "x".repeat(MAX_SIZE) })));
        assert_eq!(kept(&mut early, 1), [notification(1, ChangeType::Updated, &json!({}))]);
    }

    #[tokio::test]
    async fn a_notification_of_the_maximum_size_is_kept_whole() {
        let mut early = EarlyNotifications::default();
        let of = |length| notification(1, ChangeType::Updated, &json!({ "subject": "x".repeat(length) }));
        let longest = of(MAX_SIZE - of(0).size());
        early.insert(longest.clone());
        assert_eq!((longest.size(), kept(&mut early, 1)), (MAX_SIZE, vec![longest]));
    }

    #[tokio::test(start_paused = true)]
    async fn unknown_calls_make_room_for_others_once_they_are_old() {
        let mut early = EarlyNotifications::default();
        (0..=MAX_CALLS).for_each(|number| early.insert(updated(number, "establishing")));
        early.insert(updated(0, "terminated"));
        assert_eq!(kept(&mut early, MAX_CALLS).len(), 0, "there was no room");
        tokio::time::advance(STALE_AFTER).await;
        early.insert(updated(MAX_CALLS, "establishing"));
        assert_eq!(kept(&mut early, MAX_CALLS).len(), 1, "there was no room for a newer call before");
        assert_eq!(kept(&mut early, 1).len(), 0, "it was too old");
        let mut early = EarlyNotifications::default();
        (0..MAX_CALLS).for_each(|number| early.insert(updated(number, "establishing")));
        early.insert(updated(0, "terminated"));
        assert_eq!(kept(&mut early, 0).len(), 2, "a call that has a place keeps it");
    }
}
