//! Which actions make sense now, and why others don't: exactly what the server's links allow.

use super::{Action, Focus, Phase, State, Subject, Tab};
use crate::invitation::{
    Conversation, ConversationId, Decision, Invitation, InvitationId, Kind, Moment, Offers, Stage,
};

/// The actions that make sense for what is selected and marked, in the order in which they are offered.
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

/// Whether an action makes sense for what keys act on: for one of the marked, if it acts on all of them.
pub(super) fn is_available(state: &State, focus: &Focus, action: Action) -> bool {
    match action {
        Action::Accept | Action::Decline | Action::DeclineNow if !focus.marked.is_empty() => {
            focus.marked.iter().any(|id| can_be(state, *id, action))
        }
        Action::Accept | Action::Decline | Action::DeclineNow | Action::Redirect => {
            focus.invitation().is_some_and(|id| can_be(state, id, action))
        }
        Action::Cancel => {
            focus.tab == Tab::Outgoing && focus.invitation().is_some_and(|id| can_be(state, id, action))
        }
        Action::Invite | Action::Message | Action::HangUp => conversation(state, focus, action).is_some(),
        _ => true,
    }
}

/// Whether an action that answers makes sense for an invitation.
fn can_be(state: &State, id: InvitationId, action: Action) -> bool {
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

/// Why an action makes no sense for what keys act on, for a person.
pub(super) fn why_not(state: &State, focus: &Focus, action: Action) -> String {
    if matches!(action, Action::Invite | Action::Message) {
        return "Choose a conversation that allows it: an instant message that you accepted becomes one"
            .into();
    }
    if action == Action::HangUp {
        return "Choose a call that the bot has answered; they are among the conversations".into();
    }
    let Some(entry) = focus.invitation().and_then(|id| state.entry(id)) else {
        return match focus.tab {
            Tab::Incoming | Tab::Outgoing => "Nothing is selected".into(),
            Tab::Conversations | Tab::History => {
                "That is for invitations; press 1 for the incoming ones".into()
            }
        };
    };
    match (&entry.phase, action) {
        (Phase::Over { outcome, .. }, _) => format!("It is over: {}", outcome.words()),
        (Phase::Answering { .. }, _) => "It is being answered already".into(),
        (Phase::Ringing, _) if is_past(&entry.invitation, state.now.moment) => capital(PAST),
        (Phase::Ringing, Action::Accept) => {
            accept_decision(&entry.invitation, state.now.moment).err().map_or_else(String::new, capital)
        }
        (Phase::Ringing, Action::Redirect) if entry.invitation.kind != Kind::Call => {
            "Only a call to the bot can be redirected".into()
        }
        (Phase::Ringing, Action::Cancel) if focus.tab == Tab::Incoming => {
            "Cancelling is for invitations that you sent; decline this one".into()
        }
        (Phase::Ringing, Action::Decline | Action::DeclineNow) if focus.tab == Tab::Outgoing => {
            "You sent this one; cancel it instead".into()
        }
        (Phase::Ringing, _) => "The server does not offer that for this invitation now".into(),
    }
}

const PAST: &str = "its time is up: nothing is sent any more";

/// Whether it is a call to a bot that takes no answer any more. Of all others the server has the last word.
pub(super) fn is_past(invitation: &Invitation, now: Moment) -> bool {
    invitation.kind == Kind::Call && invitation.deadline <= now
}

/// What can be done with an invitation now.
fn offers(invitation: &Invitation, now: Moment) -> Offers {
    if is_past(invitation, now) { Offers::default() } else { invitation.offers }
}

/// Answers with a decision if that is offered, or says why not.
pub(super) fn offered(
    invitation: &Invitation,
    now: Moment,
    decision: Decision,
) -> Result<Decision, &'static str> {
    let offers = offers(invitation, now);
    let (there, why_not) = match &decision {
        Decision::Accept => (offers.accept, "it can't be accepted now"),
        Decision::AcceptWithPhone => (offers.accept_with_phone, "it can't be accepted on the phone now"),
        Decision::Decline(_) => (offers.decline, "the server does not let it be declined now"),
        Decision::Cancel => (offers.cancel, "the server does not let it be cancelled now"),
        Decision::Reject { .. } => (offers.reject, "it can't be rejected now"),
        Decision::Redirect(_) => (offers.redirect, "it can't be redirected now"),
    };
    if there {
        Ok(decision)
    } else if is_past(invitation, now) {
        Err(PAST)
    } else {
        Err(why_not)
    }
}

/// How an invitation is accepted, or why it can't be.
pub(super) fn accept_decision(invitation: &Invitation, now: Moment) -> Result<Decision, &'static str> {
    let offers = offers(invitation, now);
    if offers.accept {
        return Ok(Decision::Accept);
    }
    if offers.accept_with_phone {
        return Ok(Decision::AcceptWithPhone);
    }
    Err(match (invitation.kind, invitation.stage) {
        _ if is_past(invitation, now) => PAST,
        (Kind::Participant, _) => "you sent this one; the other side accepts it",
        (_, Stage::Connecting) => "it is being connected already",
        (Kind::Phone, _) => "a phone call is answered on the phone; rsvp can only decline it",
        (Kind::AudioVideo, _) => "answering takes audio or video, which rsvp does not carry",
        (Kind::Message | Kind::Meeting | Kind::Call, _) => "the server does not offer to accept it now",
    })
}

/// The conversation that an action would go to, if it allows that: the selected one, or the one of the
/// selected invitation.
pub(super) fn conversation(state: &State, focus: &Focus, action: Action) -> Option<ConversationId> {
    let id = match focus.selected? {
        Subject::Conversation(id) => id,
        Subject::Invitation(id) => state.entry(id)?.invitation.conversation?,
        Subject::Past(id) => state.history.get(id)?.invitation.conversation?,
    };
    state.conversations.get(id).filter(|conversation| allows(conversation, action)).map(|it| it.id)
}

/// Whether a conversation allows an action now.
pub(super) fn allows(conversation: &Conversation, action: Action) -> bool {
    match action {
        Action::Invite => conversation.can_invite,
        Action::Message => conversation.can_send,
        Action::HangUp => conversation.can_hang_up(),
        _ => false,
    }
}

fn capital(text: &str) -> String {
    let mut characters = text.chars();
    characters.next().map_or_else(String::new, |first| first.to_uppercase().chain(characters).collect())
}
