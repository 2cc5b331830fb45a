//! The lines that are printed after the program has quit: unconfirmed requests, and calls that continue.

use std::collections::{BTreeMap, BTreeSet};

use super::words;
use crate::app::{Entry, Item, PendingRequest, Phase, Progress, State};
use crate::invitation::{Conversation, ConversationId, HangUp, InvitationId, Party};
use crate::provider::Ticket;

/// Returns a line for each answer that is not known to have taken effect, for each other request that is still
/// pending, and for each call that continues. `underway` are the requests that were pending when the user quit.
#[must_use]
pub fn farewell(state: &State, underway: &BTreeMap<Ticket, PendingRequest>) -> Vec<String> {
    let sent = underway.values().filter_map(|request| match request {
        PendingRequest::Answer(id) => Some(*id),
        PendingRequest::Invite { .. }
        | PendingRequest::Start { .. }
        | PendingRequest::HangUp { .. }
        | PendingRequest::Join { .. }
        | PendingRequest::Lobby { .. }
        | PendingRequest::Leave { .. }
        | PendingRequest::Presence(_)
        | PendingRequest::Transfer { .. }
        | PendingRequest::Send => None,
    });
    let entries = || state.incoming.iter().chain(state.outgoing.iter());
    let unsettled = entries().filter(|entry| matches!(entry.phase, Phase::Answering { .. })).map(Item::id);
    let answered: BTreeSet<InvitationId> = sent.chain(unsettled).collect();
    let answers = answered.into_iter().filter_map(|id| {
        let entry = state.incoming.get(id).or_else(|| state.outgoing.get(id))?;
        answer(entry)
    });
    let requests = underway.iter().filter(|(ticket, _)| state.pending_requests.contains_key(ticket));
    let is_answered_call = |it: &&Conversation| it.hang_up == HangUp::Possible;
    let mut calls: Vec<&Conversation> = state.conversations.iter().filter(is_answered_call).collect();
    calls.sort_by_key(|call| call.id());
    // Requests to hang up have lines of their own.
    let continuing = calls.into_iter().filter(|call| !is_hung_up(underway, call.id()));
    answers
        .chain(requests.filter_map(|(_, request)| unconfirmed(request)))
        .chain(continuing.map(continues))
        .collect()
}

/// Returns the line for an answer, unless the invitation rings again.
fn answer(entry: &Entry) -> Option<String> {
    let who = entry.invitation.other_side().full();
    match &entry.phase {
        Phase::Over { outcome, .. } => Some(format!("{who}: {}", outcome.words())),
        Phase::Answering { decision, progress: Progress::Sent, .. } => {
            Some(format!("{who}: answer sent, outcome not confirmed ({})", words::decision(decision)))
        }
        Phase::Answering { decision, .. } => {
            Some(format!("{who}: your answer was not confirmed ({})", words::decision(decision)))
        }
        Phase::Ringing => None,
    }
}

/// Returns the line for a request other than an answer.
fn unconfirmed(request: &PendingRequest) -> Option<String> {
    match request {
        PendingRequest::Answer(_) => None,
        PendingRequest::Invite { to, .. } | PendingRequest::Start { to, .. } => {
            Some(format!("The invitation to {} was not confirmed", to.label()))
        }
        PendingRequest::HangUp { who, .. } => {
            Some(format!("Hanging up on {who} was not confirmed; the call may continue"))
        }
        PendingRequest::Join { title, .. } => {
            Some(format!("Joining the messages of {title} was not confirmed"))
        }
        PendingRequest::Lobby { who, .. } => {
            Some(format!("The answer to {who} in the lobby was not confirmed"))
        }
        PendingRequest::Leave { title, .. } => Some(format!("Leaving {title} was not confirmed")),
        PendingRequest::Presence(_) => Some("Your presence may not have been set".into()),
        PendingRequest::Transfer { title, to, .. } => {
            Some(format!("The transfer of the call with {title} to {to} was not confirmed"))
        }
        PendingRequest::Send => Some("The message may not have been sent".into()),
    }
}

/// Returns whether a request to hang up this call was under way.
fn is_hung_up(underway: &BTreeMap<Ticket, PendingRequest>, id: ConversationId) -> bool {
    let is_this = |request: &PendingRequest| matches!(request, PendingRequest::HangUp { conversation, .. } if *conversation == id);
    underway.values().any(is_this)
}

/// Returns the line for a call that continues.
fn continues(call: &Conversation) -> String {
    let who = call.participants.first().map_or_else(|| call.subject.to_string(), Party::full);
    format!("The call with {who} continues; rsvp does not hang it up")
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
        state.incoming.upsert(entry(call, phase));
        state
    }

    fn on_the_line() -> State {
        let mut state = quiet();
        state.conversations.upsert(Conversation {
            subject: "The delivery".into(),
            participants: vec![caller()],
            hang_up: HangUp::Possible,
            ..Conversation::new(conversation_id(1))
        });
        state
    }

    #[test]
    fn an_answer_is_told_with_the_caller_and_not_with_the_bot_that_was_called() {
        let underway = BTreeMap::from([(Ticket(1), PendingRequest::Answer(id(1)))]);
        let state = answered(over(Outcome::Accepted));
        assert_eq!(farewell(&state, &underway), ["Lene Aaling <user:112f7296>: accepted"]);
        assert!(farewell(&state, &BTreeMap::new()).is_empty(), "that was seen before leaving");
    }

    #[test]
    fn an_answer_that_was_sent_but_has_not_taken_effect_is_told() {
        let state = answered(answering(Decision::Accept, Progress::Sent));
        let words = "Lene Aaling <user:112f7296>: answer sent, outcome not confirmed (accept)";
        assert_eq!(farewell(&state, &BTreeMap::new()), [words]);
    }

    #[test]
    fn a_call_that_goes_on_is_told_though_nothing_was_on_its_way() {
        let words = "The call with Lene Aaling <user:112f7296> continues; rsvp does not hang it up";
        assert_eq!(farewell(&on_the_line(), &BTreeMap::new()), [words]);
    }

    #[test]
    fn of_a_call_that_is_hung_up_it_is_not_said_that_it_goes_on() {
        let mut state = on_the_line();
        let request = PendingRequest::HangUp {
            conversation: conversation_id(1),
            who: "Lene Aaling".into(),
            is_lost: false,
        };
        let underway = BTreeMap::from([(Ticket(1), request)]);
        assert!(farewell(&state, &underway).is_empty(), "what became of it was said");
        state.pending_requests.clone_from(&underway);
        let words = "Hanging up on Lene Aaling was not confirmed; the call may continue";
        assert_eq!(farewell(&state, &underway), [words]);
        let mut call = state.conversations.get(conversation_id(1)).unwrap().clone();
        call.hang_up = HangUp::Requested;
        state.conversations.upsert(call);
        assert!(farewell(&state, &BTreeMap::new()).is_empty(), "its end is on its way");
    }
}
