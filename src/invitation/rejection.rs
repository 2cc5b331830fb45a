use serde::{Deserialize, Serialize};

/// The reason for rejecting a call to a bot (`reason` of `call: reject` in Microsoft Graph).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Rejection {
    /// The bot is busy.
    #[default]
    Busy,
    /// No reason is given.
    None,
    /// The caller may not call the bot.
    Forbidden,
}

impl Rejection {
    /// All reasons, in the order in which the user is offered them.
    pub const ALL: [Self; 3] = [Self::Busy, Self::None, Self::Forbidden];

    /// Returns the name of the reason in requests and in the configuration.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Busy => "busy",
            Self::None => "none",
            Self::Forbidden => "forbidden",
        }
    }

    /// Returns the reason with a name, which is compared without regard to case.
    #[must_use]
    pub fn parse(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|rejection| rejection.name().eq_ignore_ascii_case(name))
    }

    /// Returns the name for users.
    #[must_use]
    pub fn label(self) -> &'static str {
        match self {
            Self::Busy => "Busy",
            Self::None => "No reason",
            Self::Forbidden => "Not allowed",
        }
    }

    /// Returns a line that explains to the user what the reason does.
    #[must_use]
    pub fn explanation(self) -> &'static str {
        match self {
            Self::Busy => "the caller hears that the bot is busy",
            Self::None => "the call is just not taken",
            Self::Forbidden => "the caller hears that calling the bot is not allowed",
        }
    }
}
