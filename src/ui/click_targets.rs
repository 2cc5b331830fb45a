//! The places on the screen that can be clicked.

use std::ops::Range;

use ratatui::layout::Rect;

use super::cells::Span;
use super::layout::{Areas, Body};
use super::look::Look;
use super::visible_rows::VisibleRows;
use super::{footer, header, notices, tabs};
use crate::app::{Mode, Spot, State, Target};

/// Returns the keys in the footer and, unless a dialog is open, the tabs and the rows of the current list.
pub(super) fn click_targets(area: Rect, areas: &Areas, body: Body, state: &State, look: &Look) -> Vec<Spot> {
    let room = usize::from(area.width);
    let mut spots = in_line(areas.footer, footer::footer(state, look, room).keys(), Target::Key);
    if !matches!(state.mode, Mode::Lists) {
        return spots;
    }
    let (line, tabs) = match header::line_with_tabs(state, look, area) {
        Some((_, tabs)) => (area, tabs),
        None => (areas.tabs, tabs::line(state, look, room).1),
    };
    spots.extend(in_line(line, tabs, Target::Tab));
    if let Body::List { list, .. } = body {
        let visible = VisibleRows::new(list, notices::uncovered(areas, list, state), state);
        let rows = visible.rows_on_screen(state).into_iter();
        spots.extend(rows.map(|(row, item)| spot(row, Target::Item(item))));
    }
    spots
}

/// Returns spots in the first line of an area.
fn in_line<T>(area: Rect, spans: impl IntoIterator<Item = Span<T>>, target: fn(T) -> Target) -> Vec<Spot> {
    let column = |column: usize| area.x.saturating_add(u16::try_from(column).unwrap_or(u16::MAX));
    let in_line = |(columns, item): (Range<usize>, T)| {
        let start = column(columns.start);
        let width = column(columns.end) - start;
        spot(Rect { x: start, width, height: area.height.min(1), ..area }, target(item))
    };
    spans.into_iter().map(in_line).collect()
}

fn spot(area: Rect, target: Target) -> Spot {
    Spot { columns: area.x..area.right(), rows: area.y..area.bottom(), target }
}
