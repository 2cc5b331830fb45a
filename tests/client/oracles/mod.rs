//! Checks that hold after any fault: no invitation is lost or invented, and the screen shows the state of the
//! server.

mod announcements;
mod messages;
mod reports;
mod requests;
mod rows;
mod schema;

pub use announcements::is_printed_well;

use std::collections::BTreeMap;
use std::time::Duration;

use rsvp::app::State;
use rsvp::sim::Simulator;

use crate::support::TestClient;
use messages::wrong_messages;
use reports::unreported_end;
use rows::View;

/// The longest time until the screen is right after all faults are removed: less than an invitation rings, so that a wrong row
/// is not right by its end.
pub const HEALED: Duration = Duration::from_secs(25);

impl TestClient {
    /// Removes all faults, waits until the screen shows the state of the server, and checks everything.
    /// Returns how long that took.
    pub async fn nothing_is_lost(&mut self) -> Duration {
        self.nothing_is_lost_after(HEALED).await
    }

    /// The same with a longer time limit, for a state that takes longer to read again.
    pub async fn nothing_is_lost_after(&mut self, longest: Duration) -> Duration {
        self.sim.heal();
        let since = tokio::time::Instant::now();
        let sim = self.sim.clone();
        let said = self.said.clone();
        let right = self
            .within_at_rest(longest, |state| {
                is_true(state, &sim)
                    && unreported_end(state, &sim).is_none()
                    && wrong_messages(state, &sim, &said).is_none()
            })
            .await;
        assert!(
            right,
            "no end was reported of {:?}\nshown, but not true: {}\ntrue, but not shown: {}\nmessages: {:?}\nstatus {:?}",
            unreported_end(&self.state, &self.sim),
            View::shown(&self.state).difference(&View::expected(&self.sim)),
            View::expected(&self.sim).difference(&View::shown(&self.state)),
            wrong_messages(&self.state, &self.sim, &self.said),
            self.status()
        );
        let took = since.elapsed();
        self.check();
        self.requests_are_in_bounds();
        took
    }

    /// Checks what holds at any time.
    pub fn check(&self) {
        // Each end is reported once, and no event of the invitation follows it.
        assert!(
            self.end_counts.values().all(|times| *times == 1),
            "an end was told twice: {:?}",
            self.end_counts
        );
        assert!(self.late_events.is_empty(), "what was over came back: {:?}", self.late_events);
        self.each_has_one_row();
        self.deadlines_are_true();
        self.outcomes_are_true();
        self.each_end_is_reported_once();
        self.what_is_kept_is_what_is_shown();
        self.announcements_agree_with_the_history();
        self.announcements_agree_with_the_screen();
    }

    /// Checks that each invitation has one row, whatever happened to the session.
    fn each_has_one_row(&self) {
        let mut calls: BTreeMap<String, usize> = BTreeMap::new();
        let pending = self.sim.ucwa.pending().into_iter().map(|truth| truth.invite.from.uri);
        for uri in self.sim.ucwa.ended().into_iter().map(|ending| ending.uri).chain(pending) {
            *calls.entry(uri).or_default() += 1;
        }
        for (uri, ids) in self.rows.iter().filter(|(uri, _)| !uri.contains("joe@")) {
            let calls = calls.get(uri).copied().unwrap_or_default();
            assert!(ids.len() <= calls.max(1), "{uri} has {} rows for {calls} invitations", ids.len());
        }
    }
}

fn is_true(state: &State, sim: &Simulator) -> bool {
    state.accounts[0].status.is_online() && View::shown(state) == View::expected(sim)
}
