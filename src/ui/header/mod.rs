//! The header with the state of each connection: for one account here, for several in `accounts`, and in one line with the
//! tabs in `with_tabs`.

mod accounts;
mod parts;
mod with_tabs;

use ratatui::layout::Rect;
use ratatui::style::Style;
use ratatui::text::Line;

use self::accounts::several;
use self::parts::{finish, indented, start, status_style};
pub(super) use self::parts::{name, reconnect_key};
pub(super) use self::with_tabs::{is_small, line_with_tabs};
use super::cells::Cells;
use super::fit::{fit, width};
use super::look::Look;
use super::{presence, words};
use crate::app::{Account, State};

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
