use ratatui::buffer::Buffer;
use ratatui::layout::{Position, Rect};
use ratatui::style::Style;

use super::choices::{Row, draw_rows};
use super::frame::frame;
use super::input::draw_input;
use crate::app::{Action, Choice, Palette, State, Subject};
use crate::ui::fit::width;
use crate::ui::geometry::take_top;
use crate::ui::{Look, words};

/// The maximum width of the dialog.
const MAX_WIDTH: u16 = 70;
/// The maximum number of actions that are visible at once.
const MAX_ROWS: u16 = 16;

/// Draws the list of actions.
pub(in crate::ui) fn draw(
    buffer: &mut Buffer,
    area: Rect,
    palette: &Palette,
    state: &State,
    look: &Look,
) -> Option<Position> {
    let Palette { picker, focus } = palette;
    let selected = focus.selected.and_then(|selected| name(selected, state));
    let (title, note) = match (focus.marked.len(), selected) {
        (0, None) => ("Choose an action".to_owned(), None),
        (0, Some(name)) => (format!("Choose an action for {name}"), None),
        (marked, name) => {
            (format!("Choose an action for {marked} marked"), name.map(|name| format!("or {name}")))
        }
    };
    let longest = Action::all().map(|action| width(action.description())).max().unwrap_or(0);
    let rows = u16::try_from(<Action as Choice>::all().count()).unwrap_or(u16::MAX).min(MAX_ROWS);
    let size = (area.width.min(MAX_WIDTH), rows + 3);
    let note = note.filter(|note| width(&title) + width(note) + 9 < usize::from(size.0));
    let mut inner = frame(buffer, area, size, (&title, note.as_deref()), look);
    let cursor = draw_input(buffer, take_top(&mut inner, 1), "> ", &picker.input, look);
    let name_room = longest.min(usize::from(inner.width).saturating_sub(12));
    draw_rows(buffer, inner, picker, look, |action| Row {
        lead: "".into(),
        name: action.description().into(),
        name_room,
        more: words::keys(&state.settings.keys, action).into(),
        style: Style::new(),
    });
    cursor
}

/// Returns the name of the remote party, or the title of a conversation.
fn name(subject: Subject, state: &State) -> Option<String> {
    match subject {
        Subject::Invitation(id) => {
            state.entry(id).map(|entry| entry.invitation.other_side().label().to_owned())
        }
        Subject::Conversation(id) => state.conversations.get(id).map(|it| it.title().to_owned()),
        Subject::Past(id) => state.history.get(id).map(|past| past.other_side().label().to_owned()),
    }
}
