/// The id of a configured account: its index in the accounts that the program was started with.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct AccountId(pub u8);

impl AccountId {
    /// Stands for the account of an invitation of an earlier run, which may not be configured any more.
    pub const EARLIER: Self = Self(u8::MAX);

    /// Returns whether the account is one of this run.
    #[must_use]
    pub fn is_of_this_run(self) -> bool {
        self != Self::EARLIER
    }
}

/// The id of an invitation, unique in a run of the program.
///
/// A provider numbers the invitations in the order of their arrival and never reuses a number, so an id of an earlier
/// session cannot be mistaken for one of the current session.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct InvitationId {
    /// The account that received or sent the invitation.
    pub account: AccountId,
    /// The provider's number of the invitation.
    pub number: u64,
}

/// The id of a conversation, unique in a run of the program and numbered like an [`InvitationId`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ConversationId {
    /// The account that takes part in the conversation.
    pub account: AccountId,
    /// The provider's number of the conversation.
    pub number: u64,
}
