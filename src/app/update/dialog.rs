//! What becomes of a dialog when what it was opened on ends: it says so, and goes on with what is left or closes.

use crate::app::available::allows;
use crate::app::list::BLINK;
use crate::app::{Action, Mode, Purpose, State, Subject, Tone};
use crate::invitation::{ConversationId, Invitation, InvitationId, Outcome};

/// What is left of a dialog.
enum Left {
    /// All that it was opened on.
    All,
    /// So many of several.
    Some { left: usize, total: usize },
    /// Nothing that it could act on; it closes before the user did what these words say.
    Nothing(&'static str),
}

const REASON: &str = "before you chose a reason";

/// Takes an invitation that is over out of the dialog that is open, and closes that if nothing is left.
pub(super) fn take_out(state: &mut State, invitation: &Invitation, outcome: &Outcome) {
    let who = super::provider_events::other_side(invitation);
    let how = match outcome {
        // How it ended without a word matters less than that it did.
        Outcome::Lost => "over".to_owned(),
        other => other.words(),
    };
    match left(&mut state.mode, invitation.id) {
        Left::All => {}
        Left::Some { left, total } => {
            state.tell(&format!("{who}: {how}; {left} of {total} are left"), Tone::Info);
        }
        Left::Nothing(before) => {
            close(state);
            state.tell(&format!("{who}: {how}, {before}"), Tone::Problem);
        }
    }
}

fn close(state: &mut State) {
    state.mode = Mode::Lists;
    state.closed = Some(state.now.moment);
}

/// Whether a key is still meant for a dialog that closed by itself: it comes right after that, or after another such
/// key, as when somebody types on.
pub(super) fn takes_late(state: &mut State) -> bool {
    let now = state.now.moment;
    let late = matches!(state.mode, Mode::Lists) && state.closed.is_some_and(|at| now < at.after(BLINK));
    state.closed = late.then_some(now);
    late
}

fn left(mode: &mut Mode, id: InvitationId) -> Left {
    let (targets, before) = match mode {
        Mode::Decline(declining) => {
            let call = declining.calls.end(id);
            let all = declining.targets.end(id) || call;
            // What is left may be calls; keys that were meant for the reasons must not answer them.
            return match declining.targets.ids.len() {
                _ if !all => Left::All,
                0 => Left::Nothing(REASON),
                left => Left::Some {
                    left: left + declining.calls.ids.len(),
                    total: declining.targets.total() + declining.calls.total(),
                },
            };
        }
        Mode::Palette(palette) => {
            let marked = palette.focus.marked.len();
            palette.focus.marked.retain(|target| *target != id);
            return match palette.focus.marked.len() {
                _ if palette.focus.invitation() == Some(id) => Left::Nothing("before you chose what to do"),
                left if left == marked => Left::All,
                0 => Left::Nothing("before you chose what to do"),
                left => Left::Some { left, total: marked },
            };
        }
        Mode::Reject(rejecting) => (&mut rejecting.targets, REASON),
        Mode::Confirm(confirm) => {
            confirm.unseen.retain(|target| *target != id);
            (&mut confirm.targets, "before you confirmed")
        }
        Mode::Prompt(prompt) => match &mut prompt.purpose {
            Purpose::Callback(rejecting) => (&mut rejecting.targets, REASON),
            Purpose::Redirect(target) if *target == id => {
                return Left::Nothing("before you said who gets the call");
            }
            Purpose::Redirect(_) | Purpose::Filter | Purpose::Invite(_) | Purpose::Message(_) => {
                return Left::All;
            }
        },
        Mode::Lists | Mode::Help(_) => return Left::All,
    };
    match targets.end(id) {
        false => Left::All,
        true if targets.ids.is_empty() => Left::Nothing(before),
        true => Left::Some { left: targets.ids.len(), total: targets.total() },
    }
}

/// The conversation that the open dialog is about.
pub(super) fn conversation(state: &State) -> Option<ConversationId> {
    match &state.mode {
        Mode::Prompt(prompt) => match prompt.purpose {
            Purpose::Invite(id) | Purpose::Message(id) => Some(id),
            _ => None,
        },
        Mode::Palette(palette) => match palette.focus.selected {
            Some(Subject::Conversation(id)) => Some(id),
            _ => None,
        },
        _ => None,
    }
}

/// Closes the open dialog, whose conversation with these people is over.
pub(super) fn conversation_over(state: &mut State, with: &str) {
    let before = match &state.mode {
        Mode::Prompt(prompt) => match prompt.purpose {
            Purpose::Message(_) => "your message was not sent",
            _ => "nobody was invited",
        },
        _ => "choose another one",
    };
    close(state);
    state.tell(&format!("{with}: the conversation is over; {before}"), Tone::Problem);
}

/// Why what was written can't go into its conversation now, if it can't.
pub(super) fn refused(state: &State, id: ConversationId, action: Action) -> Option<&'static str> {
    let fine = state.conversations.get(id).is_some_and(|conversation| allows(conversation, action));
    match action {
        _ if fine => None,
        Action::Invite => Some("Nobody can be invited into it now; wait, or press Esc"),
        _ => Some("No message can be sent into it now; wait, or press Esc"),
    }
}
