use super::{Announcement, Notification, Reply};
use crate::invitation::{AccountId, MissedLog, PastInvitation};
use crate::provider::Command;
use crate::text::DisplayText;

/// A side effect that the reducer asks for. Its results come back as messages.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Effect {
    /// Send a command to the provider of an account.
    Provider(AccountId, Command),
    /// Tell those who do not look at the screen of an event.
    Announce(Box<Announcement>),
    /// Tell the program that gave an instruction of its outcome.
    Reply {
        /// The number of the instruction.
        number: u64,
        /// The outcome.
        reply: Reply,
    },
    /// Tell those who do not look at the screen of a problem that belongs to no account.
    Notice(DisplayText),
    /// Show a notification in the ways that the settings name.
    Notify(Box<Notification>),
    /// Ring the terminal's bell.
    Bell,
    /// Store an entry in the history, in place of an earlier version of the same entry.
    StoreHistoryEntry(Box<PastInvitation>),
    /// Read the latest history entries with numbers below this one.
    ReadOlderHistory(u64),
    /// Search the history entries with numbers below `before` for a text in lower case.
    SearchHistory {
        /// The text.
        text: String,
        /// The number of the oldest entry that was read.
        before: u64,
    },
    /// Add what was missed while no program ran to the history.
    AddMissed {
        /// The account.
        account: AccountId,
        /// The name of the account.
        label: DisplayText,
        /// The missed invitations, as the server has logged them.
        logs: Vec<MissedLog>,
    },
    /// Store that the user has seen the history entries with these numbers.
    MarkHistorySeen(Vec<u64>),
    /// Copy this text to the clipboard.
    Copy(String),
    /// Suspend the program, as on Ctrl-Z.
    Suspend,
    /// Sign out everywhere and quit.
    Quit,
}
