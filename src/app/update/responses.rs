//! The responses to the user's requests.

use std::sync::Arc;

use super::{lobby_words, messages, new_conversations, presence, search, selection_after_answer};
use crate::app::{Action, Condition, Delivery, PendingRequest, Phase, Progress, State, Tone};
use crate::invitation::{InvitationId, Stage};
use crate::provider::{Problem, Ticket};

/// Records that the server accepted a request.
pub(super) fn completed(state: &mut State, ticket: Ticket) {
    match state.pending_requests.remove(&ticket) {
        Some(PendingRequest::Answer(id)) => {
            change_answering(state, id, ticket, |phase| set_progress(phase, Progress::Sent));
        }
        Some(PendingRequest::Invite { to, .. } | PendingRequest::Start { to, .. }) => {
            state.notify(&format!("{} was invited", to.label()), Tone::Info);
        }
        Some(PendingRequest::Send) => {
            messages::set_delivery(state, ticket, &Delivery::Accepted);
            state.notify("The message was sent", Tone::Info);
        }
        Some(PendingRequest::Presence(choice)) => presence::report_set(state, choice),
        Some(PendingRequest::Join { .. }) | None => {}
        Some(PendingRequest::Lobby { who, admission, .. }) => {
            state.notify(&lobby_words::done(&who, admission), Tone::Info);
        }
        Some(PendingRequest::Leave { title, is_meeting, .. }) => {
            let rest = if is_meeting { "; the meeting goes on without you" } else { "" };
            state.notify(&format!("You left {title}{rest}"), Tone::Info);
        }
        Some(PendingRequest::HangUp { who, .. }) => {
            state.notify(&format!("Hung up on {who}"), Tone::Info);
        }
        Some(PendingRequest::Transfer { conversation, title, to }) => {
            // The provider itself reports how the transfer ended, which may have been before.
            if state.conversations.get(conversation).is_some_and(|call| !call.can_transfer) {
                let text = format!("The call with {title} is on its way to {to}");
                state.notify_while(&text, Tone::Info, Condition::Conversation(conversation));
            }
        }
    }
}

/// Records that a request was refused: an invitation can be answered again.
pub(super) fn refused(state: &mut State, ticket: Ticket, problem: &Problem) {
    search::failed(state, ticket, problem);
    let key = state.settings.keys.preferred(Action::Reconnect).map(|key| key.to_string());
    let problem = problem.with_key(key.as_deref());
    match state.pending_requests.remove(&ticket) {
        Some(PendingRequest::Answer(id)) => {
            if let Some(who) = change_answering(state, id, ticket, |phase| *phase = Phase::Ringing) {
                revert_connecting(state, id);
                selection_after_answer::take_back(state, id);
                let text = format!("{who}: {problem}");
                if !state.record_refusal(id, &text) {
                    state.notify_while(&text, Tone::Problem, Condition::Refused(id));
                }
            }
        }
        Some(PendingRequest::Invite { to, .. }) => {
            state.notify(&format!("{} was not invited: {problem}", to.label()), Tone::Problem);
        }
        Some(PendingRequest::Start { to, .. }) => {
            new_conversations::give_up(state, ticket);
            let text = format!("No conversation with {} was started: {problem}", to.label());
            state.notify(&text, Tone::Problem);
        }
        Some(PendingRequest::Send) => {
            messages::set_delivery(state, ticket, &Delivery::Failed(problem.as_str().into()));
            state.notify(&format!("The message was not sent: {problem}"), Tone::Problem);
        }
        Some(PendingRequest::Join { conversation, title }) => {
            let text = format!("The messages of {title} were not joined: {problem}");
            state.notify_while(&text, Tone::Problem, Condition::Conversation(conversation));
        }
        Some(PendingRequest::Lobby { participant, who, admission }) => {
            let text = lobby_words::refused(&who, admission, &problem);
            state.notify_while(&text, Tone::Problem, Condition::Conversation(participant.conversation));
        }
        Some(PendingRequest::Leave { title, .. }) => {
            state.notify(&format!("You are still in {title}: {problem}"), Tone::Problem);
        }
        Some(PendingRequest::Presence(choice)) => presence::report_refused(state, choice, &problem),
        Some(PendingRequest::Transfer { conversation, title, to }) => {
            if state.conversations.get(conversation).is_some() {
                let text = format!("The call with {title} was not transferred to {to}: {problem}");
                state.notify_while(&text, Tone::Problem, Condition::Conversation(conversation));
            } else {
                state.notify(&format!("The call with {title} had already ended"), Tone::Info);
            }
        }
        Some(PendingRequest::HangUp { conversation, who, .. }) => {
            if state.conversations.get(conversation).is_some() {
                let text = format!("The call with {who} continues: {problem}");
                state.notify_while(&text, Tone::Problem, Condition::Conversation(conversation));
            } else {
                state.notify(&format!("The call with {who} had already ended"), Tone::Info);
            }
        }
        None => {}
    }
}

/// Records that the response to a request was lost. The request stays pending, so that later evidence finds it.
pub(super) fn uncertain(state: &mut State, ticket: Ticket, problem: &Problem) {
    mark_lost(state, ticket);
    let reason = &problem.message;
    let request = state.pending_requests.get(&ticket).cloned();
    if request.as_ref().is_some_and(|request| !has_later_evidence(request)) {
        state.pending_requests.remove(&ticket);
    }
    match request {
        Some(PendingRequest::Answer(id)) => {
            let unknown = |phase: &mut Phase| set_progress(phase, Progress::Unknown);
            if let Some(who) = change_answering(state, id, ticket, unknown) {
                let text = format!("{who}: your answer is not confirmed yet ({reason})");
                let phase = state.entry(id).map_or(Phase::Ringing, |entry| entry.phase.clone());
                state.notify_while(&text, Tone::Problem, Condition::Phase(id, phase));
            }
        }
        Some(PendingRequest::Invite { to, .. } | PendingRequest::Start { to, .. }) => {
            let (who, uri) = (to.label(), to.uri.to_string());
            let text = format!("The invitation to {who} is not confirmed yet ({reason}); see Outgoing");
            let former = state.latest_invitation_to(&uri);
            state.notify_while(&text, Tone::Problem, Condition::InviteUnseen { uri, former });
        }
        Some(PendingRequest::Join { conversation, title }) => {
            let text = format!("Joining the messages of {title} is not confirmed ({reason})");
            state.notify_while(&text, Tone::Problem, Condition::Conversation(conversation));
        }
        Some(PendingRequest::Lobby { participant, who, admission }) => {
            let text = lobby_words::uncertain(&who, admission, reason);
            state.notify_while(&text, Tone::Problem, Condition::Waiting(participant));
        }
        Some(PendingRequest::Leave { title, .. }) => {
            let text =
                format!("Leaving {title} is not confirmed ({reason}); if it stays listed, leave again");
            state.notify(&text, Tone::Problem);
        }
        Some(PendingRequest::Send) => {
            messages::set_delivery(state, ticket, &Delivery::Unknown);
            state.notify(&format!("The message may not have been sent ({reason})"), Tone::Problem);
        }
        Some(PendingRequest::Presence(choice)) => {
            presence::report_uncertain(state, choice, problem);
        }
        Some(PendingRequest::Transfer { conversation, title, to }) => {
            let text =
                format!("The transfer of the call with {title} to {to} is not confirmed yet ({reason})");
            state.notify_while(&text, Tone::Problem, Condition::Conversation(conversation));
        }
        Some(PendingRequest::HangUp { conversation, .. })
            if state.conversations.get(conversation).is_none() =>
        {
            state.pending_requests.remove(&ticket);
        }
        Some(PendingRequest::HangUp { conversation, who, .. }) => {
            let text = format!(
                "Hanging up on {who} is not confirmed yet ({reason}); if the call stays listed, hang up again"
            );
            state.notify_while(&text, Tone::Problem, Condition::Conversation(conversation));
        }
        None => {}
    }
}

/// Notes that the response to a request was lost, so that the same request can be sent again.
fn mark_lost(state: &mut State, ticket: Ticket) {
    if let Some(
        PendingRequest::HangUp { is_lost, .. }
        | PendingRequest::Invite { is_lost, .. }
        | PendingRequest::Start { is_lost, .. },
    ) = state.pending_requests.get_mut(&ticket)
    {
        *is_lost = true;
    }
}

/// Returns whether events or later reads tell what became of a request whose response was lost.
fn has_later_evidence(request: &PendingRequest) -> bool {
    match request {
        PendingRequest::Answer(_)
        | PendingRequest::Invite { .. }
        | PendingRequest::Start { .. }
        | PendingRequest::HangUp { .. } => true,
        PendingRequest::Join { .. }
        | PendingRequest::Lobby { .. }
        | PendingRequest::Leave { .. }
        | PendingRequest::Send
        | PendingRequest::Transfer { .. }
        | PendingRequest::Presence(_) => false,
    }
}

/// Reports that the outcome of a request will never be known.
pub(super) fn unsettled(state: &mut State, ticket: Ticket) {
    if let Some(PendingRequest::Invite { to, .. } | PendingRequest::Start { to, .. }) =
        state.pending_requests.get(&ticket)
    {
        let text = format!("The invitation to {} was never confirmed", to.label());
        new_conversations::give_up(state, ticket);
        state.pending_requests.remove(&ticket);
        state.notify(&text, Tone::Problem);
    }
}

/// Changes the phase of an invitation if this request still carries its answer. Returns the name of the remote party.
fn change_answering(
    state: &mut State,
    id: InvitationId,
    ticket: Ticket,
    change: impl FnOnce(&mut Phase),
) -> Option<String> {
    state.change_entry(id, |entry| {
        matches!(entry.phase, Phase::Answering { ticket: other, .. } if other == ticket).then(|| {
            change(&mut entry.phase);
            entry.invitation.other_side().label().to_owned()
        })
    })?
}

fn set_progress(phase: &mut Phase, to: Progress) {
    if let Phase::Answering { progress, .. } = phase {
        *progress = to;
    }
}

/// Makes an invitation ring again that was being connected because of an answer that was refused.
fn revert_connecting(state: &mut State, id: InvitationId) {
    state.change_entry(id, |entry| {
        if entry.invitation.stage == Stage::Connecting {
            Arc::make_mut(&mut entry.invitation).stage = Stage::Ringing;
        }
    });
}
