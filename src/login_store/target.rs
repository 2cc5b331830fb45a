use serde::{Deserialize, Serialize};
use url::Url;

/// The server that a login was tried at, as the configuration names it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum LoginTarget {
    /// The well-known hosts of a sign-in domain, in lower case.
    Domain(String),
    /// A discovery document's address.
    Url(String),
    /// The directory of a bot.
    Bot {
        /// The base URL of token endpoints.
        authority: String,
        /// The bot's application id.
        client_id: String,
    },
}

impl LoginTarget {
    /// Returns the target of a sign-in domain.
    #[must_use]
    pub fn domain(domain: &str) -> Self {
        Self::Domain(domain.to_lowercase())
    }

    /// Returns the target of a discovery document's address.
    #[must_use]
    pub fn url(url: &Url) -> Self {
        Self::Url(url.to_string())
    }

    /// Returns the target of a bot.
    #[must_use]
    pub fn bot(authority: &Url, client_id: &str) -> Self {
        Self::Bot { authority: authority.to_string(), client_id: client_id.to_owned() }
    }
}
