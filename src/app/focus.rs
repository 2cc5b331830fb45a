use super::Tab;
use crate::invitation::{ConversationId, InvitationId};

/// The items that a key acts on.
///
/// A dialog keeps the focus of the time when it was opened, so that it never acts on an item that was selected later.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Focus {
    /// The current tab.
    pub tab: Tab,
    /// The selected item of that tab's list.
    pub selected: Option<Subject>,
    /// The marked invitations without those that the filter hides; empty on tabs other than [`Tab::Incoming`].
    pub marked: Vec<InvitationId>,
}

/// An item of one of the lists.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Subject {
    /// An invitation, incoming or outgoing.
    Invitation(InvitationId),
    /// A conversation.
    Conversation(ConversationId),
    /// An entry of the history, by its [`Item::id`](super::Item::id).
    Past(u64),
}

impl Focus {
    /// Returns the selected invitation, if an invitation is selected.
    #[must_use]
    pub fn invitation(&self) -> Option<InvitationId> {
        match self.selected {
            Some(Subject::Invitation(id)) => Some(id),
            _ => None,
        }
    }
}
