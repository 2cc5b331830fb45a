//! Lists of choices that typing narrows down.

use std::borrow::Cow;

use ratatui::buffer::Buffer;
use ratatui::layout::{Position, Rect};
use ratatui::style::Style;
use ratatui::text::Line;

use super::frame::{draw_hints, frame};
use super::input::draw_input;
use crate::app::{Choice, Picker};
use crate::ui::Look;
use crate::ui::cells::{Cells, draw_line};
use crate::ui::fit::{fit, width, wrap};
use crate::ui::geometry::{take_bottom, take_top};

/// The maximum width of a list of reasons: room for the longest name beside its explanation.
const MAX_WIDTH: u16 = 96;
/// The inner width from which explanations have a column of their own.
const TWO_COLUMNS: u16 = 70;

/// A question that is answered by a choice.
pub(super) struct Question<T> {
    /// The title of the dialog.
    pub(super) title: String,
    /// The time left for an answer, if it is short.
    pub(super) time_left: Option<String>,
    /// Returns whether a choice is one of the common ones, which are highlighted.
    pub(super) is_common: fn(T) -> bool,
    /// The lines below the list.
    pub(super) note: Vec<String>,
}

/// A row of a list of choices.
pub(super) struct Row<'a> {
    /// The name of the choice.
    pub(super) name: Cow<'a, str>,
    /// The width of the name's column.
    pub(super) name_room: usize,
    /// The text to the right of the name.
    pub(super) more: Cow<'a, str>,
    /// The style of the name.
    pub(super) style: Style,
}

/// Returns the width inside the border of a list of reasons.
pub(super) fn inner_width(area: Rect) -> u16 {
    area.width.min(MAX_WIDTH).saturating_sub(2)
}

/// Wraps a note for a list of reasons.
pub(super) fn wrapped(text: &str, area: Rect) -> Vec<String> {
    wrap(text, usize::from(inner_width(area).saturating_sub(3)))
}

/// Draws a list of choices with their explanations. Returns the position of the cursor.
pub(super) fn ask<T: Choice>(
    buffer: &mut Buffer,
    area: Rect,
    picker: &Picker<T>,
    question: &Question<T>,
    look: &Look,
) -> Option<Position> {
    let wide = inner_width(area) >= TWO_COLUMNS;
    let explained = if wide { 0 } else { 2 };
    let noted = u16::try_from(question.note.len()).unwrap_or(u16::MAX);
    let rows = u16::try_from(T::all().count()).unwrap_or(u16::MAX);
    let size = (inner_width(area) + 2, rows.saturating_add(3 + explained).saturating_add(noted));
    let mut inner = frame(buffer, area, size, (&question.title, question.time_left.as_deref()), look);
    let cursor = draw_input(buffer, take_top(&mut inner, 1), "> ", &picker.input, look);
    let mut spare = inner.height.saturating_sub(rows.min(3));
    let below = take_bottom(&mut inner, noted.min(spare));
    spare -= below.height;
    let bottom = take_bottom(&mut inner, explained.min(spare));
    draw_hints(buffer, below, &question.note, look);
    let room = usize::from(inner.width);
    let longest = |text: fn(T) -> &'static str| T::all().map(|choice| width(text(choice))).max().unwrap_or(0);
    let names = longest(T::name).min(room.saturating_sub(longest(T::explanation) + 5));
    draw_rows(buffer, inner, picker, look, |choice| Row {
        name: choice.name().into(),
        // On a narrow screen the explanation starts right after the name, so that its first words are visible.
        name_room: if wide { names } else { width(choice.name()) },
        more: choice.explanation().into(),
        style: if (question.is_common)(choice) { look.theme.title } else { Style::new() },
    });
    if let Some(choice) = picker.choices.get(picker.highlighted) {
        let explanation = wrap(choice.explanation(), usize::from(bottom.width.saturating_sub(3)));
        draw_hints(buffer, bottom, &explanation, look);
    }
    cursor
}

/// Draws the choices that match, scrolled so that the highlighted one is visible.
pub(super) fn draw_rows<'a, T: Choice>(
    buffer: &mut Buffer,
    mut area: Rect,
    picker: &Picker<T>,
    look: &Look,
    row: impl Fn(T) -> Row<'a>,
) {
    let room = usize::from(area.width);
    let shown = window(picker.highlighted, picker.choices.len(), usize::from(area.height));
    let choices = picker.choices.iter().copied().enumerate();
    for (position, choice) in choices.skip(shown.start).take(shown.len()) {
        let line = row(choice).line(room, position == picker.highlighted, look);
        draw_line(buffer, take_top(&mut area, 1), &line);
    }
    if picker.choices.is_empty() {
        let mut cells = Cells::default();
        cells.gap(2);
        cells.text(fit("no matches", room.saturating_sub(3)), look.theme.dim);
        draw_line(buffer, area, &cells.line(None));
    }
}

/// Draws one row of a list.
pub(super) fn draw_row(buffer: &mut Buffer, area: Rect, row: &Row<'_>, highlighted: bool, look: &Look) {
    draw_line(buffer, area, &row.line(usize::from(area.width), highlighted, look));
}

/// Returns the range of a list of `len` rows that is visible in `room` rows, with the highlighted row in its middle.
pub(super) fn window(highlighted: usize, len: usize, room: usize) -> std::ops::Range<usize> {
    let start = highlighted.saturating_sub(room / 2).min(len.saturating_sub(room));
    start..len.min(start + room)
}

impl Row<'_> {
    /// Builds the line of the row.
    pub(super) fn line(&self, room: usize, highlighted: bool, look: &Look) -> Line<'static> {
        let mut cells = Cells::default();
        cells.text(if highlighted { "▸ " } else { "  " }, look.theme.accent);
        let name_room = self.name_room.min(room.saturating_sub(3));
        let name = fit(&self.name, name_room).into_owned();
        cells.filled(Cow::Owned(name), name_room, self.style);
        let left = room.saturating_sub(cells.used() + 3);
        if left > 3 {
            cells.gap(2);
            cells.text(fit(&self.more, left).into_owned(), Style::new());
        }
        cells.up_to(room);
        cells.line(highlighted.then_some(look.theme.selected))
    }
}
