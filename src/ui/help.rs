//! The help: every key as it is now, the signs, and why something may be missing.

use ratatui::buffer::Buffer;
use ratatui::layout::{Position, Rect};
use ratatui::style::Style;
use ratatui::text::Line;

use super::fit::{Cells, fit, width, wrap};
use super::{Look, popup, words};
use crate::app::{Action, State};

/// The widest that lines of prose are read well.
const WIDEST: u16 = 80;

/// The paragraphs after the keys.
const WHY: [(&str, &str); 7] = [
    (
        "No “accept”",
        "The server decides what can be done, invitation by invitation; the last line shows just that. \
      A phone call is answered on the phone. An audio or video call can be taken on your phone, if the server offers it.",
    ),
    (
        "A call to the bot",
        "Accepting it makes the bot answer, not you: you don't hear the caller, who hears only what the bot's other \
      programs play. The call is then among the conversations, where it can be hung up. It rings for seconds only; after that nothing is sent. \
      Declining it is called rejecting, and has three reasons of its own.",
    ),
    (
        "“here only” or “everywhere”",
        "Declining with the reason Local stops the ringing here; your other devices keep \
      ringing. Global declines on all of them.",
    ),
    (
        "“sent, waiting”",
        "Your answer has reached the server. What came of it is shown when the server says so, never before.",
    ),
    (
        "“unknown”",
        "The reply was lost on the way. Nothing is sent twice but the rejection of a call, which does no \
      harm; the server's next word tells what happened.",
    ),
    (
        "“due” and “~”",
        "Its time is past, but the server has not ended it yet. A ~ before a time: the connection is lost, \
      so this is what was last known.",
    ),
    (
        "“mixed scripts”",
        "A name or address mixes letters that look alike. The full address is in the details.",
    ),
];

const SIGNS: [(&str, &str); 6] = [
    ("▸", "selected"),
    ("✓", "marked; accept and decline act on all that are"),
    ("+", "accepted, joined"),
    ("-", "declined, rejected, cancelled"),
    (">", "answered elsewhere, went to somebody else"),
    ("!", "missed, failed, or not known"),
];

fn size(area: Rect) -> (u16, u16) {
    (area.width.min(WIDEST), area.height)
}

/// How many lines the help has, and how many of them are in sight at once.
pub(super) fn length(area: Rect, state: &State, look: &Look) -> (usize, u16) {
    let inner = popup::inside(area, size(area));
    (lines(state, look, usize::from(inner.width)).len(), inner.height)
}

/// Draws the help, scrolled by so many lines but never past its end.
pub(super) fn draw(
    buffer: &mut Buffer,
    area: Rect,
    scrolled: u16,
    state: &State,
    look: &Look,
) -> Option<Position> {
    let inner = popup::frame(buffer, area, size(area), "Help", look);
    let lines = lines(state, look, usize::from(inner.width));
    popup::scrolled(buffer, inner, &lines, scrolled, look);
    None
}

fn lines<'a>(state: &State, look: &Look, room: usize) -> Vec<Line<'a>> {
    let keys: Vec<(String, &str)> = Action::all()
        .map(|action| (words::keys(&state.settings.keys, action), action.description()))
        .collect();
    let key_room = keys.iter().map(|(keys, _)| width(keys)).max().unwrap_or(0).min(room / 3);
    let mut lines = vec![heading("Keys", look)];
    for (keys, description) in keys {
        lines.push(pair(&keys, description, key_room, look.theme.key, room));
    }
    lines.push(Line::default());
    lines.push(heading("Signs", look));
    lines.extend(SIGNS.map(|(sign, meaning)| pair(sign, meaning, key_room, look.theme.accent, room)));
    lines.push(Line::default());
    lines.push(heading("What the words mean, and why something may be missing", look));
    for (word, text) in WHY {
        let mut cells = Cells::default();
        cells.gap(2);
        cells.text(fit(word, room.saturating_sub(3)), look.theme.title);
        lines.push(cells.line(None));
        lines.extend(wrap(text, room.saturating_sub(5)).into_iter().map(|text| {
            let mut cells = Cells::default();
            cells.gap(4);
            cells.text(text, Style::new());
            cells.line(None)
        }));
    }
    lines
}

fn heading<'a>(text: &'static str, look: &Look) -> Line<'a> {
    let mut cells = Cells::default();
    cells.gap(1);
    cells.text(text, look.theme.title.patch(look.theme.accent));
    cells.line(None)
}

fn pair<'a>(left: &str, right: &str, left_room: usize, style: Style, room: usize) -> Line<'a> {
    let mut cells = Cells::default();
    cells.gap(2);
    cells.filled(fit(left, left_room).into_owned().into(), left_room, style);
    cells.gap(2);
    cells.text(fit(right, room.saturating_sub(cells.used() + 1)).into_owned(), Style::new());
    cells.line(None)
}
