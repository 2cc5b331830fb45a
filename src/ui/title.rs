use crate::app::State;

/// Returns the title for the terminal's window: the name of the program after the number of incoming invitations that are
/// not over, as in “(3) rsvp”.
#[must_use]
pub fn title(state: &State) -> String {
    let over = state.lingering.iter().filter(|(_, id)| state.incoming.get(*id).is_some()).count();
    match state.incoming.len().saturating_sub(over) {
        0 => "rsvp".into(),
        waiting => format!("({waiting}) rsvp"),
    }
}
