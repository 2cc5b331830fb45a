//! The first lines: which program, who, the connection of each account; and the bar of lists.

use ratatui::layout::Rect;
use ratatui::style::Style;
use ratatui::text::Line;

use super::fit::{Cells, fit, width, wrap};
use super::{Look, words};
use crate::app::{Account, Action, List, Sort, State, Tab};
use crate::provider::Status;

/// Screens lower than this give a connection's troubles one line, not two.
const LOW: u16 = 10;

/// The header's lines; never more than a third of the screen.
pub(super) fn lines<'a>(state: &'a State, look: &Look, area: Rect) -> Vec<Line<'a>> {
    let mut lines = match state.accounts.as_slice() {
        [account] => single(state, account, look, area),
        accounts => several(state, accounts, look, area),
    };
    lines.truncate(usize::from(area.height / 3).max(1));
    lines
}

fn reconnect_key(state: &State) -> String {
    let keys = state.settings.keys.keys(Action::Reconnect);
    keys.first().map_or_else(|| "reconnecting".into(), ToString::to_string)
}

fn meaning(status: &Status, look: &Look) -> Style {
    match status {
        Status::Idle | Status::SignedOut => look.theme.dim,
        Status::Connecting(_) => look.theme.waiting,
        Status::Online { .. } => look.theme.good,
        Status::Retrying { .. } | Status::Replaced | Status::Stopped(_) => look.theme.bad,
    }
}

/// The address without its scheme, or the account's label while nobody is signed in, or a bot is: its address
/// tells nobody anything.
fn who(account: &Account) -> &str {
    let me = account.me.as_ref().map(|me| me.uri.as_str()).filter(|uri| !uri.is_empty());
    match me.map(|uri| (uri, uri.split_once(':'))) {
        None => account.label.as_str(),
        Some((_, Some(("sip", address)))) => address,
        Some((_, Some(_))) if !account.label.is_empty() => account.label.as_str(),
        Some((uri, _)) => uri,
    }
}

fn start<'a>(state: &State, look: &Look) -> Cells<'a> {
    let mut cells = Cells::default();
    cells.text(" rsvp", look.theme.title.patch(look.theme.accent));
    if state.settings.demo {
        cells.gap(2);
        cells.text("DEMO", look.theme.waiting.patch(look.theme.title));
    }
    cells
}

/// Ends a line with words at its right.
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

fn single<'a>(state: &'a State, account: &'a Account, look: &Look, area: Rect) -> Vec<Line<'a>> {
    let room = usize::from(area.width);
    let key = reconnect_key(state);
    let connection = words::connection(&account.status, state.now.moment, &key);
    let style = meaning(&account.status, look);
    let mut cells = start(state, look);
    let short = format!("{} {}", connection.sign, connection.what);
    let whole = connection.whole();
    // Space around the account, and at the end.
    let rest = room.saturating_sub(cells.used() + 2 + 2 + 1);
    let account = who(account);
    if width(account) + width(&whole) <= rest {
        cells.gap(2);
        cells.text(account, Style::new());
        return vec![finish(cells, &whole, style, room)];
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

/// The text in lines of its own.
fn indented<'a>(text: &str, room: usize, limit: usize, style: Style) -> Vec<Line<'a>> {
    let line = |text| {
        let mut cells = Cells::default();
        cells.gap(2);
        cells.text(text, style);
        cells.line(None)
    };
    at_most(text, room.saturating_sub(3), limit).into_iter().map(line).collect()
}

/// The text in at most `limit` lines, the last of which tells if there was more.
fn at_most(text: &str, room: usize, limit: usize) -> Vec<String> {
    let mut wrapped = wrap(text, room);
    if wrapped.len() > limit {
        let rest = wrapped.split_off(limit.saturating_sub(1)).join(" ");
        wrapped.push(fit(&rest, room).into_owned());
    }
    wrapped
}

fn several<'a>(state: &'a State, accounts: &'a [Account], look: &Look, area: Rect) -> Vec<Line<'a>> {
    let room = usize::from(area.width);
    // Those that are online need no more than their names; each of the others has a line of its own.
    let (well, troubled): (Vec<_>, Vec<_>) = accounts.iter().partition(|account| account.status.is_online());
    let style = if troubled.is_empty() { look.theme.good } else { look.theme.bad };
    let mut first = start(state, look);
    // Space before the words, and at the end.
    let rest = room.saturating_sub(first.used() + 2 + 1);
    let names = well.iter().map(|account| format!("● {}", who(account))).collect::<Vec<_>>().join("  ");
    let long = format!("{} of {} accounts online", well.len(), accounts.len());
    let short = format!("{} of {} online", well.len(), accounts.len());
    let beside = !well.is_empty() && width(&names) + 2 + width(&short) <= rest;
    let taken = if beside { width(&names) + 2 } else { 0 };
    let words = if taken + width(&long) <= rest { long } else { short };
    let below = (!beside && !well.is_empty()).then(|| names.clone());
    if beside {
        first.gap(2);
        first.text(names, look.theme.good);
    }
    let mut lines = vec![finish(first, &words, style, room)];
    let limit = usize::from(area.height / 6);
    // Where not all have room, those in trouble go first.
    if let Some(names) = below.filter(|_| troubled.len() < limit) {
        lines.extend(indented(&names, room, 1, look.theme.good));
    }
    let left = (limit + 1).saturating_sub(lines.len());
    let most = if troubled.len() == 1 { 2 } else { 1 };
    let key = reconnect_key(state);
    let name_room = troubled.iter().map(|account| width(who(account))).max().unwrap_or(0).min(room / 3);
    for account in troubled.into_iter().take(left) {
        let whole = words::connection(&account.status, state.now.moment, &key).whole();
        let style = meaning(&account.status, look);
        let indent = 2 + name_room + 2;
        for (number, text) in
            at_most(&whole, room.saturating_sub(indent + 1), most.min(left)).into_iter().enumerate()
        {
            let mut cells = Cells::default();
            cells.gap(2);
            cells.cell(if number == 0 { who(account) } else { "" }, name_room, Style::new());
            cells.gap(2);
            cells.text(text, style);
            lines.push(cells.line(None));
        }
    }
    lines
}

fn count<T: crate::app::Item>(list: &List<T>) -> String {
    match (list.filter().is_empty(), list.len()) {
        (true, 0) => String::new(),
        (true, all) => format!(" {all}"),
        (false, all) => format!(" {}/{all}", list.shown()),
    }
}

fn counted(state: &State, tab: Tab) -> String {
    match tab {
        Tab::Incoming => count(&state.incoming),
        Tab::Outgoing => count(&state.outgoing),
        Tab::Conversations => count(&state.conversations),
        // How much is over matters to nobody until they look for something in it.
        Tab::History if state.history.filter().is_empty() => String::new(),
        Tab::History => count(&state.history),
    }
}

fn order(state: &State) -> (Sort, usize) {
    match state.tab {
        Tab::Incoming => (state.incoming.sort(), state.incoming.len()),
        Tab::Outgoing => (state.outgoing.sort(), state.outgoing.len()),
        Tab::Conversations => (state.conversations.sort(), state.conversations.len()),
        Tab::History => (state.history.sort(), state.history.len()),
    }
}

/// The bar of lists.
pub(super) fn tabs<'a>(state: &State, look: &Look, room: usize) -> Line<'a> {
    let full: fn(Tab) -> &'static str = Tab::title;
    let titles =
        |name: fn(Tab) -> &'static str| Tab::ALL.map(|tab| format!("{}{}", name(tab), counted(state, tab)));
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
        cells.text(title, if current { look.theme.title.patch(accent) } else { Style::new() });
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
    if sort != Sort::default() {
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
            cells.text(note, look.theme.waiting);
            cells.text(" ─", accent);
        }
    }
    let rest = room.saturating_sub(cells.used());
    cells.text("─".repeat(rest), accent);
    cells.line(None)
}
