//! The header for several accounts: each is named, or at least counted, on a screen of any size.

use ratatui::layout::Rect;
use ratatui::style::Style;
use ratatui::text::Line;

use super::parts::{finish, indented, name, reconnect_key, start, status_style};
use crate::app::{Account, State};
use crate::ui::cells::Cells;
use crate::ui::fit::{fit, width, wrap_at_most};
use crate::ui::look::Look;
use crate::ui::{presence, words};

/// The narrowest name that still tells an account from others.
const LEAST_NAME: usize = 4;
/// The sign before the name of an account that is online, the blank after it, and the gap before the next account.
const AROUND_NAME: usize = 4;

/// Returns the header for several accounts, or none: accounts that are online need no more than their names, and each of
/// the others has a line of its own.
pub(super) fn several<'a>(
    state: &'a State,
    accounts: &'a [Account],
    look: &Look,
    area: Rect,
) -> Vec<Line<'a>> {
    let room = usize::from(area.width);
    let (online, offline): (Vec<_>, Vec<_>) = accounts.iter().partition(|account| account.status.is_online());
    let style = if offline.is_empty() { look.theme.good } else { look.theme.bad };
    let mut first = start(state, look);
    // Blanks before the text, and one at the end.
    let rest = room.saturating_sub(first.used() + 2 + 1);
    let names = with_presence(&online, state, room);
    let long = format!("{} of {} accounts online", online.len(), accounts.len());
    let short = format!("{} of {} online", online.len(), accounts.len());
    let beside = !online.is_empty() && width(&names) + 2 + width(&short) <= rest;
    let taken = if beside { width(&names) + 2 } else { 0 };
    let words = if taken + width(&long) <= rest { long } else { short };
    if beside {
        first.gap(2);
        first.text(names.clone(), look.theme.good);
    }
    let mut lines = vec![finish(first, &words, style, room)];
    let limit = usize::from(area.height / 6);
    // If there is not enough room for all accounts, those that are offline come first.
    if !beside && !online.is_empty() && offline.len() < limit {
        let names =
            if width(&names) + 3 <= room { names } else { shortened(&online, room.saturating_sub(3)) };
        lines.extend(indented(&names, room, 1, look.theme.good));
    }
    let left = (limit + 1).saturating_sub(lines.len());
    lines.extend(problems(&offline, state, look, room, left));
    lines
}

/// Returns the names of accounts that are online, each with its user's presence if there is room for it.
fn with_presence(online: &[&Account], state: &State, room: usize) -> String {
    let own_room = (room / 2) / online.len().max(1);
    let worded = |account: &&Account| {
        let own = presence::own(account, &state.settings);
        let own = presence::fitting(&own, own_room).map(|own| format!(" {own}"));
        format!("● {}{}", name(account), own.unwrap_or_default())
    };
    online.iter().map(worded).collect::<Vec<_>>().join("  ")
}

/// Returns names cut to equal widths, and the number of those for which not even that leaves room.
fn shortened(online: &[&Account], room: usize) -> String {
    let all = online.iter().map(|account| width(name(account)) + AROUND_NAME).sum::<usize>();
    if all <= room + 2 {
        return online.iter().map(|account| format!("● {}", name(account))).collect::<Vec<_>>().join("  ");
    }
    let count = format!("+{}", online.len());
    let fitting = |room: usize| (room + 2) / (LEAST_NAME + AROUND_NAME);
    let named = if fitting(room) >= online.len() {
        online.len()
    } else {
        fitting(room.saturating_sub(width(&count) + 2))
    };
    let rest = online.len() - named;
    let room = if rest == 0 { room } else { room.saturating_sub(width(&count) + 2) };
    let each = ((room + 2) / named.max(1)).saturating_sub(AROUND_NAME);
    let mut parts: Vec<String> =
        online.iter().take(named).map(|account| format!("● {}", fit(name(account), each))).collect();
    parts.extend((rest > 0).then(|| format!("+{rest}")));
    parts.join("  ")
}

/// Returns what is wrong with the accounts that are offline, in at most `left` lines. Accounts without a line of their own
/// are counted and named in the last one.
fn problems<'a>(
    offline: &[&'a Account],
    state: &State,
    look: &Look,
    room: usize,
    left: usize,
) -> Vec<Line<'a>> {
    let own_lines = if offline.len() <= left { offline.len() } else { left.saturating_sub(1) };
    let (explained, others) = offline.split_at(own_lines);
    let most = if offline.len() == 1 { 2 } else { 1 };
    let key = reconnect_key(state);
    let name_room = explained.iter().map(|account| width(name(account))).max().unwrap_or(0).min(room / 3);
    let mut lines = Vec::new();
    for account in explained {
        let whole = words::connection(&account.status, state.now.moment, &key).whole();
        let style = status_style(&account.status, look);
        let indent = 2 + name_room + 2;
        let wrapped = wrap_at_most(&whole, room.saturating_sub(indent + 1), most.min(left));
        for (number, text) in wrapped.into_iter().enumerate() {
            let mut cells = Cells::default();
            cells.gap(2);
            cells.cell(if number == 0 { name(account) } else { "" }, name_room, Style::new());
            cells.gap(2);
            cells.text(text, style);
            lines.push(cells.line(None));
        }
    }
    if !others.is_empty() && left > 0 {
        let more = if explained.is_empty() { "" } else { "more " };
        let names = others.iter().map(|account| name(account)).collect::<Vec<_>>().join(", ");
        let text = format!("{} {more}offline: {names}", others.len());
        lines.extend(indented(&text, room, 1, look.theme.bad));
    }
    lines
}
