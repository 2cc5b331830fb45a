//! The current list. Only its visible items are looked at.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

use super::cells::draw_line;
use super::empty;
use super::look::Look;
use super::rows::{self, Columns, Row, is_narrow};
use super::summary;
use super::visible_rows::VisibleRows;
use crate::app::{Item, List, State, Tab};

/// Draws the current list so that the selected row is within `clear`, the upper part of the area.
pub(super) fn draw(buffer: &mut Buffer, area: Rect, clear: Rect, state: &State, look: &Look) {
    let visible = VisibleRows::new(area, clear, state);
    let rows = rows(&visible, state, look);
    if rows.is_empty() {
        return empty::draw(buffer, area, state, look);
    }
    let widths: Vec<_> = rows.iter().map(Row::widths).collect();
    let columns = Columns::new(area.width.into(), &widths);
    draw_line(buffer, visible.heading, &columns.heading(state.tab, look));
    let lines = rows.into_iter().flat_map(|row| row.lines(&columns, look));
    for (line, y) in lines.zip(visible.rows.y..visible.rows.bottom()) {
        draw_line(buffer, Rect { y, height: 1, ..visible.rows }, &line);
    }
    if !visible.summary.is_empty() {
        draw_line(buffer, visible.summary, &summary::line(&visible, state, look));
        draw_scrollbar(buffer, &visible, state, look);
    }
}

/// Returns the rows of the items on the screen.
fn rows<'a>(visible: &VisibleRows, state: &'a State, look: &Look) -> Vec<Row<'a>> {
    match state.tab {
        Tab::Incoming => {
            page(visible, &state.incoming, |it, selected| rows::entry(it, state, look, selected))
        }
        Tab::Outgoing => {
            page(visible, &state.outgoing, |it, selected| rows::entry(it, state, look, selected))
        }
        Tab::Conversations => {
            page(visible, &state.conversations, |it, selected| rows::conversation(it, state, look, selected))
        }
        Tab::History => page(visible, &state.history, |it, selected| rows::past(it, state, look, selected)),
    }
}

/// Returns the rows of the items of a list that are on the screen.
fn page<'a, T: Item>(
    visible: &VisibleRows,
    list: &'a List<T>,
    row: impl Fn(&'a T, bool) -> Row<'a>,
) -> Vec<Row<'a>> {
    let selected = list.selected().map(Item::id);
    let items = list.page(visible.start).take(visible.whole);
    items.map(|item| row(item, selected == Some(item.id()))).collect()
}

/// Draws the place of the visible rows within the list into the last column, which the rows leave blank.
fn draw_scrollbar(buffer: &mut Buffer, visible: &VisibleRows, state: &State, look: &Look) {
    let Rect { height, .. } = visible.rows;
    if is_narrow(visible.rows.width.into()) || height < 4 {
        return;
    }
    let (above, below) = visible.hidden(state);
    let all = above + visible.whole + below;
    let lines = usize::from(height);
    let thumb = (lines * visible.whole / all).clamp(1, lines);
    // The thumb touches an end only if the visible rows do.
    let top = ((lines - thumb) * above).div_ceil((above + below).max(1));
    let last = lines - thumb;
    let top = if below > 0 && last > 1 { top.min(last - 1) } else { top };
    let style = look.theme.accent;
    for line in top..top + thumb {
        let y = visible.rows.y.saturating_add(u16::try_from(line).unwrap_or(u16::MAX));
        buffer.set_string(visible.rows.right().saturating_sub(1), y, "┃", style);
    }
}
