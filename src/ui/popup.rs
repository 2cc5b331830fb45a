//! What is laid over the lists: a box with a title; and the two that let choose from a list.

use std::borrow::Cow;

use ratatui::buffer::Buffer;
use ratatui::layout::{Position, Rect};
use ratatui::style::Style;
use ratatui::text::Line;
use tui_input::Input;

use super::fit::{Cells, fit, width, wrap};
use super::{Look, prompt, put, take_bottom, take_top, words};
use crate::app::{Action, Picker, State};
use crate::invitation::{InvitationId, Reason};

/// Room enough for the longest name of a reason beside its explanation.
const WIDEST: u16 = 96;
/// The longest explanation of a reason.
const EXPLANATION: usize = 49;
/// From this inner width on, explanations stand in a column of their own.
const TWO_COLUMNS: u16 = 70;

/// Clears a box in the middle of `area`, draws its border and returns what is inside.
pub(super) fn frame(buffer: &mut Buffer, area: Rect, size: (u16, u16), title: &str, look: &Look) -> Rect {
    let (width, height) = (size.0.min(area.width), size.1.min(area.height));
    let outer =
        Rect { x: area.x + (area.width - width) / 2, y: area.y + (area.height - height) / 2, width, height };
    if width < 2 || height < 2 {
        return Rect { width: 0, height: 0, ..outer };
    }
    let room = usize::from(width);
    let accent = look.theme.accent;
    for y in outer.top()..outer.bottom() {
        let (left, fill, right) = match y {
            y if y == outer.top() => ("┌", "─", "┐"),
            y if y + 1 == outer.bottom() => ("└", "─", "┘"),
            _ => ("│", " ", "│"),
        };
        for x in outer.left()..outer.right() {
            if let Some(cell) = buffer.cell_mut(Position { x, y }) {
                cell.reset();
            }
        }
        let mut cells = Cells::default();
        cells.text(left, accent);
        if y == outer.top() && room > 8 {
            cells.text("─ ", accent);
            cells.text(fit(title, room - 6).into_owned(), look.theme.title);
            cells.text(" ", accent);
        }
        let rest = room.saturating_sub(cells.used() + 1);
        cells.text(fill.repeat(rest), accent);
        cells.text(right, accent);
        put(buffer, Rect { y, height: 1, ..outer }, &cells.line(None));
    }
    Rect { x: outer.x + 1, y: outer.y + 1, width: width - 2, height: height - 2 }
}

/// The part of a list that is shown, with the highlighted entry in its middle where it is longer.
fn window(highlighted: usize, len: usize, room: usize) -> std::ops::Range<usize> {
    let start = highlighted.saturating_sub(room / 2).min(len.saturating_sub(room));
    start..len.min(start + room)
}

/// One line of a list to choose from.
struct Choice<'a> {
    name: Cow<'a, str>,
    /// To the right of the name.
    more: Cow<'a, str>,
    /// For what should not be overlooked.
    style: Style,
}

fn row<'a>(choice: &Choice<'_>, name_room: usize, room: usize, highlighted: bool, look: &Look) -> Line<'a> {
    let mut cells = Cells::default();
    cells.text(if highlighted { "▸ " } else { "  " }, look.theme.accent);
    let name_room = name_room.min(room.saturating_sub(3));
    let name = fit(&choice.name, name_room).into_owned();
    cells.filled(Cow::Owned(name), name_room, choice.style);
    let left = room.saturating_sub(cells.used() + 3);
    if left > 3 {
        cells.gap(2);
        cells.text(fit(&choice.more, left).into_owned(), Style::new());
    }
    cells.up_to(room);
    cells.line(highlighted.then_some(look.theme.selected))
}

fn nothing_matches<'a>(room: usize, look: &Look) -> Line<'a> {
    let mut cells = Cells::default();
    cells.gap(2);
    cells.text(fit("nothing matches what you typed", room.saturating_sub(3)), look.theme.dim);
    cells.line(None)
}

fn input_row(buffer: &mut Buffer, inner: &mut Rect, input: &Input, look: &Look) -> Option<Position> {
    let area = take_top(inner, 1);
    prompt::input_line(buffer, area, "> ", input, look)
}

fn target(id: InvitationId, state: &State) -> Option<String> {
    state.incoming.get(id).map(|entry| entry.invitation.from.full())
}

/// The list of reasons to decline.
pub(super) fn reasons(
    buffer: &mut Buffer,
    area: Rect,
    picker: &Picker<Reason>,
    state: &State,
    look: &Look,
) -> Option<Position> {
    let title = match picker.targets.as_slice() {
        [] => "Nothing left to decline".to_owned(),
        [one] => format!("Decline {}: why?", target(*one, state).unwrap_or_else(|| "one invitation".into())),
        many => format!("Decline {} invitations: why?", many.len()),
    };
    let outer = area.width.min(WIDEST);
    let wide = outer.saturating_sub(2) >= TWO_COLUMNS;
    let explained = if wide { 0 } else { 2 };
    let rows = u16::try_from(Reason::ALL.len()).unwrap_or(u16::MAX);
    let mut inner = frame(buffer, area, (outer, rows + 3 + explained), &title, look);
    let cursor = input_row(buffer, &mut inner, &picker.input, look);
    let spare = inner.height.saturating_sub(3);
    let bottom = take_bottom(&mut inner, explained.min(spare));
    let room = usize::from(inner.width);
    // Narrow, the two that a person means are told apart by their first words, not only by their names.
    let name_room =
        |reason: Reason| if wide { room.saturating_sub(EXPLANATION + 5) } else { reason.name().len() };
    let shown = window(picker.highlighted, picker.choices.len(), usize::from(inner.height));
    let choices = picker.choices.iter().copied().enumerate();
    for (place, reason) in choices.skip(shown.start).take(shown.len()) {
        let style =
            if matches!(reason, Reason::Local | Reason::Global) { look.theme.title } else { Style::new() };
        let choice = Choice { name: reason.name().into(), more: reason.explanation().into(), style };
        let line = row(&choice, name_room(reason), room, place == picker.highlighted, look);
        put(buffer, take_top(&mut inner, 1), &line);
    }
    match picker.choices.get(picker.highlighted) {
        None => put(buffer, inner, &nothing_matches(room, look)),
        Some(reason) => explain(buffer, bottom, reason.explanation(), look),
    }
    cursor
}

fn explain(buffer: &mut Buffer, mut area: Rect, text: &str, look: &Look) {
    for line in wrap(text, usize::from(area.width.saturating_sub(3))) {
        let mut cells = Cells::default();
        cells.gap(2);
        cells.text(line, look.theme.dim);
        put(buffer, take_top(&mut area, 1), &cells.line(None));
    }
}

/// The list of actions.
pub(super) fn palette(
    buffer: &mut Buffer,
    area: Rect,
    picker: &Picker<Action>,
    state: &State,
    look: &Look,
) -> Option<Position> {
    let longest = Action::all().map(|action| width(action.description())).max().unwrap_or(0);
    let rows = u16::try_from(Action::all().count()).unwrap_or(u16::MAX).min(16);
    let mut inner = frame(buffer, area, (area.width.min(70), rows + 3), "Do what?", look);
    let cursor = input_row(buffer, &mut inner, &picker.input, look);
    let room = usize::from(inner.width);
    let shown = window(picker.highlighted, picker.choices.len(), usize::from(inner.height));
    let choices = picker.choices.iter().copied().enumerate();
    for (place, action) in choices.skip(shown.start).take(shown.len()) {
        let keys = words::keys(&state.settings.keys, action);
        let choice = Choice { name: action.description().into(), more: keys.into(), style: Style::new() };
        let line =
            row(&choice, longest.min(room.saturating_sub(12)), room, place == picker.highlighted, look);
        put(buffer, take_top(&mut inner, 1), &line);
    }
    if picker.choices.is_empty() {
        put(buffer, inner, &nothing_matches(room, look));
    }
    cursor
}
