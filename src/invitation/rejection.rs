use serde::{Deserialize, Serialize};

/// Why a call to a bot is rejected: the `reason` of `call: reject` in Microsoft Graph.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Rejection {
    /// The bot is busy.
    #[default]
    Busy,
    /// No reason given.
    None,
    /// The caller may not call the bot.
    Forbidden,
}

impl Rejection {
    /// All of them, in the order in which they are offered.
    pub const ALL: [Self; 3] = [Self::Busy, Self::None, Self::Forbidden];

    /// Its name on the wire, where it is in lower case, and in the configuration.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Busy => "busy",
            Self::None => "none",
            Self::Forbidden => "forbidden",
        }
    }

    /// One line that tells a person what choosing it does.
    #[must_use]
    pub fn explanation(self) -> &'static str {
        match self {
            Self::Busy => "the caller hears that the bot is busy",
            Self::None => "no reason given: the call is just not taken",
            Self::Forbidden => "the caller hears that calling the bot is not allowed",
        }
    }
}
