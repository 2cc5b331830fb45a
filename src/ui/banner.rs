//! The line that tells of new invitations while another list is on the screen.

use ratatui::layout::Rect;
use ratatui::text::Line;

use super::cells::Cells;
use super::fit::{fit, width};
use super::look::Look;
use super::words;
use crate::app::{Action, Mode, State};

/// The height from which there is a banner.
const LEAST: u16 = 8;
/// The columns for a name below which the words on the key are shortened.
const ROOM_FOR_NAME: usize = 20;

/// Returns whether there is something to tell, on a screen of this height.
pub(super) fn is_shown(state: &State, height: u16) -> bool {
    height >= LEAST && state.next_newcomer().is_some()
}

/// Returns the part of an area for dialogs that leaves the banner visible, on a screen of this height.
pub(super) fn without(area: Rect, state: &State, height: u16) -> Rect {
    Rect { height: area.height.saturating_sub(u16::from(is_shown(state, height))), ..area }
}

/// Returns the banner: the newcomer whose time is up first, how many others there are, and the key that shows them.
pub(super) fn line(state: &State, look: &Look, room: usize) -> Option<Line<'static>> {
    let invitation = &state.next_newcomer()?.invitation;
    let who = invitation.other_side();
    let importance = words::importance(invitation.importance).map(|it| format!("{it} ")).unwrap_or_default();
    let time_left = words::countdown(invitation, state.now.moment);
    let (others, them) = match state.newcomers.len() {
        0 | 1 => (String::new(), "it"),
        all => (format!(" +{}", all - 1), "them"),
    };
    let back = if matches!(state.mode, Mode::Lists) { "" } else { "Esc, " };
    let key = state.settings.keys.preferred(Action::Incoming);
    let [long, short] = match key {
        Some(key) => [format!(" · {back}{key} shows {them}"), format!(" · {back}{key}")],
        None => Default::default(),
    };
    let start = "! New: ";
    let left =
        |key: &str| room.saturating_sub(width(start) + width(&time_left) + 3 + width(&others) + width(key));
    // The name comes before the words on the key, and these before the kind.
    let key = if left(&long) >= ROOM_FOR_NAME { long } else { short };
    let title = format!("{importance}{}", words::title(invitation, who, false));
    let what = if width(&title) <= left(&key) { title } else { format!("{importance}{}", who.label()) };
    let text = format!("{start}{}, {time_left}{others}{key}", fit(&what, left(&key)));
    let mut cells = Cells::default();
    let style = look.theme.waiting.patch(look.theme.title);
    cells.text(fit(&text, room).into_owned(), style);
    cells.up_to(room);
    Some(cells.line(None))
}
