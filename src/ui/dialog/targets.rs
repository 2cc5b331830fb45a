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

/// Returns the names of several targets, separated by commas; `None` for a single one, which the title names.
pub(super) fn names(targets: &Targets, state: &State) -> Option<String> {
    let entries = targets.ids.iter().filter_map(|id| state.entry(*id));
    let names: Vec<&str> = entries.map(|entry| entry.invitation.other_side().label()).collect();
    (targets.ids.len() > 1).then(|| names.join(", "))
}

/// Returns the time left for an answer to the first target that ends.
pub(super) fn shortest_time_left(targets: &Targets, state: &State) -> String {
    let deadline = |id: &InvitationId| state.entry(*id).map(|entry| entry.invitation.deadline);
    let first = targets.ids.iter().filter(|id| deadline(id).is_some()).min_by_key(|id| deadline(id));
    first.map_or_else(String::new, |first| time_left(*first, state))
}

/// Returns the time left for an answer to an incoming invitation; empty if it is not listed.
pub(super) fn time_left(id: InvitationId, state: &State) -> String {
    let entry = state.incoming.get(id);
    entry.map_or_else(String::new, |entry| words::countdown(&entry.invitation, state.now.moment))
}
