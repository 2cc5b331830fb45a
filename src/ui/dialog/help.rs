use ratatui::buffer::Buffer;
use ratatui::layout::{Position, Rect};
use ratatui::style::Style;
use ratatui::text::Line;

use super::frame::{draw_scrolled, frame, inside};
use crate::app::{Action, Help, State};
use crate::ui::cells::Cells;
use crate::ui::fit::{fit, width, wrap};
use crate::ui::{Look, words};

/// The maximum width; longer lines of prose are hard to read.
const MAX_WIDTH: u16 = 80;

/// The paragraphs after the keys and the signs, with their headings.
const NOTES: [(&str, &str); 7] = [
    (
        "No “accept”",
        "The server decides what you can do with each invitation; the last line shows exactly that. \
      A phone call is answered on the phone. You can take an audio or video call on your phone if the server offers it.",
    ),
    (
        "A call to the bot",
        "If you accept it, the bot answers, not you: you don't hear the caller, and the caller hears only what the bot's \
      other programs play. You can then hang up the call in the list of conversations. A call rings for a few seconds; \
      after that it can no longer be answered. Declining a call is called rejecting and has three reasons of its own.",
    ),
    (
        "“here only” or “everywhere”",
        "Declining with the reason Local stops the ringing here, while your other devices keep \
      ringing. Global declines on all of them.",
    ),
    (
        "“sent, waiting”",
        "The server has received your answer. The outcome is shown as soon as the server reports it, never before.",
    ),
    (
        "“not confirmed yet”",
        "The server's response was lost. Your answer is not sent again, except for the rejection of a call, where that \
      does no harm; the next event of the server shows what happened.",
    ),
    (
        "“due” and “~”",
        "due: the time is up, but the server has not ended the invitation yet. A ~ before a time: the connection is \
      lost, and this is the last known value.",
    ),
    (
        "“mixed scripts”",
        "A name or address mixes look-alike letters from different alphabets, a common trick of impostors. Check the full address in the details.",
    ),
];

/// The signs with their meanings.
const SIGNS: [(&str, &str); 6] = [
    ("▸", "selected"),
    ("✓", "marked; accept and decline act on all marked"),
    ("+", "accepted, joined"),
    ("-", "declined, rejected, cancelled"),
    (">", "answered elsewhere, forwarded"),
    ("!", "missed, failed, or outcome unknown"),
];

fn size(area: Rect) -> (u16, u16) {
    (area.width.min(MAX_WIDTH), area.height)
}

/// Returns the number of lines, and the number of lines that fit.
pub(in crate::ui) fn length(area: Rect, state: &State, look: &Look) -> (usize, u16) {
    let inner = inside(area, size(area));
    (lines(state, look, usize::from(inner.width)).len(), inner.height)
}

/// Draws the help: the current keys, the signs, and explanations of what may be missing.
pub(in crate::ui) fn draw(
    buffer: &mut Buffer,
    area: Rect,
    help: Help,
    state: &State,
    look: &Look,
) -> Option<Position> {
    let inner = frame(buffer, area, size(area), ("Help", None), look);
    let lines = lines(state, look, usize::from(inner.width));
    draw_scrolled(buffer, inner, &lines, help.scrolled, look);
    None
}

/// Returns all lines of the help.
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
    lines.push(heading("Words, and why something may be missing", look));
    for (word, text) in NOTES {
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

/// Returns a line with two columns.
fn pair<'a>(left: &str, right: &str, left_room: usize, style: Style, room: usize) -> Line<'a> {
    let mut cells = Cells::default();
    cells.gap(2);
    cells.filled(fit(left, left_room).into_owned().into(), left_room, style);
    cells.gap(2);
    cells.text(fit(right, room.saturating_sub(cells.used() + 1)).into_owned(), Style::new());
    cells.line(None)
}
