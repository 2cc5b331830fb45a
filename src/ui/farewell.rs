//! What is printed when the user leaves while something was on its way.

use std::collections::BTreeMap;

use super::words;
use crate::app::{Flight, Phase, Progress, State};
use crate::provider::Ticket;

/// A line for each request that was on its way when the user left, and of which nothing else was said since.
#[must_use]
pub fn farewell(state: &State, underway: &BTreeMap<Ticket, Flight>) -> Vec<String> {
    underway.iter().filter_map(|(ticket, flight)| line(state, *ticket, flight)).collect()
}

fn line(state: &State, ticket: Ticket, flight: &Flight) -> Option<String> {
    let unknown = state.flights.contains_key(&ticket);
    match flight {
        Flight::Answer(id) => {
            let entry = state.incoming.get(*id).or_else(|| state.outgoing.get(*id))?;
            let who = entry.invitation.to.as_ref().unwrap_or(&entry.invitation.from).full();
            match &entry.phase {
                Phase::Over { outcome, .. } => Some(format!("{who}: {}", outcome.words())),
                Phase::Answering { decision, progress: Progress::Sent, .. } => {
                    Some(format!("{who}: the server took your answer ({})", words::decision(decision)))
                }
                Phase::Answering { decision, .. } => Some(format!(
                    "{who}: whether your answer arrived is not known ({})",
                    words::decision(decision)
                )),
                Phase::Ringing => None,
            }
        }
        Flight::Invite(uri) => unknown.then(|| format!("Whether {uri} was invited is not known")),
        Flight::HangUp { who, .. } => {
            unknown.then(|| format!("Whether the call with {who} was hung up is not known"))
        }
        Flight::Send => unknown.then(|| "Whether the message was sent is not known".into()),
    }
}
