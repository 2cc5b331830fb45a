use crate::sim::ucwa::state::talk::conversation::ConversationNumber;
use crate::sim::ucwa::state::talk::invitation::{EndCause, InvitationNumber};
use crate::sim::ucwa::state::talk::message::MessageNumber;

/// An effect that time has unless something else comes first.
#[derive(Clone, Copy, Debug)]
pub enum TimedAction {
    /// Ends an invitation.
    End(InvitationNumber, EndCause),
    /// Loses a message that the client has not fetched.
    LoseMessage(MessageNumber),
    /// Ends the typing of the participant at an index of the roster, unless they have gone on.
    StopTyping(ConversationNumber, usize),
    /// Ends the presence subscriptions that have expired, and announces the end of those that are about to.
    CheckSubscriptions,
}
