//! The message line. A long notice covers the rows above it, and so does the banner above a notice.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::style::Style;
use ratatui::widgets::{Clear, Widget};

use super::banner;
use super::cells::{Cells, draw_line};
use super::fit::wrap_at_most;
use super::geometry::take_bottom;
use super::layout::Areas;
use super::look::Look;
use crate::app::{State, Tone};

/// Returns the upper part of an area that the notice does not cover.
pub(super) fn uncovered(areas: &Areas, area: Rect, state: &State) -> Rect {
    let banner = usize::from(banner::is_shown(state, state.size.1));
    let lines = u16::try_from(lines(areas, state).len() + banner).unwrap_or(u16::MAX);
    let covered = areas.notice.bottom().saturating_sub(lines);
    Rect { height: area.bottom().min(covered).saturating_sub(area.y), ..area }
}

/// Draws the notice, and the banner in the lowest row that the notice leaves.
pub(super) fn draw(buffer: &mut Buffer, areas: &Areas, state: &State, look: &Look) {
    let (sign, style) = match state.notice.as_ref().map(|notice| notice.tone) {
        Some(Tone::Problem) => ("!", look.theme.bad),
        Some(Tone::Info) | None => (" ", Style::new()),
    };
    let own = areas.notice.height;
    let mut rest = Rect { height: areas.body.height + own, ..areas.body };
    for (number, text) in lines(areas, state).iter().enumerate().rev() {
        let mut cells = Cells::default();
        cells.text(if number == 0 { sign } else { " " }, style);
        cells.gap(1);
        cells.text(text.as_str(), style);
        let line = take_bottom(&mut rest, 1);
        Clear.render(line, buffer);
        draw_line(buffer, line, &cells.line(None));
    }
    if banner::is_shown(state, state.size.1)
        && let Some(text) = banner::line(state, look, usize::from(rest.width))
    {
        let line = take_bottom(&mut rest, 1);
        Clear.render(line, buffer);
        draw_line(buffer, line, &text);
    }
}

/// Returns the lines of the notice: at most its own row and a quarter of the body, up to three.
fn lines(areas: &Areas, state: &State) -> Vec<String> {
    let Some(notice) = state.notice.as_ref().filter(|_| areas.has_notices) else { return Vec::new() };
    let room = usize::from(areas.notice.width).saturating_sub(3);
    let limit = 1 + usize::from((areas.body.height / 4).min(2));
    wrap_at_most(notice.text.as_str(), room, limit)
}
