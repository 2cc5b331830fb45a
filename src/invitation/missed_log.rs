use jiff::Timestamp;

use super::{Importance, Kind, Party};
use crate::text::DisplayText;

/// A call or a conversation that the server has logged as missed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MissedLog {
    /// The number of the log in this session.
    pub number: u64,
    /// The identity of the conversation, which is the same in every session; may be empty.
    pub thread: DisplayText,
    /// When the server logged it.
    pub at: Timestamp,
    /// The kind of the invitation.
    pub kind: Kind,
    /// The caller.
    pub from: Party,
    /// The subject; may be empty.
    pub subject: DisplayText,
    /// The beginning of the messages; may be empty.
    pub message: DisplayText,
    /// The importance.
    pub importance: Importance,
}
