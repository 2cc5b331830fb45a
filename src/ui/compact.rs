//! The header and the bar of tabs in one line, for small screens.

use ratatui::layout::Rect;
use ratatui::style::Style;
use ratatui::text::Line;

use super::cells::Cells;
use super::fit::width;
use super::look::Look;
use super::tabs::{filter, short_title};
use crate::app::{State, Tab};

/// The width below which a low screen is small.
const NARROW: u16 = 60;
/// The greatest height of a narrow screen that is small.
const LOW: u16 = 16;
/// The height up to which every screen is small.
const LOWEST: u16 = 4;
/// The largest number of accounts of which each has a sign; more are counted, because their signs would take too much room.
const MANY: usize = 6;
/// The width from which the line begins with the name of the program.
const NAMED: usize = 30;

/// Returns whether a screen needs all its lines for the list.
pub(super) fn is_small(area: Rect) -> bool {
    area.height <= LOWEST || (area.width < NARROW && area.height <= LOW)
}

/// Returns the line, or `None` if the screen is not small, or if there is room for what a connection has to say.
pub(super) fn line<'a>(state: &State, look: &Look, area: Rect) -> Option<Line<'a>> {
    let is_online = state.accounts.iter().all(|account| account.status.is_online());
    if !is_small(area) || (!is_online && area.height > LOWEST) {
        return None;
    }
    let room = usize::from(area.width);
    let mut cells = Cells::default();
    if state.rulings.are_off {
        let words = if room >= NAMED { " RULES OFF" } else { " OFF" };
        cells.text(words, look.theme.waiting.patch(look.theme.title));
    } else if room >= NAMED {
        let name = if state.settings.demo { " DEMO" } else { " rsvp" };
        cells.text(name, look.theme.title.patch(look.theme.accent));
    }
    cells.gap(1);
    let online = state.accounts.iter().filter(|account| account.status.is_online()).count();
    for (sign, style, count) in
        [("●", look.theme.good, online), ("!", look.theme.bad, state.accounts.len() - online)]
    {
        match count {
            0 => {}
            1..=MANY => cells.text(sign.repeat(count), style),
            _ => cells.text(format!("{sign}{count}"), style),
        }
    }
    cells.gap(1);
    tabs(&mut cells, state, look, room);
    Some(cells.line(None))
}

/// Appends the tabs that fit, and in any case the one in front, with its filter if there is room.
fn tabs(cells: &mut Cells<'_>, state: &State, look: &Look, room: usize) {
    let mut current = short_title(state, state.tab);
    let filtered = filter(state).map(|filter| format!("{current} {filter}"));
    current = filtered.filter(|title| cells.used() + width(title) + 2 <= room).unwrap_or(current);
    let mut reserved = width(&current) + 2;
    for tab in Tab::ALL {
        let title = short_title(state, tab);
        if tab == state.tab {
            reserved = 0;
            cells.text("┤", look.theme.accent);
            cells.text(std::mem::take(&mut current), look.theme.title.patch(look.theme.accent));
            cells.text("├", look.theme.accent);
        } else if cells.used() + width(&title) + 2 + reserved <= room {
            cells.gap(1);
            cells.text(title, Style::new());
            cells.gap(1);
        }
    }
}
