//! The resources of an application, each of which an href identifies.

pub mod finished;
mod href;
pub mod personal;

use super::resource_numbers::ContactNumber;
use crate::sim::ucwa::state::talk::conversation::ConversationNumber;
use crate::sim::ucwa::state::talk::invitation::InvitationNumber;
use crate::sim::ucwa::state::talk::message::MessageNumber;
use personal::PersonalResource;

/// A resource of an application, or a link that a client posts to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Resource {
    Application,
    Events,
    Me,
    MakeMeAvailable,
    ReportMyActivity,
    Communication,
    Conversations,
    StartMessaging,
    StartPhoneAudio,
    StartOnlineMeeting,
    JoinOnlineMeeting,
    Invitation(InvitationNumber),
    Accept(InvitationNumber),
    AcceptWithPhoneAudio(InvitationNumber),
    Decline(InvitationNumber),
    Cancel(InvitationNumber),
    Conversation(ConversationNumber),
    AddParticipant(ConversationNumber),
    /// A participant by the index in the roster.
    Participant(ConversationNumber, usize),
    /// A link of a participant that a client posts to.
    ParticipantAction(ConversationNumber, usize, ParticipantAction),
    /// The part that a participant, or the user without an index, takes in messaging.
    ParticipantMessaging(ConversationNumber, Option<usize>),
    /// The user as a participant.
    LocalParticipant(ConversationNumber),
    Participants(ConversationNumber),
    Attendees(ConversationNumber),
    Leaders(ConversationNumber),
    Lobby(ConversationNumber),
    OnlineMeeting(ConversationNumber),
    UserAcknowledged(ConversationNumber),
    /// A contact and the relation by which it was linked to.
    Contact(ContactNumber, &'static str),
    Messaging(ConversationNumber),
    AddMessaging(ConversationNumber),
    SendMessage(ConversationNumber),
    StopMessaging(ConversationNumber),
    SetIsTyping(ConversationNumber),
    TypingParticipants(ConversationNumber),
    Message(MessageNumber),
    PhoneAudio(ConversationNumber),
    StopPhoneAudio(ConversationNumber),
    /// A modality in which no conversation of the simulator takes part, by its relation.
    IdleModality(ConversationNumber, &'static str),
    /// A resource of the user or of people.
    Personal(PersonalResource),
}

/// The relations of the modalities in which no conversation of the simulator takes part.
pub const IDLE_MODALITIES: [&str; 3] = ["applicationSharing", "audioVideo", "dataCollaboration"];

/// An action of a leader on a participant of a meeting.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum ParticipantAction {
    Admit,
    Reject,
    Eject,
    Promote,
    Demote,
}

impl ParticipantAction {
    /// All actions.
    pub const ALL: [Self; 5] = [Self::Admit, Self::Reject, Self::Eject, Self::Promote, Self::Demote];

    /// Returns the relation of the link.
    pub fn rel(self) -> &'static str {
        match self {
            Self::Admit => "admit",
            Self::Reject => "reject",
            Self::Eject => "eject",
            Self::Promote => "promote",
            Self::Demote => "demote",
        }
    }
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
            Self::Conversations => "conversations",
            Self::StartMessaging => "startMessaging",
            Self::StartPhoneAudio => "startPhoneAudio",
            Self::StartOnlineMeeting => "startOnlineMeeting",
            Self::JoinOnlineMeeting => "joinOnlineMeeting",
            Self::Invitation(_) => "invitation",
            Self::Accept(_) => "accept",
            Self::AcceptWithPhoneAudio(_) => "acceptWithPhoneAudio",
            Self::Decline(_) => "decline",
            Self::Cancel(_) => "cancel",
            Self::Conversation(_) => "conversation",
            Self::AddParticipant(_) => "addParticipant",
            Self::Participant(..) => "participant",
            Self::LocalParticipant(_) => "localParticipant",
            Self::ParticipantAction(_, _, action) => action.rel(),
            Self::ParticipantMessaging(..) => "participantMessaging",
            Self::Participants(_) => "participants",
            Self::Attendees(_) => "attendees",
            Self::Leaders(_) => "leaders",
            Self::Lobby(_) => "lobby",
            Self::OnlineMeeting(_) => "onlineMeeting",
            Self::UserAcknowledged(_) => "userAcknowledged",
            Self::Contact(_, rel) | Self::IdleModality(_, rel) => rel,
            Self::Messaging(_) => "messaging",
            Self::AddMessaging(_) => "addMessaging",
            Self::SendMessage(_) => "sendMessage",
            Self::StopMessaging(_) => "stopMessaging",
            Self::SetIsTyping(_) => "setIsTyping",
            Self::TypingParticipants(_) => "typingParticipants",
            Self::Message(_) => "message",
            Self::PhoneAudio(_) => "phoneAudio",
            Self::StopPhoneAudio(_) => "stopPhoneAudio",
            Self::Personal(resource) => resource.rel(),
        }
    }

    /// Returns the conversation to which the resource belongs, if any.
    pub fn conversation(self) -> Option<ConversationNumber> {
        match self {
            Self::Conversation(number)
            | Self::AddParticipant(number)
            | Self::Participant(number, _)
            | Self::ParticipantAction(number, ..)
            | Self::ParticipantMessaging(number, _)
            | Self::LocalParticipant(number)
            | Self::Participants(number)
            | Self::Attendees(number)
            | Self::Leaders(number)
            | Self::Lobby(number)
            | Self::OnlineMeeting(number)
            | Self::UserAcknowledged(number)
            | Self::Messaging(number)
            | Self::AddMessaging(number)
            | Self::SendMessage(number)
            | Self::StopMessaging(number)
            | Self::SetIsTyping(number)
            | Self::TypingParticipants(number)
            | Self::PhoneAudio(number)
            | Self::StopPhoneAudio(number)
            | Self::IdleModality(number, _) => Some(number),
            _ => None,
        }
    }

    /// Returns the resource in words, for the record.
    pub fn description(self) -> String {
        let rel = self.rel();
        match self {
            Self::Invitation(number) | Self::Conversation(number) | Self::Message(number) => {
                format!("{rel} {number}")
            }
            Self::Participant(number, index) => format!("{rel} {} of conversation {number}", index + 1),
            Self::ParticipantAction(number, index, _) => {
                format!("{rel} of participant {} of conversation {number}", index + 1)
            }
            _ => match (self.invitation(), self.conversation()) {
                (Some(number), _) => format!("{rel} of invitation {number}"),
                (None, Some(number)) => format!("{rel} of conversation {number}"),
                (None, None) => rel.to_owned(),
            },
        }
    }

    /// Returns the invitation to which the resource belongs, if any.
    pub fn invitation(self) -> Option<InvitationNumber> {
        match self {
            Self::Invitation(number)
            | Self::Accept(number)
            | Self::AcceptWithPhoneAudio(number)
            | Self::Decline(number)
            | Self::Cancel(number) => Some(number),
            _ => None,
        }
    }
}
