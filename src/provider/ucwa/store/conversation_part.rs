/// A part of a conversation that is a resource of its own.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum ConversationPart {
    /// The people in the lobby of the meeting (`lobby`).
    Lobby,
    /// The attendees of the meeting (`attendees`).
    Attendees,
    /// The presenters of the meeting (`leaders`).
    Leaders,
    /// The meeting (`onlineMeeting`).
    OnlineMeeting,
    /// The phone (`phoneAudio`).
    PhoneAudio,
}

impl ConversationPart {
    /// The parts that a conversation links to, and the relations of the links.
    pub(super) const ALL: [(Self, &'static str); 5] = [
        (Self::Lobby, "lobby"),
        (Self::Attendees, "attendees"),
        (Self::Leaders, "leaders"),
        (Self::OnlineMeeting, "onlineMeeting"),
        (Self::PhoneAudio, "phoneAudio"),
    ];
}
