//! The consequence for the open dialog when an invitation or a conversation that it needs ends.

use crate::app::dialog::Remaining;
use crate::app::key::STRAY_KEY_GUARD;
use crate::app::{Mode, State, Tone};
use crate::invitation::{ConversationId, Invitation, Outcome};

/// Removes an invitation that has ended from the open dialog, and closes the dialog if no target is left.
pub(super) fn remove_target(state: &mut State, invitation: &Invitation, outcome: &Outcome) {
    let Some(dialog) = state.mode.dialog() else { return };
    let who = invitation.other_side().label();
    let end = match outcome {
        Outcome::Lost => "over".to_owned(),
        other => other.words(),
    };
    match dialog.remove(invitation.id) {
        Remaining::All => {}
        Remaining::Some { left, total } => {
            state.notify(&format!("{who}: {end}; {left} of {total} left"), Tone::Info);
        }
        Remaining::None(before) => {
            close(state);
            state.notify(&format!("{who}: {end} {before}"), Tone::Problem);
        }
    }
}

/// Returns the conversation that the open dialog needs, and what to tell the user should it end.
pub(super) fn conversation(state: &mut State) -> Option<(ConversationId, &'static str)> {
    state.mode.dialog()?.conversation()
}

/// Closes the open dialog because its conversation has ended.
pub(super) fn close_without_conversation(state: &mut State, title: &str, consequence: &str) {
    close(state);
    state.notify(&format!("{title}: the conversation has ended; {consequence}"), Tone::Problem);
}

fn close(state: &mut State) {
    state.mode = Mode::Lists;
    state.closed = Some(state.now.moment);
}

/// Returns whether a key is still meant for a dialog that closed by itself: it comes shortly after the dialog was
/// closed, or shortly after another such key, as when somebody goes on typing.
pub(super) fn ignores_late_key(state: &mut State) -> bool {
    let now = state.now.moment;
    let late =
        matches!(state.mode, Mode::Lists) && state.closed.is_some_and(|at| now < at.after(STRAY_KEY_GUARD));
    state.closed = late.then_some(now);
    late
}
