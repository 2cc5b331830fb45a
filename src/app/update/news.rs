//! What the providers say.

use std::time::Duration;

use super::picker;
use crate::app::list::Progress;
use crate::app::state::Flight;
use crate::app::{Action, Effect, Entry, Item, List, Past, Phase, State, Tab, Tone};
use crate::invitation::{
    AccountId, Conversation, Decision, Direction, Invitation, InvitationId, Outcome, Party,
};
use crate::provider::{Event, Problem, Ticket};

/// How long a row stays after its invitation is over.
const LINGER: Duration = Duration::from_secs(5);

pub(super) fn take(state: &mut State, account: AccountId, event: Event, effects: &mut Vec<Effect>) {
    match event {
        Event::Status(status) => {
            if let Some(account) = state.accounts.get_mut(usize::from(account.0)) {
                account.status = status;
            }
        }
        Event::SignedIn { me } => {
            if let Some(account) = state.accounts.get_mut(usize::from(account.0)) {
                account.me = Some(me);
            }
        }
        Event::Invitation(invitation) => {
            if see(state, *invitation) && state.settings.bell {
                effects.push(Effect::Bell);
            }
        }
        Event::Over { id, outcome } => over(state, id, outcome, effects),
        Event::AcceptedBy { id, who } => accepted_by(state, id, &who),
        Event::Conversation(conversation) => state.conversations.put(*conversation),
        Event::ConversationOver(id) => {
            change_conversations(state, |conversations| {
                conversations.remove(id);
            });
        }
        Event::Snapshot { invitations, conversations } => {
            let named: std::collections::HashSet<InvitationId> =
                invitations.iter().map(|invitation| invitation.id).collect();
            let mut gone: Vec<InvitationId> = [&state.incoming, &state.outgoing]
                .into_iter()
                .flat_map(List::iter)
                .filter(|entry| entry.is_pending() && entry.invitation.id.account == account)
                .map(|entry| entry.invitation.id)
                .filter(|id| !named.contains(id))
                .collect();
            gone.sort_unstable();
            for invitation in invitations {
                see(state, invitation);
            }
            for id in gone {
                over(state, id, Outcome::Lost, effects);
            }
            change_conversations(state, |list| {
                list.retain(|conversation| {
                    conversation.id.account != account
                        || conversations.iter().any(|kept| kept.id == conversation.id)
                });
                for conversation in conversations {
                    list.put(conversation);
                }
            });
        }
        Event::Done(ticket) => done(state, ticket),
        Event::Refused { ticket, problem } => refused(state, ticket, &problem),
        Event::Uncertain { ticket, problem } => uncertain(state, ticket, &problem),
        Event::Unsettled(ticket) => unsettled(state, ticket),
        Event::Notice(text) => state.tell(text.as_str(), Tone::Info),
    }
}

/// Puts an invitation into its list. Says whether it is a new one that rings here.
fn see(state: &mut State, invitation: Invitation) -> bool {
    if state.finished.contains(invitation.id) {
        return false;
    }
    let incoming = invitation.direction == Direction::Incoming;
    let list = if incoming { &mut state.incoming } else { &mut state.outgoing };
    let (phase, marked, new) = match list.get(invitation.id) {
        Some(entry) => (entry.phase.clone(), entry.marked, false),
        None => (Phase::Ringing, false, true),
    };
    let before = list.selected().map(|entry| entry.invitation.id);
    list.put(Entry { invitation, phase, marked });
    if before.is_some() && list.selected().map(|entry| entry.invitation.id) != before {
        state.moved = Some(state.now.moment);
    }
    new && incoming
}

fn over(state: &mut State, id: InvitationId, outcome: Outcome, effects: &mut Vec<Effect>) {
    if !state.finished.insert(id) {
        return;
    }
    let until = state.now.moment.after(LINGER);
    let mut ended = None;
    for list in [&mut state.incoming, &mut state.outgoing] {
        list.change(id, |entry| {
            let phase = Phase::Over { outcome: outcome.clone(), until };
            let before = std::mem::replace(&mut entry.phase, phase);
            entry.marked = false;
            ended = Some((entry.invitation.clone(), before));
        });
    }
    let Some((invitation, before)) = ended else { return };
    state.flights.retain(|_, flight| *flight != Flight::Answer(id));
    state.lingering.push_back((until, id));
    if let Phase::Answering { decision, .. } = &before
        && !is_what_was_asked(decision, &outcome)
    {
        let other = other_side(&invitation);
        // That its time was up needs no more words, and of what is not known there are none.
        let plain = matches!(outcome, Outcome::Expired | Outcome::Lost);
        let end = if plain { "" } else { ", before your answer took effect" };
        state.tell(&format!("{other}: {}{end}", outcome.words()), Tone::Problem);
    }
    picker::take_out(state, &invitation, &outcome);
    let past = Past { number: state.next_past, invitation, outcome, at: state.now.wall };
    state.next_past += 1;
    effects.push(Effect::Keep(Box::new(past.clone())));
    state.history.put(past);
    super::history::bound(state);
}

/// Takes in who accepted an invitation that is over.
fn accepted_by(state: &mut State, id: InvitationId, who: &Party) {
    for list in [&mut state.incoming, &mut state.outgoing] {
        list.change(id, |entry| entry.invitation.accepted_by = Some(who.clone()));
    }
    let past = state.history.iter().find(|past| past.invitation.id == id).map(Item::id);
    if let Some(past) = past {
        state.history.change(past, |past| past.invitation.accepted_by = Some(who.clone()));
    }
}

fn is_what_was_asked(decision: &Decision, outcome: &Outcome) -> bool {
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

/// The one at the other end, for a sentence.
pub(super) fn other_side(invitation: &Invitation) -> String {
    match (invitation.direction, &invitation.to) {
        (Direction::Outgoing, Some(to)) => to.label().to_owned(),
        _ => invitation.from.label().to_owned(),
    }
}

/// Changes the conversations, and tells what that means for calls that may have been hung up.
fn change_conversations(state: &mut State, change: impl FnOnce(&mut List<Conversation>)) {
    let selected = |state: &State| state.conversations.selected().map(Item::id);
    let before = selected(state);
    change(&mut state.conversations);
    if state.tab == Tab::Conversations && before.is_some() && selected(state) != before {
        state.moved = Some(state.now.moment);
    }
    let mut ended = None;
    state.flights.retain(|_, flight| match flight {
        Flight::HangUp { conversation, who, lost: true }
            if state.conversations.get(*conversation).is_none() =>
        {
            ended = Some(std::mem::take(who));
            false
        }
        _ => true,
    });
    if let Some(who) = ended {
        state.tell(&format!("The call with {who} is over"), Tone::Info);
    }
}

/// The entry that a request is about, if that request is still the one in flight for it.
fn answering(
    state: &mut State,
    id: InvitationId,
    ticket: Ticket,
    change: impl FnOnce(&mut Phase),
) -> Option<String> {
    let mut change = Some(change);
    let mut who = None;
    for list in [&mut state.incoming, &mut state.outgoing] {
        list.change(id, |entry| {
            if matches!(entry.phase, Phase::Answering { ticket: of, .. } if of == ticket)
                && let Some(change) = change.take()
            {
                change(&mut entry.phase);
                who = Some(other_side(&entry.invitation));
            }
        });
    }
    who
}

fn done(state: &mut State, ticket: Ticket) {
    match state.flights.remove(&ticket) {
        Some(Flight::Answer(id)) => {
            answering(state, id, ticket, |phase| set_progress(phase, Progress::Sent));
        }
        Some(Flight::Invite(uri)) => state.tell(&format!("{uri} was invited"), Tone::Info),
        Some(Flight::Send) => state.tell("The message was sent", Tone::Info),
        Some(Flight::HangUp { who, .. }) => state.tell(&format!("Hung up on {who}"), Tone::Info),
        None => {}
    }
}

fn refused(state: &mut State, ticket: Ticket, problem: &Problem) {
    let key = state.settings.keys.keys(Action::Reconnect).first().map(ToString::to_string);
    let problem = problem.with_key(key.as_deref());
    match state.flights.remove(&ticket) {
        Some(Flight::Answer(id)) => {
            if let Some(who) = answering(state, id, ticket, |phase| *phase = Phase::Ringing) {
                state.tell(&format!("{who}: {problem}"), Tone::Problem);
            }
        }
        Some(Flight::Invite(uri)) => state.tell(&format!("{uri} was not invited: {problem}"), Tone::Problem),
        Some(Flight::Send) => state.tell(&format!("The message was not sent: {problem}"), Tone::Problem),
        Some(Flight::HangUp { conversation, who, .. }) => {
            if state.conversations.get(conversation).is_some() {
                state.tell(&format!("The call with {who} goes on: {problem}"), Tone::Problem);
            } else {
                state.tell(&format!("The call with {who} was over already"), Tone::Info);
            }
        }
        None => {}
    }
}

fn uncertain(state: &mut State, ticket: Ticket, problem: &Problem) {
    // The flight stays: what is known later about this request still finds it.
    if let Some(Flight::HangUp { lost, .. }) = state.flights.get_mut(&ticket) {
        *lost = true;
    }
    match state.flights.get(&ticket).cloned() {
        Some(Flight::Answer(id)) => {
            if let Some(who) = answering(state, id, ticket, |phase| set_progress(phase, Progress::Unknown)) {
                let text = format!("{who}: whether your answer arrived is not known yet ({})", problem.what);
                state.tell(&text, Tone::Problem);
            }
        }
        Some(Flight::Invite(uri)) => {
            let text = format!("Whether {uri} was invited is not known ({}); see Outgoing", problem.what);
            state.tell(&text, Tone::Problem);
        }
        Some(Flight::Send) => {
            state.flights.remove(&ticket);
            state.tell(
                &format!("Whether the message was sent is not known ({})", problem.what),
                Tone::Problem,
            );
        }
        Some(Flight::HangUp { conversation, who, .. }) if state.conversations.get(conversation).is_none() => {
            state.flights.remove(&ticket);
            state.tell(&format!("The call with {who} is over"), Tone::Info);
        }
        Some(Flight::HangUp { who, .. }) => {
            let text = format!(
                "Whether the call with {who} was hung up is not known ({}); while it is listed, hang up again",
                problem.what
            );
            state.tell(&text, Tone::Problem);
        }
        None => {}
    }
}

/// Takes in that nothing more will be heard of a request.
fn unsettled(state: &mut State, ticket: Ticket) {
    if let Some(Flight::Invite(uri)) = state.flights.get(&ticket) {
        let text = format!("Whether {uri} was invited was never confirmed: the session ended before that");
        state.flights.remove(&ticket);
        state.tell(&text, Tone::Problem);
    }
}

fn set_progress(phase: &mut Phase, to: Progress) {
    if let Phase::Answering { progress, .. } = phase {
        *progress = to;
    }
}
