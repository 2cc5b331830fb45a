//! One test for each fault that a client of this protocol meets, by its number in `README.md`; each ends with
//! the oracles.

mod actions;
mod event_channel;
mod events;
mod machine;
mod session;
mod tokens;
mod transport;

use rsvp::app::State;
use rsvp::invitation::Outcome;
use rsvp::provider::Status;
use rsvp::sim::{Fault, FaultKind};

use crate::support::{TestClient, outcome_of};

const FOREVER: u32 = 100_000;

/// Makes the next request of that kind fail, and ends the poll that is held, so that another is sent.
fn hit(client: &TestClient, of: &str, kind: FaultKind) {
    client.sim.fault(Fault::next(of, kind));
    client.sim.ucwa.interrupt_polls();
}

/// Makes the next response of the event channel that contains events fail.
async fn hit_what_is_told(client: &mut TestClient, kind: FaultKind) {
    hit(client, "events", kind);
    // The poll that fails is sent before the event happens.
    client.wait(1).await;
}

/// Makes this number of requests of each kind fail.
fn hit_all(client: &TestClient, kind: &FaultKind, times: u32) {
    for of in ["any", "events"] {
        client.sim.fault(Fault::next(of, kind.clone()).times(times));
    }
    client.sim.ucwa.drop_connections();
}

fn retrying(state: &State) -> bool {
    matches!(state.accounts[0].status, Status::Retrying { .. })
}

/// Returns whether the client is about to try again because of a problem with these words.
fn troubled_by(state: &State, words: &str) -> bool {
    matches!(&state.accounts[0].status, Status::Retrying { problem, .. } if problem.message.as_str().contains(words))
}

fn stopped(state: &State) -> bool {
    matches!(state.accounts[0].status, Status::Stopped(_))
}

fn links(links: &[(&str, &str)]) -> FaultKind {
    FaultKind::Links(links.iter().map(|(rel, href)| ((*rel).to_owned(), (*href).to_owned())).collect())
}

/// Returns the number of requests to the ticket service.
fn tickets(client: &TestClient) -> usize {
    client.count("/WebTicket/oauthtoken")
}

async fn accepted(client: &mut TestClient) {
    client.until(|state| outcome_of(state) == Some(&Outcome::Accepted)).await;
}
