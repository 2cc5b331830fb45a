//! The timers of an online session: they decide when a periodic task is due, without I/O. `periodic_tasks` performs the tasks.

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
