//! The list in front. Only its visible items are looked at.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::text::Line;

use super::cells::draw_line;
use super::empty;
use super::look::Look;
use super::rows::{self, Columns};
use crate::app::{Item, List, State, Tab};
use crate::invitation::InvitationId;

/// Draws the list in front so that the selected row is within `clear`, the upper part of the area.
pub(super) fn draw(buffer: &mut Buffer, area: Rect, clear: Rect, state: &State, look: &Look) {
    let columns = Columns::new(usize::from(area.width));
    let page = Page { area, clear, columns };
    let drawn = match state.tab {
        Tab::Incoming => page.draw(buffer, &state.incoming, |entry, selected| {
            rows::entry(entry, state, look, columns, selected)
        }),
        Tab::Outgoing => page.draw(buffer, &state.outgoing, |entry, selected| {
            rows::entry(entry, state, look, columns, selected)
        }),
        Tab::Conversations => page.draw(buffer, &state.conversations, |conversation, selected| {
            rows::conversation(conversation, state, look, columns, selected)
        }),
        Tab::History => page
            .draw(buffer, &state.history, |past, selected| rows::past(past, state, look, columns, selected)),
    };
    if !drawn {
        empty::draw(buffer, area, state, look);
    }
}

/// Returns the number of lines of the whole list in front.
pub(super) fn height(state: &State, room: u16) -> usize {
    let shown = match state.tab {
        Tab::Incoming => state.incoming.shown(),
        Tab::Outgoing => state.outgoing.shown(),
        Tab::Conversations => state.conversations.shown(),
        Tab::History => state.history.shown(),
    };
    shown.saturating_mul(Columns::new(usize::from(room)).lines())
}

/// Returns the number of whole rows that fit into an area, at least one.
pub(super) fn rows(area: Rect) -> u16 {
    let lines = u16::try_from(Columns::new(usize::from(area.width)).lines()).unwrap_or(1);
    (area.height / lines).max(1)
}

/// Returns the invitations whose rows in a list of this area are wholly within `clear`, its upper part.
pub(super) fn visible(state: &State, area: Rect, clear: Rect) -> Vec<InvitationId> {
    let list = match state.tab {
        Tab::Incoming => &state.incoming,
        Tab::Outgoing => &state.outgoing,
        Tab::Conversations | Tab::History => return Vec::new(),
    };
    let whole = usize::from(clear.height) / Columns::new(usize::from(area.width)).lines();
    list.page(first(list, area, clear)).take(whole).map(Item::id).collect()
}

/// Returns the area of the selected row in a list of this area, of which `clear` is the upper part.
pub(super) fn selected_row(state: &State, area: Rect, clear: Rect) -> Option<Rect> {
    let (position, first) = match state.tab {
        Tab::Incoming => (state.incoming.position(), first(&state.incoming, area, clear)),
        Tab::Outgoing => (state.outgoing.position(), first(&state.outgoing, area, clear)),
        Tab::Conversations => (state.conversations.position(), first(&state.conversations, area, clear)),
        Tab::History => (state.history.position(), first(&state.history, area, clear)),
    };
    let lines = Columns::new(usize::from(area.width)).lines();
    let offset = position?.saturating_sub(first).saturating_mul(lines);
    let y = area.y.saturating_add(u16::try_from(offset).unwrap_or(u16::MAX)).min(area.bottom());
    Some(Rect { y, height: u16::try_from(lines).unwrap_or(1).min(area.bottom() - y), ..area })
}

/// Returns the position of the first row: the selected row is in the middle if the list is longer than the area, and
/// always within `clear`.
fn first<T: Item>(list: &List<T>, area: Rect, clear: Rect) -> usize {
    let whole = usize::from(rows(area));
    let position = list.position().unwrap_or(0);
    let start = position.saturating_sub(whole / 2).min(list.shown().saturating_sub(whole));
    start.max((position + 1).saturating_sub(rows(clear).into()))
}

/// The visible part of a list.
struct Page {
    area: Rect,
    clear: Rect,
    columns: Columns,
}

impl Page {
    /// Draws the rows. Returns false if there are none.
    fn draw<'a, T: Item>(
        &self,
        buffer: &mut Buffer,
        list: &'a List<T>,
        row: impl Fn(&'a T, bool) -> Vec<Line<'a>>,
    ) -> bool {
        let Rect { x, width, height, .. } = self.area;
        let fitting = usize::from(height).div_ceil(self.columns.lines()).max(1);
        let start = first(list, self.area, self.clear);
        let selected = list.selected().map(Item::id);
        let lines = list.page(start).take(fitting).flat_map(|item| row(item, selected == Some(item.id())));
        for (line, y) in lines.zip(self.area.y..self.area.bottom()) {
            draw_line(buffer, Rect { x, y, width, height: 1 }, &line);
        }
        list.shown() > 0
    }
}
