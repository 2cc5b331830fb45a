//! The mouse. A click does what the key shown there does, or selects the row; the wheel moves like the arrows.

use std::time::Duration;

use super::{key_press, lists};
use crate::app::key::{Code, Key};
use crate::app::{Details, Effect, Mode, Mouse, MouseAction, State, Target, Tone};

/// The longest time between the two clicks of a double click.
const DOUBLE_CLICK: Duration = Duration::from_millis(400);

/// The number of lines by which a notch of the wheel scrolls a text.
const LINES: usize = 3;

/// Handles an input of the mouse.
pub(super) fn handle(state: &mut State, mouse: Mouse, effects: &mut Vec<Effect>) {
    match mouse.action {
        MouseAction::Click => click(state, mouse, effects),
        MouseAction::WheelUp => wheel(state, Key::plain(Code::Up), effects),
        MouseAction::WheelDown => wheel(state, Key::plain(Code::Down), effects),
    }
}

fn click(state: &mut State, mouse: Mouse, effects: &mut Vec<Effect>) {
    let before = state.clicked.take();
    let Some(target) = state.viewport.target_at(mouse.column, mouse.row) else { return };
    // A row or a key may have moved under the pointer.
    if state.viewport.is_stale {
        return state.notify("The screen was not up to date; click again", Tone::Info);
    }
    match target {
        Target::Key(key) => key_press::press(state, key, effects),
        _ if state.quitting => {}
        Target::Tab(tab) => state.tab = tab,
        Target::Item(item) => {
            let now = state.now.moment;
            lists::choose(state, item);
            if before.is_some_and(|(at, other)| other == item && now < at.after(DOUBLE_CLICK)) {
                state.details = Details::FULL;
            } else {
                state.clicked = Some((now, item));
            }
        }
    }
}

/// Scrolls the open text, or else moves the selection of a dialog or of the current list by one.
fn wheel(state: &mut State, key: Key, effects: &mut Vec<Effect>) {
    let is_text = match &state.mode {
        Mode::Help(_) | Mode::Confirm(_) => true,
        Mode::Lists => lists::scrolls_details(state),
        _ => false,
    };
    for _ in 0..if is_text { LINES } else { 1 } {
        match &mut state.mode {
            _ if state.quitting => {}
            Mode::Lists if is_text => lists::scroll_details(state, key),
            Mode::Lists => lists::select_by(state, if key.code == Code::Up { -1 } else { 1 }),
            _ => key_press::press(state, key, effects),
        }
    }
}
