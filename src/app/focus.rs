//! What the keys act on.

use super::{Item, State, Tab};
use crate::invitation::{ConversationId, InvitationId};

/// What keys act on at one time. A dialog keeps the one of the time when it opened, so that whatever is selected
/// later is not acted on.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Focus {
    /// The list that is in front.
    pub tab: Tab,
    /// What is selected in it.
    pub selected: Option<Subject>,
    /// The marked invitations, if the list is the one with marks; without those that the filter hides.
    pub marked: Vec<InvitationId>,
}

/// An item of one of the lists.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Subject {
    /// An invitation, incoming or outgoing.
    Invitation(InvitationId),
    /// A conversation.
    Conversation(ConversationId),
    /// An entry of the history, by its id there.
    Past(u64),
}

impl Focus {
    /// The selected invitation.
    #[must_use]
    pub fn invitation(&self) -> Option<InvitationId> {
        match self.selected {
            Some(Subject::Invitation(id)) => Some(id),
            _ => None,
        }
    }
}

impl State {
    /// What the keys act on now.
    #[must_use]
    pub fn focus(&self) -> Focus {
        let marked = match self.tab {
            Tab::Incoming => self.marked.iter().copied().filter(|id| self.incoming.shows(*id)).collect(),
            Tab::Outgoing | Tab::Conversations | Tab::History => Vec::new(),
        };
        Focus { tab: self.tab, selected: self.selected(), marked }
    }

    /// What is selected in the list in front.
    #[must_use]
    pub fn selected(&self) -> Option<Subject> {
        match self.tab {
            Tab::Incoming => self.incoming.selected().map(|entry| Subject::Invitation(entry.id())),
            Tab::Outgoing => self.outgoing.selected().map(|entry| Subject::Invitation(entry.id())),
            Tab::Conversations => self.conversations.selected().map(|it| Subject::Conversation(it.id)),
            Tab::History => self.history.selected().map(|past| Subject::Past(past.id())),
        }
    }
}
