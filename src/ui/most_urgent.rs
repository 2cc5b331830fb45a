//! The most urgent invitation, for screens that have room for one row only.

use ratatui::style::Style;

use super::countdown::countdown;
use super::fit::{fit, width};
use super::look::Look;
use crate::app::{State, Tab};

/// The fewest columns in which a name is worth showing.
const LEAST: usize = 4;

/// Returns the sign, the time left and the name of the most urgent incoming invitation in at most `room` columns, unless it is
/// selected or there is no room for the time.
pub(super) fn note(state: &State, look: &Look, room: usize) -> Option<(String, Style)> {
    let id = state.incoming.most_urgent(state.now.moment).filter(|_| state.tab == Tab::Incoming)?;
    let entry = state.incoming.get(id)?;
    if state.incoming.selected()?.invitation.id == id {
        return None;
    }
    let time = countdown(entry, state, look)?;
    let needed = format!("! {}", time.number);
    if width(&needed) > room {
        return None;
    }
    if width(&needed) + LEAST > room {
        return Some((needed, look.theme.urgent));
    }
    let whole = format!("{needed} {}", entry.invitation.other_side().label());
    Some((fit(&whole, room).into_owned(), look.theme.urgent))
}
