//! The header with the state of each connection, and the bar of tabs.

use ratatui::layout::Rect;
use ratatui::style::Style;
use ratatui::text::Line;

use super::cells::Cells;
use super::fit::{fit, width};
use super::header_line::{finish, indented, start, status_style};
pub(super) use super::header_line::{name, reconnect_key};
use super::look::Look;
use super::several_accounts::several;
use super::{presence, words};
use crate::app::{Account, Item, List, Sort, State, Tab};

/// The height below which the problem of a single connection gets one line instead of two.
const LOW: u16 = 10;

/// Returns the lines of the header, at most a third of the screen.
pub(super) fn lines<'a>(state: &'a State, look: &Look, area: Rect) -> Vec<Line<'a>> {
    let mut lines = match state.accounts.as_slice() {
        [account] => single(state, account, look, area),
        accounts => several(state, accounts, look, area),
    };
    lines.truncate(usize::from(area.height / 3).max(1));
    lines
}

/// Returns the header for a single account.
fn single<'a>(state: &'a State, account: &'a Account, look: &Look, area: Rect) -> Vec<Line<'a>> {
    let room = usize::from(area.width);
    let key = reconnect_key(state);
    let connection = words::connection(&account.status, state.now.moment, &key);
    let style = status_style(&account.status, look);
    let mut cells = start(state, look);
    let short = format!("{} {}", connection.sign, connection.what);
    let whole = connection.whole();
    // Blanks before and after the account, and one at the end.
    let rest = room.saturating_sub(cells.used() + 2 + 2 + 1);
    let own = presence::own(account, &state.settings);
    let account = name(account);
    if let Some(left) = rest.checked_sub(width(account) + width(&whole)) {
        cells.gap(2);
        cells.text(account, Style::new());
        if let Some(own) = presence::fitting(presence::worded(&own), left.saturating_sub(2)) {
            cells.gap(2);
            cells.text(own.to_owned(), Style::new());
            return vec![finish(cells, &whole, style, room)];
        }
        if own.is_empty() {
            return vec![finish(cells, &whole, style, room)];
        }
        cells = start(state, look);
    }
    if let Some(own) = presence::fitting(&own, rest.saturating_sub(width(&short))) {
        return vec![with_presence(cells, account, own, (&short, &whole), style, room)];
    }
    let short_fits = width(&short) <= rest;
    let shown = if short_fits { rest - width(&short) } else { rest };
    if shown >= width(account).min(12) {
        cells.gap(2);
        cells.text(fit(account, shown), Style::new());
    }
    let (first, below) = match (short_fits, connection.more.is_empty()) {
        (true, true) => (short, None),
        (true, false) => (short, Some(connection.more)),
        (false, _) => (String::new(), Some(whole)),
    };
    let mut lines = vec![finish(cells, &first, style, room)];
    let below_lines = if area.height < LOW { 1 } else { 2 };
    lines.extend(below.into_iter().flat_map(|text| indented(&text, room, below_lines, style)));
    lines
}

/// Returns a single line with the presence and as much of the account's name as fits: what changes is of more interest.
fn with_presence<'a>(
    mut cells: Cells<'a>,
    account: &'a str,
    own: &str,
    (short, whole): (&str, &str),
    style: Style,
    room: usize,
) -> Line<'a> {
    let left = room.saturating_sub(cells.used() + 2 + 2 + 1 + width(short) + width(own));
    if left >= width(account).min(12) + 2 {
        cells.gap(2);
        cells.text(fit(account, left - 2), Style::new());
    }
    cells.gap(2);
    cells.text(own.to_owned(), Style::new());
    let connection = if cells.used() + 2 + width(whole) < room { whole } else { short };
    finish(cells, connection, style, room)
}

/// Returns the number of items for a tab, with a leading space; empty if the list is empty.
fn count<T: Item>(list: &List<T>) -> String {
    match (list.filter().is_empty(), list.unfiltered()) {
        (true, 0) => String::new(),
        (true, all) => format!(" {all}"),
        (false, all) => format!(" {}/{all}", list.shown()),
    }
}

/// Returns the number of items for a tab.
pub(super) fn tab_count(state: &State, tab: Tab) -> String {
    match tab {
        Tab::Incoming => count(&state.incoming),
        Tab::Outgoing => count(&state.outgoing),
        Tab::Conversations => {
            let news = Some(state.unread()).filter(|unread| *unread > 0).map(|unread| format!(" +{unread}"));
            format!("{}{}", count(&state.conversations), news.unwrap_or_default())
        }
        // The length of the history is of interest only while the user searches it.
        Tab::History if !state.history.filter().is_empty() => count(&state.history),
        Tab::History if state.tab != Tab::History && !state.unseen.is_empty() => {
            format!(" !{}", state.unseen.len())
        }
        Tab::History => String::new(),
    }
}

/// Returns the sort order and the length of the list in front.
fn order(state: &State) -> (Sort, usize) {
    match state.tab {
        Tab::Incoming => (state.incoming.sort(), state.incoming.unfiltered()),
        Tab::Outgoing => (state.outgoing.sort(), state.outgoing.unfiltered()),
        Tab::Conversations => (state.conversations.sort(), state.conversations.unfiltered()),
        Tab::History => (state.history.sort(), state.history.unfiltered()),
    }
}

/// Returns the bar of tabs, with notes on the list in front at its end.
pub(super) fn tabs<'a>(state: &State, look: &Look, room: usize) -> Line<'a> {
    let full: fn(Tab) -> &'static str = Tab::title;
    let titles =
        |name: fn(Tab) -> &'static str| Tab::ALL.map(|tab| format!("{}{}", name(tab), tab_count(state, tab)));
    let long = titles(full);
    let needed: usize = long.iter().map(|title| width(title) + 4).sum();
    let titles = if needed <= room { long } else { titles(words::tab_short) };
    let accent = look.theme.accent;
    let mut cells = Cells::default();
    for (tab, title) in Tab::ALL.into_iter().zip(titles) {
        let current = tab == state.tab;
        if cells.used() + width(&title) + 4 > room {
            continue;
        }
        cells.text(if current { "─┤ " } else { "── " }, accent);
        let has_news = tab == Tab::Incoming && !state.newcomers.is_empty();
        let style = match (current, has_news) {
            (true, _) => look.theme.title.patch(accent),
            (false, true) => look.theme.title,
            (false, false) => Style::new(),
        };
        cells.text(title, style);
        cells.text(if current { " ├" } else { " ─" }, accent);
    }
    let (sort, len) = order(state);
    let mut notes = Vec::new();
    if len > 0
        && state.tab != Tab::History
        && state.accounts.iter().any(|account| !account.status.is_online())
    {
        notes.push(words::STALE.to_owned());
    }
    // Conversations and the history have no deadlines: their order of arrival is the usual one.
    let is_told = match state.tab {
        Tab::Incoming | Tab::Outgoing => len > 0,
        Tab::Conversations | Tab::History => matches!(sort, Sort::Importance | Sort::Name),
    };
    if is_told {
        notes.push(words::sorted(sort));
    }
    if notes.iter().map(|note| width(note) + 4).sum::<usize>() + cells.used() > room {
        for note in &mut notes {
            if note == words::STALE {
                words::STALE_SHORT.clone_into(note);
            }
        }
    }
    let end: usize = notes.iter().map(|note| width(note) + 3).sum::<usize>() + 1;
    if cells.used() + end <= room {
        cells.text("─".repeat(room - end - cells.used()), accent);
        for note in notes {
            cells.text(" ", accent);
            let style = if note.starts_with("by ") { look.theme.dim } else { look.theme.waiting };
            cells.text(note, style);
            cells.text(" ─", accent);
        }
    }
    let rest = room.saturating_sub(cells.used());
    cells.text("─".repeat(rest), accent);
    cells.line(None)
}
