use std::time::Duration;

use serde::{Deserialize, Serialize};
use url::Url;

use super::wire::Wire;
use crate::secret::Secret;

/// All that signing in to one account needs.
#[derive(Clone, Debug, PartialEq)]
pub struct Settings {
    /// Where discovery begins.
    pub start: Start,
    /// How we prove who we are.
    pub credentials: Credentials,
    /// Hosts that may be given a token although discovery did not name them.
    pub trusted_hosts: Vec<String>,
    /// Which invitations are wanted (`supportedModalities`).
    pub modalities: Vec<Modality>,
    /// The phone that rings for phone audio (`phoneNumber`), as a tel URI.
    pub phone_number: Option<String>,
    /// The presence to sign in with (`signInAs`).
    pub sign_in_as: Availability,
    /// The language of what the server says (`culture`).
    pub culture: String,
    /// How long the server may hold a poll (`timeout` of the event channel): 180 to 1800 s.
    pub poll_timeout: Duration,
    /// When to tell the server that the user is there (`reportMyActivity`).
    pub activity: Activity,
    /// The form of the documents (`application/json` or `application/xml`).
    pub wire: Wire,
    /// Names this installation among the user's devices (`endpointId`).
    pub endpoint_id: String,
}

/// Where discovery begins.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Start {
    /// At the well-known hosts of a sign-in domain.
    Domain(String),
    /// At this address.
    Url(Url),
}

/// How we prove who we are.
#[derive(Clone, Debug, PartialEq)]
pub enum Credentials {
    /// With a bearer token from elsewhere.
    Token(Secret),
    /// With a name and a password, for which the server gives a token.
    Password {
        /// The name: `user@domain` or `DOMAIN\user`.
        username: String,
        /// The password.
        password: Secret,
    },
}

/// A kind of conversation that we can take part in.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Modality {
    /// Instant messages.
    Messaging,
    /// Calls over the user's phone.
    PhoneAudio,
    /// Audio calls.
    Audio,
    /// Video calls.
    Video,
}

/// A presence to sign in with.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub enum Availability {
    /// Available.
    #[default]
    Online,
    /// Busy.
    Busy,
    /// Do not disturb: most invitations won't arrive.
    DoNotDisturb,
    /// Be right back.
    BeRightBack,
    /// Away.
    Away,
    /// Off work.
    Offwork,
}

/// When to tell the server that the user is there.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Activity {
    /// As long as the program runs.
    #[default]
    Always,
    /// Only while keys are pressed.
    Keys,
}
