//! A frame: the areas of the screen, and the dialog over them.

use ratatui::buffer::Buffer;
use ratatui::layout::{Position, Rect};
use ratatui::text::Line;

use super::cells::draw_line;
use super::dialog::{compose, confirm, decline, find_person, help, menu, palette, presence, prompt, reject};
use super::geometry::take_top;
use super::layout::{Areas, Body};
use super::look::{Charset, Look, fill, to_ascii};
use super::visible_rows::VisibleRows;
use super::{advice, banner, click_targets, details, footer, header, list, notices, tabs};
use crate::app::{Item, Mode, State, Tab, Viewport};
use crate::invitation::ConversationId;

/// Draws a frame. Returns the position of the cursor if it is to be shown.
pub fn draw(buffer: &mut Buffer, state: &State, look: &Look) -> Option<Position> {
    let area = buffer.area;
    if area.is_empty() {
        return None;
    }
    let (header, areas) = divide(area, state, look);
    let mut top = area;
    for line in &header {
        draw_line(buffer, take_top(&mut top, 1), line);
    }
    draw_line(buffer, areas.footer, &footer::footer(state, look, usize::from(area.width)).line());
    if !areas.tabs.is_empty() {
        draw_line(buffer, areas.tabs, &tabs::line(state, look, usize::from(area.width)).0);
    }
    draw_body(buffer, &areas, state, look);
    advice::draw(buffer, &areas, state, look);
    notices::draw(buffer, &areas, state, look);
    let cursor = match &state.mode {
        Mode::Lists => None,
        Mode::Decline(dialog) => decline::draw(buffer, areas.dialog, dialog, state, look),
        Mode::Reject(dialog) => reject::draw(buffer, areas.dialog, dialog, state, look),
        Mode::Palette(dialog) => {
            palette::draw(buffer, areas.dialog, target(&areas, state), dialog, state, look)
        }
        Mode::Confirm(dialog) => confirm::draw(buffer, areas.dialog, dialog, state, look),
        Mode::Prompt(dialog) => prompt::draw(buffer, areas.dialog, dialog, state, look),
        Mode::FindPerson(dialog) => find_person::draw(buffer, areas.dialog, dialog, state, look),
        Mode::Compose(dialog) => compose::draw(buffer, areas.dialog, dialog, state, look),
        Mode::Menu(dialog) => menu::draw(buffer, areas.dialog, dialog, state, look),
        Mode::Presence(dialog) => presence::draw(buffer, areas.dialog, dialog, state, look),
        Mode::Help(dialog) => help::draw(buffer, areas.dialog, dialog, state, look),
    };
    fill(buffer, &look.theme);
    if look.charset != Charset::Unicode {
        to_ascii(buffer, look.charset);
    }
    cursor
}

/// Returns the position of the selected row, or of the title of its details, on a screen of this area. The view has no cursor
/// of its own there.
#[must_use]
pub fn selection(area: Rect, state: &State, look: &Look) -> Option<Position> {
    if area.is_empty() {
        return None;
    }
    let (_, areas) = divide(area, state, look);
    target(&areas, state).filter(|target| !target.is_empty()).map(Rect::as_position)
}

/// Returns what fits into a frame of the state. Rows that a dialog covers count as visible: the dialog names what it
/// is about.
#[must_use]
pub fn viewport(state: &State, look: &Look) -> Viewport {
    let area = Rect::new(0, 0, state.size.0, state.size.1);
    if area.is_empty() {
        return Viewport::default();
    }
    let (_, areas) = divide(area, state, look);
    let body = Body::new(areas.body, state);
    let (invitations, rows) = match body {
        Body::Details(_) => (state.selected_entry().map(Item::id).into_iter().collect(), 0),
        Body::List { list, .. } => {
            let uncovered = notices::uncovered(&areas, list, state);
            let visible = VisibleRows::new(list, uncovered, state);
            (visible.invitations(state), u16::try_from(visible.whole).unwrap_or(u16::MAX))
        }
    };
    let (all, lines) = match (&state.mode, body) {
        (Mode::Help(dialog), _) => help::length(areas.dialog, dialog, state, look),
        (Mode::Confirm(dialog), _) => confirm::length(areas.dialog, dialog, state, look),
        (_, Body::Details(area)) => (details::length(area, state, look), area.height.saturating_sub(1)),
        _ => (0, 0),
    };
    let scrollable = u16::try_from(all.saturating_sub(lines.into())).unwrap_or(u16::MAX);
    let conversation = conversation_at_its_end(body, scrollable, state);
    let spots = if state.settings.mouse {
        click_targets::click_targets(area, &areas, body, state, look)
    } else {
        Vec::new()
    };
    Viewport { invitations, conversation, rows, scrollable, lines, spots, is_stale: false }
}

/// Returns the conversation whose latest message is visible.
fn conversation_at_its_end(body: Body, scrollable: u16, state: &State) -> Option<ConversationId> {
    let is_visible = match body {
        Body::Details(area) => area.height > 1 && state.details_scrolled(scrollable) == scrollable,
        Body::List { details, .. } => details.height > 1,
    };
    let selected = state.conversations.selected().filter(|_| state.tab == Tab::Conversations && is_visible);
    selected.map(|conversation| conversation.id)
}

/// Returns the lines of the screen that show what a key acts on: the selected row, or the title of its details.
fn target(areas: &Areas, state: &State) -> Option<Rect> {
    match Body::new(areas.body, state) {
        Body::Details(area) => Some(Rect { height: area.height.min(1), ..area }),
        Body::List { list, .. } => {
            VisibleRows::new(list, notices::uncovered(areas, list, state), state).selected_row(state)
        }
    }
}

/// Returns the lines at the top of the screen, and the areas below them.
fn divide<'a>(area: Rect, state: &'a State, look: &Look) -> (Vec<Line<'a>>, Areas) {
    if let Some((line, _)) = header::line_with_tabs(state, look, area) {
        return (vec![line], Areas::below_tabs(area));
    }
    let header = header::lines(state, look, area);
    let mut areas = Areas::new(area, header.len());
    areas.dialog = banner::without(areas.dialog, state, area.height);
    (header, areas)
}

fn draw_body(buffer: &mut Buffer, areas: &Areas, state: &State, look: &Look) {
    match Body::new(areas.body, state) {
        Body::Details(area) => details::draw(buffer, area, state, look),
        Body::List { list, details } => {
            // Details beside the list need a separating line; those below begin with one of their own.
            if details.y == list.y {
                for y in list.top()..list.bottom() {
                    buffer.set_string(list.right(), y, "│", look.theme.accent);
                }
            }
            list::draw(buffer, list, notices::uncovered(areas, list, state), state, look);
            details::draw(buffer, details, state, look);
        }
    }
}
