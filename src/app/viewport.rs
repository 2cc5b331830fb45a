use super::{Spot, Target};
use crate::invitation::{ConversationId, InvitationId};

/// The measurements of the last frame.
///
/// The view measures it, as only the view knows how long texts are. The reducer reads it to know what the user saw
/// when a key was pressed.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Viewport {
    /// The invitations whose rows were visible.
    pub invitations: Vec<InvitationId>,
    /// The conversation whose latest message was visible.
    pub conversation: Option<ConversationId>,
    /// The number of rows that the list had room for.
    pub rows: u16,
    /// The largest scroll offset, in lines, of the help, the confirmation or the full-screen details on the screen.
    pub scrollable: u16,
    /// The number of lines of that text that were visible at once.
    pub lines: u16,
    /// The places that can be clicked, if the terminal reports the mouse.
    pub spots: Vec<Spot>,
    /// Whether the user may still have seen an older frame when the last key was pressed.
    pub is_stale: bool,
}

impl Viewport {
    /// Returns what can be clicked at a position.
    #[must_use]
    pub fn target_at(&self, column: u16, row: u16) -> Option<Target> {
        let is_there = |spot: &&Spot| spot.columns.contains(&column) && spot.rows.contains(&row);
        self.spots.iter().find(is_there).map(|spot| spot.target)
    }

    /// Returns the number of rows that a page of the list moves by.
    #[must_use]
    pub fn page(&self) -> isize {
        isize::try_from(self.rows.saturating_sub(1).max(1)).unwrap_or(1)
    }
}
