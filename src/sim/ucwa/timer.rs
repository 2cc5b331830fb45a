use super::conversation::ConversationNumber;
use super::invitation::{EndCause, InvitationNumber};
use super::message::MessageNumber;

/// An effect that time has unless something else comes first.
#[derive(Clone, Copy, Debug)]
pub(super) enum TimedAction {
    /// Ends an invitation.
    End(InvitationNumber, EndCause),
    /// Loses a message that the client has not fetched.
    LoseMessage(MessageNumber),
    /// Ends the typing of the participant at an index of the roster, unless they have gone on.
    StopTyping(ConversationNumber, usize),
    /// Ends the presence subscriptions that have expired, and announces the end of those that are about to.
    CheckSubscriptions,
}
