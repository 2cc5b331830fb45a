//! The advice of the walkthrough, in the row that is reserved for notices. A notice or the banner takes its place.

use ratatui::buffer::Buffer;

use super::cells::{Cells, draw_line};
use super::fit::fit;
use super::layout::Areas;
use super::look::Look;
use crate::app::{self, Action, State};

/// Draws the advice, if a row is reserved for notices.
pub(super) fn draw(buffer: &mut Buffer, areas: &Areas, state: &State, look: &Look) {
    let Some((action, words)) = app::advice(state).filter(|_| !areas.notice.is_empty()) else {
        return;
    };
    let keys = &state.settings.keys;
    let Some(key) = keys.preferred(action) else { return };
    let mut cells = Cells::default();
    cells.gap(2);
    cells.text(key.to_string(), look.theme.key);
    let quit = keys.preferred(Action::Quit).filter(|_| action == Action::Help);
    let more = quit.map(|key| format!(", {key} quits")).unwrap_or_default();
    let room = usize::from(areas.notice.width).saturating_sub(2 + key.to_string().chars().count());
    cells.text(fit(&format!(" {words}{more}"), room).into_owned(), look.theme.dim);
    draw_line(buffer, areas.notice, &cells.line(None));
}
