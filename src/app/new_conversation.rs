use crate::invitation::{AccountId, Party};

/// A conversation that the user wants to start.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewConversation {
    /// The account to start it from.
    pub account: AccountId,
    /// The person to talk to.
    pub to: Party,
    /// The subject; may be empty.
    pub subject: String,
    /// The first message; may be empty.
    pub message: String,
}
