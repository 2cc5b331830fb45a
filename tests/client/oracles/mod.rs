//! What must be true after any fault: nothing is lost, nothing is invented, and what is shown is what is.

mod requests;
mod rows;
mod told;

use std::collections::BTreeMap;
use std::time::Duration;

use rsvp::app::State;
use rsvp::sim::Simulator;

use crate::support::Desk;
use rows::View;
use told::untold;

/// The longest that anything may take to be right again once all is well.
pub const HEALED: Duration = Duration::from_secs(35);

impl Desk {
    /// Lets everything be well again, waits until what is shown is what is true, and checks all oracles. Says
    /// how long that took.
    pub async fn nothing_is_lost(&mut self) -> Duration {
        self.nothing_is_lost_after(HEALED).await
    }

    /// The same, where there is so much to read again that it takes longer.
    pub async fn nothing_is_lost_after(&mut self, longest: Duration) -> Duration {
        self.sim.heal();
        let since = tokio::time::Instant::now();
        let sim = self.sim.clone();
        let right =
            self.within_at_rest(longest, |state| is_true(state, &sim) && untold(state, &sim).is_none()).await;
        assert!(
            right,
            "nobody was told of {:?}\nshown, but not true: {}\ntrue, but not shown: {}\nstatus {:?}",
            untold(&self.state, &self.sim),
            View::shown(&self.state).beyond(&View::true_of(&self.sim)),
            View::true_of(&self.sim).beyond(&View::shown(&self.state)),
            self.status()
        );
        let took = since.elapsed();
        self.check();
        self.requests_are_in_bounds();
        took
    }

    /// What holds at any time.
    pub fn check(&self) {
        // Each end is told once, and is the last that is told.
        assert!(self.overs.values().all(|times| *times == 1), "an end was told twice: {:?}", self.overs);
        assert!(self.ghosts.is_empty(), "what was over came back: {:?}", self.ghosts);
        self.each_has_one_row();
        self.deadlines_are_true();
        self.outcomes_are_true();
        self.each_end_is_said_once();
        self.what_is_kept_is_what_is_shown();
    }

    /// One row for each invitation, whatever the session went through.
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
    state.accounts[0].status.is_online() && View::shown(state) == View::true_of(sim)
}
