//! What the providers say.

use std::time::Duration;

use super::dialog;
use crate::app::{Action, Effect, Entry, Flight, List, Phase, Progress, State, Tone, Until};
use crate::invitation::PastInvitation;
use crate::invitation::{
    AccountId, Conversation, Decision, Direction, Invitation, InvitationId, Outcome, Party, Stage,
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
        Event::Ended { id, outcome } => over(state, id, outcome, effects),
        Event::AcceptedBy { id, party: who } => accepted_by(state, id, &who, effects),
        Event::Conversation(conversation) => {
            state.conversations.change_by_itself(state.now.moment, |list| list.put(*conversation));
        }
        Event::ConversationEnded(id) => {
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
            let mut rings = false;
            for invitation in invitations {
                rings |= see(state, invitation);
            }
            if rings && state.settings.bell {
                effects.push(Effect::Bell);
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
        Event::Completed(ticket) => done(state, ticket),
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
    let (phase, new) = match list.get(invitation.id) {
        Some(entry) => (entry.phase.clone(), false),
        None => (Phase::Ringing, true),
    };
    list.change_by_itself(state.now.moment, |list| list.put(Entry { invitation, phase }));
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
            ended = Some((entry.invitation.clone(), before));
        });
    }
    let Some((invitation, before)) = ended else { return };
    state.marked.remove(&id);
    state.flights.retain(|_, flight| *flight != Flight::Answer(id));
    state.lingering.push_back((until, id));
    announce(state, &invitation, &before, &outcome);
    dialog::take_out(state, &invitation, &outcome);
    let past = PastInvitation { number: state.next_past, invitation, outcome, at: state.now.wall };
    state.next_past += 1;
    effects.push(Effect::Keep(Box::new(past.clone())));
    state.history.change_by_itself(state.now.moment, |list| list.put(past));
    super::history::bound(state);
}

/// Takes in who accepted an invitation that is over, and has what is kept of it amended.
fn accepted_by(state: &mut State, id: InvitationId, who: &Party, effects: &mut Vec<Effect>) {
    for list in [&mut state.incoming, &mut state.outgoing] {
        let Some(mut entry) = list.get(id).cloned() else { continue };
        entry.invitation.accepted_by = Some(who.clone());
        list.change_by_itself(state.now.moment, |list| list.put(entry));
    }
    let is_news = |past: &&PastInvitation| {
        past.invitation.id == id && past.invitation.accepted_by.as_ref().is_none_or(|known| known != who)
    };
    let Some(mut past) = state.history.iter().find(is_news).cloned() else { return };
    past.invitation.accepted_by = Some(who.clone());
    effects.push(Effect::Keep(Box::new(past.clone())));
    state.history.change_by_itself(state.now.moment, |list| list.put(past));
}

/// Tells how an invitation ended, where the user waits for that.
fn announce(state: &mut State, invitation: &Invitation, before: &Phase, outcome: &Outcome) {
    let who = other_side(invitation);
    let asked = match before {
        Phase::Answering { decision, .. } => Some(is_what_was_asked(decision, outcome)),
        Phase::Ringing | Phase::Over { .. } => None,
    };
    if state.settle_over(invitation.id, &who, outcome, asked == Some(true)) {
        return;
    }
    if asked == Some(false) {
        // That its time was up needs no more words, and of what is not known there are none.
        let plain = matches!(outcome, Outcome::Expired | Outcome::Lost);
        let end = if plain { "" } else { ", before your answer took effect" };
        return state.tell(&format!("{who}: {}{end}", outcome.words()), Tone::Problem);
    }
    // Our own invitations may be in a list that is not in front.
    if invitation.direction == Direction::Outgoing {
        let (text, tone) = match outcome {
            Outcome::Joined => match &invitation.accepted_by {
                Some(other) => (format!("{} answered for {who}", other.label()), Tone::Info),
                None => (format!("{who} joined"), Tone::Info),
            },
            Outcome::Cancelled => (format!("The invitation to {who} was cancelled"), Tone::Info),
            Outcome::DeclinedByThem => (format!("{who} declined your invitation"), Tone::Problem),
            Outcome::NoAnswer => (format!("{who} did not answer your invitation"), Tone::Problem),
            other => (format!("Your invitation to {who}: {}", other.words()), Tone::Problem),
        };
        state.tell(&text, tone);
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
    invitation.other_side().label().to_owned()
}

/// Changes the conversations, tells what that means for the open dialog, and forgets that calls may have been hung
/// up that are over.
fn change_conversations(state: &mut State, change: impl FnOnce(&mut List<Conversation>)) {
    let concerned = dialog::conversation(state).and_then(|id| state.conversations.get(id));
    let concerned = concerned.map(|conversation| (conversation.id, with(conversation)));
    state.conversations.change_by_itself(state.now.moment, change);
    if let Some((id, with)) = concerned
        && state.conversations.get(id).is_none()
    {
        dialog::conversation_over(state, &with);
    }
    // Of a call that is over, its provider tells how it ended.
    state.flights.retain(|_, flight| match flight {
        Flight::HangUp { conversation, lost: true, .. } => state.conversations.get(*conversation).is_some(),
        _ => true,
    });
}

/// What a conversation is about, or who is in it, for a sentence.
pub(super) fn with(conversation: &Conversation) -> String {
    Some(conversation.title()).filter(|title| !title.is_empty()).unwrap_or("nobody").to_owned()
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
        Some(Flight::Invite(uri)) => {
            let latest = state.invited(&uri).and_then(|id| state.outgoing.get(id));
            let former = latest.filter(|entry| !entry.is_pending()).map(|entry| entry.invitation.id);
            let text = format!("{uri} was invited");
            state.tell_until(&text, Tone::Info, Until::Invited { uri, former });
        }
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
                not_carried_out(state, id);
                let text = format!("{who}: {problem}");
                if !state.settle_refused(id, &text) {
                    state.tell_until(&text, Tone::Problem, Until::Refused(id));
                }
            }
        }
        Some(Flight::Invite(uri)) => state.tell(&format!("{uri} was not invited: {problem}"), Tone::Problem),
        Some(Flight::Send) => state.tell(&format!("The message was not sent: {problem}"), Tone::Problem),
        Some(Flight::HangUp { conversation, who, .. }) => {
            if state.conversations.get(conversation).is_some() {
                let text = format!("The call with {who} goes on: {problem}");
                state.tell_until(&text, Tone::Problem, Until::Conversation(conversation));
            } else {
                state.tell(&format!("The call with {who} was over already"), Tone::Info);
            }
        }
        None => {}
    }
}

/// Takes back that an answer of ours has an invitation connected: it rings again.
fn not_carried_out(state: &mut State, id: InvitationId) {
    for list in [&mut state.incoming, &mut state.outgoing] {
        list.change(id, |entry| {
            if entry.invitation.stage == Stage::Connecting {
                entry.invitation.stage = Stage::Ringing;
            }
        });
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
                let text =
                    format!("{who}: whether your answer arrived is not known yet ({})", problem.message);
                let phase = state.entry(id).map_or(Phase::Ringing, |entry| entry.phase.clone());
                state.tell_until(&text, Tone::Problem, Until::Phase(id, phase));
            }
        }
        Some(Flight::Invite(uri)) => {
            let text = format!("Whether {uri} was invited is not known ({}); see Outgoing", problem.message);
            let former = state.invited(&uri);
            state.tell_until(&text, Tone::Problem, Until::InviteSeen { uri, former });
        }
        Some(Flight::Send) => {
            state.flights.remove(&ticket);
            state.tell(
                &format!("Whether the message was sent is not known ({})", problem.message),
                Tone::Problem,
            );
        }
        Some(Flight::HangUp { conversation, .. }) if state.conversations.get(conversation).is_none() => {
            state.flights.remove(&ticket);
        }
        Some(Flight::HangUp { conversation, who, .. }) => {
            let text = format!(
                "Whether the call with {who} was hung up is not known ({}); while it is listed, hang up again",
                problem.message
            );
            state.tell_until(&text, Tone::Problem, Until::Conversation(conversation));
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
