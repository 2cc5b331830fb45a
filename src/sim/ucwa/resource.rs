//! The resources of an application, each of which an href identifies.

use super::conversation::ConversationNumber;
use super::invitation::InvitationNumber;

/// The number of a contact: the position at which it was first linked to.
pub(super) type ContactNumber = usize;

/// A resource of an application, or a link that a client posts to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) enum Resource {
    Application,
    Events,
    Me,
    MakeMeAvailable,
    ReportMyActivity,
    Communication,
    Invitation(InvitationNumber),
    /// The sender of an invitation as a participant.
    From(InvitationNumber),
    Accept(InvitationNumber),
    AcceptWithPhoneAudio(InvitationNumber),
    Decline(InvitationNumber),
    Cancel(InvitationNumber),
    Conversation(ConversationNumber),
    AddParticipant(ConversationNumber),
    /// A participant by the index in the roster.
    Participant(ConversationNumber, usize),
    /// The user as a participant.
    LocalParticipant(ConversationNumber),
    /// A contact and the relation by which it was linked to.
    Contact(ContactNumber, &'static str),
    Messaging(ConversationNumber),
    AddMessaging(ConversationNumber),
    SendMessage(ConversationNumber),
    StopMessaging(ConversationNumber),
    TypingParticipants(ConversationNumber),
}

impl Resource {
    /// Returns the relation, which faults name.
    pub fn rel(self) -> &'static str {
        match self {
            Self::Application => "application",
            Self::Events => "events",
            Self::Me => "me",
            Self::MakeMeAvailable => "makeMeAvailable",
            Self::ReportMyActivity => "reportMyActivity",
            Self::Communication => "communication",
            Self::Invitation(_) => "invitation",
            Self::From(_) => "from",
            Self::Accept(_) => "accept",
            Self::AcceptWithPhoneAudio(_) => "acceptWithPhoneAudio",
            Self::Decline(_) => "decline",
            Self::Cancel(_) => "cancel",
            Self::Conversation(_) => "conversation",
            Self::AddParticipant(_) => "addParticipant",
            Self::Participant(..) => "participant",
            Self::LocalParticipant(_) => "localParticipant",
            Self::Contact(_, rel) => rel,
            Self::Messaging(_) => "messaging",
            Self::AddMessaging(_) => "addMessaging",
            Self::SendMessage(_) => "sendMessage",
            Self::StopMessaging(_) => "stopMessaging",
            Self::TypingParticipants(_) => "typingParticipants",
        }
    }

    /// Returns the resource in words, for the record.
    pub fn description(self) -> String {
        let rel = self.rel();
        match self {
            Self::Invitation(number) | Self::Conversation(number) => format!("{rel} {number}"),
            Self::From(number)
            | Self::Accept(number)
            | Self::AcceptWithPhoneAudio(number)
            | Self::Decline(number)
            | Self::Cancel(number) => format!("{rel} of invitation {number}"),
            Self::Participant(number, index) => format!("{rel} {} of conversation {number}", index + 1),
            Self::AddParticipant(number)
            | Self::LocalParticipant(number)
            | Self::Messaging(number)
            | Self::AddMessaging(number)
            | Self::SendMessage(number)
            | Self::StopMessaging(number)
            | Self::TypingParticipants(number) => format!("{rel} of conversation {number}"),
            _ => rel.to_owned(),
        }
    }

    /// Returns the invitation to which the resource belongs, if any.
    pub fn invitation(self) -> Option<InvitationNumber> {
        match self {
            Self::Invitation(number)
            | Self::From(number)
            | Self::Accept(number)
            | Self::AcceptWithPhoneAudio(number)
            | Self::Decline(number)
            | Self::Cancel(number) => Some(number),
            _ => None,
        }
    }

    /// Returns the path and the query of an href in `application` that `secret` makes unguessable.
    pub fn href(self, application: &str, secret: &str) -> String {
        let base = format!("/ucwa/oauth/v1/applications/{application}");
        let communication = format!("{base}/communication");
        match self {
            Self::Application => base,
            Self::Events => format!("{base}/events?key={secret}"),
            Self::Me => format!("{base}/me"),
            Self::MakeMeAvailable => format!("{base}/me/makeMeAvailable"),
            Self::ReportMyActivity => format!("{base}/reportMyActivity"),
            Self::Communication => communication,
            Self::Invitation(_) => format!("{communication}/invitations/{secret}"),
            Self::Accept(_) | Self::AcceptWithPhoneAudio(_) | Self::Decline(_) | Self::Cancel(_) => {
                format!("{communication}/invitations/{secret}/{}", self.rel())
            }
            Self::Conversation(_) => format!("{communication}/conversations/{secret}"),
            Self::AddParticipant(_) => {
                format!("{communication}/conversations/participants?conversation={secret}")
            }
            Self::Participant(..) | Self::LocalParticipant(_) | Self::From(_) => {
                format!("{communication}/participants/{secret}")
            }
            Self::Contact(..) => format!("{base}/people/{secret}"),
            Self::Messaging(_) => format!("{communication}/messaging/{secret}"),
            Self::SendMessage(_) => format!("{communication}/messaging/messages?sessionContext={secret}"),
            Self::StopMessaging(_) => format!("{communication}/messaging/{secret}/terminate"),
            Self::AddMessaging(_) | Self::TypingParticipants(_) => {
                format!("{communication}/messaging/{secret}/{}", self.rel())
            }
        }
    }
}

/// An invitation or a conversation that has ended.
pub(super) enum Finished {
    Invitation(InvitationNumber),
    /// A conversation and the length of its roster.
    Conversation(ConversationNumber, usize),
}

impl Finished {
    /// Returns the resources that belong to it.
    pub fn resources(&self) -> Vec<Resource> {
        match *self {
            Self::Invitation(number) => vec![
                Resource::Invitation(number),
                Resource::From(number),
                Resource::Accept(number),
                Resource::AcceptWithPhoneAudio(number),
                Resource::Decline(number),
                Resource::Cancel(number),
            ],
            Self::Conversation(number, roster) => [
                Resource::Conversation(number),
                Resource::AddParticipant(number),
                Resource::LocalParticipant(number),
                Resource::Messaging(number),
                Resource::AddMessaging(number),
                Resource::SendMessage(number),
                Resource::StopMessaging(number),
                Resource::TypingParticipants(number),
            ]
            .into_iter()
            .chain((0..roster).map(|index| Resource::Participant(number, index)))
            .collect(),
        }
    }
}
