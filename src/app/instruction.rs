use super::PresenceChoice;
use crate::invitation::{ConversationId, Decision, Destination, InvitationId, Reason, Rejection};
use crate::text::DisplayText;

/// A request of a program that uses the client without its screen.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Instruction {
    /// Accept an invitation in the way that it offers.
    Accept(InvitationId),
    /// Decline an invitation, or reject a call to a bot, with the configured reason unless there is one.
    Decline(InvitationId, Option<Reason>),
    /// Cancel an invitation that the user sent.
    Cancel(InvitationId),
    /// Reject a call to a bot, with the configured reason unless there is one.
    Reject(InvitationId, Option<Rejection>),
    /// Redirect a call to a bot.
    Redirect(InvitationId, Destination),
    /// Transfer a call that a bot has answered.
    Transfer(Place, Destination),
    /// Send a message into a conversation.
    Send(Place, String),
    /// Invite the person at an address, as people write it, to a conversation.
    Invite(Place, String),
    /// Leave a conversation, or hang up a call that the bot has answered.
    Leave(Place),
    /// Set the user's presence.
    Presence {
        /// The presence.
        choice: PresenceChoice,
        /// The name of the account; without one, the only account that has a presence.
        account: Option<String>,
    },
}

/// A conversation as an instruction names it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Place {
    /// The conversation with this id.
    Conversation(ConversationId),
    /// The conversation that this invitation led to.
    Invitation(InvitationId),
}

/// The outcome of an [`Instruction`].
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Reply {
    /// The instruction was carried out, in these words. An answer to an invitation is carried out when the server says so.
    Done(DisplayText),
    /// The instruction was not carried out, for this reason.
    Failed(DisplayText),
    /// Nobody knows whether it was carried out, for this reason.
    Unknown(DisplayText),
}

/// An instruction whose outcome is not known yet.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Underway {
    /// The number that the outcome is reported under.
    pub number: u64,
    /// The invitation whose end tells the outcome, and the decision; `None` if the response of the server tells it.
    pub answers: Option<(InvitationId, Decision)>,
}
