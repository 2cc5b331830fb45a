//! The actions that are available now, and the reasons why others are not.

use super::offers::{EXPIRED, accept_decision, allows, is_expired, offers};
use super::{Action, Focus, Phase, State, Subject, Tab, lobby};
use crate::invitation::{ConversationId, InvitationId, Kind};

/// Returns the actions that are available for the selected and marked items, in the order in which they are offered.
#[must_use]
pub fn available(state: &State) -> Vec<Action> {
    const OFFERED: [Action; 8] = [
        Action::Accept,
        Action::Decline,
        Action::DeclineNow,
        Action::Redirect,
        Action::Cancel,
        Action::Invite,
        Action::Message,
        Action::HangUp,
    ];
    let focus = state.focus();
    OFFERED.into_iter().filter(|action| is_available(state, &focus, *action)).collect()
}

/// Returns whether an action is available for `focus`: for at least one of the marked items if it acts on those.
pub(super) fn is_available(state: &State, focus: &Focus, action: Action) -> bool {
    match action {
        Action::Accept | Action::Decline if focus.tab == Tab::Conversations => {
            lobby::admission(action).is_some_and(|answer| !lobby::waiting(state, focus, answer).is_empty())
        }
        Action::Accept | Action::Decline | Action::DeclineNow if !focus.marked.is_empty() => {
            focus.marked.iter().any(|id| is_offered(state, *id, action))
        }
        Action::Redirect if focus.tab == Tab::Conversations => conversation(state, focus, action).is_some(),
        Action::Accept | Action::Decline | Action::DeclineNow | Action::Redirect => {
            focus.invitation().is_some_and(|id| is_offered(state, id, action))
        }
        Action::Cancel => {
            focus.tab == Tab::Outgoing && focus.invitation().is_some_and(|id| is_offered(state, id, action))
        }
        Action::Invite | Action::Message | Action::HangUp => conversation(state, focus, action).is_some(),
        _ => true,
    }
}

/// Returns the number of marked invitations that an action would answer now.
#[must_use]
pub fn answerable(state: &State, action: Action) -> usize {
    let answers = matches!(action, Action::Accept | Action::Decline | Action::DeclineNow);
    let marked = state.focus().marked;
    if answers { marked.into_iter().filter(|id| is_offered(state, *id, action)).count() } else { 0 }
}

/// Returns the reason why an action can't be performed on `focus` now, as a sentence for the user; `None` if it can.
#[must_use]
pub fn reason_against(state: &State, focus: &Focus, action: Action) -> Option<String> {
    match action {
        Action::Mark if focus.tab != Tab::Incoming => Some(only_incoming(state)),
        Action::Mark => {
            let entry = focus.invitation().and_then(|id| state.entry(id));
            let is_ringing = entry.is_some_and(|entry| entry.phase == Phase::Ringing);
            (!is_ringing).then(|| why_not(state, focus, action))
        }
        Action::Details | Action::Copy if focus.selected.is_none() => Some("Nothing is selected".into()),
        _ => (!is_available(state, focus, action)).then(|| why_not(state, focus, action)),
    }
}

/// Returns whether an invitation offers an answer.
fn is_offered(state: &State, id: InvitationId, action: Action) -> bool {
    let Some(entry) = state.entry(id).filter(|entry| entry.phase == Phase::Ringing) else { return false };
    let now = state.now.moment;
    let offers = offers(&entry.invitation, now);
    match action {
        Action::Accept => accept_decision(&entry.invitation, now).is_ok(),
        Action::Decline | Action::DeclineNow => offers.decline || offers.reject,
        Action::Redirect => offers.redirect,
        Action::Cancel => offers.cancel,
        _ => false,
    }
}

/// Returns the reason why an action is not available for `focus`, as a sentence for the user.
pub(super) fn why_not(state: &State, focus: &Focus, action: Action) -> String {
    if matches!(action, Action::Invite | Action::Message) {
        return "Select a conversation that allows this; accepting an instant message opens one".into();
    }
    if action == Action::HangUp {
        return "Select a conversation, or a call that the bot has answered, in the list of conversations"
            .into();
    }
    let Some(entry) = focus.invitation().and_then(|id| state.entry(id)) else {
        return match focus.tab {
            Tab::Conversations if action == Action::Redirect => {
                "Only a call that the bot has answered can be transferred, once at a time".into()
            }
            Tab::Incoming | Tab::Outgoing => "Nothing is selected".into(),
            Tab::Conversations if lobby::admission(action).is_some() => {
                let lobby = lobby::conversation(state, focus).map_or(0, |it| it.lobby().len());
                if lobby > 0 {
                    "Only a presenter of the meeting decides about its lobby".into()
                } else {
                    with_incoming_key(state, "Nobody waits in a lobby here", " for the incoming invitations")
                }
            }
            Tab::Conversations | Tab::History => {
                with_incoming_key(state, "This works on invitations only", " for the incoming ones")
            }
        };
    };
    match (&entry.phase, action) {
        (Phase::Over { outcome, .. }, _) => format!("Already over: {}", outcome.words()),
        (Phase::Answering { .. }, _) => "Already answered; waiting for the server".into(),
        (Phase::Ringing, _) if is_expired(&entry.invitation, state.now.moment) => capitalized(EXPIRED),
        (Phase::Ringing, Action::Accept) => accept_decision(&entry.invitation, state.now.moment)
            .err()
            .map_or_else(String::new, |why| capitalized(&why)),
        (Phase::Ringing, Action::Redirect) if entry.invitation.kind != Kind::Call => {
            "Only a call to the bot can be redirected".into()
        }
        (Phase::Ringing, Action::Cancel) if focus.tab == Tab::Incoming => {
            "Only invitations that you sent can be cancelled; decline this one instead".into()
        }
        (Phase::Ringing, Action::Decline | Action::DeclineNow) if focus.tab == Tab::Outgoing => {
            "You sent this one; cancel it instead".into()
        }
        (Phase::Ringing, _) => "The server does not allow that for this invitation now".into(),
    }
}

/// Returns the reason why nothing can be marked on the other tabs.
pub(super) fn only_incoming(state: &State) -> String {
    with_incoming_key(state, "Only incoming invitations can be marked", "")
}

/// Appends the key for the incoming invitations to a reason, if one is bound. `purpose` says what the key is for.
fn with_incoming_key(state: &State, reason: &str, purpose: &str) -> String {
    match state.settings.keys.preferred(Action::Incoming) {
        Some(key) => format!("{reason}; press {key}{purpose}"),
        None => reason.into(),
    }
}

/// Returns the conversation that an action would act on, if the conversation offers the action: the selected one, or
/// that of the selected invitation.
pub(super) fn conversation(state: &State, focus: &Focus, action: Action) -> Option<ConversationId> {
    let id = match focus.selected? {
        Subject::Conversation(id) => id,
        Subject::Invitation(id) => state.entry(id)?.invitation.conversation?,
        Subject::Past(id) => state.history.get(id)?.invitation.conversation?,
    };
    state.conversations.get(id).filter(|conversation| allows(conversation, action)).map(|it| it.id)
}

/// Returns `text` with its first letter in upper case.
fn capitalized(text: &str) -> String {
    let mut characters = text.chars();
    characters.next().map_or_else(String::new, |first| first.to_uppercase().chain(characters).collect())
}
