//! Lines that are put together from cells of known width, and their drawing.

use std::borrow::Cow;
use std::ops::Range;

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::style::Style;
use ratatui::text::Line;

use super::fit::{fit, width};

/// Blanks to slice from; longer than most lines.
const BLANK: &str =
    "                                                                                                    ";

/// Columns of a line, and what they show.
pub(super) type Span<T> = (Range<usize>, T);

/// A builder for a line, from left to right in cells of known width.
#[derive(Debug, Default)]
pub(super) struct Cells<'a> {
    spans: Vec<ratatui::text::Span<'a>>,
    used: usize,
}

impl<'a> Cells<'a> {
    /// Returns the number of columns used so far.
    pub(super) fn used(&self) -> usize {
        self.used
    }

    /// Appends text as it is.
    pub(super) fn text(&mut self, text: impl Into<Cow<'a, str>>, style: Style) {
        let text = text.into();
        self.used += width(&text);
        self.spans.push(ratatui::text::Span::styled(text, style));
    }

    /// Appends blank columns.
    pub(super) fn gap(&mut self, room: usize) {
        let mut room = room;
        while room > 0 {
            let blank = BLANK.get(..room).unwrap_or(BLANK);
            self.text(blank, Style::new());
            room -= blank.len();
        }
    }

    /// Appends text cut or padded to exactly `room` columns.
    pub(super) fn cell(&mut self, text: &'a str, room: usize, style: Style) {
        self.filled(fit(text, room), room, style);
    }

    /// Appends text that is at most `room` columns wide, padded to `room`.
    pub(super) fn filled(&mut self, text: Cow<'a, str>, room: usize, style: Style) {
        let rest = room.saturating_sub(width(&text));
        self.text(text, style);
        self.gap(rest);
    }

    /// Appends blanks up to a column, counted from the start of the line.
    pub(super) fn up_to(&mut self, column: usize) {
        self.gap(column.saturating_sub(self.used));
    }

    /// Builds the line in the style `background`, patched with the styles for which `keep` returns true.
    pub(super) fn on(mut self, background: Style, keep: impl Fn(Style) -> bool) -> Line<'a> {
        for span in &mut self.spans {
            span.style = if keep(span.style) { background.patch(span.style) } else { background };
        }
        Line::from(self.spans)
    }

    /// Builds the line; `over` replaces all styles.
    pub(super) fn line(mut self, over: Option<Style>) -> Line<'a> {
        if let Some(style) = over {
            for span in &mut self.spans {
                span.style = style;
            }
        }
        Line::from(self.spans)
    }
}

/// Draws a line into the first row of an area. Does nothing if the area is empty.
pub(super) fn draw_line(buffer: &mut Buffer, area: Rect, line: &Line<'_>) {
    if area.is_empty() {
        return;
    }
    let mut x = area.x;
    for span in line {
        let style = line.style.patch(span.style);
        let room = area.right().saturating_sub(x);
        // Most text is ASCII and needs no segmentation.
        x = if span.content.is_ascii() {
            draw_ascii(buffer, (x, area.y), &span.content, room, style)
        } else {
            buffer.set_stringn(x, area.y, &span.content, room.into(), style).0
        };
    }
}

/// Draws ASCII text at a position and returns the column after it.
fn draw_ascii(buffer: &mut Buffer, (x, y): (u16, u16), text: &str, room: u16, style: Style) -> u16 {
    let columns = (x..x.saturating_add(room)).zip(text.chars().filter(|it| !it.is_ascii_control()));
    let mut end = x;
    for (x, character) in columns {
        if let Some(cell) = buffer.cell_mut((x, y)) {
            cell.set_char(character).set_style(style);
        }
        end = x + 1;
    }
    end
}
