use super::key::STRAY_KEY_GUARD;
use crate::invitation::Moment;

/// The reason why the selected item of a list is selected.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) enum Cursor {
    /// The item was the first one to be shown.
    #[default]
    First,
    /// The user has selected the item.
    Chosen,
    /// The selection moved to the item without the user, at this time; or keys that answer were still ignored then.
    Moved(Moment),
    /// The item was selected for another reason, and the user has answered it since.
    Answered,
}

impl Cursor {
    /// Returns whether the selection moved without the user less than [`STRAY_KEY_GUARD`] ago.
    pub(super) fn just_moved(self, now: Moment) -> bool {
        matches!(self, Self::Moved(at) if now < at.after(STRAY_KEY_GUARD))
    }
}
