use super::Resource;

impl Resource {
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
