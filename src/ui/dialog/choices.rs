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
    /// The title of the dialog, which names whom it is about.
    pub(super) title: String,
    /// The time left for an answer; may be empty.
    pub(super) time_left: String,
    /// The names of several targets, which the title only counts.
    pub(super) names: Option<String>,
    /// The choice that the user's settings make the default, if there is one.
    pub(super) default: Option<T>,
    /// Returns what the explanation of a choice leaves out: the effect on the user's other devices.
    pub(super) aside: fn(T) -> Option<&'static str>,
    /// The lines below the list.
    pub(super) note: Vec<String>,
}

/// A row of a list of choices.
pub(super) struct Row<'a> {
    /// The text before the name, such as its digit; may be empty.
    pub(super) lead: Cow<'a, str>,
    /// The name of the choice.
    pub(super) name: Cow<'a, str>,
    /// The width of the name's column.
    pub(super) name_room: usize,
    /// The text to the right of the name.
    pub(super) more: Cow<'a, str>,
    /// The style of the name.
    pub(super) style: Style,
    /// The style of the text to the right of the name.
    pub(super) more_style: Style,
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
    let explanation = explanation(picker, question, (!wide).then(|| inner_width(area)));
    // In a wide dialog nothing moves while the user moves: the line for asides is always kept.
    let has_asides = T::all().any(|choice| (question.aside)(choice).is_some());
    let explained = if wide { usize::from(has_asides) } else { explanation.len().max(2) };
    let explained = u16::try_from(explained).unwrap_or(u16::MAX);
    let noted = u16::try_from(question.note.len()).unwrap_or(u16::MAX);
    let listed = u16::try_from(lines::<T>(&T::all().collect::<Vec<_>>(), true).len()).unwrap_or(u16::MAX);
    let target_lines = u16::from(question.names.is_some());
    let height = listed.saturating_add(3 + target_lines + explained).saturating_add(noted);
    let note = Some(question.time_left.as_str()).filter(|time_left| !time_left.is_empty());
    let mut inner = frame(buffer, area, (inner_width(area) + 2, height), (&question.title, note), look);
    let room = usize::from(inner.width);
    if let Some(names) = &question.names {
        let names = fit(names, room.saturating_sub(3)).into_owned();
        draw_hints(buffer, take_top(&mut inner, 1), &[names], look);
    }
    let cursor = draw_input(buffer, take_top(&mut inner, 1), "> ", &picker.input, look);
    let mut spare = inner.height.saturating_sub(listed.min(4));
    let below = take_bottom(&mut inner, noted.min(spare));
    spare -= below.height;
    let bottom = take_bottom(&mut inner, explained.min(spare));
    draw_hints(buffer, below, &question.note, look);
    let longest = |text: fn(T) -> &'static str| T::all().map(|choice| width(text(choice))).max().unwrap_or(0);
    let name_room = longest(T::label).min(room.saturating_sub(longest(T::explanation) + 7));
    draw_rows(buffer, inner, picker, look, |choice| Row {
        lead: choice
            .digit()
            .filter(|_| !picker.is_filtered())
            .map_or("  ".into(), |it| format!("{it} ").into()),
        name: choice.label().into(),
        // On a narrow screen the explanation starts right after the name, so that its first words are visible.
        name_room: if wide { name_room } else { width(choice.label()) },
        more: if question.default == Some(choice) {
            format!("default · {}", choice.explanation()).into()
        } else {
            choice.explanation().into()
        },
        style: if choice.heading().is_none() { look.theme.title } else { Style::new() },
        more_style: Style::new(),
    });
    draw_hints(buffer, bottom, &explanation, look);
    cursor
}

/// Returns the lines on the highlighted choice below the list: its explanation wrapped to a width, if one is given
/// because there is no room beside the name, and what the explanation leaves out.
fn explanation<T: Choice>(picker: &Picker<T>, question: &Question<T>, wrapped: Option<u16>) -> Vec<String> {
    let Some(choice) = picker.choices.get(picker.highlighted) else { return Vec::new() };
    let room = wrapped.map(|width| usize::from(width.saturating_sub(3)));
    let mut lines = room.map(|room| wrap(choice.explanation(), room)).unwrap_or_default();
    lines.extend((question.aside)(*choice).map(str::to_owned));
    lines
}

/// A line of a list of choices.
enum ListLine<T> {
    /// The heading of the choices that follow.
    Heading(&'static str),
    /// A choice, with its index.
    Choice(usize, T),
}

/// Returns the lines of a list: the choices, each group after its heading unless the text orders the choices.
fn lines<T: Choice>(choices: &[T], grouped: bool) -> Vec<ListLine<T>> {
    let mut lines = Vec::with_capacity(choices.len() + 1);
    let mut group = None;
    for (index, choice) in choices.iter().copied().enumerate() {
        let heading = choice.heading().filter(|_| grouped);
        if let Some(heading) = heading.filter(|_| heading != group) {
            lines.push(ListLine::Heading(heading));
        }
        group = heading;
        lines.push(ListLine::Choice(index, choice));
    }
    lines
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
    let lines = lines(&picker.choices, !picker.is_filtered());
    let is_highlighted =
        |line: &ListLine<T>| matches!(line, ListLine::Choice(index, _) if *index == picker.highlighted);
    let position = lines.iter().position(is_highlighted).unwrap_or(0);
    let shown = window(position, lines.len(), usize::from(area.height));
    for line in lines.iter().skip(shown.start).take(shown.len()) {
        let text = match line {
            ListLine::Heading(heading) => {
                let mut cells = Cells::default();
                cells.gap(2);
                cells.text(fit(heading, room.saturating_sub(3)), look.theme.accent);
                cells.line(None)
            }
            ListLine::Choice(_, choice) => row(*choice).line(room, is_highlighted(line), look),
        };
        draw_line(buffer, take_top(&mut area, 1), &text);
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
        cells.text(fit(&self.lead, room.saturating_sub(3)).into_owned(), look.theme.key);
        let name_room = self.name_room.min(room.saturating_sub(cells.used() + 1));
        let name = fit(&self.name, name_room).into_owned();
        cells.filled(Cow::Owned(name), name_room, self.style);
        let left = room.saturating_sub(cells.used() + 3);
        if left > 3 {
            cells.gap(2);
            cells.text(fit(&self.more, left).into_owned(), self.more_style);
        }
        cells.up_to(room);
        cells.line(highlighted.then_some(look.theme.selected))
    }
}
