//! What must be true after any fault: nothing is lost, nothing is invented.

use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use rsvp::app::State;
use rsvp::invitation::{Direction, Outcome};
use rsvp::sim::{Ending, Simulator};

use crate::support::Desk;

/// The longest that anything may take to be right again once all is well.
pub const HEALED: Duration = Duration::from_secs(35);

impl Desk {
    /// Lets everything be well again, waits until what is shown is what is true, and checks all oracles. Says
    /// how long that took.
    pub async fn nothing_is_lost(&mut self) -> Duration {
        self.sim.heal();
        let since = tokio::time::Instant::now();
        let sim = self.sim.clone();
        let right =
            self.within_at_rest(HEALED, |state| is_true(state, &sim) && untold(state, &sim).is_none()).await;
        assert!(
            right,
            "nobody was told of {:?}; shown {:?}, true {:?}, status {:?}",
            untold(&self.state, &self.sim),
            pending(&self.state),
            truth(&self.sim),
            self.status()
        );
        let took = since.elapsed();
        self.check();
        took
    }

    /// What holds at any time.
    pub fn check(&self) {
        // Each end is told once, and is the last that is told.
        assert!(self.overs.values().all(|times| *times == 1), "an end was told twice: {:?}", self.overs);
        assert!(self.ghosts.is_empty(), "what was over came back: {:?}", self.ghosts);
        // One row for each invitation, whatever the session went through.
        let mut calls: BTreeMap<String, usize> = BTreeMap::new();
        let pending = truth(&self.sim).into_iter().map(|(_, uri)| uri);
        for uri in self.sim.endings().into_iter().map(|ending| ending.uri).chain(pending) {
            *calls.entry(uri).or_default() += 1;
        }
        for (uri, ids) in self.rows.iter().filter(|(uri, _)| !uri.contains("joe@")) {
            let calls = calls.get(uri).copied().unwrap_or_default();
            assert!(ids.len() <= calls.max(1), "{uri} has {} rows for {calls} invitations", ids.len());
        }
        self.outcomes_are_true();
        self.requests_are_in_bounds();
    }

    /// The history says of each what the server says of it.
    fn outcomes_are_true(&self) {
        let endings = self.sim.endings();
        let mut of_each: BTreeMap<&str, Vec<&Ending>> = BTreeMap::new();
        for ending in &endings {
            of_each.entry(&ending.uri).or_default().push(ending);
        }
        for past in self.state.history.iter() {
            let uri = past.who().uri.as_str();
            let of_this = of_each.get(uri).map_or(&[][..], Vec::as_slice);
            if uri.is_empty() || past.outcome == Outcome::Lost {
                continue;
            }
            let incoming = past.invitation.direction == Direction::Incoming;
            assert!(
                of_this.iter().any(|ending| is_outcome(ending, incoming, &past.outcome)),
                "{uri} is said to have ended as {:?}; the server knows {of_this:?}",
                past.outcome
            );
        }
        // Within one session no end is made up.
        if self.sim.generations() == 1 {
            let lost = self.state.history.iter().filter(|past| past.outcome == Outcome::Lost);
            for past in lost {
                let uri = past.who().uri.as_str();
                assert!(!of_each.contains_key(uri), "how {uri} ended was not told");
            }
        }
    }

    /// One effective request for one decision, and never more requests than the budget.
    fn requests_are_in_bounds(&self) {
        let record = self.sim.record();
        let mut effective: Vec<&str> = record
            .iter()
            .filter(|it| it.method == "POST" && (200..300).contains(&it.status))
            .filter(|it| ["accept", "decline", "cancel"].iter().any(|name| it.what.starts_with(name)))
            .map(|it| it.what.as_str())
            .collect();
        let all = effective.len();
        effective.sort_unstable();
        effective.dedup();
        assert_eq!(effective.len(), all, "something was done twice: {effective:?}");
        let gets: Vec<_> = record.iter().filter(|it| it.method == "GET").map(|it| it.at).collect();
        // 200 at once and 20 a second; a little more where a second client was started on purpose.
        let (window, most) = (Duration::from_secs(10), 410);
        let crowded = gets.iter().zip(gets.iter().skip(most)).any(|(a, b)| b.duration_since(*a) < window);
        assert!(!crowded, "more than {most} requests within ten seconds");
    }
}

fn is_true(state: &State, sim: &Simulator) -> bool {
    state.accounts[0].status.is_online() && pending(state) == truth(sim)
}

/// An end that the user was not told of. What ended while there was no session can't be told.
fn untold(state: &State, sim: &Simulator) -> Option<Ending> {
    let told: BTreeSet<&str> = state.history.iter().map(|past| past.who().uri.as_str()).collect();
    // Whose it was can't be told of one that was only linked to and over before it could be read.
    let nameless = state.history.iter().filter(|past| past.who().uri.is_empty()).count();
    let mut untold = sim.endings().into_iter().filter(|ending| !told.contains(ending.uri.as_str()));
    untold.nth(nameless).filter(|_| sim.generations() == 1)
}

fn pending(state: &State) -> Vec<(String, String)> {
    let mut pending: Vec<(String, String)> = state
        .incoming
        .iter()
        .chain(state.outgoing.iter())
        .filter(|entry| entry.is_pending())
        .map(|entry| {
            let who = entry.invitation.to.as_ref().unwrap_or(&entry.invitation.from);
            (format!("{:?}", entry.invitation.kind), who.uri.to_string())
        })
        .collect();
    pending.sort();
    pending
}

fn truth(sim: &Simulator) -> Vec<(String, String)> {
    use rsvp::sim::Kind;
    let mut truth: Vec<(String, String)> = sim
        .truth()
        .into_iter()
        .map(|truth| {
            let kind = match truth.kind {
                Kind::Im => "Message",
                Kind::Phone => "Phone",
                Kind::Meeting => "Meeting",
                Kind::Av => "AudioVideo",
                Kind::Participant => "Participant",
            };
            (kind.to_owned(), truth.uri)
        })
        .collect();
    truth.sort();
    truth
}

fn is_outcome(ending: &Ending, incoming: bool, outcome: &Outcome) -> bool {
    match (ending.state, ending.subcode.as_str(), outcome) {
        ("Connected", _, Outcome::Accepted) | ("Cancelled", _, Outcome::CallerGaveUp) => incoming,
        ("Connected", _, Outcome::Joined) | ("Cancelled", _, Outcome::Cancelled) => !incoming,
        ("Declined", _, Outcome::Declined(_) | Outcome::DeclinedElsewhere) => ending.ours,
        ("Declined", _, Outcome::DeclinedByThem) => !ending.ours,
        (_, "ConnectedElsewhere", Outcome::AnsweredElsewhere)
        | (_, "Missed", Outcome::Missed)
        | (_, "Timeout", Outcome::NoAnswer) => true,
        _ => false,
    }
}
