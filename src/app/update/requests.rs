//! What the user wants done.

use crate::app::available::{self, accept_decision};
use crate::app::{Action, Bulk, Effect, Flight, Focus, Phase, Progress, State, Targets, Tone, Until};
use crate::invitation::{
    AccountId, CallbackUri, ConversationId, Decision, Destination, Invitation, InvitationId, Kind, Party,
    Reason, Rejection,
};
use crate::provider::{Command, Ticket};

pub(super) fn accept(state: &mut State, effects: &mut Vec<Effect>, targets: &Targets) {
    let now = state.now.moment;
    answer(state, effects, targets, "Accepted", |invitation| accept_decision(invitation, now));
}

pub(super) fn cancel(state: &mut State, focus: &Focus, effects: &mut Vec<Effect>) {
    let Some(targets) = targets(state, focus, Action::Cancel) else { return };
    give(state, effects, &targets.into(), "Cancelled", |_| Decision::Cancel);
}

pub(super) fn decline(state: &mut State, effects: &mut Vec<Effect>, targets: &Targets, reason: Reason) {
    give(state, effects, targets, "Declined", |_| Decision::Decline(reason));
}

pub(super) fn reject(
    state: &mut State,
    effects: &mut Vec<Effect>,
    targets: &Targets,
    reason: Rejection,
    callback: Option<&CallbackUri>,
) {
    let decision = |_: &Invitation| Decision::Reject { reason, callback: callback.cloned() };
    give(state, effects, targets, "Rejected", decision);
}

/// Declines each with the default of its kind.
pub(super) fn decline_now(state: &mut State, effects: &mut Vec<Effect>, targets: &Targets) {
    let (decline, reject) = (state.settings.default_reason, state.settings.default_rejection);
    give(state, effects, targets, "Declined", |invitation| match invitation.kind {
        Kind::Call => Decision::Reject { reason: reject, callback: None },
        _ => Decision::Decline(decline),
    });
}

pub(super) fn redirect(state: &mut State, effects: &mut Vec<Effect>, id: InvitationId, to: &Destination) {
    give(state, effects, &vec![id].into(), "Redirected", |_| Decision::Redirect(to.clone()));
}

/// Gives each this answer, where it is offered.
fn give(
    state: &mut State,
    effects: &mut Vec<Effect>,
    targets: &Targets,
    done: &'static str,
    decision: impl Fn(&Invitation) -> Decision,
) {
    let now = state.now.moment;
    answer(state, effects, targets, done, |invitation| {
        available::offered(invitation, now, decision(invitation))
    });
}

/// Answers each as `meaning` says. What becomes of one alone is told as it comes; what becomes of several, in one
/// sentence when all are settled.
fn answer(
    state: &mut State,
    effects: &mut Vec<Effect>,
    targets: &Targets,
    done: &'static str,
    meaning: impl Fn(&Invitation) -> Result<Decision, &'static str>,
) {
    let mut bulk = (targets.total() > 1).then(|| Bulk::new(done, targets.total(), targets.ended));
    for id in &targets.ids {
        let Some(entry) = state.entry(*id) else { continue };
        let decided = meaning(&entry.invitation).and_then(|decision| decide(state, effects, *id, decision));
        match (decided, &mut bulk) {
            (Ok(()), Some(bulk)) => bulk.wait_for(*id),
            (Err(why), Some(bulk)) => bulk.fail(complaint(state, *id, why)),
            (Ok(()), None) => {}
            (Err(why), None) => state.tell(&complaint(state, *id, why), Tone::Info),
        }
        state.marked.remove(id);
    }
    if let Some(bulk) = bulk {
        if let Some(why) = bulk.failure() {
            state.tell(why, Tone::Info);
        }
        state.start_bulk(bulk);
    }
}

/// The invitations that an answering key acts on; tells why if there are none.
pub(super) fn targets(state: &mut State, focus: &Focus, action: Action) -> Option<Vec<InvitationId>> {
    if !matches!(action, Action::Cancel | Action::Redirect) && !focus.marked.is_empty() {
        return Some(focus.marked.clone());
    }
    if !available::is_available(state, focus, action) {
        let why = available::why_not(state, focus, action);
        match focus.invitation().and_then(|id| state.entry(id)) {
            Some(entry) => {
                let holds = Until::Phase(entry.invitation.id, entry.phase.clone());
                state.tell_until(&why, Tone::Info, holds);
            }
            None => state.tell(&why, Tone::Info),
        }
        return None;
    }
    focus.invitation().map(|id| vec![id])
}

fn decide(
    state: &mut State,
    effects: &mut Vec<Effect>,
    id: InvitationId,
    decision: Decision,
) -> Result<(), &'static str> {
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
        return Err("it is being answered already");
    }
    state.next_ticket += 1;
    state.flights.insert(ticket, Flight::Answer(id));
    effects.push(Effect::Provider(id.account, Command::Answer { ticket, invitation: id, decision }));
    Ok(())
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

pub(super) fn hang_up(state: &mut State, focus: &Focus, effects: &mut Vec<Effect>) {
    let chosen = available::conversation(state, focus, Action::HangUp);
    let Some(chosen) = chosen.and_then(|id| state.conversations.get(id)) else {
        return state.tell(&available::why_not(state, focus, Action::HangUp), Tone::Info);
    };
    let conversation = chosen.id;
    let who = chosen.participants.first().map_or(chosen.subject.as_str(), Party::label).to_owned();
    let underway = |flight: &Flight| matches!(flight, Flight::HangUp { conversation: of, lost: false, .. } if *of == conversation);
    if state.flights.values().any(underway) {
        let holds = Until::Conversation(conversation);
        return state.tell_until(&format!("{who}: it is being hung up already"), Tone::Info, holds);
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

/// Why an invitation can't be answered, with whose it is.
fn complaint(state: &State, id: InvitationId, why: &str) -> String {
    let who = state.entry(id).map(|entry| super::provider_events::other_side(&entry.invitation));
    format!("{}: {why}", who.unwrap_or_default())
}
