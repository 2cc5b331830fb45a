use std::sync::Arc;

use super::Now;
use crate::invitation::{
    AccountId, ChatMessage, Conversation, ConversationId, Invitation, InvitationId, Party, PastInvitation,
    Waiting,
};
use crate::provider::Status;
use crate::text::DisplayText;

/// An event that a person who does not look at the screen wants to know of, as data for notifications, programs and
/// `rsvp watch`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Announcement {
    /// When the event arrived.
    pub at: Now,
    /// The account that the event belongs to.
    pub account: AccountId,
    /// The name of the account; may be empty.
    pub label: DisplayText,
    /// Whether the account is that of a bot.
    pub is_bot: bool,
    /// The event.
    pub news: News,
}

/// The event of an [`Announcement`].
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum News {
    /// The state of the connection changed in a way that the user notices: steps of connecting and repeated failures for
    /// the same reason are left out.
    Connection(Status),
    /// An incoming or outgoing invitation rings.
    Invitation(Arc<Invitation>),
    /// More became known of an invitation that rings, or its operations changed.
    InvitationChanged(Arc<Invitation>),
    /// An invitation ended: the entry of the history. The end of each invitation is announced once, and so is each that was
    /// missed while nobody was signed in; the id of the latter is none of this run.
    Outcome(Box<PastInvitation>),
    /// The party that accepted an ended invitation became known.
    AcceptedBy {
        /// The invitation.
        invitation: InvitationId,
        /// The party.
        who: Party,
    },
    /// A conversation began.
    Conversation(Box<Conversation>),
    /// A conversation ended, or the user is no longer part of it. Holds its last known state.
    ConversationEnded(Box<Conversation>),
    /// A message of another participant of a conversation arrived.
    Message {
        /// The message.
        message: Box<ChatMessage>,
        /// The conversation in words; see [`Conversation::described`].
        title: String,
        /// Whether the screen shows the message.
        is_visible: bool,
    },
    /// A person whom the user can admit or reject came into the lobby of a meeting.
    Lobby {
        /// The conversation.
        conversation: ConversationId,
        /// The conversation in words.
        title: String,
        /// The person.
        waiting: Waiting,
    },
    /// The user waits in the lobby of a meeting, or was admitted.
    Admission {
        /// The conversation.
        conversation: ConversationId,
        /// The conversation in words.
        title: String,
        /// Whether the user was admitted.
        is_admitted: bool,
    },
    /// The provider told the user something.
    Notice(DisplayText),
}
