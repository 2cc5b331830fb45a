//! The keys: those that work everywhere, those of the lists, and those for the open dialog.

use super::perform::{apply_step, perform_action};
use super::{dialogs, lists};
use crate::app::current_list::with_list;
use crate::app::dialog::Context;
use crate::app::key::{Code, Key};
use crate::app::{Action, Effect, Item, List, State, Tone};
use crate::invitation::Moment;
use crate::text::DisplayText;

/// Handles a key.
pub(super) fn press(state: &mut State, key: Key, effects: &mut Vec<Effect>) {
    // Ctrl-C quits in every mode and with every key map.
    if key == Key::ctrl('c') {
        return act(state, Action::Quit, effects);
    }
    let action = state.settings.keys.action(key);
    if state.quitting {
        if let Some(action @ (Action::Quit | Action::Suspend)) = action {
            act(state, action, effects);
        }
        return;
    }
    if action == Some(Action::Suspend) && !is_text(key) {
        return act(state, Action::Suspend, effects);
    }
    if dialogs::ignores_late_key(state) {
        return;
    }
    let context = Context {
        viewport: &state.viewport,
        conversations: &state.conversations,
        outgoing: &state.outgoing,
        pending_requests: &state.pending_requests,
        now: state.now.moment,
    };
    match (state.mode.dialog(), action) {
        (Some(dialog), _) => {
            let step = dialog.press(key, &context);
            apply_step(state, step, effects);
        }
        (None, Some(action)) => act(state, action, effects),
        (None, None) if key.code == Code::Esc => lists::go_back(state),
        (None, None) => {}
    }
}

/// Handles pasted text.
pub(super) fn paste(state: &mut State, text: &str, effects: &mut Vec<Effect>) {
    // Pasted text is as untrusted as text from a server.
    let text = DisplayText::bounded(text, DisplayText::MESSAGE);
    if let Some(dialog) = state.mode.dialog() {
        let step = dialog.paste(text.as_str());
        apply_step(state, step, effects);
    }
}

/// Returns whether a dialog takes the key as text.
fn is_text(key: Key) -> bool {
    matches!(key.code, Code::Char(_)) && !key.ctrl && !key.alt
}

/// Performs an action on the selected and marked items, unless the user may not have seen these yet.
fn act(state: &mut State, action: Action, effects: &mut Vec<Effect>) {
    if depends_on_screen(action) && state.viewport.is_stale {
        return state.notify("The screen was not up to date; press again", Tone::Info);
    }
    if depends_on_selection(action) && ignores_for_selection(state) {
        return state.notify("The selection has just moved; press again", Tone::Info);
    }
    perform_action(state, &state.focus(), action, effects);
}

/// Returns whether the action's key is ignored when it may be meant for the item that was selected before.
fn depends_on_selection(action: Action) -> bool {
    matches!(
        action,
        Action::Accept
            | Action::Decline
            | Action::DeclineNow
            | Action::Redirect
            | Action::Cancel
            | Action::HangUp
            | Action::Mark
    )
}

/// Returns whether the action's key is ignored when the user may not have seen yet what it acts on.
fn depends_on_screen(action: Action) -> bool {
    depends_on_selection(action)
        || matches!(action, Action::Invite | Action::NewConversation | Action::Message | Action::Palette)
}

/// Returns whether the selection of the current list has just moved without the user, and notes that a key was ignored
/// because of that.
fn ignores_for_selection(state: &mut State) -> bool {
    fn of<T: Item>(list: &mut List<T>, now: Moment) -> bool {
        let just_moved = list.just_moved(now);
        list.ignored_key(now);
        just_moved
    }
    let now = state.now.moment;
    with_list!(&mut state, list => of(list, now))
}
