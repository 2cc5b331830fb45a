use std::collections::HashSet;

use serde::Deserialize;
use tokio::time::Instant;

use super::conversation::ConversationNumber;
use super::message::{MessageBody, MessageFormat};
use super::person::Person;
use super::user::UserNumber;

/// The number of an invitation in the simulator.
pub type InvitationNumber = u32;

/// The kind of an invitation.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum InviteKind {
    /// An instant message.
    #[default]
    Im,
    /// A phone call.
    Phone,
    /// An online meeting.
    Meeting,
    /// An audio/video call.
    Av,
    /// An invitation that the user sent.
    #[serde(skip)]
    Participant,
}

impl InviteKind {
    /// Returns the relation of the resource, as the reference of UCWA names it.
    #[must_use]
    pub fn rel(self) -> &'static str {
        match self {
            Self::Im => "messagingInvitation",
            Self::Phone => "phoneAudioInvitation",
            Self::Meeting => "onlineMeetingInvitation",
            Self::Av => "audioVideoInvitation",
            Self::Participant => "participantInvitation",
        }
    }

    /// Returns whether it is a call, whose resource also names the people who redirected it.
    pub(in super::super) fn is_call(self) -> bool {
        matches!(self, Self::Phone | Self::Av)
    }
}

/// An invitation to the user.
///
/// A person who is [nobody](Person::is_nobody) is left out of the resource.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[expect(clippy::struct_excessive_bools, reason = "each is a property of the resource of its own")]
pub struct Invite {
    /// The number of the user whom it reaches, from 0.
    pub user: usize,
    /// The kind.
    pub kind: InviteKind,
    /// The sender; of an invitation that the user sent, its recipient.
    pub from: Person,
    /// The subject.
    pub subject: String,
    /// The first message.
    pub message: String,
    /// The format of the first message.
    pub format: MessageFormat,
    /// `Normal`, `Urgent` or `Emergency`; empty for `Normal`.
    pub importance: String,
    /// The person who forwarded the call.
    pub forwarded_by: Person,
    /// The person who transferred the call.
    pub transferred_by: Person,
    /// The person for whom the user receives the invitation as a delegate.
    pub on_behalf_of: Person,
    /// The person for whom the caller makes the call as a delegate.
    pub delegator: Person,
    /// The person to whom the invitation was sent originally; nobody for the user.
    pub to: Person,
    /// The person who accepts the invitation if it ends as [`EndCause::AnsweredElsewhere`].
    pub accepted_by: Person,
    /// The number of the user's phone that rings, such as `tel:+14255552222`; empty for none.
    pub phone_number: String,
    /// Whether the call came on the user's private line.
    pub private_line: bool,
    /// Whether the user who accepts the invitation to a meeting waits in its lobby.
    pub lobby: bool,
    /// How the resource refers to the people above.
    pub people: PeopleFormat,
    /// Whether the resource links to the sender instead of embedding the participant.
    pub linked_from: bool,
    /// Whether events link to the resource instead of embedding it.
    pub linked: bool,
}

impl Invite {
    /// Returns the first message, if there is one.
    pub(super) fn first_message(&self) -> Option<MessageBody> {
        (!self.message.is_empty()).then(|| MessageBody { text: self.message.clone(), format: self.format })
    }
}

/// The form in which the resource of an invitation refers to people other than the sender.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum PeopleFormat {
    /// By links without titles, as the reference of UCWA shows it.
    #[default]
    Linked,
    /// By links whose titles are the names.
    Titled,
    /// By embedded resources.
    Embedded,
}

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
pub(super) struct PendingInvitation {
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
pub(super) enum InvitationDirection {
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
