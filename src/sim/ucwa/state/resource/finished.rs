use super::{IDLE_MODALITIES, ParticipantAction, Resource};
use crate::sim::ucwa::state::talk::conversation::ConversationNumber;
use crate::sim::ucwa::state::talk::invitation::InvitationNumber;
use crate::sim::ucwa::state::talk::message::MessageNumber;

/// An invitation or a conversation that has ended.
pub enum Finished {
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
