//! What is laid over the lists: a box with a title; and the two that let choose from a list.

use std::borrow::Cow;

use ratatui::buffer::Buffer;
use ratatui::layout::{Position, Rect};
use ratatui::style::Style;
use ratatui::text::Line;
use tui_input::Input;

use super::fit::{Cells, fit, fit_middle, width as columns, wrap};
use super::{Look, prompt, put, take_bottom, take_top, words};
use crate::app::{
    self, Action, Answer, Choice, Confirm, Decline, Entry, Palette, Picker, Reject, State, Subject, Targets,
};
use crate::invitation::{Direction, InvitationId, Party, Reason};

/// Room enough for the longest name of a reason beside its explanation.
const WIDEST: u16 = 96;
/// From this inner width on, explanations stand in a column of their own.
const TWO_COLUMNS: u16 = 70;

/// The box of that size in the middle of `area`, smaller where there is no room.
fn outer(area: Rect, size: (u16, u16)) -> Rect {
    let (width, height) = (size.0.min(area.width), size.1.min(area.height));
    Rect { x: area.x + (area.width - width) / 2, y: area.y + (area.height - height) / 2, width, height }
}

/// What is inside of the border of such a box.
pub(super) fn inside(area: Rect, size: (u16, u16)) -> Rect {
    let outer = outer(area, size);
    if outer.width < 2 || outer.height < 2 {
        return Rect { width: 0, height: 0, ..outer };
    }
    Rect { x: outer.x + 1, y: outer.y + 1, width: outer.width - 2, height: outer.height - 2 }
}

/// Draws lines from the one at `scrolled` on, but never past their end, and says on the border how many follow.
pub(super) fn scrolled(buffer: &mut Buffer, inner: Rect, lines: &[Line<'_>], scrolled: u16, look: &Look) {
    let hidden = lines.len().saturating_sub(usize::from(inner.height));
    let start = usize::from(scrolled).min(hidden);
    for (line, y) in lines.iter().skip(start).zip(inner.top()..inner.bottom()) {
        put(buffer, Rect { y, height: 1, ..inner }, line);
    }
    let text = format!(" {} more below ", hidden - start);
    let room = u16::try_from(columns(&text)).unwrap_or(u16::MAX);
    if hidden > start && inner.width > room {
        let mut cells = Cells::default();
        cells.text(text, look.theme.dim);
        let area = Rect { x: inner.right() - room - 1, y: inner.bottom(), width: room, height: 1 };
        put(buffer, area, &cells.line(None));
    }
}

/// Clears a box in the middle of `area`, draws its border and returns what is inside.
pub(super) fn frame(buffer: &mut Buffer, area: Rect, size: (u16, u16), title: &str, look: &Look) -> Rect {
    noted_frame(buffer, area, size, (title, None), look)
}

/// The same, with a few words at the right end of the title's line.
pub(super) fn noted_frame(
    buffer: &mut Buffer,
    area: Rect,
    size: (u16, u16),
    (title, note): (&str, Option<&str>),
    look: &Look,
) -> Rect {
    let inner = inside(area, size);
    let outer = outer(area, size);
    if outer.width < 2 || outer.height < 2 {
        return inner;
    }
    let room = usize::from(outer.width);
    let accent = look.theme.accent;
    for y in outer.top()..outer.bottom() {
        let (left, fill, right) = match y {
            y if y == outer.top() => ("┌", "─", "┐"),
            y if y + 1 == outer.bottom() => ("└", "─", "┘"),
            _ => ("│", " ", "│"),
        };
        for x in outer.left()..outer.right() {
            if let Some(cell) = buffer.cell_mut(Position { x, y }) {
                cell.reset();
            }
        }
        let mut cells = Cells::default();
        cells.text(left, accent);
        if y == outer.top() && room > 8 {
            cells.text("─ ", accent);
            let end = note.map_or(0, |note| columns(note) + 3);
            cells.text(fit(title, (room - 6).saturating_sub(end)).into_owned(), look.theme.title);
            cells.text(" ", accent);
            if let Some(note) = note.filter(|_| cells.used() + end < room) {
                cells.text("─".repeat(room - end - 1 - cells.used()), accent);
                cells.text(format!(" {note} "), look.theme.waiting);
            }
        }
        let rest = room.saturating_sub(cells.used() + 1);
        cells.text(fill.repeat(rest), accent);
        cells.text(right, accent);
        put(buffer, Rect { y, height: 1, ..outer }, &cells.line(None));
    }
    inner
}

/// The part of a list that is shown, with the highlighted entry in its middle where it is longer.
fn window(highlighted: usize, len: usize, room: usize) -> std::ops::Range<usize> {
    let start = highlighted.saturating_sub(room / 2).min(len.saturating_sub(room));
    start..len.min(start + room)
}

/// One line of a list to choose from.
struct Row<'a> {
    name: Cow<'a, str>,
    /// To the right of the name.
    more: Cow<'a, str>,
    /// For what should not be overlooked.
    style: Style,
}

fn row<'a>(choice: &Row<'_>, name_room: usize, room: usize, highlighted: bool, look: &Look) -> Line<'a> {
    let mut cells = Cells::default();
    cells.text(if highlighted { "▸ " } else { "  " }, look.theme.accent);
    let name_room = name_room.min(room.saturating_sub(3));
    let name = fit(&choice.name, name_room).into_owned();
    cells.filled(Cow::Owned(name), name_room, choice.style);
    let left = room.saturating_sub(cells.used() + 3);
    if left > 3 {
        cells.gap(2);
        cells.text(fit(&choice.more, left).into_owned(), Style::new());
    }
    cells.up_to(room);
    cells.line(highlighted.then_some(look.theme.selected))
}

fn nothing_matches<'a>(room: usize, look: &Look) -> Line<'a> {
    let mut cells = Cells::default();
    cells.gap(2);
    cells.text(fit("nothing matches what you typed", room.saturating_sub(3)), look.theme.dim);
    cells.line(None)
}

fn input_row(buffer: &mut Buffer, inner: &mut Rect, input: &Input, look: &Look) -> Option<Position> {
    let area = take_top(inner, 1);
    prompt::input_line(buffer, area, "> ", input, look)
}

/// Whom it is about: one by name, several by their number.
pub(super) fn whom(targets: &Targets, several: &str, state: &State) -> String {
    match targets.ids.as_slice() {
        [one] => {
            let one = state.entry(*one).map(|entry| entry.invitation.from.full());
            one.unwrap_or_else(|| "somebody".into())
        }
        many if targets.ended > 0 => format!("{} of {} {several}", many.len(), targets.total()),
        many => format!("{} {several}", many.len()),
    }
}

/// The list of reasons to decline.
pub(super) fn decline(
    buffer: &mut Buffer,
    area: Rect,
    declining: &Decline,
    state: &State,
    look: &Look,
) -> Option<Position> {
    let question = Question {
        title: format!("Decline {}: why?", whom(&declining.targets, "invitations", state)),
        left: None,
        matters: |reason: Reason| matches!(reason, Reason::Local | Reason::Global),
        note: match declining.calls.ids.len() {
            0 => Vec::new(),
            1 => wrapped("then 1 call to the bot, with reasons of its own", inner_width(area)),
            calls => {
                let text = format!("then {calls} calls to the bot, with reasons of their own");
                wrapped(&text, inner_width(area))
            }
        },
    };
    ask(buffer, area, &declining.picker, &question, look)
}

/// The list of reasons to reject a call to a bot.
pub(super) fn reject(
    buffer: &mut Buffer,
    area: Rect,
    rejecting: &Reject,
    state: &State,
    look: &Look,
) -> Option<Position> {
    let address = rejecting.callback.as_ref().map_or("the bot's usual address", |it| it.as_str());
    let (room, key) = (usize::from(inner_width(area).saturating_sub(3)), app::CALLBACK);
    let words = format!("{key}: later notifications go to");
    let note = if columns(&words) + 1 + columns(address) <= room {
        vec![format!("{words} {address}")]
    } else {
        vec![fit(&words, room).into_owned(), fit_middle(address, room).into_owned()]
    };
    let question = Question {
        title: format!("Reject {}: why?", whom(&rejecting.targets, "calls", state)),
        left: rejecting.targets.ids.first().map(|first| left(*first, state)),
        matters: |_| false,
        note,
    };
    ask(buffer, area, &rejecting.picker, &question, look)
}

/// How long an invitation still rings.
pub(super) fn left(id: InvitationId, state: &State) -> String {
    let entry = state.incoming.get(id);
    entry.map_or_else(String::new, |entry| words::countdown(&entry.invitation, state.now.moment))
}

/// What is asked with a list of reasons.
struct Question<T> {
    title: String,
    /// The time that is left for an answer, where that is short.
    left: Option<String>,
    /// Those that a person means most often.
    matters: fn(T) -> bool,
    /// Lines below the list.
    note: Vec<String>,
}

/// The columns inside of a list of reasons.
fn inner_width(area: Rect) -> u16 {
    area.width.min(WIDEST).saturating_sub(2)
}

/// A list of reasons with their explanations.
fn ask<T: Choice>(
    buffer: &mut Buffer,
    area: Rect,
    picker: &Picker<T>,
    question: &Question<T>,
    look: &Look,
) -> Option<Position> {
    let wide = inner_width(area) >= TWO_COLUMNS;
    let explained = if wide { 0 } else { 2 };
    let noted = u16::try_from(question.note.len()).unwrap_or(u16::MAX);
    let rows = u16::try_from(T::all().count()).unwrap_or(u16::MAX);
    let size = (inner_width(area) + 2, rows.saturating_add(3 + explained).saturating_add(noted));
    let mut inner = noted_frame(buffer, area, size, (&question.title, question.left.as_deref()), look);
    let cursor = input_row(buffer, &mut inner, &picker.input, look);
    let mut spare = inner.height.saturating_sub(rows.min(3));
    let below = take_bottom(&mut inner, noted.min(spare));
    spare -= below.height;
    let bottom = take_bottom(&mut inner, explained.min(spare));
    lines(buffer, below, &question.note, look);
    let room = usize::from(inner.width);
    let longest =
        |text: fn(T) -> &'static str| T::all().map(|choice| columns(text(choice))).max().unwrap_or(0);
    let names = longest(T::name).min(room.saturating_sub(longest(T::explanation) + 5));
    // Narrow, the two that a person means are told apart by their first words, not only by their names.
    let name_room = |choice: T| if wide { names } else { columns(choice.name()) };
    let shown = window(picker.highlighted, picker.choices.len(), usize::from(inner.height));
    let choices = picker.choices.iter().copied().enumerate();
    for (place, choice) in choices.skip(shown.start).take(shown.len()) {
        let style = if (question.matters)(choice) { look.theme.title } else { Style::new() };
        let of = Row { name: choice.name().into(), more: choice.explanation().into(), style };
        let line = row(&of, name_room(choice), room, place == picker.highlighted, look);
        put(buffer, take_top(&mut inner, 1), &line);
    }
    match picker.choices.get(picker.highlighted) {
        None => put(buffer, inner, &nothing_matches(room, look)),
        Some(choice) => lines(buffer, bottom, &wrapped(choice.explanation(), bottom.width), look),
    }
    cursor
}

fn wrapped(text: &str, width: u16) -> Vec<String> {
    wrap(text, usize::from(width.saturating_sub(3)))
}

fn lines(buffer: &mut Buffer, mut area: Rect, lines: &[String], look: &Look) {
    for line in lines {
        let mut cells = Cells::default();
        cells.gap(2);
        cells.text(line.as_str(), look.theme.dim);
        put(buffer, take_top(&mut area, 1), &cells.line(None));
    }
}

/// The list of actions.
pub(super) fn palette(
    buffer: &mut Buffer,
    area: Rect,
    palette: &Palette,
    state: &State,
    look: &Look,
) -> Option<Position> {
    let Palette { picker, focus } = palette;
    let selected = focus.selected.and_then(|selected| name(selected, state));
    let (title, note) = match (focus.marked.len(), selected) {
        (0, None) => ("Do what?".to_owned(), None),
        (0, Some(name)) => (format!("Do what with {name}?"), None),
        (marked, name) => (format!("Do what with {marked} marked?"), name.map(|name| format!("or {name}"))),
    };
    let longest = Action::all().map(|action| columns(action.description())).max().unwrap_or(0);
    let rows = u16::try_from(<Action as Choice>::all().count()).unwrap_or(u16::MAX).min(16);
    let size = (area.width.min(70), rows + 3);
    let note = note.filter(|note| columns(&title) + columns(note) + 9 < usize::from(size.0));
    let mut inner = noted_frame(buffer, area, size, (&title, note.as_deref()), look);
    let cursor = input_row(buffer, &mut inner, &picker.input, look);
    let room = usize::from(inner.width);
    let shown = window(picker.highlighted, picker.choices.len(), usize::from(inner.height));
    let choices = picker.choices.iter().copied().enumerate();
    for (place, action) in choices.skip(shown.start).take(shown.len()) {
        let keys = words::keys(&state.settings.keys, action);
        let choice = Row { name: action.description().into(), more: keys.into(), style: Style::new() };
        let line =
            row(&choice, longest.min(room.saturating_sub(12)), room, place == picker.highlighted, look);
        put(buffer, take_top(&mut inner, 1), &line);
    }
    if picker.choices.is_empty() {
        put(buffer, inner, &nothing_matches(room, look));
    }
    cursor
}

/// Whose it is, or what it is about.
fn name(subject: Subject, state: &State) -> Option<String> {
    match subject {
        Subject::Invitation(id) => state.entry(id).map(|entry| other_side(entry).label().to_owned()),
        Subject::Conversation(id) => state.conversations.get(id).map(|it| it.title().to_owned()),
        Subject::Past(id) => state.history.get(id).map(|past| past.other_side().label().to_owned()),
    }
}

fn other_side(entry: &Entry) -> &Party {
    let invitation = &entry.invitation;
    match (invitation.direction, &invitation.to) {
        (Direction::Outgoing, Some(to)) => to,
        _ => &invitation.from,
    }
}

/// The widest that a confirmation gets.
const CONFIRM: u16 = 70;

fn confirm_size(area: Rect, lines: usize) -> (u16, u16) {
    (area.width.min(CONFIRM), u16::try_from(lines).unwrap_or(u16::MAX).saturating_add(2))
}

fn confirm_lines<'a>(width: u16, confirm: &Confirm, state: &'a State, look: &Look) -> Vec<Line<'a>> {
    let text = match (confirm.unseen.len(), confirm.targets.ids.len()) {
        (0, _) => "All that are left are on the screen.".to_owned(),
        (1, 1) => "It is not on the screen:".to_owned(),
        (unseen, all) if unseen == all => "None of them is on the screen:".to_owned(),
        (1, _) => "1 of them is not on the screen:".to_owned(),
        (unseen, _) => format!("{unseen} of them are not on the screen:"),
    };
    let room = usize::from(width);
    let wrapped = wrap(&text, room.saturating_sub(2)).into_iter().map(|text| {
        let mut cells = Cells::default();
        cells.gap(1);
        cells.text(text, Style::new());
        cells.line(None)
    });
    let names = confirm.unseen.iter().filter_map(|id| state.entry(*id)).map(|entry| {
        let party = other_side(entry);
        let mut cells = Cells::default();
        cells.gap(2);
        cells.cell(entry.invitation.kind.word(), 7, look.theme.dim);
        cells.gap(1);
        if words::suspicious(party) {
            cells.text(words::MIXED, look.theme.bad);
            cells.gap(1);
        }
        let left = room.saturating_sub(cells.used() + 1);
        let name =
            if party.name.is_empty() { fit_middle(party.label(), left) } else { fit(party.label(), left) };
        cells.text(name, look.theme.title);
        let left = room.saturating_sub(cells.used() + 3);
        if !party.name.is_empty() && left > 8 {
            cells.gap(2);
            cells.text(fit_middle(party.uri.as_str(), left), look.theme.dim);
        }
        cells.line(None)
    });
    wrapped.chain(names).collect()
}

/// How many lines a confirmation has, and how many of them are in sight at once.
pub(super) fn confirm_length(area: Rect, confirm: &Confirm, state: &State, look: &Look) -> (usize, u16) {
    let lines = confirm_lines(confirm_size(area, 0).0.saturating_sub(2), confirm, state, look).len();
    (lines, inside(area, confirm_size(area, lines)).height)
}

/// The question whether what is not in sight is to be answered, too.
pub(super) fn confirm(
    buffer: &mut Buffer,
    area: Rect,
    confirm: &Confirm,
    state: &State,
    look: &Look,
) -> Option<Position> {
    let what = match confirm.answer {
        Answer::Accept => "Accept",
        Answer::Decline | Answer::DeclineNow => "Decline",
    };
    let title = format!("{what} {}?", whom(&confirm.targets, "invitations", state));
    let lines = confirm_lines(confirm_size(area, 0).0.saturating_sub(2), confirm, state, look);
    let inner = frame(buffer, area, confirm_size(area, lines.len()), &title, look);
    scrolled(buffer, inner, &lines, confirm.scrolled, look);
    None
}
