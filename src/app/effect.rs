use crate::invitation::AccountId;
use crate::invitation::PastInvitation;
use crate::provider::Command;

/// What the reducer wants done outside; its answers come back as messages.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Effect {
    /// Tell a provider something.
    Provider(AccountId, Command),
    /// Ring the terminal's bell.
    Bell,
    /// Keep this in the history, in the place of what was kept of the same entry before.
    Keep(Box<PastInvitation>),
    /// Put this into the clipboard.
    Copy(String),
    /// Stop the program and go to the background, as on Ctrl-Z.
    Suspend,
    /// Sign out everywhere and leave.
    Quit,
}
