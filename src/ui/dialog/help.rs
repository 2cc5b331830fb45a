//! The help: the keys by task in columns, the signs, and explanations of what may be missing.

use ratatui::buffer::Buffer;
use ratatui::layout::{Position, Rect};
use ratatui::style::Style;
use ratatui::text::Line;

use super::frame::{draw_scrolled, frame, inside};
use super::help_topics::{NOTES, SIGNS, Topic, others, tasks};
use super::input::draw_input;
use crate::app::{Action, Help, KeyMap, State};
use crate::ui::Look;
use crate::ui::cells::Cells;
use crate::ui::fit::{fit, width, wrap};
use crate::ui::geometry::take_top;

/// The maximum width; longer lines of prose are hard to read.
const MAX_WIDTH: u16 = 80;
/// The inner width from which there are two columns.
const TWO_COLUMNS: usize = 72;
/// The maximum width of the keys of a topic; further keys are left out.
const KEYS: usize = 15;

fn size(area: Rect) -> (u16, u16) {
    (area.width.min(MAX_WIDTH), area.height)
}

/// Returns the number of lines, and the number of lines that fit below the typed text.
pub(in crate::ui) fn length(area: Rect, help: &Help, state: &State, look: &Look) -> (usize, u16) {
    let inner = inside(area, size(area));
    (lines(help, state, look, usize::from(inner.width)).len(), inner.height.saturating_sub(1))
}

/// Draws the help. Returns the position of the cursor.
pub(in crate::ui) fn draw(
    buffer: &mut Buffer,
    area: Rect,
    help: &Help,
    state: &State,
    look: &Look,
) -> Option<Position> {
    let mut inner = frame(buffer, area, size(area), ("Help", None), look);
    let cursor = draw_input(buffer, take_top(&mut inner, 1), "> ", &help.input, look);
    let lines = lines(help, state, look, usize::from(inner.width));
    draw_scrolled(buffer, inner, &lines, help.scrolled, look);
    cursor
}

/// Returns all lines that match the typed words: groups of keys and signs, in columns where there is room, and notes.
fn lines(help: &Help, state: &State, look: &Look, room: usize) -> Vec<Line<'static>> {
    let words = help.words();
    let column = if room >= TWO_COLUMNS { room / 2 } else { room };
    let blocks = blocks(&words, state, look, column);
    let mut lines = if column < room { in_two_columns(blocks, column) } else { stacked(blocks) };
    lines.extend(notes(&words, look, room, lines.is_empty()));
    if lines.is_empty() {
        let mut cells = Cells::default();
        cells.gap(2);
        cells.text(fit("no matches", room.saturating_sub(3)), look.theme.dim);
        lines.push(cells.line(None));
    }
    lines
}

/// Returns whether a text has all words; any text has none.
fn has(text: &str, words: &[String]) -> bool {
    let text = text.to_lowercase();
    words.iter().all(|word| text.contains(word))
}

/// Returns the groups of keys and the signs, each as the lines of a column. Groups without a match are left out.
fn blocks(words: &[String], state: &State, look: &Look, room: usize) -> Vec<Vec<Line<'static>>> {
    let map = &state.settings.keys;
    let mut blocks = Vec::new();
    let all = tasks(state.tab);
    let last = all.len();
    for (number, task) in (1..).zip(all) {
        let matches = |topic: &&Topic| has(&searched(topic.actions, topic.text, task.heading, map), words);
        let mut pairs: Vec<(String, String)> = task
            .topics
            .iter()
            .filter(matches)
            .map(|topic| (keys(topic.actions, map), topic.text.to_owned()))
            .collect();
        if number == last {
            let others = others().filter(|it| has(&searched(&[*it], "", task.heading, map), words));
            pairs.extend(others.map(|action| (keys(&[action], map), action.description().to_owned())));
        }
        blocks.extend(block(task.heading, &pairs, look.theme.key, look, room));
    }
    let signs = SIGNS.iter().filter(|(sign, meaning)| has(&format!("{sign} {meaning} Signs"), words));
    let signs: Vec<(String, String)> =
        signs.map(|(sign, meaning)| ((*sign).to_owned(), (*meaning).to_owned())).collect();
    blocks.extend(block("Signs", &signs, look.theme.accent, look, room));
    blocks
}

/// Returns the text in which a topic is searched: keys, names in the configuration, and descriptions.
fn searched(actions: &[Action], text: &str, heading: &str, map: &KeyMap) -> String {
    let mut searched = format!("{heading} {text} {}", keys(actions, map));
    for action in actions {
        searched.extend([" ", action.name(), " ", action.description()]);
    }
    searched
}

/// Returns the keys of actions that are explained together: first the first key of each, as in “j k, Down Up”. Further
/// keys are left out where there is no room.
fn keys(actions: &[Action], map: &KeyMap) -> String {
    let most = actions.iter().map(|action| map.keys(*action).len()).max().unwrap_or(0);
    let mut text = String::new();
    for rank in 0..most {
        let keys = actions.iter().filter_map(|action| map.keys(*action).get(rank));
        let keys = keys.map(ToString::to_string).collect::<Vec<_>>().join(" ");
        if text.is_empty() {
            text = keys;
        } else if width(&text) + 2 + width(&keys) <= KEYS {
            text = format!("{text}, {keys}");
        }
    }
    if text.is_empty() { "no key".into() } else { text }
}

/// Returns a heading and lines with two columns, as wide as the group needs; `None` if there are no lines.
fn block(
    heading: &'static str,
    pairs: &[(String, String)],
    style: Style,
    look: &Look,
    room: usize,
) -> Option<Vec<Line<'static>>> {
    let left = pairs.iter().map(|(left, _)| width(left)).max()?.min(room / 2);
    let mut lines = vec![self::heading(heading, look)];
    for (keys, text) in pairs {
        for (number, text) in wrap(text, room.saturating_sub(left + 5)).into_iter().enumerate() {
            let mut cells = Cells::default();
            cells.gap(2);
            let keys = if number == 0 { fit(keys, left).into_owned() } else { String::new() };
            cells.filled(keys.into(), left, style);
            cells.gap(2);
            cells.text(text, Style::new());
            lines.push(cells.line(None));
        }
    }
    Some(lines)
}

/// Returns the blocks one below the other, with blank lines between them.
fn stacked(blocks: Vec<Vec<Line<'static>>>) -> Vec<Line<'static>> {
    let mut lines = Vec::new();
    for block in blocks {
        if !lines.is_empty() {
            lines.push(Line::default());
        }
        lines.extend(block);
    }
    lines
}

/// Returns the blocks in two columns, of which the first is `column` wide: in their order, divided where the longer
/// column is the shortest.
fn in_two_columns(blocks: Vec<Vec<Line<'static>>>, column: usize) -> Vec<Line<'static>> {
    let height = |blocks: &[Vec<Line<'_>>]| {
        blocks.iter().map(Vec::len).sum::<usize>() + blocks.len().saturating_sub(1)
    };
    let longer = |at: &usize| {
        let (left, right) = blocks.split_at(*at);
        height(left).max(height(right))
    };
    let division = (0..=blocks.len()).rev().min_by_key(longer).unwrap_or(0);
    let mut left = blocks;
    let mut right = stacked(left.split_off(division)).into_iter();
    let mut left = stacked(left).into_iter();
    let mut lines = Vec::new();
    loop {
        let mut line = match (left.next(), right.next()) {
            (None, None) => return lines,
            (left, right) => (left.unwrap_or_default(), right),
        };
        if let Some(right) = line.1 {
            let used: usize = line.0.spans.iter().map(|span| width(&span.content)).sum();
            line.0.push_span(" ".repeat(column.saturating_sub(used)));
            line.0.spans.extend(right.spans);
        }
        lines.push(line.0);
    }
}

/// Returns the notes that match, over the whole width, after a blank line unless they come first.
fn notes(words: &[String], look: &Look, room: usize, is_first: bool) -> Vec<Line<'static>> {
    let matching: Vec<_> =
        NOTES.iter().filter(|(word, text)| has(&format!("{word} {text}"), words)).collect();
    let mut lines = Vec::new();
    if matching.is_empty() {
        return lines;
    }
    if !is_first {
        lines.push(Line::default());
    }
    lines.push(heading("Words, and why something may be missing", look));
    for (word, text) in matching {
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

fn heading(text: &'static str, look: &Look) -> Line<'static> {
    let mut cells = Cells::default();
    cells.gap(1);
    cells.text(text, look.theme.title.patch(look.theme.accent));
    cells.line(None)
}
