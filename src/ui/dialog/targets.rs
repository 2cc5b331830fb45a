//! The names of what a dialog acts on.

use crate::app::{State, Targets};
use crate::invitation::InvitationId;
use crate::ui::words;

/// Returns the name and address of a single target, or else the number of targets; `several` is their plural.
pub(super) fn name(targets: &Targets, several: &str, state: &State) -> String {
    match targets.ids.as_slice() {
        [one] => {
            let one = state.entry(*one).map(|entry| entry.invitation.from.full());
            one.unwrap_or_else(|| "someone".into())
        }
        many if targets.ended > 0 => format!("{} of {} {several}", many.len(), targets.total()),
        many => format!("{} {several}", many.len()),
    }
}

/// Returns the time left for an answer to an incoming invitation; empty if it is not listed.
pub(super) fn time_left(id: InvitationId, state: &State) -> String {
    let entry = state.incoming.get(id);
    entry.map_or_else(String::new, |entry| words::countdown(&entry.invitation, state.now.moment))
}
