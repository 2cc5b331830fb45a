use std::time::Duration;

use super::key::STRAY_KEY_GUARD;
use crate::invitation::Moment;

/// The time for which the user is taken to look at an item after selecting it.
const READING: Duration = Duration::from_secs(60);

/// The reason why the selected item of a list is selected.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) enum SelectionState {
    /// The item was the first one to be shown, or is what a filter or an order left selected.
    #[default]
    Settled,
    /// The user has moved the selection to the item, at this time.
    Chosen(Moment),
    /// The selection moved to the item without the user, at this time; or keys that answer were still ignored then.
    Moved(Moment),
    /// The user has answered the item.
    Answered,
}

impl SelectionState {
    /// Returns whether the selection moved without the user less than [`STRAY_KEY_GUARD`] ago.
    pub(super) fn just_moved(self, now: Moment) -> bool {
        matches!(self, Self::Moved(at) if now < at.after(STRAY_KEY_GUARD))
    }

    /// Returns whether the user has selected the item less than a minute ago.
    pub(super) fn is_looked_at(self, now: Moment) -> bool {
        matches!(self, Self::Chosen(at) if now < at.after(READING))
    }
}
