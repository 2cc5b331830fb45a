use ratatui::buffer::Buffer;
use ratatui::layout::{Position, Rect};
use ratatui::style::Style;

use super::choices::{Row, draw_rows};
use super::frame::{draw_hints, frame};
use super::input::draw_input;
use crate::app::{Action, Palette, State, Subject, reason_against};
use crate::ui::fit::{fit, width, wrap_at_most};
use crate::ui::geometry::{center, take_bottom, take_top};
use crate::ui::{Look, words};

/// The maximum width of the dialog.
const MAX_WIDTH: u16 = 96;
/// The maximum number of actions that are visible at once.
const MAX_ROWS: u16 = 16;
/// The inner width from which all keys of an action are listed, and reasons need one line.
const WIDE: u16 = 70;
/// The height of the smallest palette that is of use: its border, the typed text and three actions.
const LEAST: u16 = 6;

/// Draws the actions that match, above or below the `target` that they act on.
pub(in crate::ui) fn draw(
    buffer: &mut Buffer,
    area: Rect,
    target: Option<Rect>,
    palette: &Palette,
    state: &State,
    look: &Look,
) -> Option<Position> {
    let Palette { picker, focus } = palette;
    let (title, note) = title(palette, state);
    let outer_width = area.width.min(MAX_WIDTH);
    let wide = outer_width.saturating_sub(2) >= WIDE;
    let rows = u16::try_from(picker.choices.len()).unwrap_or(u16::MAX).clamp(1, MAX_ROWS);
    let explained: u16 = if wide { 1 } else { 2 };
    let place = beside(area, target, rows + 3 + explained);
    let height = (rows + 3 + explained).min(place.height);
    let outer = Rect { height, ..place };
    let note = note.filter(|note| width(&title) + width(note) + 9 < usize::from(outer_width));
    let mut inner = frame(buffer, outer, (outer_width, height), (&title, note.as_deref()), look);
    let cursor = draw_input(buffer, take_top(&mut inner, 1), "> ", &picker.input, look);
    let spare = inner.height.saturating_sub(rows.min(3));
    let bottom = take_bottom(&mut inner, explained.min(spare));
    let keys = |action| {
        let all = words::keys(&state.settings.keys, action);
        if wide { all } else { all.split(", ").next().unwrap_or_default().to_owned() }
    };
    let key_room = Action::all().map(|action| width(&keys(action))).max().unwrap_or(0);
    let key_room = key_room.min(usize::from(inner.width) / 3);
    let names = Action::all().map(|action| width(action.description())).max().unwrap_or(0);
    draw_rows(buffer, inner, picker, look, |action| {
        let reason = reason_against(state, focus, action);
        let style = if reason.is_some() { look.theme.dim } else { Style::new() };
        let keys = keys(action);
        let keys = fit(&keys, key_room);
        let blank = " ".repeat(key_room.saturating_sub(width(&keys)) + 2);
        let sign = if reason.is_some() { "× " } else { "  " };
        Row {
            lead: format!("{keys}{blank}{sign}").into(),
            name: action.description().into(),
            name_room: names,
            more: reason.unwrap_or_default().into(),
            style,
            more_style: style,
        }
    });
    let highlighted = picker.choices.get(picker.highlighted);
    if let Some(reason) = highlighted.and_then(|action| reason_against(state, focus, *action)) {
        let room = usize::from(bottom.width.saturating_sub(3));
        draw_hints(buffer, bottom, &wrap_at_most(&format!("× {reason}"), room, bottom.height.into()), look);
    }
    cursor
}

/// Returns the title, and a note on the selected item if the action is for others, the marked ones.
fn title(palette: &Palette, state: &State) -> (String, Option<String>) {
    let selected = palette.focus.selected.and_then(|selected| name(selected, state));
    match (palette.focus.marked.len(), selected) {
        (0, None) => ("Choose an action".to_owned(), None),
        (0, Some(name)) => (format!("Choose an action for {name}"), None),
        (marked, name) => {
            (format!("Choose an action for {marked} marked"), name.map(|name| format!("or {name}")))
        }
    }
}

/// Returns the part of `area` for a box of this height that leaves `target` visible: below the target if the box fits
/// there, or else where there is more room. The title names the target where neither part has room.
fn beside(area: Rect, target: Option<Rect>, height: u16) -> Rect {
    let middle = center(area, (area.width, height));
    let Some(target) = target else { return middle };
    let above = Rect { height: target.top().saturating_sub(area.top()), ..area };
    let start = target.bottom().clamp(area.top(), area.bottom());
    let below = Rect { y: start, height: area.bottom() - start, ..area };
    let place = if below.height >= height.min(above.height) { below } else { above };
    if place.height >= LEAST { place } else { middle }
}

/// Returns the name of the remote party, or the title of a conversation.
fn name(subject: Subject, state: &State) -> Option<String> {
    match subject {
        Subject::Invitation(id) => {
            state.entry(id).map(|entry| entry.invitation.other_side().label().to_owned())
        }
        Subject::Conversation(id) => state.conversations.get(id).map(|it| it.title().to_owned()),
        Subject::Past(id) => state.history.get(id).map(|past| past.other_side().label().to_owned()),
    }
}
