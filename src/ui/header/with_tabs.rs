//! The header and the bar of tabs in one line, for small screens.

use ratatui::layout::Rect;
use ratatui::style::Style;
use ratatui::text::Line;

use crate::app::{State, Tab};
use crate::ui::cells::{Cells, Span};
use crate::ui::fit::width;
use crate::ui::look::Look;
use crate::ui::most_urgent;
use crate::ui::rows::lines_per_item;
use crate::ui::tabs::{filter, short_title};

/// The width below which a low screen is small.
const NARROW: u16 = 60;
/// The greatest height of a narrow screen that is small.
const LOW: u16 = 16;
/// The height up to which every screen is small.
const LOWEST: u16 = 4;
/// The largest number of accounts of which each has a sign; more are counted, because their signs would take too much room.
const MANY: usize = 6;
/// The greatest width of the most urgent invitation in the line.
const MOST_URGENT: usize = 32;
/// The width from which the line begins with the name of the program.
const NAMED: usize = 30;

/// Returns whether a screen needs all its lines for the list.
pub(in crate::ui) fn is_small(area: Rect) -> bool {
    area.height <= LOWEST || (area.width < NARROW && area.height <= LOW)
}

/// Returns the line, and the columns of each tab in it; or `None` if the screen is not small, or if there is room for what a
/// connection has to say.
pub(in crate::ui) fn line_with_tabs<'a>(
    state: &State,
    look: &Look,
    area: Rect,
) -> Option<(Line<'a>, Vec<Span<Tab>>)> {
    let is_online = state.accounts.iter().all(|account| account.status.is_online());
    if !is_small(area) || (!is_online && area.height > LOWEST) {
        return None;
    }
    let room = usize::from(area.width);
    let (mut cells, mut spots) = (Cells::default(), Vec::new());
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
    // Where there is room for a single row and nothing else, the most urgent invitation comes before the other tabs.
    let is_lowest = usize::from(area.height) <= 2 + lines_per_item(room);
    let title = width(&short_title(state, state.tab)) + 2;
    let left = room.saturating_sub(cells.used() + title + 2);
    let urgent = most_urgent::note(state, look, left.min(MOST_URGENT)).filter(|_| is_lowest);
    let reserved = urgent.as_ref().map_or(0, |(text, _)| width(text) + 2);
    tabs(&mut cells, &mut spots, state, look, room - reserved);
    if let Some((text, style)) = urgent {
        cells.up_to(room - reserved + 1);
        cells.text(text, style);
    }
    Some((cells.line(None), spots))
}

/// Appends the tabs that fit, and in any case the current one, with its filter if there is room.
fn tabs(cells: &mut Cells<'_>, spots: &mut Vec<Span<Tab>>, state: &State, look: &Look, room: usize) {
    let mut current = short_title(state, state.tab);
    let filtered = filter(state).map(|filter| format!("{current} {filter}"));
    current = filtered.filter(|title| cells.used() + width(title) + 2 <= room).unwrap_or(current);
    let mut reserved = width(&current) + 2;
    for tab in Tab::ALL {
        let (title, start) = (short_title(state, tab), cells.used());
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
        if cells.used() > start {
            spots.push((start..cells.used(), tab));
        }
    }
}
