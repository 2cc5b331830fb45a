//! A line of text with a cursor.

use ratatui::buffer::{Buffer, CellWidth};
use ratatui::layout::{Position, Rect};
use ratatui::style::Style;
use tui_input::Input;
use unicode_segmentation::UnicodeSegmentation;

use super::frame::frame;
use crate::app::Line;
use crate::text::DisplayText;
use crate::ui::Look;
use crate::ui::cells::{Cells, draw_line};
use crate::ui::fit::{fit, wrap};
use crate::ui::geometry::take_top;

/// The maximum width of a box around a line of text.
const MAX_WIDTH: u16 = 76;

/// The stand-in for typed or pasted characters that cannot be shown.
const HIDDEN: &str = "?";

/// The sign for a line break.
const LINE_BREAK: &str = "⏎";

/// Draws a box with a line of text, and below it the reason why the text was refused, or else a hint.
pub(super) fn draw_boxed(
    buffer: &mut Buffer,
    area: Rect,
    line: &Line,
    title: (&str, Option<&str>),
    hint: &str,
    look: &Look,
) -> Option<Position> {
    let width = area.width.min(MAX_WIDTH);
    let (text, style) = match line.complaint {
        Some(complaint) => (format!("! {complaint}"), look.theme.bad),
        None => (hint.to_owned(), look.theme.dim),
    };
    let below = wrap(&text, usize::from(width.saturating_sub(4)));
    let height = u16::try_from(below.len()).unwrap_or(u16::MAX).saturating_add(3);
    let mut inner = frame(buffer, area, (width, height), title, look);
    let cursor = draw_input(buffer, take_top(&mut inner, 1), "> ", &line.input, look);
    draw_below(buffer, inner, below, style);
    cursor
}

/// Draws lines of text below the input of a dialog.
pub(super) fn draw_below(buffer: &mut Buffer, mut area: Rect, lines: Vec<String>, style: Style) {
    let room = usize::from(area.width.saturating_sub(2));
    for text in lines {
        let mut cells = Cells::default();
        cells.gap(1);
        cells.text(fit(&text, room).into_owned(), style);
        draw_line(buffer, take_top(&mut area, 1), &cells.line(None));
    }
}

/// Draws a line of text after a sign, scrolled so that the cursor is visible. Returns the position of the cursor.
pub(super) fn draw_input(
    buffer: &mut Buffer,
    area: Rect,
    sign: &'static str,
    input: &Input,
    look: &Look,
) -> Option<Position> {
    if area.is_empty() {
        return None;
    }
    let mut cells = Cells::default();
    cells.gap(1);
    cells.text(sign, look.theme.accent);
    let start = cells.used();
    // One column is for the cursor after the last character, and one stays blank.
    let room = usize::from(area.width).saturating_sub(start + 2);
    let (graphemes, before) = graphemes(input);
    let columns = |part: &[String]| part.iter().map(|text| usize::from(text.cell_width())).sum::<usize>();
    let cursor_column = columns(graphemes.get(..before).unwrap_or_default());
    let mut scrolled = 0;
    let mut skipped = 0;
    while cursor_column.saturating_sub(skipped) > room {
        skipped += graphemes.get(scrolled).map_or(1, |text| usize::from(text.cell_width()));
        scrolled += 1;
    }
    let text = graphemes.get(scrolled..).unwrap_or_default().concat();
    cells.text(fit(&text, room + 1), Style::new());
    cells.up_to(usize::from(area.width));
    draw_line(buffer, Rect { height: 1, ..area }, &cells.line(None));
    let offset = u16::try_from(start + cursor_column.saturating_sub(skipped)).unwrap_or(u16::MAX);
    let x = area.x.saturating_add(offset).min(area.right().saturating_sub(1));
    Some(Position { x, y: area.y })
}

/// Returns the graphemes of the text as they can be shown, and the number of those before the cursor.
fn graphemes(input: &Input) -> (Vec<String>, usize) {
    let mut graphemes = Vec::new();
    let mut before = 0;
    let mut characters = 0;
    for grapheme in input.value().graphemes(true) {
        characters += grapheme.chars().count();
        let shown = if grapheme == " " {
            grapheme.to_owned()
        } else if grapheme == "\n" {
            LINE_BREAK.to_owned()
        } else {
            DisplayText::new(grapheme).as_str().to_owned()
        };
        let visible = !shown.is_empty() && shown.cell_width() > 0;
        graphemes.push(if visible { shown } else { HIDDEN.to_owned() });
        if characters <= input.cursor() {
            before = graphemes.len();
        }
    }
    (graphemes, before)
}
