use super::PresenceChoice;
use crate::invitation::{
    AccountId, Admission, ConversationId, Destination, InvitationId, ParticipantId, Party,
};

/// A request of the user that has not been answered by its provider yet.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum PendingRequest {
    /// The user's answer to an invitation.
    Answer(InvitationId),
    /// An invitation of a person to a conversation.
    Invite {
        /// The person.
        to: Party,
        /// The conversation.
        conversation: ConversationId,
        /// Whether the response was lost, so that the user may decide to try again.
        is_lost: bool,
    },
    /// The start of a conversation.
    Start {
        /// The account that starts it.
        account: AccountId,
        /// The person to talk to.
        to: Party,
        /// Whether the response was lost, so that the user may decide to try again.
        is_lost: bool,
    },
    /// A message.
    Send,
    /// The user's part in the messages of a conversation.
    Join {
        /// The conversation.
        conversation: ConversationId,
        /// The title of the conversation.
        title: String,
    },
    /// The answer to somebody in the lobby of a meeting.
    Lobby {
        /// The person.
        participant: ParticipantId,
        /// The name of the person.
        who: String,
        /// The answer.
        admission: Admission,
    },
    /// The end of the user's part in a conversation.
    Leave {
        /// The conversation.
        conversation: ConversationId,
        /// The title of the conversation.
        title: String,
        /// Whether it is a meeting, which goes on.
        is_meeting: bool,
    },
    /// The user's own presence.
    Presence(PresenceChoice),
    /// The transfer of a call that a bot has answered.
    Transfer {
        /// The call.
        conversation: ConversationId,
        /// The title of the call.
        title: String,
        /// The party that takes the call over.
        to: Destination,
    },
    /// The end of a call that a bot has answered.
    HangUp {
        /// The call.
        conversation: ConversationId,
        /// The name of the remote party.
        who: String,
        /// Whether the response was lost.
        ///
        /// A conversation has at most one pending request to hang up whose response was not lost: a second one does
        /// no harm, and a call that cannot be hung up does.
        is_lost: bool,
    },
}
