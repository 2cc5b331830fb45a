//! The arrival, the changes and the end of invitations.

use std::sync::Arc;

use super::{announcements, dialogs, ended_rows, instructions, messages, new_conversations, rules};
use crate::app::{Effect, Entry, News, PendingRequest, Phase, State, Tab, Tone};
use crate::invitation::{
    Decision, Direction, Invitation, InvitationId, Kind, Outcome, Party, PastInvitation,
};

/// Inserts or replaces an invitation in its list.
pub(super) fn upsert(state: &mut State, mut invitation: Arc<Invitation>, effects: &mut Vec<Effect>) {
    if state.ended.contains(&invitation.id) {
        return;
    }
    new_conversations::complete(state, &mut invitation);
    let incoming = invitation.direction == Direction::Incoming;
    let (list, other) = match invitation.direction {
        Direction::Incoming => (&mut state.incoming, &mut state.outgoing),
        Direction::Outgoing => (&mut state.outgoing, &mut state.incoming),
    };
    // The direction may not have been known at first.
    other.change_unasked(state.now.moment, |other| other.remove(invitation.id));
    let id = invitation.id;
    let (phase, before) = match list.get(id) {
        Some(entry) => (entry.phase.clone(), Some(entry.invitation.clone())),
        None => (Phase::Ringing, None),
    };
    let entry = Entry { invitation: invitation.clone(), phase };
    list.change_unasked(state.now.moment, |list| list.upsert(entry));
    let is_new = before.is_none() && incoming;
    announcements::invitation(state, before, invitation, effects);
    rules::confirm(state, id);
    if is_new {
        rules::arrive(state, id, effects);
    }
}

/// Forgets the newcomers whose rows the user sees, or which no longer ring.
pub(super) fn forget_seen_newcomers(state: &mut State) {
    if state.tab == Tab::Incoming {
        state.newcomers.clear();
    }
    let incoming = &state.incoming;
    state.newcomers.retain(|id| incoming.get(*id).is_some_and(|entry| entry.phase == Phase::Ringing));
}

/// Ends an invitation: reports the outcome, updates the open dialog and adds an entry to the history.
pub(super) fn end_invitation(
    state: &mut State,
    id: InvitationId,
    outcome: Outcome,
    effects: &mut Vec<Effect>,
) {
    if !state.ended.insert(id) {
        return;
    }
    let until = ended_rows::visible_until(state);
    let over = Phase::Over { outcome: outcome.clone(), until };
    let ended =
        state.change_entry(id, |entry| (entry.invitation.clone(), std::mem::replace(&mut entry.phase, over)));
    let Some((invitation, before)) = ended else { return };
    state.marked.remove(&id);
    state.pending_requests.retain(|_, request| *request != PendingRequest::Answer(id));
    ended_rows::linger(state, id, until);
    report(state, &invitation, &before, &outcome);
    if outcome == Outcome::Accepted && invitation.direction == Direction::Incoming {
        messages::keep_first(state, &invitation);
    }
    new_conversations::settle(state, &invitation, &outcome);
    dialogs::remove_target(state, &invitation, &outcome);
    let past = past(state, invitation, &before, outcome);
    state.next_past += 1;
    effects.push(Effect::StoreHistoryEntry(Box::new(past.clone())));
    announcements::announce(state, id.account, News::Outcome(Box::new(past.clone())), effects);
    instructions::ended(state, &past, |decision| is_asked_for(decision, &past.outcome), effects);
    super::history::add_past(state, past);
}

/// Returns the history entry of an invitation that has ended; `before` is the phase in which it ended.
fn past(state: &State, invitation: Arc<Invitation>, before: &Phase, outcome: Outcome) -> PastInvitation {
    let decision = match before {
        Phase::Answering { decision, .. } => decision.name(),
        Phase::Ringing | Phase::Over { .. } => "",
    };
    PastInvitation {
        rang: Some(state.now.moment.left(invitation.arrived)),
        account: state.account(invitation.id.account).map(|it| it.label.clone()).unwrap_or_default(),
        decision: decision.into(),
        rule: state.rulings.answered_by(invitation.id).cloned().unwrap_or_default(),
        ..PastInvitation::new(state.next_past, invitation, outcome, state.now.wall)
    }
}

/// Records who accepted an invitation that has ended, and stores the amended history entry.
pub(super) fn accepted_by(state: &mut State, id: InvitationId, who: &Party, effects: &mut Vec<Effect>) {
    for list in [&mut state.incoming, &mut state.outgoing] {
        let Some(mut entry) = list.get(id).cloned() else { continue };
        Arc::make_mut(&mut entry.invitation).accepted_by = Some(who.clone());
        list.change_unasked(state.now.moment, |list| list.upsert(entry));
    }
    let is_news = |past: &&PastInvitation| {
        past.invitation.id == id && past.invitation.accepted_by.as_ref().is_none_or(|known| known != who)
    };
    let Some(mut past) = state.history.iter().find(is_news).cloned() else { return };
    Arc::make_mut(&mut past.invitation).accepted_by = Some(who.clone());
    let news = News::AcceptedBy { invitation: id, who: who.clone() };
    announcements::announce(state, id.account, news, effects);
    effects.push(Effect::StoreHistoryEntry(Box::new(past.clone())));
    state.history.change_unasked(state.now.moment, |list| list.upsert(past));
}

/// Reports how an invitation ended if the user waits for that; `before` is the phase in which it ended.
fn report(state: &mut State, invitation: &Invitation, before: &Phase, outcome: &Outcome) {
    let who = invitation.other_side().label();
    let rule = state.rulings.answered_by(invitation.id).cloned();
    let as_asked = match before {
        Phase::Answering { decision, .. } => Some(is_asked_for(decision, outcome)),
        Phase::Ringing | Phase::Over { .. } => None,
    };
    if state.record_outcome(invitation.id, who, outcome, as_asked == Some(true)) {
        return;
    }
    if let Some(rule) = rule.filter(|_| as_asked == Some(true)) {
        return state.notify(&format!("{who}: {} by rule “{rule}”", outcome.verb()), Tone::Info);
    }
    if as_asked == Some(true) && invitation.kind == Kind::Meeting && matches!(outcome, Outcome::Declined(_)) {
        return state.notify(&format!("{who}: declined; the meeting goes on without you"), Tone::Info);
    }
    // Whoever accepted a meeting and leaves its lobby declines it, which the request to leave reports.
    if as_asked == Some(false) && matches!(outcome, Outcome::Declined(_)) {
        return;
    }
    if as_asked == Some(false) {
        let explains_itself = matches!(outcome, Outcome::Expired | Outcome::Lost | Outcome::Failed(_));
        let suffix = if explains_itself { "" } else { " before your answer took effect" };
        return state.notify(&format!("{who}: {}{suffix}", outcome.words()), Tone::Problem);
    }
    // The list of the user's own invitations may not be the current one.
    if invitation.direction == Direction::Outgoing {
        let (text, tone) = match outcome {
            Outcome::Joined => match &invitation.accepted_by {
                Some(other) => (format!("{} answered for {who}", other.label()), Tone::Info),
                None if invitation.kind == Kind::Message => {
                    (format!("{who} accepted your message"), Tone::Info)
                }
                None => (format!("{who} joined"), Tone::Info),
            },
            Outcome::Cancelled => (format!("The invitation to {who} was cancelled"), Tone::Info),
            Outcome::DeclinedByThem => (format!("{who} declined your invitation"), Tone::Problem),
            Outcome::NoAnswer => (format!("{who} did not answer your invitation"), Tone::Problem),
            Outcome::Failed(why) if !why.is_empty() => {
                (format!("Your invitation to {who} failed: {why}"), Tone::Problem)
            }
            other => (format!("Your invitation to {who}: {}", other.words()), Tone::Problem),
        };
        state.notify(&text, tone);
    }
}

/// Returns whether an outcome is the one that a decision asks for.
fn is_asked_for(decision: &Decision, outcome: &Outcome) -> bool {
    match decision {
        Decision::Accept | Decision::AcceptWithPhone => {
            matches!(outcome, Outcome::Accepted | Outcome::Joined)
        }
        Decision::Decline(_) => matches!(outcome, Outcome::Declined(_)),
        Decision::Cancel => matches!(outcome, Outcome::Cancelled),
        Decision::Reject { .. } => matches!(outcome, Outcome::Rejected(_)),
        Decision::Redirect(_) => matches!(outcome, Outcome::Forwarded),
    }
}
