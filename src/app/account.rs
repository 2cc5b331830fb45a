use super::OwnPresence;
use crate::invitation::Party;
use crate::provider::{Problem, Status};
use crate::text::DisplayText;

/// An account.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Account {
    /// The name in the configuration, or the sign-in domain.
    pub label: DisplayText,
    /// Whether the user has given the account its name, which the header shows in place of the user's address then.
    pub is_named: bool,
    /// The user that is signed in.
    pub me: Option<Party>,
    /// The state of the connection.
    pub status: Status,
    /// The state of the connection that was announced last.
    pub announced: Status,
    /// Whether the account is that of a bot, which receives calls and does nothing else.
    pub is_bot: bool,
    /// The user's own presence.
    pub presence: OwnPresence,
    /// A problem because no notification has reached the bot yet, with what to check.
    pub unheard: Option<Problem>,
}

impl Account {
    /// Returns whether the account's name or its user's address contains a text, which is in lower case.
    pub(super) fn is_called(&self, text: &str) -> bool {
        let address = self.me.as_ref().map(|me| me.uri.as_str());
        std::iter::once(self.label.as_str()).chain(address).any(|name| name.to_lowercase().contains(text))
    }
}
