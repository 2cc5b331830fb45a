//! The periodic tasks of an online session, performed when its [`super::timers`] are due.

use tokio::time::Instant;

use super::session::OnlineSession;
use super::snapshot::QUIET_AFTER;
use super::timers::Task;
use crate::provider::ucwa::Activity;

impl OnlineSession<'_> {
    /// Returns when [`OnlineSession::handle_timers`] or [`OnlineSession::send_fetches`] has something to do next.
    pub(super) fn next_timer(&self) -> Instant {
        let now = Instant::now();
        let fetches = self.fetches.next_at(now).map(|at| at.max(self.context.fetch_limiter.next_at(now)));
        let presence = self.search.has_presence_to_request().then(|| self.context.fetch_limiter.next_at(now));
        let waits = self.store.has_waiting_details() && self.fetches.wants_details();
        let details = if waits { Some(now) } else { self.fetches.next_details_at(now) };
        let details = details.map(|at| at.max(self.context.fetch_limiter.spare_at(now)));
        [
            self.channel.confirm_at(),
            self.snapshot.next_at(),
            fetches,
            self.search.next_at(),
            presence,
            details,
        ]
        .into_iter()
        .flatten()
        .fold(self.timers.next_at(self.store.has_pending()), Instant::min)
    }

    /// Runs the tasks that are due.
    pub(super) fn handle_timers(&mut self) {
        let now = self.now();
        self.send_search(now.instant);
        for task in self.timers.due(now.instant) {
            match task {
                Task::ReportActivity => self.report_activity(),
                Task::RenewToken => self.jobs.renew_token(false),
                Task::UpdateSubscription => self.update_subscription(),
                Task::FetchOverdue => {
                    for fetch in self.store.overdue(now.moment) {
                        self.fetches.enqueue(fetch, now.instant);
                    }
                }
            }
        }
        self.outbox.extend(self.channel.confirm(now));
        if self.snapshot.take_due(now.instant, self.channel.held_for(QUIET_AFTER, now.instant)) {
            let snapshot = self.store.snapshot();
            self.outbox.push_back(snapshot);
        }
    }

    /// Reports the user's activity, if there was some or the settings say that there always is.
    fn report_activity(&mut self) {
        let is_active = match self.context.settings.activity {
            Activity::Always => true,
            Activity::Keys => self.context.port.take_user_activity(),
        };
        if let Some(url) = self.application.report_my_activity.clone().filter(|_| is_active) {
            self.jobs.report_activity(url);
        }
    }
}
