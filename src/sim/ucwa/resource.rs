//! The resources of an application, each of which an href identifies.

use super::conversation::ConversationNumber;
use super::invitation::InvitationNumber;
use super::message::MessageNumber;
use super::personal::PersonalResource;
use super::resource_numbers::ContactNumber;

/// A resource of an application, or a link that a client posts to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) enum Resource {
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
pub(super) const IDLE_MODALITIES: [&str; 3] = ["applicationSharing", "audioVideo", "dataCollaboration"];

/// An action of a leader on a participant of a meeting.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) enum ParticipantAction {
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

    /// Returns the path and the query of an href in `application` that `secret` makes unguessable.
    pub fn href(self, application: &str, secret: &str) -> String {
        let base = format!("/ucwa/oauth/v1/applications/{application}");
        let communication = format!("{base}/communication");
        match self {
            Self::Application => base,
            Self::Personal(resource) => format!("{base}/{}", resource.tail(secret)),
            Self::Events => format!("{base}/events?key={secret}"),
            Self::Me => format!("{base}/me"),
            Self::MakeMeAvailable => format!("{base}/me/makeMeAvailable"),
            Self::ReportMyActivity => format!("{base}/reportMyActivity"),
            Self::Communication => communication,
            Self::Conversations => format!("{communication}/conversations?filter=active"),
            Self::StartMessaging => format!("{communication}/messagingInvitations"),
            Self::StartPhoneAudio => format!("{communication}/phoneAudioInvitations"),
            Self::StartOnlineMeeting => {
                format!("{communication}/onlineMeetingInvitations?onlineMeetingUri=adhoc")
            }
            Self::JoinOnlineMeeting => format!("{communication}/onlineMeetingInvitations"),
            Self::Invitation(_) => format!("{communication}/invitations/{secret}"),
            Self::Accept(_) | Self::AcceptWithPhoneAudio(_) | Self::Decline(_) | Self::Cancel(_) => {
                format!("{communication}/invitations/{secret}/{}", self.rel())
            }
            Self::Conversation(_) => format!("{communication}/conversations/{secret}"),
            Self::AddParticipant(_) => {
                format!("{communication}/conversations/participants?conversation={secret}")
            }
            Self::Participant(..) | Self::LocalParticipant(_) => {
                format!("{communication}/participants/{secret}")
            }
            Self::ParticipantAction(..) | Self::ParticipantMessaging(..) => {
                format!("{communication}/participants/{secret}/{}", self.rel())
            }
            Self::Message(_) => format!("{communication}/messages/{secret}"),
            Self::PhoneAudio(_) => format!("{communication}/phoneAudio/{secret}"),
            Self::StopPhoneAudio(_) => format!("{communication}/phoneAudio/{secret}/terminate"),
            Self::SetIsTyping(_) => format!("{communication}/messaging/{secret}/typing"),
            Self::Participants(_)
            | Self::Attendees(_)
            | Self::Leaders(_)
            | Self::Lobby(_)
            | Self::OnlineMeeting(_)
            | Self::UserAcknowledged(_)
            | Self::IdleModality(..) => format!("{communication}/conversations/{secret}/{}", self.rel()),
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
    Message(MessageNumber),
}

impl Finished {
    /// Returns the resources that belong to it.
    pub fn resources(&self) -> Vec<Resource> {
        match *self {
            Self::Invitation(number) => vec![
                Resource::Invitation(number),
                Resource::Accept(number),
                Resource::AcceptWithPhoneAudio(number),
                Resource::Decline(number),
                Resource::Cancel(number),
            ],
            Self::Conversation(number, roster) => [
                Resource::Conversation(number),
                Resource::AddParticipant(number),
                Resource::ParticipantMessaging(number, None),
                Resource::LocalParticipant(number),
                Resource::Participants(number),
                Resource::Attendees(number),
                Resource::Leaders(number),
                Resource::Lobby(number),
                Resource::OnlineMeeting(number),
                Resource::UserAcknowledged(number),
                Resource::Messaging(number),
                Resource::AddMessaging(number),
                Resource::SendMessage(number),
                Resource::StopMessaging(number),
                Resource::SetIsTyping(number),
                Resource::TypingParticipants(number),
                Resource::PhoneAudio(number),
                Resource::StopPhoneAudio(number),
            ]
            .into_iter()
            .chain(IDLE_MODALITIES.map(|rel| Resource::IdleModality(number, rel)))
            .chain((0..roster).flat_map(|index| participant_resources(number, index)))
            .collect(),
            Self::Message(number) => vec![Resource::Message(number)],
        }
    }
}

/// Returns the resources of the participant at an index of the roster.
fn participant_resources(number: ConversationNumber, index: usize) -> impl Iterator<Item = Resource> {
    let actions = ParticipantAction::ALL
        .into_iter()
        .map(move |action| Resource::ParticipantAction(number, index, action));
    [Resource::Participant(number, index), Resource::ParticipantMessaging(number, Some(index))]
        .into_iter()
        .chain(actions)
}
