//! The people who wait in the lobby of a meeting, and the actions that answer them.

use super::{Action, Focus, State, Subject};
use crate::invitation::{Admission, Conversation, Waiting};

/// Returns the answer that an action gives to those who wait.
pub(super) fn admission(action: Action) -> Option<Admission> {
    match action {
        Action::Accept => Some(Admission::Admit),
        Action::Decline => Some(Admission::Reject),
        _ => None,
    }
}

/// Returns the selected conversation.
pub(super) fn conversation<'a>(state: &'a State, focus: &Focus) -> Option<&'a Conversation> {
    match focus.selected? {
        Subject::Conversation(id) => state.conversations.get(id),
        Subject::Invitation(_) | Subject::Past(_) => None,
    }
}

/// Returns those in the lobby of the selected conversation to whom an answer is possible now.
pub(super) fn waiting<'a>(state: &'a State, focus: &Focus, admission: Admission) -> Vec<&'a Waiting> {
    let lobby = conversation(state, focus).map_or(&[][..], Conversation::lobby);
    lobby.iter().filter(|waiting| waiting.allows(admission)).collect()
}

/// Returns those in the lobby to whom an action gives an answer, for the selected conversation.
#[must_use]
pub fn answered_by(state: &State, action: Action) -> Vec<&Waiting> {
    admission(action).map_or_else(Vec::new, |admission| waiting(state, &state.focus(), admission))
}
