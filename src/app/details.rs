use super::Subject;

/// The part of the screen that the details of the selected item take.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Details {
    /// The part that the list leaves.
    #[default]
    Beside,
    /// The whole screen.
    Full {
        /// The item whose details are shown; `None` if nothing was selected.
        of: Option<Subject>,
        /// The number of lines above the first visible one. Without it, details are shown from the top, and messages up
        /// to the latest one, which they follow.
        scrolled: Option<u16>,
    },
}

impl Details {
    /// The whole screen, from the top, for an item that is yet to be selected.
    pub const FULL: Self = Self::Full { of: None, scrolled: None };

    /// Returns whether the details take the whole screen.
    #[must_use]
    pub fn is_full(self) -> bool {
        matches!(self, Self::Full { .. })
    }
}
