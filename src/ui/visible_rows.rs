//! The rows of the current list that are on the screen.

use ratatui::layout::Rect;

use super::geometry::{take_bottom, take_top};
use super::rows::{is_narrow, lines_per_item};
use crate::app::current_list::with_list;
use crate::app::{Item, List, State, Subject, Tab};
use crate::invitation::InvitationId;

/// The height from which the columns have a heading.
const HEADING: u16 = 5;

/// The areas of a list, and the items whose rows are visible.
#[derive(Clone, Copy, Debug)]
pub(super) struct VisibleRows {
    /// The line with the names of the columns; empty on a low or narrow screen.
    pub(super) heading: Rect,
    /// The lines for the rows.
    pub(super) rows: Rect,
    /// The line about the items that are not on the screen; empty if all are.
    pub(super) summary: Rect,
    /// The position of the first item.
    pub(super) start: usize,
    /// The number of items whose rows are wholly on the screen, at least one.
    pub(super) whole: usize,
}

impl VisibleRows {
    /// Divides an area for the current list so that the selected row is within `clear`, the upper part of the area.
    ///
    /// If the list is longer than the area, the selected row is in the middle.
    pub(super) fn new(area: Rect, clear: Rect, state: &State) -> Self {
        let (shown, position) = extent(state);
        let lines = lines_per_item(area.width.into());
        let mut rows = area;
        let has_heading = shown > 0 && area.height >= HEADING && !is_narrow(area.width.into());
        let heading = take_top(&mut rows, u16::from(has_heading));
        let fitting = |height: u16| usize::from(height) / lines;
        // A notice may cover the lower part.
        let uncovered = rows.height.min(clear.bottom().saturating_sub(rows.y));
        let is_cut = shown > fitting(rows.height) && fitting(uncovered.saturating_sub(1)) > 0;
        let on_area = fitting(rows.height - u16::from(is_cut)).max(1);
        rows.height = uncovered;
        let summary = take_bottom(&mut rows, u16::from(is_cut));
        let whole = fitting(rows.height).max(1);
        if is_cut {
            rows.height = rows.height.min(u16::try_from(whole * lines).unwrap_or(u16::MAX));
        }
        let start = position.saturating_sub(on_area / 2).min(shown.saturating_sub(on_area));
        let start = start.max((position + 1).saturating_sub(whole));
        Self { heading, rows, summary, start, whole }
    }

    /// Returns the invitations whose rows are wholly on the screen.
    pub(super) fn invitations(&self, state: &State) -> Vec<InvitationId> {
        let list = match state.tab {
            Tab::Incoming => &state.incoming,
            Tab::Outgoing => &state.outgoing,
            Tab::Conversations | Tab::History => return Vec::new(),
        };
        self.ids(list).collect()
    }

    /// Returns the area of the selected row.
    pub(super) fn selected_row(&self, state: &State) -> Option<Rect> {
        let (shown, position) = extent(state);
        let lines = lines_per_item(self.rows.width.into());
        let offset = position.checked_sub(self.start).filter(|_| shown > 0)?.saturating_mul(lines);
        let y = self.rows.y.saturating_add(u16::try_from(offset).unwrap_or(u16::MAX)).min(self.rows.bottom());
        let height = u16::try_from(lines).unwrap_or(1).min(self.rows.bottom() - y);
        Some(Rect { y, height, ..self.rows })
    }

    /// Returns the areas of the rows that are wholly on the screen, with their items.
    pub(super) fn rows_on_screen(&self, state: &State) -> Vec<(Rect, Subject)> {
        let items: Vec<Subject> = match state.tab {
            Tab::Incoming => self.ids(&state.incoming).map(Subject::Invitation).collect(),
            Tab::Outgoing => self.ids(&state.outgoing).map(Subject::Invitation).collect(),
            Tab::Conversations => self.ids(&state.conversations).map(Subject::Conversation).collect(),
            Tab::History => self.ids(&state.history).map(Subject::Past).collect(),
        };
        let height = u16::try_from(lines_per_item(self.rows.width.into())).unwrap_or(1);
        let mut rest = self.rows;
        items.into_iter().map(|item| (take_top(&mut rest, height), item)).collect()
    }

    fn ids<T: Item>(&self, list: &List<T>) -> impl Iterator<Item = T::Id> {
        let whole = usize::from(self.rows.height) / lines_per_item(self.rows.width.into());
        list.page(self.start).take(whole).map(Item::id)
    }

    /// Returns the numbers of items before and after those on the screen.
    pub(super) fn hidden(&self, state: &State) -> (usize, usize) {
        let (shown, _) = extent(state);
        (self.start, shown.saturating_sub(self.start + self.whole))
    }
}

/// Returns the number of lines of the whole current list, with its heading.
pub(super) fn height(state: &State, room: u16) -> usize {
    match extent(state) {
        (0, _) => 0,
        (shown, _) => shown * lines_per_item(room.into()) + usize::from(!is_narrow(room.into())),
    }
}

/// Returns the number of items that the current list shows, and the position of the selected one.
fn extent(state: &State) -> (usize, usize) {
    with_list!(&state, list => (list.shown(), list.position().unwrap_or(0)))
}
