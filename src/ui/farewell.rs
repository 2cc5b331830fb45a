//! What is printed when the user leaves: what became of their requests, and what goes on without them.

use std::collections::{BTreeMap, BTreeSet};

use super::words;
use crate::app::{Entry, Flight, Item, Phase, Progress, State};
use crate::invitation::{Conversation, ConversationId, HangUp, InvitationId, Party};
use crate::provider::Ticket;

/// Returns a line for each answer that is not known to have taken effect, for each other request that was on
/// its way when the user left and of which nothing else was said since, and for each call that goes on.
#[must_use]
pub fn farewell(state: &State, underway: &BTreeMap<Ticket, Flight>) -> Vec<String> {
    let asked = underway.values().filter_map(|flight| match flight {
        Flight::Answer(id) => Some(*id),
        Flight::Invite(_) | Flight::HangUp { .. } | Flight::Send => None,
    });
    let entries = || state.incoming.iter().chain(state.outgoing.iter());
    let unsettled = entries().filter(|entry| matches!(entry.phase, Phase::Answering { .. })).map(Item::id);
    let answered: BTreeSet<InvitationId> = asked.chain(unsettled).collect();
    let answers = answered.into_iter().filter_map(|id| {
        let entry = state.incoming.get(id).or_else(|| state.outgoing.get(id))?;
        answer(entry)
    });
    let requests = underway.iter().filter(|(ticket, _)| state.flights.contains_key(ticket));
    let on_the_line = |it: &&Conversation| it.hang_up == HangUp::Possible;
    let mut calls: Vec<&Conversation> = state.conversations.iter().filter(on_the_line).collect();
    calls.sort_by_key(|call| call.id());
    // What became of hanging up is said elsewhere.
    let going_on = calls.into_iter().filter(|call| !is_hung_up(underway, call.id()));
    answers.chain(requests.filter_map(|(_, flight)| unknown(flight))).chain(going_on.map(goes_on)).collect()
}

fn answer(entry: &Entry) -> Option<String> {
    let who = entry.invitation.other_side().full();
    match &entry.phase {
        Phase::Over { outcome, .. } => Some(format!("{who}: {}", outcome.words())),
        Phase::Answering { decision, progress: Progress::Sent, .. } => {
            Some(format!("{who}: the server took your answer ({})", words::decision(decision)))
        }
        Phase::Answering { decision, .. } => {
            Some(format!("{who}: whether your answer arrived is not known ({})", words::decision(decision)))
        }
        Phase::Ringing => None,
    }
}

fn unknown(flight: &Flight) -> Option<String> {
    match flight {
        Flight::Answer(_) => None,
        Flight::Invite(uri) => Some(format!("Whether {uri} was invited is not known")),
        Flight::HangUp { who, .. } => Some(format!("Whether the call with {who} was hung up is not known")),
        Flight::Send => Some("Whether the message was sent is not known".into()),
    }
}

fn is_hung_up(underway: &BTreeMap<Ticket, Flight>, id: ConversationId) -> bool {
    let is_it =
        |flight: &Flight| matches!(flight, Flight::HangUp { conversation, .. } if *conversation == id);
    underway.values().any(is_it)
}

fn goes_on(call: &Conversation) -> String {
    let who = call.participants.first().map_or_else(|| call.subject.to_string(), Party::full);
    format!("The call with {who} goes on; nobody hangs it up")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::invitation::{Decision, Kind, Outcome};
    use crate::ui::fixtures::*;

    const BOT: &str = "app:2b8b7e3c";

    fn caller() -> Party {
        party("Lene Aaling", "user:112f7296")
    }

    fn answered(phase: Phase) -> State {
        let mut call = invitation(1, Kind::Call, caller());
        call.to = Some(party("The bot", BOT));
        let mut state = quiet();
        state.incoming.put(entry(call, phase));
        state
    }

    fn on_the_line() -> State {
        let mut state = quiet();
        state.conversations.put(Conversation {
            subject: "The delivery".into(),
            participants: vec![caller()],
            hang_up: HangUp::Possible,
            ..Conversation::new(conversation_id(1))
        });
        state
    }

    #[test]
    fn an_answer_is_told_with_the_caller_and_not_with_the_bot_that_was_called() {
        let underway = BTreeMap::from([(Ticket(1), Flight::Answer(id(1)))]);
        let state = answered(over(Outcome::Accepted));
        assert_eq!(farewell(&state, &underway), ["Lene Aaling <user:112f7296>: accepted"]);
        assert!(farewell(&state, &BTreeMap::new()).is_empty(), "that was seen before leaving");
    }

    #[test]
    fn an_answer_that_was_sent_but_has_not_taken_effect_is_told() {
        let state = answered(answering(Decision::Accept, Progress::Sent));
        let words = "Lene Aaling <user:112f7296>: the server took your answer (accept)";
        assert_eq!(farewell(&state, &BTreeMap::new()), [words]);
    }

    #[test]
    fn a_call_that_goes_on_is_told_though_nothing_was_on_its_way() {
        let words = "The call with Lene Aaling <user:112f7296> goes on; nobody hangs it up";
        assert_eq!(farewell(&on_the_line(), &BTreeMap::new()), [words]);
    }

    #[test]
    fn of_a_call_that_is_hung_up_it_is_not_said_that_it_goes_on() {
        let mut state = on_the_line();
        let flight =
            Flight::HangUp { conversation: conversation_id(1), who: "Lene Aaling".into(), lost: false };
        let underway = BTreeMap::from([(Ticket(1), flight)]);
        assert!(farewell(&state, &underway).is_empty(), "what became of it was said");
        state.flights.clone_from(&underway);
        let words = "Whether the call with Lene Aaling was hung up is not known";
        assert_eq!(farewell(&state, &underway), [words]);
        let mut call = state.conversations.get(conversation_id(1)).unwrap().clone();
        call.hang_up = HangUp::Requested;
        state.conversations.put(call);
        assert!(farewell(&state, &BTreeMap::new()).is_empty(), "its end is on its way");
    }
}
