//! Choosing from what typing narrows.

use nucleo_matcher::pattern::{CaseMatching, Normalization, Pattern};
use nucleo_matcher::{Config, Matcher, Utf32Str};
use tui_input::Input;

use super::prompt::request;
use super::{keys, requests};
use crate::app::key::{Code, Key};
use crate::app::mode::{Mode, Picker};
use crate::app::{Action, Effect, State};
use crate::invitation::{InvitationId, Reason};

pub(super) fn reasons(default: Reason, targets: Vec<InvitationId>) -> Picker<Reason> {
    let choices = Reason::ALL.to_vec();
    let highlighted = choices.iter().position(|reason| *reason == default).unwrap_or(0);
    Picker { targets, input: Input::default(), choices, highlighted }
}

pub(super) fn actions() -> Picker<Action> {
    Picker { targets: Vec::new(), input: Input::default(), choices: palette().collect(), highlighted: 0 }
}

fn palette() -> impl Iterator<Item = Action> {
    Action::all().filter(|action| *action != Action::Palette)
}

pub(super) fn press_reasons(state: &mut State, key: Key, effects: &mut Vec<Effect>) {
    let Mode::Picker(picker) = &mut state.mode else { return };
    match press(picker, key) {
        Pressed::Leave => state.mode = Mode::Lists,
        Pressed::Choose(reason) => {
            let targets = std::mem::take(&mut picker.targets);
            state.mode = Mode::Lists;
            requests::decline(state, effects, targets, reason);
        }
        Pressed::Typed => narrow(state),
        Pressed::Nothing => {}
    }
}

pub(super) fn press_actions(state: &mut State, key: Key, effects: &mut Vec<Effect>) {
    let Mode::Palette(picker) = &mut state.mode else { return };
    match press(picker, key) {
        Pressed::Leave => state.mode = Mode::Lists,
        Pressed::Choose(action) => {
            state.mode = Mode::Lists;
            keys::perform(state, action, effects);
        }
        Pressed::Typed => narrow(state),
        Pressed::Nothing => {}
    }
}

enum Pressed<T> {
    Leave,
    Choose(T),
    Typed,
    Nothing,
}

fn press<T: Copy>(picker: &mut Picker<T>, key: Key) -> Pressed<T> {
    let last = picker.choices.len().saturating_sub(1);
    match key.code {
        Code::Esc => return Pressed::Leave,
        Code::Enter => {
            return picker
                .choices
                .get(picker.highlighted)
                .map_or(Pressed::Nothing, |choice| Pressed::Choose(*choice));
        }
        Code::Down | Code::Tab if !key.shift => picker.highlighted = (picker.highlighted + 1).min(last),
        Code::Up | Code::Tab => picker.highlighted = picker.highlighted.saturating_sub(1),
        Code::Char('n') if key.ctrl => picker.highlighted = (picker.highlighted + 1).min(last),
        Code::Char('p') if key.ctrl => picker.highlighted = picker.highlighted.saturating_sub(1),
        Code::PageDown => picker.highlighted = last,
        Code::PageUp => picker.highlighted = 0,
        _ => {
            if let Some(request) = request(key) {
                picker.input.handle(request);
                return Pressed::Typed;
            }
        }
    }
    Pressed::Nothing
}

/// Keeps what matches the typed text, the best first.
pub(super) fn narrow(state: &mut State) {
    match &mut state.mode {
        Mode::Picker(picker) => {
            let describe = |reason: &Reason| format!("{} {}", reason.name(), reason.explanation());
            narrow_to(picker, Reason::ALL.into_iter(), describe);
        }
        Mode::Palette(picker) => {
            narrow_to(picker, palette(), |action| format!("{} {}", action.name(), action.description()));
        }
        Mode::Lists | Mode::Prompt(_) | Mode::Help(_) => {}
    }
}

fn narrow_to<T>(picker: &mut Picker<T>, all: impl Iterator<Item = T>, describe: impl Fn(&T) -> String) {
    let pattern = Pattern::parse(picker.input.value(), CaseMatching::Ignore, Normalization::Smart);
    let mut matcher = Matcher::new(Config::DEFAULT);
    let mut buffer = Vec::new();
    let mut scored: Vec<(u32, T)> = all
        .filter_map(|choice| {
            let text = describe(&choice);
            let score = pattern.score(Utf32Str::new(&text, &mut buffer), &mut matcher)?;
            Some((score, choice))
        })
        .collect();
    scored.sort_by_key(|(score, _)| std::cmp::Reverse(*score));
    picker.choices = scored.into_iter().map(|(_, choice)| choice).collect();
    picker.highlighted = 0;
}
