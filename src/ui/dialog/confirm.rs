use ratatui::buffer::Buffer;
use ratatui::layout::{Position, Rect};
use ratatui::style::Style;
use ratatui::text::Line;

use super::frame::{draw_scrolled, frame, inside};
use super::targets;
use crate::app::{Answer, Confirm, Entry, State};
use crate::ui::cells::Cells;
use crate::ui::fit::{fit, fit_middle, wrap};
use crate::ui::{Look, words};

/// The maximum width of the dialog.
const MAX_WIDTH: u16 = 70;

/// Returns the size of the box around this many lines.
fn size(area: Rect, lines: usize) -> (u16, u16) {
    (area.width.min(MAX_WIDTH), u16::try_from(lines).unwrap_or(u16::MAX).saturating_add(2))
}

/// Returns the number of lines, and the number of lines that fit.
pub(in crate::ui) fn length(area: Rect, confirm: &Confirm, state: &State, look: &Look) -> (usize, u16) {
    let lines = lines(size(area, 0).0.saturating_sub(2), confirm, state, look).len();
    (lines, inside(area, size(area, lines)).height)
}

/// Draws the question whether to answer invitations that are not visible, with their names.
pub(in crate::ui) fn draw(
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
    let title = format!("{what} {}?", targets::name(&confirm.targets, "invitations", state));
    let lines = lines(size(area, 0).0.saturating_sub(2), confirm, state, look);
    let inner = frame(buffer, area, size(area, lines.len()), (&title, None), look);
    draw_scrolled(buffer, inner, &lines, confirm.scrolled, look);
    None
}

fn lines<'a>(width: u16, confirm: &Confirm, state: &'a State, look: &Look) -> Vec<Line<'a>> {
    let text = match (confirm.unseen.len(), confirm.targets.ids.len()) {
        (0, _) => "All remaining invitations are visible.".to_owned(),
        (1, 1) => "Not visible on the screen:".to_owned(),
        (unseen, all) if unseen == all => "None of them is visible on the screen:".to_owned(),
        (1, _) => "1 of them is not visible on the screen:".to_owned(),
        (unseen, _) => format!("{unseen} of them are not visible on the screen:"),
    };
    let room = usize::from(width);
    let wrapped = wrap(&text, room.saturating_sub(2)).into_iter().map(|text| {
        let mut cells = Cells::default();
        cells.gap(1);
        cells.text(text, Style::new());
        cells.line(None)
    });
    let unseen = confirm.unseen.iter().filter_map(|id| state.entry(*id));
    wrapped.chain(unseen.map(|entry| name(entry, room, look))).collect()
}

/// Returns the line for one of the invitations that are not visible.
fn name<'a>(entry: &'a Entry, room: usize, look: &Look) -> Line<'a> {
    let party = entry.invitation.other_side();
    let mut cells = Cells::default();
    cells.gap(2);
    cells.cell(entry.invitation.kind.word(), 7, look.theme.dim);
    cells.gap(1);
    if words::suspicious(party) {
        cells.text(words::MIXED, look.theme.bad);
        cells.gap(1);
    }
    let left = room.saturating_sub(cells.used() + 1);
    let name = if party.name.is_empty() { fit_middle(party.label(), left) } else { fit(party.label(), left) };
    cells.text(name, look.theme.title);
    let left = room.saturating_sub(cells.used() + 3);
    if !party.name.is_empty() && left > 8 {
        cells.gap(2);
        cells.text(fit_middle(party.uri.as_str(), left), look.theme.dim);
    }
    cells.line(None)
}
