use ratatui::buffer::Buffer;
use ratatui::layout::{Position, Rect};
use ratatui::style::Style;

use super::choices::{Row, window};
use super::frame::frame;
use crate::app::{Menu, State};
use crate::ui::Look;
use crate::ui::cells::draw_line;
use crate::ui::fit::width;
use crate::ui::geometry::take_top;

/// The maximum width of the dialog.
const MAX_WIDTH: u16 = 76;
/// The maximum number of items that are visible at once.
const MAX_ROWS: u16 = 12;

/// Draws the items with their numbers.
pub(in crate::ui) fn draw(
    buffer: &mut Buffer,
    area: Rect,
    menu: &Menu,
    state: &State,
    look: &Look,
) -> Option<Position> {
    let rows = u16::try_from(menu.items.len()).unwrap_or(u16::MAX).min(MAX_ROWS);
    let size = (area.width.min(MAX_WIDTH), rows + 2);
    let mut inner = frame(buffer, area, size, (&menu.title, None), look);
    let room = usize::from(inner.width);
    let longest = menu.items.iter().map(|item| width(&item.name)).max().unwrap_or(0) + 2;
    let shown = window(menu.highlighted, menu.items.len(), usize::from(inner.height));
    for (index, item) in menu.items.iter().enumerate().skip(shown.start).take(shown.len()) {
        let is_over = item.is_over(&state.conversations);
        let number = if index < 9 { format!("{} ", index + 1) } else { "  ".into() };
        let row = Row {
            lead: "".into(),
            name: format!("{number}{}", item.name).into(),
            name_room: longest.min(room * 5 / 10),
            more: if is_over { "no longer waits".into() } else { item.text.as_str().into() },
            style: if is_over { look.theme.dim } else { Style::new() },
            more_style: Style::new(),
        };
        let line = row.line(room, index == menu.highlighted, look);
        draw_line(buffer, take_top(&mut inner, 1), &line);
    }
    None
}
