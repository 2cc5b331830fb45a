use crate::invitation::{ConversationId, InvitationId};

/// A request of the user that has not been answered by its provider yet.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum PendingRequest {
    /// The user's answer to an invitation.
    Answer(InvitationId),
    /// An invitation to this address.
    Invite(String),
    /// A message.
    Send,
    /// The end of the user's part in a conversation; holds its title.
    Leave(String),
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
        lost: bool,
    },
}
