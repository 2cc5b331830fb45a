//! Choosing from what typing narrows.

use nucleo_matcher::pattern::{CaseMatching, Normalization, Pattern};
use nucleo_matcher::{Config, Matcher, Utf32Str};

use super::prompt::{self, request};
use super::{keys, requests};
use crate::app::key::{Code, Key};
use crate::app::{CALLBACK, Choice, Decline, Effect, Mode, Palette, Picker, Purpose, Reject, State, Targets};
use crate::invitation::{InvitationId, Kind};

/// Asks why these are declined: invitations first, then calls to a bot, which know other reasons.
pub(super) fn decline(state: &mut State, targets: Targets) {
    let is_call =
        |id: &InvitationId| state.entry(*id).is_some_and(|entry| entry.invitation.kind == Kind::Call);
    let ended = targets.ended;
    let (calls, ids): (Vec<_>, Vec<_>) = targets.ids.into_iter().partition(is_call);
    if ids.is_empty() {
        reject(state, Targets { ids: calls, ended });
    } else {
        let picker = Picker::at(state.settings.default_reason);
        state.mode = Mode::Decline(Decline { picker, targets: Targets { ids, ended }, calls: calls.into() });
    }
}

fn reject(state: &mut State, targets: Targets) {
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
        if !calls.ids.is_empty() {
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
    let Mode::Palette(Palette { picker, focus }) = &mut state.mode else { return };
    let Some(pressed) = press(picker, key) else { return };
    let focus = std::mem::take(focus);
    state.mode = Mode::Lists;
    if let Pressed::Choose(action) = pressed {
        keys::perform(state, &focus, action, effects);
    }
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
