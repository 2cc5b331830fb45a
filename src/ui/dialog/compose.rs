use ratatui::buffer::Buffer;
use ratatui::layout::{Position, Rect};

use super::frame::frame;
use super::input::{draw_below, draw_input};
use crate::app::{Compose, Field, State};
use crate::ui::Look;
use crate::ui::fit::wrap;
use crate::ui::geometry::take_top;

/// The maximum width of the dialog.
const MAX_WIDTH: u16 = 76;

const HINT: &str = "Enter sends it, with or without a text; Alt-Enter begins a new line, Tab changes to the subject and back, Esc keeps it for later";

/// Draws the first message and the subject of a conversation to start.
pub(in crate::ui) fn draw(
    buffer: &mut Buffer,
    area: Rect,
    compose: &Compose,
    state: &State,
    look: &Look,
) -> Option<Position> {
    let width = area.width.min(MAX_WIDTH);
    let (text, style) = match compose.line().complaint {
        Some(complaint) => (format!("! {complaint}"), look.theme.bad),
        None => (HINT.to_owned(), look.theme.dim),
    };
    let below = wrap(&text, usize::from(width.saturating_sub(4)));
    let height = u16::try_from(below.len()).unwrap_or(u16::MAX).saturating_add(4);
    let from = state.account(compose.account).filter(|_| state.accounts.len() > 1);
    let from = from.map(|account| format!("from {}", account.label));
    let title = format!("New conversation with {}", compose.to.full());
    let mut inner = frame(buffer, area, (width, height), (&title, from.as_deref()), look);
    let fields =
        [(Field::Message, "message: ", &compose.message), (Field::Subject, "subject: ", &compose.subject)];
    let mut cursor = None;
    for (field, sign, line) in fields {
        let position = draw_input(buffer, take_top(&mut inner, 1), sign, &line.input, look);
        if field == compose.field {
            cursor = position;
        }
    }
    draw_below(buffer, inner, below, style);
    cursor
}
