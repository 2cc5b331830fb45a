//! Which actions make sense now, and why others don't: exactly what the server's links allow.

use super::{Action, Entry, Phase, State, Tab};
use crate::invitation::{ConversationId, Decision, Invitation, Kind, Stage};

/// The actions that the selection allows, in the order in which they are offered.
#[must_use]
pub fn available(state: &State) -> Vec<Action> {
    const OFFERED: [Action; 6] = [
        Action::Accept,
        Action::Decline,
        Action::DeclineNow,
        Action::Cancel,
        Action::Invite,
        Action::Message,
    ];
    OFFERED.into_iter().filter(|action| is_available(state, *action)).collect()
}

/// Whether an action makes sense for the selection.
#[must_use]
pub fn is_available(state: &State, action: Action) -> bool {
    let ringing = || state.selected_entry().filter(|entry| entry.phase == Phase::Ringing);
    match action {
        Action::Accept => ringing().is_some_and(|entry| accept_decision(&entry.invitation).is_ok()),
        Action::Decline | Action::DeclineNow => {
            ringing().is_some_and(|entry| entry.invitation.offers.decline)
        }
        Action::Cancel => {
            state.tab == Tab::Outgoing && ringing().is_some_and(|entry| entry.invitation.offers.cancel)
        }
        Action::Invite => conversation(state, |conversation| conversation.can_invite).is_some(),
        Action::Message => conversation(state, |conversation| conversation.can_send).is_some(),
        _ => true,
    }
}

/// Why an action makes no sense for the selection, for a person.
#[must_use]
pub fn why_not(state: &State, action: Action) -> String {
    if matches!(action, Action::Invite | Action::Message) {
        return "Choose a conversation that allows it: an instant message that you accepted becomes one"
            .into();
    }
    let Some(entry) = state.selected_entry() else {
        return match state.tab {
            Tab::Incoming | Tab::Outgoing => "Nothing is selected".into(),
            Tab::Conversations | Tab::History => {
                "That is for invitations; press 1 for the incoming ones".into()
            }
        };
    };
    match (&entry.phase, action) {
        (Phase::Over { outcome, .. }, _) => format!("It is over: {}", outcome.words()),
        (Phase::Answering { .. }, _) => "It is being answered already".into(),
        (Phase::Ringing, Action::Accept) => {
            accept_decision(&entry.invitation).err().map_or_else(String::new, |why| capital(&why))
        }
        (Phase::Ringing, Action::Cancel) if state.tab == Tab::Incoming => {
            "Cancelling is for invitations that you sent; decline this one".into()
        }
        (Phase::Ringing, Action::Decline | Action::DeclineNow) if state.tab == Tab::Outgoing => {
            "You sent this one; cancel it instead".into()
        }
        (Phase::Ringing, _) => "The server does not offer that for this invitation now".into(),
    }
}

/// How an invitation is accepted, or why it can't be.
pub(super) fn accept_decision(invitation: &Invitation) -> Result<Decision, String> {
    let offers = invitation.offers;
    if offers.accept {
        return Ok(Decision::Accept);
    }
    if offers.accept_with_phone {
        return Ok(Decision::AcceptWithPhone);
    }
    Err(match (invitation.kind, invitation.stage) {
        (Kind::Participant, _) => "you sent this one; the other side accepts it",
        (_, Stage::Connecting) => "it is being connected already",
        (Kind::Phone, _) => "a phone call is answered on the phone; rsvp can only decline it",
        (Kind::AudioVideo, _) => "answering takes audio or video, which rsvp does not carry",
        (Kind::Message | Kind::Meeting | Kind::Call, _) => "the server does not offer to accept it now",
    }
    .into())
}

/// The conversation that an action would go to, if it allows that: the selected one, or the one of the
/// selected invitation.
pub(super) fn conversation(
    state: &State,
    allows: fn(&crate::invitation::Conversation) -> bool,
) -> Option<ConversationId> {
    let selected = match state.tab {
        Tab::Conversations => state.conversations.selected(),
        Tab::Incoming | Tab::Outgoing => {
            let of = |entry: &Entry| entry.invitation.conversation;
            state.selected_entry().and_then(of).and_then(|id| state.conversations.get(id))
        }
        Tab::History => state
            .history
            .selected()
            .and_then(|past| past.invitation.conversation)
            .and_then(|id| state.conversations.get(id)),
    };
    selected.filter(|conversation| allows(conversation)).map(|conversation| conversation.id)
}

fn capital(text: &str) -> String {
    let mut characters = text.chars();
    characters.next().map_or_else(String::new, |first| first.to_uppercase().chain(characters).collect())
}
