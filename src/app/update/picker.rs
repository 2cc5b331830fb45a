//! Choosing from what typing narrows.

use nucleo_matcher::pattern::{CaseMatching, Normalization, Pattern};
use nucleo_matcher::{Config, Matcher, Utf32Str};

use super::prompt::{self, request};
use super::{keys, requests};
use crate::app::key::{Code, Key};
use crate::app::mode::{CALLBACK, Choice, Decline, Mode, Picker, Purpose, Reject};
use crate::app::{Action, Effect, State, Tone};
use crate::invitation::{Invitation, InvitationId, Kind, Outcome};

/// Asks why what the key for declining acts on is declined: invitations first, then calls to a bot, which know
/// other reasons.
pub(super) fn decline(state: &mut State) {
    let Some(targets) = requests::targets(state, Action::Decline) else { return };
    let is_call = |id: &InvitationId| {
        requests::entry(state, *id).is_some_and(|entry| entry.invitation.kind == Kind::Call)
    };
    let (calls, targets): (Vec<_>, Vec<_>) = targets.into_iter().partition(is_call);
    if targets.is_empty() {
        reject(state, calls);
    } else {
        let picker = Picker::at(state.settings.default_reason);
        state.mode = Mode::Decline(Decline { picker, targets, calls });
    }
}

fn reject(state: &mut State, targets: Vec<InvitationId>) {
    let picker = Picker::at(state.settings.default_rejection);
    state.mode = Mode::Reject(Reject { picker, targets, callback: None });
}

pub(super) fn press_reasons(state: &mut State, key: Key, effects: &mut Vec<Effect>) {
    let Mode::Decline(Decline { picker, targets, calls }) = &mut state.mode else { return };
    let Some(pressed) = press(picker, key) else { return };
    let (targets, calls) = (std::mem::take(targets), std::mem::take(calls));
    state.mode = Mode::Lists;
    if let Pressed::Choose(reason) = pressed {
        requests::decline(state, effects, &targets, reason);
        if !calls.is_empty() {
            reject(state, calls);
        }
    }
}

pub(super) fn press_rejections(state: &mut State, key: Key, effects: &mut Vec<Effect>) {
    let Mode::Reject(rejecting) = &mut state.mode else { return };
    if key == CALLBACK {
        let written = rejecting.callback.as_ref().map_or("", |address| address.as_str()).to_owned();
        if let Mode::Reject(rejecting) = std::mem::take(&mut state.mode) {
            state.mode = Mode::Prompt(prompt::open(Purpose::Callback(Box::new(rejecting)), written));
        }
        return;
    }
    let Some(pressed) = press(&mut rejecting.picker, key) else { return };
    let (targets, callback) = (std::mem::take(&mut rejecting.targets), rejecting.callback.take());
    state.mode = Mode::Lists;
    if let Pressed::Choose(reason) = pressed {
        requests::reject(state, effects, &targets, reason, callback.as_ref());
    }
}

pub(super) fn press_actions(state: &mut State, key: Key, effects: &mut Vec<Effect>) {
    let Mode::Palette(picker) = &mut state.mode else { return };
    let Some(pressed) = press(picker, key) else { return };
    state.mode = Mode::Lists;
    if let Pressed::Choose(action) = pressed {
        keys::perform(state, action, effects);
    }
}

/// Takes an invitation that is over out of what is being asked, and closes that if nothing is left.
pub(super) fn take_out(state: &mut State, invitation: &Invitation, outcome: &Outcome) {
    let id = invitation.id;
    let gone = match &mut state.mode {
        Mode::Decline(declining) => {
            declining.calls.retain(|call| *call != id);
            // What is left may be calls; keys that were meant for the reasons must not answer them.
            take(&mut declining.targets, id)
        }
        Mode::Reject(rejecting) => take(&mut rejecting.targets, id),
        Mode::Prompt(prompt) => match &mut prompt.purpose {
            Purpose::Callback(rejecting) => take(&mut rejecting.targets, id),
            Purpose::Redirect(target) if *target == id => {
                state.mode = Mode::Lists;
                let who = super::news::other_side(invitation);
                let text = format!("{who}: {}, before you said who gets the call", outcome.words());
                return state.tell(&text, Tone::Problem);
            }
            _ => false,
        },
        Mode::Lists | Mode::Palette(_) | Mode::Help(_) => false,
    };
    if gone {
        state.mode = Mode::Lists;
        if state.notice.is_none() {
            state.tell("It was over before you chose a reason", Tone::Info);
        }
    }
}

/// Says whether that was the last one.
fn take(targets: &mut Vec<InvitationId>, id: InvitationId) -> bool {
    let before = targets.len();
    targets.retain(|target| *target != id);
    before > 0 && targets.is_empty()
}

enum Pressed<T> {
    Leave,
    Choose(T),
}

/// What a key ends the choice with, if it does.
fn press<T: Choice>(picker: &mut Picker<T>, key: Key) -> Option<Pressed<T>> {
    let last = picker.choices.len().saturating_sub(1);
    match key.code {
        Code::Esc => return Some(Pressed::Leave),
        Code::Enter => return picker.choices.get(picker.highlighted).copied().map(Pressed::Choose),
        Code::Down | Code::Tab if !key.shift => picker.highlighted = (picker.highlighted + 1).min(last),
        Code::Up | Code::Tab => picker.highlighted = picker.highlighted.saturating_sub(1),
        Code::Char('n') if key.ctrl => picker.highlighted = (picker.highlighted + 1).min(last),
        Code::Char('p') if key.ctrl => picker.highlighted = picker.highlighted.saturating_sub(1),
        Code::PageDown => picker.highlighted = last,
        Code::PageUp => picker.highlighted = 0,
        _ => {
            if let Some(request) = request(key) {
                picker.input.handle(request);
                narrow(picker);
            }
        }
    }
    None
}

/// Keeps what matches the typed text, the best first.
pub(super) fn narrow<T: Choice>(picker: &mut Picker<T>) {
    let pattern = Pattern::parse(picker.input.value(), CaseMatching::Ignore, Normalization::Smart);
    let mut matcher = Matcher::new(Config::DEFAULT);
    let mut buffer = Vec::new();
    let typed = picker.input.value().trim();
    let mut scored: Vec<((bool, u32), T)> = T::all()
        .filter_map(|choice| {
            let text = format!("{} {}", choice.name(), choice.explanation());
            let score = pattern.score(Utf32Str::new(&text, &mut buffer), &mut matcher)?;
            // A whole name is what it says, even where it ends another.
            Some(((choice.name().eq_ignore_ascii_case(typed), score), choice))
        })
        .collect();
    scored.sort_by_key(|(score, _)| std::cmp::Reverse(*score));
    picker.choices = scored.into_iter().map(|(_, choice)| choice).collect();
    picker.highlighted = 0;
}
