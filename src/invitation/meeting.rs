use super::{ConversationId, Party};
use crate::text::DisplayText;

/// The id of a participant of a conversation. A provider never uses a number again within a conversation.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ParticipantId {
    /// The conversation.
    pub conversation: ConversationId,
    /// The provider's number of the participant.
    pub number: u64,
}

/// The meeting that a conversation is (`onlineMeeting` in UCWA).
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Meeting {
    /// The address by which the meeting is joined (`onlineMeetingUri`); may be empty.
    pub uri: DisplayText,
    /// The address by which the meeting is joined from a browser (`joinUrl`); may be empty.
    pub join_url: DisplayText,
    /// Whether the user waits in the lobby, or takes part with a role, which may be unknown.
    pub own_place: OwnPlace,
    /// The roles of the participants in the order of [`Conversation::participants`](super::Conversation); shorter if the
    /// last ones are unknown.
    pub roles: Vec<Option<MeetingRole>>,
    /// The people who wait to be admitted, in the order in which they came.
    pub lobby: Vec<Waiting>,
}

/// The user's own place in a meeting.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum OwnPlace {
    /// The user waits in the lobby.
    Lobby,
    /// The user takes part, with a role if that is known.
    Inside(Option<MeetingRole>),
}

impl Default for OwnPlace {
    fn default() -> Self {
        Self::Inside(None)
    }
}

/// The role of somebody in a meeting (`role` and `organizer` of a participant in UCWA).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum MeetingRole {
    /// An attendee.
    Attendee,
    /// A presenter (`Leader`).
    Presenter,
    /// The person whose meeting it is, who is a presenter too.
    Organizer,
}

/// A person who waits in the lobby of a meeting.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Waiting {
    /// The id of the person as a participant.
    pub id: ParticipantId,
    /// The person; may be empty until the participant was read.
    pub party: Party,
    /// Whether the user can admit the person now (the link `admit`).
    pub can_admit: bool,
    /// Whether the user can reject the person now (the link `reject`).
    pub can_reject: bool,
}

impl Waiting {
    /// Returns whether an answer is possible now.
    #[must_use]
    pub fn allows(&self, admission: Admission) -> bool {
        match admission {
            Admission::Admit => self.can_admit,
            Admission::Reject => self.can_reject,
        }
    }
}

/// The user's answer to somebody who waits in the lobby.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Admission {
    /// Let the person into the meeting (`admit`).
    Admit,
    /// Send the person away (`reject`).
    Reject,
}

impl Meeting {
    /// Returns whether the user waits to be admitted.
    #[must_use]
    pub fn is_waiting(&self) -> bool {
        self.own_place == OwnPlace::Lobby
    }

    /// Returns the person in the lobby with that id.
    #[must_use]
    pub fn waiting(&self, id: ParticipantId) -> Option<&Waiting> {
        self.lobby.iter().find(|waiting| waiting.id == id)
    }
}
