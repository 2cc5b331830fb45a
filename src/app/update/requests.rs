//! What the user wants done.

use std::time::Duration;

use crate::app::available::{self, accept_decision};
use crate::app::list::Progress;
use crate::app::state::Flight;
use crate::app::{Action, Effect, Entry, Phase, State, Tab, Tone};
use crate::invitation::{
    AccountId, CallbackUri, ConversationId, Decision, Destination, Invitation, InvitationId, Kind, Party,
    Reason, Rejection,
};
use crate::provider::{Command, Ticket};

/// For this long after the selection moved by itself, keys that answer are ignored.
const BLINK: Duration = Duration::from_millis(400);

pub(super) fn accept(state: &mut State, effects: &mut Vec<Effect>) {
    let Some(targets) = targets(state, Action::Accept) else { return };
    let now = state.now.moment;
    answer(state, effects, &targets, |invitation| accept_decision(invitation, now));
}

pub(super) fn cancel(state: &mut State, effects: &mut Vec<Effect>) {
    let Some(targets) = targets(state, Action::Cancel) else { return };
    give(state, effects, &targets, |_| Decision::Cancel);
}

pub(super) fn decline(
    state: &mut State,
    effects: &mut Vec<Effect>,
    targets: &[InvitationId],
    reason: Reason,
) {
    give(state, effects, targets, |_| Decision::Decline(reason));
}

pub(super) fn reject(
    state: &mut State,
    effects: &mut Vec<Effect>,
    targets: &[InvitationId],
    reason: Rejection,
    callback: Option<&CallbackUri>,
) {
    give(state, effects, targets, |_| Decision::Reject { reason, callback: callback.cloned() });
}

/// Declines each with the default of its kind.
pub(super) fn decline_now(state: &mut State, effects: &mut Vec<Effect>) {
    let Some(targets) = targets(state, Action::DeclineNow) else { return };
    let (decline, reject) = (state.settings.default_reason, state.settings.default_rejection);
    give(state, effects, &targets, |invitation| match invitation.kind {
        Kind::Call => Decision::Reject { reason: reject, callback: None },
        _ => Decision::Decline(decline),
    });
}

pub(super) fn redirect(state: &mut State, effects: &mut Vec<Effect>, id: InvitationId, to: &Destination) {
    give(state, effects, &[id], |_| Decision::Redirect(to.clone()));
}

/// Gives each this answer, where it is offered.
fn give(
    state: &mut State,
    effects: &mut Vec<Effect>,
    targets: &[InvitationId],
    decision: impl Fn(&Invitation) -> Decision,
) {
    let now = state.now.moment;
    answer(state, effects, targets, |invitation| available::offered(invitation, now, decision(invitation)));
}

fn answer(
    state: &mut State,
    effects: &mut Vec<Effect>,
    targets: &[InvitationId],
    meaning: impl Fn(&Invitation) -> Result<Decision, &'static str>,
) {
    for id in targets {
        let decision = match entry(state, *id) {
            Some(entry) => meaning(&entry.invitation),
            None => continue,
        };
        match decision {
            Ok(decision) => decide(state, effects, *id, decision),
            Err(why) => complain(state, *id, why),
        }
        state.incoming.change(*id, |entry| entry.marked = false);
    }
}

/// The entries that an answering key acts on; tells why if there are none.
pub(super) fn targets(state: &mut State, action: Action) -> Option<Vec<InvitationId>> {
    if just_moved(state) {
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
    if !matches!(action, Action::Cancel | Action::Redirect) && !marked.is_empty() {
        return Some(marked);
    }
    if !available::is_available(state, action) {
        state.tell(&available::why_not(state, action), Tone::Info);
        return None;
    }
    list.selected().map(|entry| vec![entry.invitation.id])
}

/// Whether a key may have been meant for what was selected before; tells so.
fn just_moved(state: &mut State) -> bool {
    let now = state.now.moment;
    let moved = state.moved.is_some_and(|moved| now < moved.after(BLINK));
    if moved {
        state.tell("The selection just moved by itself; press again", Tone::Info);
    }
    moved
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

pub(super) fn hang_up(state: &mut State, effects: &mut Vec<Effect>) {
    if just_moved(state) {
        return;
    }
    let chosen = available::conversation(state, Action::HangUp);
    let Some(chosen) = chosen.and_then(|id| state.conversations.get(id)) else {
        return state.tell(&available::why_not(state, Action::HangUp), Tone::Info);
    };
    let conversation = chosen.id;
    let who = chosen.participants.first().map_or(chosen.subject.as_str(), Party::label).to_owned();
    let underway = |flight: &Flight| matches!(flight, Flight::HangUp { conversation: of, lost: false, .. } if *of == conversation);
    if state.flights.values().any(underway) {
        return state.tell(&format!("{who}: it is being hung up already"), Tone::Info);
    }
    let flight = Flight::HangUp { conversation, who, lost: false };
    request(state, effects, conversation.account, flight, |ticket| Command::HangUp { ticket, conversation });
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

pub(super) fn entry(state: &State, id: InvitationId) -> Option<&Entry> {
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
