use std::collections::BTreeMap;

use super::NewConversation;
use crate::invitation::{ConversationId, InvitationId};
use crate::provider::Ticket;

/// The conversations that the user has started and that nobody has joined yet.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct StartedConversations {
    /// The conversations by the requests that start them.
    pub unanswered: BTreeMap<Ticket, StartedConversation>,
    /// The latest conversation that was put aside before it was started, or could not be started.
    pub unsent: Option<NewConversation>,
    /// The conversation to open once it is listed, unless the user turns to something else first.
    pub to_open: Option<ConversationId>,
}

/// A conversation that the user has started and that nobody has joined yet.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StartedConversation {
    /// The recipient and the texts, as the user chose them.
    pub conversation: NewConversation,
    /// The invitation, once the server has sent its event.
    pub invitation: Option<InvitationId>,
}
