//! Checks of the requests that the client sends.

use std::time::Duration;

use rsvp::provider::{Command, Status};
use tokio::time::Instant;

use crate::support::{POOL, TestClient};

impl TestClient {
    /// Checks that each decision takes effect once, and that the rate limits are kept.
    pub fn requests_are_in_bounds(&self) {
        let record = self.sim.record();
        let mut effective: Vec<&str> = record
            .iter()
            .filter(|it| it.method == "POST" && (200..300).contains(&it.status))
            .filter(|it| ["accept", "decline", "cancel"].iter().any(|name| it.summary.starts_with(name)))
            .map(|it| it.summary.as_str())
            .collect();
        let all = effective.len();
        effective.sort_unstable();
        effective.dedup();
        assert_eq!(effective.len(), all, "something was done twice: {effective:?}");
        // 200 polls and 200 other reads at once, and 20 of each a second; a few more for signing in, or for a
        // second client.
        let (window, most) = (Duration::from_secs(10), 410);
        for polls in [true, false] {
            let gets =
                record.iter().filter(|it| it.method == "GET" && it.target.contains("/events") == polls);
            let gets: Vec<Instant> = gets.map(|it| it.at).collect();
            let crowded = gets.iter().zip(gets.iter().skip(most)).any(|(a, b)| b.duration_since(*a) < window);
            assert!(!crowded, "more than {most} requests within ten seconds");
        }
    }

    /// Checks that requests go to the pool only, and that none is sent while the client waits for the user.
    pub fn requests_are_allowed(&self) {
        let record = self.sim.record();
        let pool = POOL.trim_end_matches('/');
        for request in &record {
            assert_eq!(request.origin, pool, "{request}");
        }
        for (from, until, status) in self.silent_periods() {
            // A delayed request was sent before it arrived.
            let came = |at: Instant| at > from && at < until;
            let asked = record
                .iter()
                .find(|it| came(it.at) && it.method != "DELETE" && !it.summary.contains("hit by delay"));
            assert!(asked.is_none(), "while {status:?}: {}", asked.unwrap());
        }
    }

    /// Checks that no token was requested by a password, since the user configured none.
    pub fn no_password_was_sent(&self) {
        let asked = self.sim.record().into_iter().find(|it| it.body.contains("grant_type=password"));
        assert!(asked.is_none(), "{}", asked.unwrap());
    }

    /// Checks that activity was reported only after a key was pressed, beginning with the start of the
    /// program.
    pub fn activity_was_reported_for_keys_alone(&self) {
        let reports = self.sim.record();
        let reports = reports.iter().filter(|it| it.target.ends_with("/reportMyActivity")).map(|it| it.at);
        let mut last: Option<Instant> = None;
        for at in reports {
            if let Some(last) = last {
                let mut keys = self.commands.iter().filter(|(_, command)| *command == Command::Active);
                let is_since = keys.any(|(pressed, _)| *pressed > last && *pressed <= at);
                assert!(is_since, "activity at {at:?} without a key");
            }
            last = Some(at);
        }
    }

    /// Returns the times in which no request may be sent: another client had the event channel, or the user
    /// had to fix something.
    fn silent_periods(&self) -> Vec<(Instant, Instant, Status)> {
        let statuses: Vec<(Instant, &Status)> = self.timed_statuses().collect();
        let silent = statuses.iter().filter(|(_, it)| matches!(it, Status::Replaced | Status::Stopped(_)));
        silent
            .map(|(from, status)| {
                let ends = |command: &Command| matches!(command, Command::Reconnect | Command::SignOut);
                let mut ending = self.commands.iter().filter(|(_, command)| ends(command));
                let until = ending.find(|(at, _)| at >= from).map(|(at, _)| *at);
                (*from, until.unwrap_or_else(Instant::now), (*status).clone())
            })
            .collect()
    }
}
