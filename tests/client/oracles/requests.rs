//! What the client may ask for, and when.

use std::time::Duration;

use rsvp::provider::{Command, Status};
use tokio::time::Instant;

use crate::support::{Desk, POOL};

impl Desk {
    /// One effective request for one decision, and never more requests than the budget.
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
        // Polls, and all else that is read: 200 at once and 20 a second of each; a little more for signing in, or where
        // a second client was started on purpose.
        let (window, most) = (Duration::from_secs(10), 410);
        for polls in [true, false] {
            let gets =
                record.iter().filter(|it| it.method == "GET" && it.target.contains("/events") == polls);
            let gets: Vec<Instant> = gets.map(|it| it.at).collect();
            let crowded = gets.iter().zip(gets.iter().skip(most)).any(|(a, b)| b.duration_since(*a) < window);
            assert!(!crowded, "more than {most} requests within ten seconds");
        }
    }

    /// Nothing was asked of hosts that are nobody's, and nothing while the user was to have the word.
    pub fn nothing_was_asked_that_is_forbidden(&self) {
        let record = self.sim.record();
        let pool = POOL.trim_end_matches('/');
        for request in &record {
            assert_eq!(request.origin, pool, "{request}");
        }
        for (from, until, status) in self.silences() {
            // What was delayed on its way was sent before it came.
            let came = |at: Instant| at > from && at < until;
            let asked = record
                .iter()
                .find(|it| came(it.at) && it.method != "DELETE" && !it.summary.contains("hit by delay"));
            assert!(asked.is_none(), "while {status:?}: {}", asked.unwrap());
        }
    }

    /// Nobody was asked for a token in exchange for a password that the user did not give.
    pub fn no_password_was_sent(&self) {
        let asked = self.sim.record().into_iter().find(|it| it.body.contains("grant_type=password"));
        assert!(asked.is_none(), "{}", asked.unwrap());
    }

    /// The server heard that the user is there only after the user was, beginning with the start of the program.
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

    /// From when until when nothing was to be asked for: another client had the event channel, or something was
    /// for the user to mend.
    fn silences(&self) -> Vec<(Instant, Instant, Status)> {
        let statuses: Vec<(Instant, &Status)> = self.statuses_at().collect();
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
