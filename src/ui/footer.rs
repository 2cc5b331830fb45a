//! The last line: the keys that do something now, as the key map has them.

use std::borrow::Cow;

use ratatui::style::Style;
use ratatui::text::Line;

use super::cells::{Cells, Span};
use super::fit::width;
use super::look::Look;
use super::{visible_rows, words};
use crate::app::key::Key;
use crate::app::{
    Action, Answer, CALLBACK, Mode, PickPurpose, Purpose, State, Tab, answerable, answered_by, available,
};
use crate::invitation::Kind;
use crate::provider::Status;

/// The width below which labels are shortened.
const NARROW: usize = 60;
/// The width from which there is room for the reason with which the marked invitations are declined at once.
const WIDE: usize = 100;
/// The width from which marks are counted in words.
const WORDY: usize = 40;
/// The width below which only what can be done now is named.
const TINY: usize = 24;

/// Returns the actions that depend on the state, the most important first.
fn actions(state: &State) -> Vec<Action> {
    let mut actions = Vec::new();
    let is_stuck =
        |status: &Status| matches!(status, Status::Retrying { .. } | Status::Replaced | Status::Stopped(_));
    let is_urgent = state.accounts.iter().any(|account| is_stuck(&account.status))
        || state.with_failed_message().is_some();
    actions.extend(is_urgent.then_some(Action::Reconnect));
    actions.extend(available(state));
    if !is_urgent && state.joinable().is_some() {
        // After those who wait in the lobby.
        let answers = [Action::Accept, Action::Decline];
        let position = actions.iter().take_while(|action| answers.contains(action)).count();
        actions.insert(position, Action::Reconnect);
    }
    if state.tab == Tab::Incoming && state.incoming.shown() > 1 {
        actions.push(Action::Mark);
    }
    if matches!(state.tab, Tab::Outgoing | Tab::Conversations) {
        actions.push(Action::NewConversation);
    }
    actions
}

/// Adds the number of the marked invitations that an action would answer to its label.
fn counted((key, label): Hint, action: Action, state: &State, room: usize) -> Hint {
    let count = answerable(state, action);
    if count == 0 {
        return (key, label);
    }
    let (verb, rest) = label.split_at(label.find([' ', '…', ':']).unwrap_or(label.len()));
    let rest = if room < WIDE && action == Action::DeclineNow { "" } else { rest };
    (key, format!("{verb} {count}{rest}").into())
}

/// Returns the label of an action for the selected or marked invitations.
fn label(action: Action, state: &State) -> Cow<'static, str> {
    let marked = state.focus().marked;
    let is_call = |id| state.entry(id).is_some_and(|entry| entry.invitation.kind == Kind::Call);
    let call = if marked.is_empty() {
        state.selected_entry().is_some_and(|entry| entry.invitation.kind == Kind::Call)
    } else {
        marked.iter().all(|id| is_call(*id))
    };
    // Calls have another default reason, which can be named only if all marked invitations share it.
    let mixed = marked.iter().any(|id| is_call(*id)) && !call;
    match action {
        Action::Accept | Action::Decline if state.tab == Tab::Conversations => lobby(action, state),
        Action::Accept if accepts_on_phone(state) => "answer on your phone".into(),
        Action::DeclineNow if mixed => "decline".into(),
        Action::Decline if call => "reject…".into(),
        Action::Decline => "decline…".into(),
        Action::DeclineNow => words::decline_now_label(call, &state.settings).into(),
        Action::Redirect if state.tab == Tab::Conversations => "transfer…".into(),
        Action::Redirect => "redirect…".into(),
        Action::HangUp if leaves(state) => "leave".into(),
        Action::HangUp => "hang up".into(),
        Action::Reconnect if state.with_failed_message().is_some() => "send again".into(),
        Action::Reconnect if state.joinable().is_some() => "join messages".into(),
        Action::Reconnect => "reconnect".into(),
        Action::NewConversation => "new".into(),
        Action::Palette => "all actions".into(),
        other => other.name().into(),
    }
}

/// Returns the label of the answer to those who wait in the lobby.
fn lobby(action: Action, state: &State) -> Cow<'static, str> {
    match (action, answered_by(state, action).as_slice()) {
        (Action::Accept, [only]) => format!("admit {}", only.party.label()).into(),
        (Action::Accept, _) => "admit…".into(),
        // There is little room, and the label before this one names them.
        (_, [_]) => "reject".into(),
        (_, _) => "reject…".into(),
    }
}

/// Returns whether the selected invitation can be accepted on the user's phone alone.
fn accepts_on_phone(state: &State) -> bool {
    let selected = state.selected_entry().filter(|_| state.marked.is_empty());
    selected.is_some_and(|entry| entry.invitation.offers.accept_with_phone && !entry.invitation.offers.accept)
}

/// Returns whether the selected conversation is one that the user leaves, as opposed to a call.
fn leaves(state: &State) -> bool {
    state.conversations.selected().is_some_and(|selected| selected.can_leave)
}

/// A key and its label.
type Hint = (String, Cow<'static, str>);

fn hint(action: Action, state: &State) -> Option<Hint> {
    let key = state.settings.keys.preferred(action)?;
    Some((key.to_string(), label(action, state)))
}

/// Shortens the label of an answer where there is little room.
fn shortened((key, label): Hint, action: Action, room: usize) -> Hint {
    let label = match action {
        Action::Decline | Action::DeclineNow if room >= NARROW => label,
        Action::Decline => label.trim_end_matches('…').to_owned().into(),
        Action::DeclineNow => "now".into(),
        _ => label,
    };
    (key, label)
}

/// The line, and the columns of each key in it with its label.
#[derive(Default)]
pub(super) struct Footer<'a> {
    cells: Cells<'a>,
    keys: Vec<Span<String>>,
}

impl<'a> Footer<'a> {
    /// Returns the line.
    pub(super) fn line(self) -> Line<'a> {
        self.cells.line(None)
    }

    /// Iterates over the columns of the keys. What stands for several keys, or for text, is left out.
    pub(super) fn keys(&self) -> impl Iterator<Item = Span<Key>> {
        self.keys.iter().filter_map(|(columns, key)| Some((columns.clone(), key.parse().ok()?)))
    }
}

/// Returns the footer: the actions that fit, and help and quit unless the screen is narrow.
pub(super) fn footer<'a>(state: &State, look: &Look, room: usize) -> Footer<'a> {
    if state.quitting {
        return quitting(state, look, room);
    }
    match &state.mode {
        Mode::Lists => lists(state, look, room),
        Mode::Decline(declining) => {
            let enter = if declining.calls.ids.is_empty() { "decline" } else { "decline, then calls" };
            fixed(&[("Enter", enter), ("1-3", "choose"), ("Esc", "back"), ("type", "to filter")], look, room)
        }
        Mode::Reject(rejecting) if rejecting.editor.is_some() => {
            fixed(&[("Enter", "save"), ("Esc", "back")], look, room)
        }
        Mode::Reject(_) => {
            let key = CALLBACK.to_string();
            let callback = (key.as_str(), "callback");
            let keys =
                [("Enter", "reject"), ("1-3", "choose"), ("Esc", "back"), callback, ("type", "to filter")];
            fixed(&keys, look, room)
        }
        Mode::Presence(dialog) if dialog.asks_for_account => {
            fixed(&[("Enter", "choose"), ("Esc", "back")], look, room)
        }
        Mode::Presence(_) => fixed(&[("Enter", "set"), ("Esc", "back"), ("type", "to filter")], look, room),
        Mode::Palette(_) => fixed(&[("Enter", "run"), ("Esc", "back"), ("type", "to filter")], look, room),
        Mode::Confirm(confirm) => {
            let enter = match confirm.answer {
                Answer::Accept => "accept",
                Answer::Decline => "choose a reason",
                Answer::DeclineNow => "decline",
            };
            fixed(&[("Enter", enter), ("Esc", "back"), ("Down/Up", "scroll")], look, room)
        }
        Mode::FindPerson(finding) => {
            let enter = match finding.purpose {
                PickPurpose::Invite(_) => "invite",
                PickPurpose::Start(_) => "write to them",
            };
            fixed(&[("Enter", enter), ("Esc", "back"), ("Down/Up", "choose")], look, room)
        }
        Mode::Compose(_) => fixed(&[("Enter", "send"), ("Esc", "back"), ("Tab", "subject")], look, room),
        Mode::Menu(menu) => {
            fixed(&[("Enter", menu.verb), ("Esc", "back"), ("Down/Up", "choose")], look, room)
        }
        Mode::Help(_) => fixed(&[("Esc", "back"), ("type", "to search"), ("Down/Up", "scroll")], look, room),
        Mode::Prompt(prompt) => {
            let enter = match prompt.purpose {
                Purpose::Filter => "apply",
                Purpose::Redirect(_) => "redirect",
                Purpose::Transfer(_) => "transfer",
                Purpose::InviteToCall(_) => "invite",
                Purpose::Message(_) => "send",
            };
            fixed(&[("Enter", enter), ("Esc", "back")], look, room)
        }
    }
}

fn quitting<'a>(state: &State, look: &Look, room: usize) -> Footer<'a> {
    let mut footer = Footer::default();
    footer.cells.gap(1);
    footer.cells.text("Signing out…", look.theme.waiting);
    let key = state.settings.keys.preferred(Action::Quit).unwrap_or(Key::ctrl('c'));
    fill(&mut footer, &[(key.to_string(), "quit now".into())], look, room);
    footer
}

/// Returns a footer with keys that do not depend on the key map.
fn fixed<'a>(hints: &[(&str, &'static str)], look: &Look, room: usize) -> Footer<'a> {
    let hints: Vec<Hint> = hints.iter().map(|(key, label)| ((*key).to_owned(), (*label).into())).collect();
    let mut footer = Footer::default();
    fill(&mut footer, &hints, look, room);
    footer
}

/// Returns the footer of the lists.
fn lists<'a>(state: &State, look: &Look, room: usize) -> Footer<'a> {
    let hints = |actions: &[Action]| {
        let hint = |action: &Action| {
            let hint = shortened(hint(*action, state)?, *action, room);
            Some(if room < NARROW { hint } else { counted(hint, *action, state, room) })
        };
        actions.iter().filter_map(hint).collect::<Vec<_>>()
    };
    let always = hints(match room {
        NARROW.. => &[Action::Help, Action::Quit],
        TINY.. => &[Action::Help],
        _ => &[],
    });
    let reserved = always.iter().map(needed).sum::<usize>();
    let answers = [Action::Accept, Action::Decline, Action::DeclineNow];
    let actions = actions(state);
    let position = actions.iter().rposition(|action| answers.contains(action)).map_or(0, |last| last + 1);
    let (first, rest) = actions.split_at(position);
    let mut wanted = hints(first);
    if unmarks(state) {
        wanted.push(("Esc".to_owned(), "unmark".into()));
    }
    wanted.extend(hints(rest));
    if visible_rows::height(state, 0) > 0 {
        wanted.extend(hints(&[Action::Filter, Action::Details]));
    }
    wanted.extend(hints(&[Action::Palette]));
    let mut footer = Footer::default();
    if let Some(marks) = marks(state, room.saturating_sub(reserved)) {
        footer.cells.gap(1);
        footer.cells.text(marks, look.theme.waiting.patch(look.theme.title));
    }
    // The last column stays blank, as what is named may have a name from elsewhere.
    fill(&mut footer, &wanted, look, room.saturating_sub(reserved.max(1)));
    footer.cells.up_to(room.saturating_sub(reserved));
    fill(&mut footer, &always, look, room);
    footer
}

/// Returns whether Escape removes the marks, in the list in which they are.
fn unmarks(state: &State) -> bool {
    state.tab == Tab::Incoming && !state.marked.is_empty() && !state.details.is_full()
}

/// Returns the number of marked invitations, and of those that the filter hides; `None` if none is marked.
fn marks(state: &State, room: usize) -> Option<String> {
    let all = state.marked.len();
    let hidden = state.marked.iter().filter(|id| !state.incoming.is_shown(**id)).count();
    let texts = match (all, hidden) {
        (0, _) => return None,
        (_, 0) => [format!("{all} marked"), format!("{all}✓")],
        _ => [format!("{all} marked, {hidden} hidden"), format!("{all}✓ {hidden} hidden")],
    };
    // Half of the line is for the keys.
    let [long, short] = texts;
    let shortest = format!("{all}✓");
    let fits = |text: &String| width(text) < room / 2;
    Some(if room >= WORDY && fits(&long) { long } else { Some(short).filter(fits).unwrap_or(shortest) })
}

/// Returns the width of a hint with the gap before it.
fn needed((key, label): &Hint) -> usize {
    width(key) + 1 + width(label) + 2
}

/// Appends the hints that fit.
fn fill(Footer { cells, keys }: &mut Footer<'_>, hints: &[Hint], look: &Look, room: usize) {
    for (key, label) in hints {
        let gap = if cells.used() == 0 { 1 } else { 2 };
        if cells.used() + gap + width(key) + 1 + width(label) > room {
            continue;
        }
        cells.gap(gap);
        let start = cells.used();
        cells.text(key.clone(), look.theme.key);
        cells.gap(1);
        cells.text(label.clone(), Style::new());
        keys.push((start..cells.used(), key.clone()));
    }
}
