//! One test for each fault that a client of this protocol meets, by its number in `README.md`; each ends with
//! the oracles.

mod actions;
mod events;
mod machine;
mod session;
mod tokens;
mod transport;

use rsvp::app::State;
use rsvp::invitation::Outcome;
use rsvp::provider::Status;
use rsvp::sim::{Fault, FaultKind};

use crate::support::{Desk, outcome_of};

const FOREVER: u32 = 100_000;

/// The next request of that kind is hit, and the poll that is being held ends, so that another is sent.
fn hit(desk: &Desk, of: &str, kind: FaultKind) {
    desk.sim.fault(Fault::next(of, kind));
    desk.sim.interrupt_polls();
}

/// The next answer of the event channel that tells something is hit.
async fn hit_what_is_told(desk: &mut Desk, kind: FaultKind) {
    hit(desk, "events", kind);
    // The poll that is hit is on its way when something happens.
    desk.wait(1).await;
}

/// So many requests of all kinds are hit.
fn hit_all(desk: &Desk, kind: &FaultKind, times: u32) {
    for of in ["any", "events"] {
        desk.sim.fault(Fault::next(of, kind.clone()).times(times));
    }
    desk.sim.drop_connections();
}

fn retrying(state: &State) -> bool {
    matches!(state.accounts[0].status, Status::Retrying { .. })
}

/// Whether it is being tried again for this reason.
fn troubled_by(state: &State, words: &str) -> bool {
    matches!(&state.accounts[0].status, Status::Retrying { problem, .. } if problem.message.as_str().contains(words))
}

fn stopped(state: &State) -> bool {
    matches!(state.accounts[0].status, Status::Stopped(_))
}

fn links(links: &[(&str, &str)]) -> FaultKind {
    FaultKind::Links(links.iter().map(|(rel, href)| ((*rel).to_owned(), (*href).to_owned())).collect())
}

/// How often the ticket service was asked.
fn tickets(desk: &Desk) -> usize {
    desk.count("/WebTicket/oauthtoken")
}

async fn accepted(desk: &mut Desk) {
    desk.until(|state| outcome_of(state) == Some(&Outcome::Accepted)).await;
}
