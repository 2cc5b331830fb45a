//! The timers of an online session: they decide when a periodic task is due, without I/O. [`super::timer_tasks`] performs the tasks.

use std::time::Duration;

use tokio::time::Instant;

/// The interval of activity reports. The server takes the user for inactive after five minutes, and the UCWA
/// reference asks for a report every four minutes.
const ACTIVITY_INTERVAL: Duration = Duration::from_secs(210);

/// The minimum wait before a failed renewal of the token is repeated.
const RENEW_AGAIN: Duration = Duration::from_secs(15);

/// The interval of looking for invitations that should have ended.
const OVERDUE_INTERVAL: Duration = Duration::from_secs(1);

/// A task that is due.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Task {
    /// Report the user's activity.
    ReportActivity,
    /// Renew the token.
    RenewToken,
    /// Update the subscription to the people of interest.
    UpdateSubscription,
    /// Fetch the invitations that should have ended.
    FetchOverdue,
}

/// The timers of an online session.
#[derive(Debug)]
pub(super) struct Timers {
    /// The next report of the user's activity.
    activity: Instant,
    /// The next renewal of the token, unless one is in progress.
    renewal: Option<Instant>,
    /// When to update the subscription, if somebody may have come or gone.
    subscription: Option<Instant>,
    /// The next look for overdue invitations.
    overdue: Instant,
}

impl Timers {
    pub fn new(now: Instant) -> Self {
        Self { activity: now + ACTIVITY_INTERVAL, renewal: None, subscription: None, overdue: now }
    }

    /// Sets the time of the token's next renewal.
    pub fn renew_token_at(&mut self, at: Option<Instant>) {
        self.renewal = at;
    }

    /// Sets when to update the subscription, unless that is due earlier already.
    pub fn update_subscription_at(&mut self, at: Instant) {
        self.subscription = Some(self.subscription.map_or(at, |before| before.min(at)));
    }

    /// Schedules another renewal of the token after one failed. `asked_for` is the wait that the server asks for.
    pub fn renew_token_again(&mut self, asked_for: Option<Duration>, now: Instant) {
        self.renewal = Some(now + RENEW_AGAIN.max(asked_for.unwrap_or_default()));
    }

    /// Returns when the next task is due. Invitations only become overdue while some are pending.
    pub fn next_at(&self, has_pending: bool) -> Instant {
        let overdue = has_pending.then_some(self.overdue);
        [self.renewal, self.subscription, overdue].into_iter().flatten().fold(self.activity, Instant::min)
    }

    /// Returns the tasks that are due, and schedules the next ones.
    pub fn due(&mut self, now: Instant) -> Vec<Task> {
        let mut tasks = Vec::new();
        if self.activity <= now {
            self.activity = now + ACTIVITY_INTERVAL;
            tasks.push(Task::ReportActivity);
        }
        if self.renewal.is_some_and(|at| at <= now) {
            self.renewal = None;
            tasks.push(Task::RenewToken);
        }
        if self.subscription.is_some_and(|at| at <= now) {
            self.subscription = None;
            tasks.push(Task::UpdateSubscription);
        }
        if self.overdue <= now {
            self.overdue = now + OVERDUE_INTERVAL;
            tasks.push(Task::FetchOverdue);
        }
        tasks
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const SECOND: Duration = Duration::from_secs(1);

    #[test]
    fn the_earliest_time_for_the_subscription_stands_until_it_was_updated() {
        let now = Instant::now();
        let mut timers = Timers::new(now);
        timers.update_subscription_at(now + SECOND * 2);
        for seconds in [3, 60] {
            timers.update_subscription_at(now + SECOND * seconds);
        }
        assert_eq!(timers.next_at(false), now + SECOND * 2);
        assert!(!timers.due(now + SECOND).contains(&Task::UpdateSubscription));
        timers.update_subscription_at(now + SECOND);
        assert!(timers.due(now + SECOND).contains(&Task::UpdateSubscription));
        assert!(!timers.due(now + SECOND * 100).contains(&Task::UpdateSubscription), "it was updated");
        timers.update_subscription_at(now + SECOND * 60);
        assert_eq!(timers.next_at(false), now + SECOND * 60, "a later one counts again");
    }

    #[test]
    fn a_renewal_that_failed_is_repeated_after_a_while_or_when_the_server_asks_for_it() {
        let now = Instant::now();
        let mut timers = Timers::new(now);
        for (asked_for, expected) in
            [(None, RENEW_AGAIN), (Some(SECOND), RENEW_AGAIN), (Some(SECOND * 60), SECOND * 60)]
        {
            timers.renew_token_again(asked_for, now);
            assert_eq!(timers.next_at(false), now + expected);
        }
        assert!(timers.due(now + SECOND * 60).contains(&Task::RenewToken));
        assert!(!timers.due(now + SECOND * 120).contains(&Task::RenewToken), "one at a time");
    }

    #[test]
    fn overdue_invitations_are_looked_for_every_second_while_there_are_any() {
        let now = Instant::now();
        let mut timers = Timers::new(now);
        assert_eq!((timers.next_at(true), timers.next_at(false)), (now, now + ACTIVITY_INTERVAL));
        assert_eq!(timers.due(now), [Task::FetchOverdue]);
        assert_eq!(timers.next_at(true), now + OVERDUE_INTERVAL);
        assert_eq!(timers.due(now), []);
        let later = now + ACTIVITY_INTERVAL;
        assert_eq!(timers.due(later), [Task::ReportActivity, Task::FetchOverdue]);
        assert_eq!(timers.next_at(false), later + ACTIVITY_INTERVAL);
    }
}
