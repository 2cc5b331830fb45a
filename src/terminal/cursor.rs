use ratatui::layout::Position;

/// The cursor of the terminal.
///
/// Screen readers, braille displays and magnifiers follow the cursor of the terminal, most of them whether or not it is
/// visible. So each frame leaves the cursor on what matters: in a line of text where the next letter goes, and otherwise on
/// the selected row. There it stays hidden, as a blinking block over the sign of the selection tells others nothing.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Cursor {
    /// Hidden, wherever the last cell was written.
    #[default]
    Anywhere,
    /// Hidden at this position.
    Hidden(Position),
    /// Visible at this position.
    Visible(Position),
}

impl Cursor {
    /// Returns whether the cursor can be seen.
    pub(super) fn is_visible(self) -> bool {
        matches!(self, Self::Visible(_))
    }
}
