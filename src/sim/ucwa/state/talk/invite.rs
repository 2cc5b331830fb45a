use serde::Deserialize;

use super::message::{MessageBody, MessageFormat};
use crate::sim::ucwa::state::people::person::Person;

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
    pub(in crate::sim) fn is_call(self) -> bool {
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
    /// The person who accepts the invitation if it ends as [`EndCause::AnsweredElsewhere`](crate::sim::EndCause::AnsweredElsewhere).
    pub accepted_by: Person,
    /// The number of the user's phone that rings, such as `tel:+14255552222`; empty for none.
    pub phone_number: String,
    /// Whether the call came on the user's private line.
    pub private_line: bool,
    /// Whether the user who accepts the invitation to a meeting waits in its lobby.
    pub lobby: bool,
    /// The form in which the resource names the people above.
    pub people: PeopleFormat,
    /// Whether the resource links to the sender instead of embedding the participant.
    pub linked_from: bool,
    /// Whether events link to the resource instead of embedding it.
    pub linked: bool,
}

impl Invite {
    /// Returns the first message, if there is one.
    pub(in crate::sim::ucwa) fn first_message(&self) -> Option<MessageBody> {
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
