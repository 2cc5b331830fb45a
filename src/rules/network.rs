use crate::text::DisplayText;

/// The network that an invitation comes from, or the kind of identity of whoever calls a bot.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Network(&'static str);

impl Network {
    /// The names of the networks of Skype for Business, and of the identities that call a bot.
    pub const NAMES: [&str; 12] = [
        "your-organization",
        "federated",
        "public-cloud",
        "external",
        "anonymous",
        "user",
        "phone",
        "guest",
        "application",
        "on-premises",
        "device",
        "encrypted",
    ];

    /// Returns the network with a name, which is compared without regard to case.
    #[must_use]
    pub fn parse(name: &str) -> Option<Self> {
        Self::NAMES.into_iter().find(|known| known.eq_ignore_ascii_case(name)).map(Self)
    }

    /// Returns the name, one of [`Network::NAMES`].
    #[must_use]
    pub fn name(self) -> &'static str {
        self.0
    }

    /// Returns whether an origin like “federated, anonymous” names the network.
    #[must_use]
    pub fn is_in(self, origin: &DisplayText) -> bool {
        let parts = origin.as_str().split([',', ':']);
        parts.map(|part| part.trim().replace(' ', "-")).any(|part| part.eq_ignore_ascii_case(self.0))
    }
}
