use crate::invitation::AccountId;
use crate::invitation::PastInvitation;
use crate::provider::Command;

/// A side effect that the reducer asks for. Its results come back as messages.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Effect {
    /// Send a command to the provider of an account.
    Provider(AccountId, Command),
    /// Ring the terminal's bell.
    Bell,
    /// Store an entry in the history, in place of an earlier version of the same entry.
    StoreHistoryEntry(Box<PastInvitation>),
    /// Copy this text to the clipboard.
    Copy(String),
    /// Suspend the program, as on Ctrl-Z.
    Suspend,
    /// Sign out everywhere and quit.
    Quit,
}
