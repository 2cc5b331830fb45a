//! Confirming an answer to invitations that are not in sight.

use super::{keys, picker, requests};
use crate::app::key::{Code, Key};
use crate::app::{Answer, Confirm, Effect, Focus, Mode, State, Targets};
use crate::invitation::InvitationId;

/// Gives an answer to what the keys act on; asks first if some of it is not in sight.
pub(super) fn answer(state: &mut State, focus: &Focus, answer: Answer, effects: &mut Vec<Effect>) {
    let Some(targets) = requests::targets(state, focus, answer.action()) else { return };
    // What is selected is in sight wherever there is room for anything.
    let unseen: Vec<InvitationId> = match targets.as_slice() {
        [one] if focus.invitation() == Some(*one) => Vec::new(),
        all => all.iter().copied().filter(|id| !state.viewport.invitations.contains(id)).collect(),
    };
    let targets = Targets::from(targets);
    if unseen.is_empty() {
        give(state, answer, targets, effects);
    } else {
        state.mode = Mode::Confirm(Confirm { answer, targets, unseen, scrolled: 0 });
    }
}

fn give(state: &mut State, answer: Answer, targets: Targets, effects: &mut Vec<Effect>) {
    match answer {
        Answer::Accept => requests::accept(state, effects, &targets),
        Answer::Decline => picker::decline(state, targets),
        Answer::DeclineNow => requests::decline_now(state, effects, &targets),
    }
}

pub(super) fn press(state: &mut State, key: Key, effects: &mut Vec<Effect>) {
    let Mode::Confirm(confirm) = &mut state.mode else { return };
    match key.code {
        Code::Esc => state.mode = Mode::Lists,
        Code::Enter => {
            let (answer, targets) = (confirm.answer, std::mem::take(&mut confirm.targets));
            state.mode = Mode::Lists;
            give(state, answer, targets, effects);
        }
        _ => {
            if let Some(scrolled) = keys::scroll(confirm.scrolled, key, &state.viewport) {
                confirm.scrolled = scrolled;
            }
        }
    }
}
