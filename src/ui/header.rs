//! The header with the state of each connection, and the bar of tabs.

use ratatui::layout::Rect;
use ratatui::style::Style;
use ratatui::text::Line;

use super::cells::Cells;
use super::fit::{fit, width, wrap_at_most};
use super::look::Look;
use super::{presence, words};
use crate::app::{Account, Action, Item, List, Sort, State, Tab};
use crate::provider::Status;

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

/// Returns the key that reconnects, for the words “… to retry”.
pub(super) fn reconnect_key(state: &State) -> String {
    let keys = state.settings.keys.keys(Action::Reconnect);
    keys.first().map_or_else(|| "reconnect".into(), ToString::to_string)
}

/// Returns the style of a connection's state.
fn status_style(status: &Status, look: &Look) -> Style {
    match status {
        Status::Idle | Status::SignedOut => look.theme.dim,
        Status::Connecting(_) => look.theme.waiting,
        Status::Online { .. } => look.theme.good,
        Status::Retrying { .. } | Status::Replaced | Status::Stopped(_) => look.theme.bad,
    }
}

/// Returns the user's SIP address without its scheme, or else the account's label: a bot's address is an opaque id.
pub(super) fn name(account: &Account) -> &str {
    let me = account.me.as_ref().map(|me| me.uri.as_str()).filter(|uri| !uri.is_empty());
    match me.map(|uri| (uri, uri.split_once(':'))) {
        None => account.label.as_str(),
        Some((_, Some(("sip", address)))) => address,
        Some((_, Some(_))) if !account.label.is_empty() => account.label.as_str(),
        Some((uri, _)) => uri,
    }
}

/// Starts the first line with the name of the program.
fn start<'a>(state: &State, look: &Look) -> Cells<'a> {
    let mut cells = Cells::default();
    cells.text(" rsvp", look.theme.title.patch(look.theme.accent));
    if state.settings.demo {
        cells.gap(2);
        cells.text("DEMO", look.theme.waiting.patch(look.theme.title));
    }
    if state.rulings.are_off {
        cells.gap(2);
        cells.text("RULES OFF", look.theme.waiting.patch(look.theme.title));
    }
    cells
}

/// Ends a line with text at its right end.
fn finish<'a>(mut cells: Cells<'a>, words: &str, style: Style, room: usize) -> Line<'a> {
    let end = width(words) + 1;
    if cells.used() + 2 + end <= room {
        cells.up_to(room - end);
        cells.text(words.to_owned(), style);
    } else if cells.used() + 3 < room {
        cells.gap(2);
        let left = room - cells.used() - 1;
        cells.text(fit(words, left).into_owned(), style);
    }
    cells.line(None)
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

/// Wraps text into at most `limit` lines of its own.
fn indented<'a>(text: &str, room: usize, limit: usize, style: Style) -> Vec<Line<'a>> {
    let line = |text| {
        let mut cells = Cells::default();
        cells.gap(2);
        cells.text(text, style);
        cells.line(None)
    };
    wrap_at_most(text, room.saturating_sub(3), limit).into_iter().map(line).collect()
}

/// Returns the header for several accounts, or none.
fn several<'a>(state: &'a State, accounts: &'a [Account], look: &Look, area: Rect) -> Vec<Line<'a>> {
    let room = usize::from(area.width);
    // Accounts that are online need no more than their names; each of the others has a line of its own.
    let (online, offline): (Vec<_>, Vec<_>) = accounts.iter().partition(|account| account.status.is_online());
    let style = if offline.is_empty() { look.theme.good } else { look.theme.bad };
    let mut first = start(state, look);
    // Blanks before the text, and one at the end.
    let rest = room.saturating_sub(first.used() + 2 + 1);
    let own_room = (room / 2) / online.len().max(1);
    let with_presence = |account: &&Account| {
        let own = presence::own(account, &state.settings);
        let own = presence::fitting(&own, own_room).map(|own| format!(" {own}"));
        format!("● {}{}", name(account), own.unwrap_or_default())
    };
    let names = online.iter().map(with_presence).collect::<Vec<_>>().join("  ");
    let long = format!("{} of {} accounts online", online.len(), accounts.len());
    let short = format!("{} of {} online", online.len(), accounts.len());
    let beside = !online.is_empty() && width(&names) + 2 + width(&short) <= rest;
    let taken = if beside { width(&names) + 2 } else { 0 };
    let words = if taken + width(&long) <= rest { long } else { short };
    let below = (!beside && !online.is_empty()).then(|| names.clone());
    if beside {
        first.gap(2);
        first.text(names, look.theme.good);
    }
    let mut lines = vec![finish(first, &words, style, room)];
    let limit = usize::from(area.height / 6);
    // If there is not enough room for all accounts, those that are offline come first.
    if let Some(names) = below.filter(|_| offline.len() < limit) {
        lines.extend(indented(&names, room, 1, look.theme.good));
    }
    let left = (limit + 1).saturating_sub(lines.len());
    let most = if offline.len() == 1 { 2 } else { 1 };
    let key = reconnect_key(state);
    let name_room = offline.iter().map(|account| width(name(account))).max().unwrap_or(0).min(room / 3);
    for account in offline.into_iter().take(left) {
        let whole = words::connection(&account.status, state.now.moment, &key).whole();
        let style = status_style(&account.status, look);
        let indent = 2 + name_room + 2;
        for (number, text) in
            wrap_at_most(&whole, room.saturating_sub(indent + 1), most.min(left)).into_iter().enumerate()
        {
            let mut cells = Cells::default();
            cells.gap(2);
            cells.cell(if number == 0 { name(account) } else { "" }, name_room, Style::new());
            cells.gap(2);
            cells.text(text, style);
            lines.push(cells.line(None));
        }
    }
    lines
}

/// Returns the number of items for a tab, with a leading space; empty if the list is empty.
fn count<T: Item>(list: &List<T>) -> String {
    match (list.filter().is_empty(), list.len()) {
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
        Tab::Incoming => (state.incoming.sort(), state.incoming.len()),
        Tab::Outgoing => (state.outgoing.sort(), state.outgoing.len()),
        Tab::Conversations => (state.conversations.sort(), state.conversations.len()),
        Tab::History => (state.history.sort(), state.history.len()),
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
