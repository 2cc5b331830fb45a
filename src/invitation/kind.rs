use serde::{Deserialize, Serialize};

/// The kind of an invitation.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Kind {
    /// An instant message (`messagingInvitation`).
    Message,
    /// A phone call (`phoneAudioInvitation`).
    Phone,
    /// An audio or video call (`audioVideoInvitation`).
    AudioVideo,
    /// An online meeting (`onlineMeetingInvitation`).
    Meeting,
    /// An invitation of a person into a conversation (`participantInvitation`); always outgoing.
    Participant,
    /// A call to a bot (`call` in Microsoft Graph).
    Call,
}

impl Kind {
    /// The names of all kinds in the exported history and on the command line.
    pub const NAMES: [&str; 6] = ["message", "phone", "audio-video", "meeting", "participant", "call"];

    /// All kinds, in the order of [`Kind::NAMES`].
    pub const ALL: [Self; 6] =
        [Self::Message, Self::Phone, Self::AudioVideo, Self::Meeting, Self::Participant, Self::Call];

    /// Returns the kind with a name, one of [`Kind::NAMES`].
    #[must_use]
    pub fn parse(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.name() == name)
    }

    /// Returns the name of the kind, one of [`Kind::NAMES`].
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Message => "message",
            Self::Phone => "phone",
            Self::AudioVideo => "audio-video",
            Self::Meeting => "meeting",
            Self::Participant => "participant",
            Self::Call => "call",
        }
    }

    /// Returns a name of at most seven letters.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::Message => "IM",
            Self::Phone => "Phone",
            Self::AudioVideo => "A/V",
            Self::Meeting => "Meeting",
            Self::Participant => "Invite",
            Self::Call => "Call",
        }
    }
}

/// The direction of an invitation, as the user sees it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Direction {
    /// Another person invites the user.
    Incoming,
    /// The user invites another person.
    Outgoing,
}

impl Direction {
    /// Returns the name of the direction in the exported history.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Incoming => "incoming",
            Self::Outgoing => "outgoing",
        }
    }
}

/// The importance that the sender gave an invitation (`importance` in UCWA).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Importance {
    /// The default.
    #[default]
    Normal,
    /// Urgent.
    Urgent,
    /// An emergency.
    Emergency,
}

impl Importance {
    /// All importances, the lowest first.
    pub const ALL: [Self; 3] = [Self::Normal, Self::Urgent, Self::Emergency];

    /// Returns the importance with a name.
    #[must_use]
    pub fn parse(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|importance| importance.name() == name)
    }

    /// Returns the name of an importance that is not normal.
    #[must_use]
    pub fn word(self) -> Option<&'static str> {
        (self != Self::Normal).then(|| self.name())
    }

    /// Returns the name in the configuration and on the command line.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Normal => "normal",
            Self::Urgent => "urgent",
            Self::Emergency => "emergency",
        }
    }
}

/// The progress of an invitation that has not ended (`state` in UCWA).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum Stage {
    /// The invitation rings.
    #[default]
    Ringing,
    /// The invitation rings for a whole team (`TeamRing`).
    TeamRing,
    /// The invitation was forwarded and rings elsewhere as well (`Forwarded`).
    Forwarded,
    /// The call is being connected (`Connecting`). Waiting in a meeting's lobby is part of this.
    Connecting,
}

impl Stage {
    /// Returns the words for a stage; `None` for plain ringing.
    #[must_use]
    pub fn words(self) -> Option<&'static str> {
        match self {
            Self::Ringing => None,
            Self::TeamRing => Some("for your team"),
            Self::Forwarded => Some("forwarded"),
            Self::Connecting => Some("connecting"),
        }
    }
}
