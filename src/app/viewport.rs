use crate::invitation::InvitationId;

/// What the last frame had room for. The view measures it, as it alone knows how long texts are, and the reducer
/// asks it what the user saw when a key was pressed.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Viewport {
    /// The invitations whose rows were in sight.
    pub invitations: Vec<InvitationId>,
    /// How many rows the list had room for.
    pub rows: u16,
    /// How far what was in front could be scrolled: the help, a confirmation, or details over the whole screen.
    pub scrollable: u16,
    /// How many of its lines were in sight at once.
    pub lines: u16,
    /// Whether the user may still have looked at an older frame when the last key was pressed.
    pub behind: bool,
}

impl Viewport {
    /// The number of rows that a page of the list moves by.
    #[must_use]
    pub fn page(&self) -> isize {
        isize::try_from(self.rows.saturating_sub(1).max(1)).unwrap_or(1)
    }
}
