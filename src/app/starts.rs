use std::collections::BTreeMap;

use super::Draft;
use crate::invitation::{ConversationId, InvitationId};
use crate::provider::Ticket;

/// The conversations that the user has started and that nobody has joined yet.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Starts {
    /// The conversations by the requests that start them.
    pub pending: BTreeMap<Ticket, Start>,
    /// The latest draft that was put aside or could not be sent.
    pub kept: Option<Draft>,
    /// The conversation to bring to the front once it is listed, unless the user turns to something else first.
    pub opening: Option<ConversationId>,
}

/// A conversation that the user has started and that nobody has joined yet.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Start {
    /// The message that was sent, with its recipient.
    pub draft: Draft,
    /// The invitation, once the server has told of it.
    pub invitation: Option<InvitationId>,
}
