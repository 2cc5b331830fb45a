use std::collections::HashSet;

use tokio::time::Instant;

use super::conversation::ConversationNumber;
use super::invite::Invite;
use crate::sim::ucwa::state::people::person::Person;
use crate::sim::ucwa::state::people::user::UserNumber;

/// The number of an invitation in the simulator.
pub type InvitationNumber = u32;

/// The cause by which an invitation ends other than by a request of the client.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum EndCause {
    /// The caller gives up.
    CallerGivesUp,
    /// The user answers on another device, or [`Invite::accepted_by`] does.
    AnsweredElsewhere,
    /// Nobody answers in time.
    TimedOut,
    /// The recipient of an invitation that the user sent joins.
    Joins,
    /// The recipient of an invitation that the user sent declines.
    Declines,
    /// The recipient of an invitation that the user sent cannot be reached.
    Unreachable,
    /// The user answers a phone call on the phone that rings.
    AnsweredOnPhone,
    /// A leader of the meeting admits the user, who waits in the lobby.
    Admitted,
    /// A leader of the meeting rejects the user, who waits in the lobby.
    Denied,
}

/// A pending invitation as the server knows it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct InvitationSnapshot {
    /// The number.
    pub number: InvitationNumber,
    /// Whether the user sent it.
    pub is_outgoing: bool,
    /// The invitation.
    pub invite: Invite,
    /// When it began to ring.
    pub began: Instant,
    /// Whether the resource has links to answer it.
    pub is_offered: bool,
}

/// An invitation that has ended.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct EndedInvitation {
    /// The number.
    pub number: InvitationNumber,
    /// The address of the other side.
    pub uri: String,
    /// `Connected`, `Declined`, `Cancelled` or `Failed`.
    pub state: &'static str,
    /// The subcode of the reason; empty for `Connected`.
    pub subcode: String,
    /// Whether the user's side ended it.
    pub is_local: bool,
}

/// A pending invitation.
#[derive(Clone)]
pub struct PendingInvitation {
    pub number: InvitationNumber,
    pub user: UserNumber,
    pub direction: InvitationDirection,
    pub invite: Invite,
    pub state: &'static str,
    pub conversation: ConversationNumber,
    /// The application that sent or accepted it; `None` while it rings.
    pub application: Option<String>,
    /// The applications that declined it for themselves alone.
    pub declined_in: HashSet<String>,
    /// The person who has accepted it; nobody until then.
    pub accepted_by: Person,
    /// Whether the resource has links to answer it.
    pub is_offered: bool,
    /// When it began to ring.
    pub began: Instant,
}

/// The direction of an invitation.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum InvitationDirection {
    /// The user received it; the number is that of the invitation that another user sent, if one did.
    Incoming(Option<InvitationNumber>),
    /// The user sent it, with an `operationId`, which may be empty.
    Outgoing(String),
}

impl PendingInvitation {
    /// Creates an invitation that begins to ring now.
    pub fn new(
        number: InvitationNumber,
        direction: InvitationDirection,
        invite: Invite,
        conversation: ConversationNumber,
    ) -> Self {
        Self {
            number,
            user: invite.user,
            direction,
            invite,
            // The reference describes the other states for outgoing calls only, even for a forwarded call.
            state: "Connecting",
            conversation,
            application: None,
            declined_in: HashSet::new(),
            accepted_by: Person::default(),
            is_offered: true,
            began: Instant::now(),
        }
    }

    /// Returns whether the user sent it.
    pub fn is_outgoing(&self) -> bool {
        matches!(self.direction, InvitationDirection::Outgoing(_))
    }

    /// Returns the number of the invitation of another user that brought this one about, if any.
    pub fn caller(&self) -> Option<InvitationNumber> {
        match self.direction {
            InvitationDirection::Incoming(caller) => caller,
            InvitationDirection::Outgoing(_) => None,
        }
    }
}
