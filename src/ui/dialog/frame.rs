//! The box around a dialog, and text that is scrolled in it.

use ratatui::buffer::Buffer;
use ratatui::layout::{Position, Rect};
use ratatui::style::Style;
use ratatui::text::Line;

use crate::ui::Look;
use crate::ui::cells::{Cells, draw_line};
use crate::ui::fit::{fit, width};
use crate::ui::geometry::{center, take_top};

/// Returns the area inside the border of a box of this size in the middle of `area`.
pub(super) fn inside(area: Rect, size: (u16, u16)) -> Rect {
    let outer = center(area, size);
    if outer.width < 2 || outer.height < 2 {
        return Rect { width: 0, height: 0, ..outer };
    }
    Rect { x: outer.x + 1, y: outer.y + 1, width: outer.width - 2, height: outer.height - 2 }
}

/// Clears a box in the middle of `area` and draws its border with a title, and with a note at the right end of the
/// title's line. Returns the area inside the border.
pub(super) fn frame(
    buffer: &mut Buffer,
    area: Rect,
    size: (u16, u16),
    (title, note): (&str, Option<&str>),
    look: &Look,
) -> Rect {
    let inner = inside(area, size);
    let outer = center(area, size);
    if outer.width < 2 || outer.height < 2 {
        return inner;
    }
    let room = usize::from(outer.width);
    let accent = look.theme.accent;
    for y in outer.top()..outer.bottom() {
        let (left, fill, right, style) = match y {
            y if y == outer.top() => ("┌", "─", "┐", accent),
            y if y + 1 == outer.bottom() => ("└", "─", "┘", accent),
            _ => ("│", " ", "│", Style::new()),
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
            let end = note.map_or(0, |note| width(note) + 3);
            cells.text(fit(title, (room - 6).saturating_sub(end)).into_owned(), look.theme.title);
            cells.text(" ", accent);
            if let Some(note) = note.filter(|_| cells.used() + end < room) {
                cells.text("─".repeat(room - end - 1 - cells.used()), accent);
                cells.text(format!(" {note} "), look.theme.waiting);
            }
        }
        let rest = room.saturating_sub(cells.used() + 1);
        cells.text(fill.repeat(rest), style);
        cells.text(right, accent);
        draw_line(buffer, Rect { y, height: 1, ..outer }, &cells.line(None));
    }
    inner
}

/// Draws lines from the one at `scrolled` on, but never past their end, and says on the border how many follow.
pub(super) fn draw_scrolled(
    buffer: &mut Buffer,
    inner: Rect,
    lines: &[Line<'_>],
    scrolled: u16,
    look: &Look,
) {
    let hidden = lines.len().saturating_sub(usize::from(inner.height));
    let start = usize::from(scrolled).min(hidden);
    for (line, y) in lines.iter().skip(start).zip(inner.top()..inner.bottom()) {
        draw_line(buffer, Rect { y, height: 1, ..inner }, line);
    }
    let text = format!(" {} more below ", hidden - start);
    let room = u16::try_from(width(&text)).unwrap_or(u16::MAX);
    if hidden > start && inner.width > room {
        let mut cells = Cells::default();
        cells.text(text, look.theme.dim);
        let area = Rect { x: inner.right() - room - 1, y: inner.bottom(), width: room, height: 1 };
        draw_line(buffer, area, &cells.line(None));
    }
}

/// Draws lines of secondary text.
pub(super) fn draw_hints(buffer: &mut Buffer, mut area: Rect, lines: &[String], look: &Look) {
    for line in lines {
        let mut cells = Cells::default();
        cells.gap(2);
        cells.text(line.as_str(), look.theme.dim);
        draw_line(buffer, take_top(&mut area, 1), &cells.line(None));
    }
}
