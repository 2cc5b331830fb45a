use crate::invitation::{PreferredAvailability, Presence};

/// The presence of an account's user, as far as it is known. That of a bot never is: it has none.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum OwnPresence {
    /// The server has not told it, or does not tell it.
    #[default]
    Unknown,
    /// The server has told it.
    Known(Presence),
}

impl OwnPresence {
    /// Returns whether the user asks not to be disturbed, on this device or another.
    #[must_use]
    pub fn is_do_not_disturb(&self) -> bool {
        matches!(self, Self::Known(presence) if presence.is_do_not_disturb())
    }
}

/// A choice of the user's own presence.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PresenceChoice {
    /// Set a presence.
    Set(PreferredAvailability),
    /// Have the server decide again.
    Reset,
}

impl PresenceChoice {
    /// Iterates over all choices in the order in which they are offered.
    pub fn all() -> impl Iterator<Item = Self> {
        PreferredAvailability::ALL.into_iter().map(Self::Set).chain([Self::Reset])
    }

    /// Returns the words for the choice, like “Do not disturb”.
    #[must_use]
    pub fn words(self) -> &'static str {
        match self {
            Self::Set(presence) => presence.words(),
            Self::Reset => "Reset",
        }
    }

    /// Returns one line that says what the choice does.
    #[must_use]
    pub fn explanation(self) -> &'static str {
        match self {
            Self::Set(PreferredAvailability::Online) => "you are available",
            Self::Set(PreferredAvailability::Busy) => "you are busy; invitations still arrive",
            Self::Set(PreferredAvailability::DoNotDisturb) => "the bell is silent until you change it",
            Self::Set(PreferredAvailability::BeRightBack) => "you will be back soon",
            Self::Set(PreferredAvailability::Away) => "others see you as away",
            Self::Set(PreferredAvailability::Offwork) => "you are not at work",
            Self::Reset => "the server decides again, from what you do",
        }
    }
}
