//! Checks of the notices and the history against what happened at the server.

use std::collections::{BTreeMap, BTreeSet};

use rsvp::app::State;
use rsvp::history::{self, HistoryWriter, Record, Retention};
use rsvp::invitation::{Direction, Invitation, Outcome, PastInvitation};
use rsvp::sim::{EndedInvitation, Simulator};

use crate::support::TestClient;

impl TestClient {
    /// Checks that every outcome in the history is the one that the server knows.
    pub fn outcomes_are_true(&self) {
        let endings = self.sim.ucwa.ended();
        let mut of_each: BTreeMap<&str, Vec<&EndedInvitation>> = BTreeMap::new();
        for ending in &endings {
            of_each.entry(&ending.uri).or_default().push(ending);
        }
        for past in self.state.history.iter() {
            let uri = past.other_side().uri.as_str();
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
        // Within one session, an outcome is known whenever the server knows one.
        if self.sim.ucwa.application_count() == 1 {
            let lost = self.state.history.iter().filter(|past| past.outcome == Outcome::Lost);
            for past in lost {
                let uri = past.other_side().uri.as_str();
                assert!(!of_each.contains_key(uri), "how {uri} ended was not told");
            }
        }
    }

    /// Checks that the end of each invitation that the user sent is reported at most once.
    pub fn each_end_is_reported_once(&self) {
        let of_guests =
            self.state.history.iter().filter(|past| past.invitation.direction == Direction::Outgoing);
        for past in of_guests {
            let who = past.other_side().label();
            let words = match past.outcome {
                Outcome::Joined => format!("{who} joined"),
                Outcome::DeclinedByThem => format!("{who} declined your invitation"),
                Outcome::NoAnswer => format!("{who} did not answer your invitation"),
                Outcome::Cancelled => format!("The invitation to {who} was cancelled"),
                _ => continue,
            };
            let times = self.notices.iter().filter(|notice| notice.contains(&words)).count();
            assert!(times <= 1, "{words:?} was said {times} times");
        }
    }

    /// Checks that the entries for the history are those on the screen.
    pub fn what_is_kept_is_what_is_shown(&self) {
        let kept: BTreeMap<u64, &PastInvitation> = self.kept.iter().map(|past| (past.number, past)).collect();
        let shown: BTreeMap<u64, &PastInvitation> =
            self.state.history.iter().map(|past| (past.number, past)).collect();
        assert_eq!(kept.len(), shown.len());
        for (number, past) in shown {
            let kept = kept[&number];
            assert_eq!((&kept.outcome, kept.at), (&past.outcome, past.at));
            assert_eq!(kept.invitation.other_side(), past.invitation.other_side());
            assert_eq!(kept.invitation.accepted_by, past.invitation.accepted_by);
        }
        let ids: BTreeSet<_> = self.state.history.iter().map(|past| past.invitation.id).collect();
        assert_eq!(ids.len(), self.state.history.iter().count(), "each has one entry");
    }

    /// Checks that the next run reads from the disk what this one has shown.
    pub async fn the_next_run_knows_it_all(&self) {
        let home = tempfile::tempdir().unwrap();
        let path = home.path().join("history.db");
        let mut writer = HistoryWriter::start(path.clone(), Retention { keep: 100_000, messages: true });
        for past in &self.kept {
            writer.store(past);
        }
        assert_eq!(writer.finish().await, None);
        let read = history::open(&path).unwrap().database.page(None, 100_000).unwrap();
        let read: Vec<PastInvitation> = read.into_iter().map(Record::into_past_invitation).collect();
        let mut shown: Vec<&PastInvitation> = self.state.history.iter().collect();
        shown.sort_by_key(|past| past.number);
        assert_eq!(read.len(), shown.len());
        for (read, shown) in read.iter().zip(shown) {
            let of = |past: &PastInvitation| {
                let it = Invitation::clone(&past.invitation);
                (past.outcome.clone(), past.at, it.kind, it.direction, it.from, it.to, it.accepted_by)
            };
            assert_eq!(of(read), of(shown));
            let said = |past: &PastInvitation| {
                let it = Invitation::clone(&past.invitation);
                (it.subject, it.message, it.importance)
            };
            assert_eq!(said(read), said(shown));
        }
    }
}

/// Returns an end that the user was not told of. An end without a session cannot be reported.
pub fn unreported_end(state: &State, sim: &Simulator) -> Option<EndedInvitation> {
    let told: BTreeSet<&str> = state.history.iter().map(|past| past.other_side().uri.as_str()).collect();
    // The sender of an invitation that ended before it could be read is unknown.
    let nameless = state.history.iter().filter(|past| past.other_side().uri.is_empty()).count();
    let mut unreported_end =
        sim.ucwa.ended().into_iter().filter(|ending| !told.contains(ending.uri.as_str()));
    unreported_end.nth(nameless).filter(|_| sim.ucwa.application_count() == 1)
}

fn is_outcome(ending: &EndedInvitation, incoming: bool, outcome: &Outcome) -> bool {
    match (ending.state, ending.subcode.as_str(), outcome) {
        ("Connected", _, Outcome::Accepted) | ("Cancelled", _, Outcome::CallerGaveUp) => incoming,
        ("Connected", _, Outcome::Joined) | ("Cancelled", _, Outcome::Cancelled) => !incoming,
        ("Declined", _, Outcome::Declined(_) | Outcome::DeclinedElsewhere) => ending.is_local,
        ("Declined", _, Outcome::DeclinedByThem) => !ending.is_local,
        (_, "ConnectedElsewhere", Outcome::AnsweredElsewhere)
        | (_, "Missed", Outcome::Missed)
        | (_, "Timeout", Outcome::NoAnswer) => true,
        _ => false,
    }
}
