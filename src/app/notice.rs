use super::Phase;
use crate::invitation::{ConversationId, InvitationId, Moment, ParticipantId};
use crate::provider::Status;
use crate::text::DisplayText;

/// A message line for the user.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Notice {
    /// The text.
    pub text: DisplayText,
    /// The severity.
    pub tone: Tone,
    /// The time at which the notice disappears.
    pub until: Moment,
    /// The condition without which the notice disappears earlier.
    pub valid_while: Condition,
}

/// The severity of a [`Notice`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Tone {
    /// For information.
    Info,
    /// A failure.
    Problem,
}

/// A condition under which a [`Notice`] is true.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum Condition {
    /// Always: the notice reports an event.
    #[default]
    Always,
    /// The invitation is in this phase.
    Phase(InvitationId, Phase),
    /// The invitation has not been answered again, and nothing better is known of its end: the reason why an answer
    /// was refused may be the only evidence.
    Refused(InvitationId),
    /// The conversation has not ended.
    Conversation(ConversationId),
    /// The conversation has messages that the user has not seen.
    Unread(ConversationId),
    /// The person waits in the lobby of a meeting.
    Waiting(ParticipantId),
    /// No invitation to this address shows yet that the request was carried out.
    InviteUnseen {
        /// The address.
        uri: String,
        /// The latest invitation to the address before the request.
        former: Option<InvitationId>,
    },
    /// No account has left the state that it had before, other than for [`Status::Connecting`].
    Reconnecting(Vec<Status>),
}
