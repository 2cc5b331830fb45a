//! The timers of what an online session does periodically.

use std::time::Duration;

use tokio::time::Instant;

/// The interval of activity reports. The server takes the user for inactive after five minutes, and the UCWA reference asks
/// for a report every four minutes.
const ACTIVITY_INTERVAL: Duration = Duration::from_secs(210);

/// The wait before a failed renewal of the token is repeated.
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
    /// Fetch the invitations that should have ended.
    FetchOverdue,
}

/// The timers of an online session.
#[derive(Debug)]
pub(super) struct Timers {
    activity_at: Instant,
    renewal_at: Option<Instant>,
    overdue_at: Instant,
}

impl Timers {
    pub fn new(now: Instant) -> Self {
        Self { activity_at: now + ACTIVITY_INTERVAL, renewal_at: None, overdue_at: now }
    }

    /// Sets the time of the token's next renewal.
    pub fn renew_token_at(&mut self, at: Option<Instant>) {
        self.renewal_at = at;
    }

    /// Schedules another renewal of the token after one failed.
    pub fn renew_token_again(&mut self, now: Instant) {
        self.renewal_at = Some(now + RENEW_AGAIN);
    }

    /// Returns when the next task is due. Invitations only become overdue while some are pending.
    pub fn next_at(&self, has_pending: bool) -> Instant {
        let overdue_at = has_pending.then_some(self.overdue_at);
        [self.renewal_at, overdue_at].into_iter().flatten().fold(self.activity_at, Instant::min)
    }

    /// Returns the tasks that are due, and schedules the next ones.
    pub fn due(&mut self, now: Instant) -> Vec<Task> {
        let mut tasks = Vec::new();
        if self.activity_at <= now {
            self.activity_at = now + ACTIVITY_INTERVAL;
            tasks.push(Task::ReportActivity);
        }
        if self.renewal_at.is_some_and(|at| at <= now) {
            self.renewal_at = None;
            tasks.push(Task::RenewToken);
        }
        if self.overdue_at <= now {
            self.overdue_at = now + OVERDUE_INTERVAL;
            tasks.push(Task::FetchOverdue);
        }
        tasks
    }
}
