//! What the user wants done.

use std::time::Duration;

use crate::app::available::{self, accept_decision};
use crate::app::list::Progress;
use crate::app::state::Flight;
use crate::app::{Action, Effect, Entry, Phase, State, Tab, Tone};
use crate::invitation::{AccountId, ConversationId, Decision, InvitationId, Reason};
use crate::provider::{Command, Ticket};

/// For this long after the selection moved by itself, keys that answer are ignored.
const BLINK: Duration = Duration::from_millis(400);

/// What a key that answers means for an entry, or why it can't be done.
type Meaning = fn(&Entry) -> Result<Decision, String>;

pub(super) fn accept(state: &mut State, effects: &mut Vec<Effect>) {
    answer(state, effects, Action::Accept, |entry| accept_decision(&entry.invitation));
}

pub(super) fn cancel(state: &mut State, effects: &mut Vec<Effect>) {
    answer(state, effects, Action::Cancel, |entry| {
        if entry.invitation.offers.cancel {
            Ok(Decision::Cancel)
        } else {
            Err("the server does not let it be cancelled now".into())
        }
    });
}

fn answer(state: &mut State, effects: &mut Vec<Effect>, action: Action, meaning: Meaning) {
    let Some(targets) = targets(state, action) else { return };
    for id in targets {
        let decision = match entry(state, id) {
            Some(entry) => meaning(entry),
            None => continue,
        };
        match decision {
            Ok(decision) => decide(state, effects, id, decision),
            Err(why) => complain(state, id, &why),
        }
    }
    clear_marks(state);
}

/// Declines all targets that can still be declined.
pub(super) fn decline(
    state: &mut State,
    effects: &mut Vec<Effect>,
    targets: Vec<InvitationId>,
    reason: Reason,
) {
    for id in targets {
        let offered = entry(state, id).is_some_and(|entry| entry.invitation.offers.decline);
        if offered {
            decide(state, effects, id, Decision::Decline(reason));
        } else {
            complain(state, id, "the server does not let it be declined now");
        }
    }
    clear_marks(state);
}

/// The entries that an answering key acts on; tells why if there are none.
pub(super) fn targets(state: &mut State, action: Action) -> Option<Vec<InvitationId>> {
    let now = state.now.moment;
    if state.moved.is_some_and(|moved| now < moved.after(BLINK)) {
        state.tell("The selection just moved by itself; press again", Tone::Info);
        return None;
    }
    let list = match state.tab {
        Tab::Incoming => &state.incoming,
        Tab::Outgoing => &state.outgoing,
        Tab::Conversations | Tab::History => {
            state.tell(&available::why_not(state, action), Tone::Info);
            return None;
        }
    };
    let mut marked: Vec<InvitationId> = list
        .iter()
        .filter(|entry| entry.marked && entry.is_pending())
        .map(|entry| entry.invitation.id)
        .collect();
    marked.sort_unstable();
    if action != Action::Cancel && !marked.is_empty() {
        return Some(marked);
    }
    if !available::is_available(state, action) {
        state.tell(&available::why_not(state, action), Tone::Info);
        return None;
    }
    list.selected().map(|entry| vec![entry.invitation.id])
}

fn decide(state: &mut State, effects: &mut Vec<Effect>, id: InvitationId, decision: Decision) {
    let ticket = Ticket(state.next_ticket);
    let mut sent = false;
    for list in [&mut state.incoming, &mut state.outgoing] {
        // One flight for each invitation: what is being answered or over takes no second answer.
        list.change(id, |entry| {
            if entry.phase == Phase::Ringing {
                let decision = decision.clone();
                entry.phase = Phase::Answering { decision, ticket, progress: Progress::Sending };
                sent = true;
            }
        });
    }
    if !sent {
        return complain(state, id, "it is being answered already");
    }
    state.next_ticket += 1;
    state.flights.insert(ticket, Flight::Answer(id));
    effects.push(Effect::Provider(id.account, Command::Answer { ticket, invitation: id, decision }));
}

pub(super) fn invite(
    state: &mut State,
    effects: &mut Vec<Effect>,
    conversation: ConversationId,
    uri: String,
) {
    request(state, effects, conversation.account, Flight::Invite(uri.clone()), |ticket| Command::Invite {
        ticket,
        conversation,
        uri,
    });
}

pub(super) fn send(state: &mut State, effects: &mut Vec<Effect>, conversation: ConversationId, text: String) {
    request(state, effects, conversation.account, Flight::Send, |ticket| Command::Send {
        ticket,
        conversation,
        text,
    });
}

fn request(
    state: &mut State,
    effects: &mut Vec<Effect>,
    account: AccountId,
    flight: Flight,
    command: impl FnOnce(Ticket) -> Command,
) {
    let ticket = Ticket(state.next_ticket);
    state.next_ticket += 1;
    state.flights.insert(ticket, flight);
    effects.push(Effect::Provider(account, command(ticket)));
}

fn entry(state: &State, id: InvitationId) -> Option<&Entry> {
    state.incoming.get(id).or_else(|| state.outgoing.get(id))
}

fn complain(state: &mut State, id: InvitationId, why: &str) {
    let Some(entry) = entry(state, id) else { return };
    let text = format!("{}: {why}", super::news::other_side(&entry.invitation));
    state.tell(&text, Tone::Info);
}

pub(super) fn clear_marks(state: &mut State) {
    let marked: Vec<InvitationId> =
        state.incoming.iter().filter(|entry| entry.marked).map(|entry| entry.invitation.id).collect();
    for id in marked {
        state.incoming.change(id, |entry| entry.marked = false);
    }
}
