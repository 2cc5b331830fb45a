//! The parts of which the lines of the header consist.

use ratatui::style::Style;
use ratatui::text::Line;

use crate::app::{Account, Action, State};
use crate::provider::Status;
use crate::ui::cells::Cells;
use crate::ui::fit::{fit, width, wrap_at_most};
use crate::ui::look::Look;

/// Returns the key that reconnects, for the words “… to retry”.
pub(in crate::ui) fn reconnect_key(state: &State) -> String {
    state.settings.keys.preferred(Action::Reconnect).map_or_else(|| "reconnect".into(), |key| key.to_string())
}

/// Returns the style of a connection's state.
pub(super) fn status_style(status: &Status, look: &Look) -> Style {
    match status {
        Status::Idle | Status::SignedOut => look.theme.dim,
        Status::Connecting(_) => look.theme.waiting,
        Status::Online { .. } => look.theme.good,
        Status::Retrying { .. } | Status::Replaced | Status::Stopped(_) => look.theme.bad,
    }
}

/// Returns the name that the user has given the account, or the user's SIP address without its scheme, or else the
/// account's label: a bot's address is an opaque id.
pub(in crate::ui) fn name(account: &Account) -> &str {
    if account.is_named {
        return account.label.as_str();
    }
    let me = account.me.as_ref().map(|me| me.uri.as_str()).filter(|uri| !uri.is_empty());
    match me.map(|uri| (uri, uri.split_once(':'))) {
        None => account.label.as_str(),
        Some((_, Some(("sip", address)))) => address,
        Some((_, Some(_))) if !account.label.is_empty() => account.label.as_str(),
        Some((uri, _)) => uri,
    }
}

/// Starts the first line with the name of the program.
pub(super) fn start<'a>(state: &State, look: &Look) -> Cells<'a> {
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
pub(super) fn finish<'a>(mut cells: Cells<'a>, words: &str, style: Style, room: usize) -> Line<'a> {
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

/// Wraps text into at most `limit` lines of its own.
pub(super) fn indented<'a>(text: &str, room: usize, limit: usize, style: Style) -> Vec<Line<'a>> {
    let line = |text| {
        let mut cells = Cells::default();
        cells.gap(2);
        cells.text(text, style);
        cells.line(None)
    };
    wrap_at_most(text, room.saturating_sub(3), limit).into_iter().map(line).collect()
}
