//! The settings of an account.

use std::time::Duration;

use serde::{Deserialize, Serialize};
use url::Url;

use super::wire::Wire;
use crate::invitation::PreferredAvailability;
use crate::login_store::{LoginStore, LoginTarget};
use crate::secret::Secret;

/// The settings of an account.
#[derive(Clone, Debug, PartialEq)]
pub struct Settings {
    /// The beginning of discovery.
    pub start: Start,
    /// The user's credentials.
    pub credentials: Credentials,
    /// The hosts that may receive a token although discovery did not name them.
    pub trusted_hosts: Vec<String>,
    /// The kinds of invitations to receive (`supportedModalities`).
    pub modalities: Vec<Modality>,
    /// The user's phone for phone audio (`phoneNumber`), as a tel URI.
    pub phone_number: Option<String>,
    /// The presence to set when signing in (`signInAs`), in place of one that was set elsewhere. Without one, that stays.
    pub sign_in_as: Option<PreferredAvailability>,
    /// The language of the server's texts (`culture`).
    pub culture: String,
    /// The maximum time for which the server holds a poll (`timeout` of `events`): 180 to 1800 s.
    pub poll_timeout: Duration,
    /// When the user's activity is reported (`reportMyActivity`).
    pub activity: Activity,
    /// The format of requests and responses.
    pub wire: Wire,
    /// The id of this installation among the user's devices (`endpointId`).
    pub endpoint_id: String,
}

/// The beginning of discovery.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Start {
    /// The well-known hosts of a sign-in domain.
    Domain(String),
    /// A discovery document's address.
    Url(Url),
}

impl Start {
    /// Returns the server that a login is tried at and kept for.
    #[must_use]
    pub fn login_target(&self) -> LoginTarget {
        match self {
            Self::Domain(domain) => LoginTarget::domain(domain),
            Self::Url(url) => LoginTarget::url(url),
        }
    }
}

/// A user's credentials.
#[derive(Clone, Debug, PartialEq)]
pub enum Credentials {
    /// A bearer token that was obtained elsewhere.
    Token(Secret),
    /// A user name and a password, which are exchanged for a token.
    Password {
        /// The user name: `user@domain` or `DOMAIN\user`.
        username: String,
        /// The password.
        password: Secret,
    },
    /// The password or the refresh token that `rsvp login` keeps.
    Login(LoginStore),
}

/// A modality of conversations (`supportedModalities` of the UCWA reference).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Modality {
    /// Instant messages.
    Messaging,
    /// Calls through the user's phone.
    PhoneAudio,
    /// Audio calls.
    Audio,
    /// Video calls.
    Video,
}

/// When the user's activity is reported.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Activity {
    /// While the program runs.
    #[default]
    Always,
    /// While keys are pressed.
    Keys,
}
