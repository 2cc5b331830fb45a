/// The lists of the main screen.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum Tab {
    /// Incoming invitations.
    #[default]
    Incoming,
    /// Invitations that the user sent.
    Outgoing,
    /// Conversations that the user, or the user's bot, takes part in.
    Conversations,
    /// Invitations that have ended.
    History,
}

impl Tab {
    /// All tabs, from left to right.
    pub const ALL: [Self; 4] = [Self::Incoming, Self::Outgoing, Self::Conversations, Self::History];

    /// Returns the title of the tab.
    #[must_use]
    pub fn title(self) -> &'static str {
        match self {
            Self::Incoming => "Incoming",
            Self::Outgoing => "Outgoing",
            Self::Conversations => "Conversations",
            Self::History => "History",
        }
    }
}
