//! The settings of a bot.

use std::net::SocketAddr;
use std::path::PathBuf;
use std::time::Duration;

use serde::{Deserialize, Serialize};
use url::Url;

use crate::secret::Secret;

/// The settings of a bot.
#[derive(Clone, Debug)]
pub struct Settings {
    /// The bot's own tenant: a domain or an id.
    pub tenant: String,
    /// The bot's application id, which its notifications are addressed to (`aud`).
    pub client_id: String,
    /// The credential that the bot signs in with.
    pub credential: Credential,
    /// The cloud that the bot is registered in.
    pub cloud: Cloud,
    /// The base URL of token endpoints: `{authority}/{tenant}/oauth2/v2.0/token`.
    pub authority: Url,
    /// The base URL of Microsoft Graph with its version: `https://graph.microsoft.com/v1.0`.
    pub base: Url,
    /// The URL of the `OpenID` metadata, which names the keys that notifications are signed with.
    pub openid_url: Url,
    /// The accepted issuers of the tokens of notifications (`iss`).
    pub issuers: Vec<String>,
    /// The tenants that notifications are accepted from (`tid`). Empty means any.
    pub allowed_tenants: Vec<String>,
    /// The URL that Microsoft Graph posts notifications to. The listener serves the same path.
    pub public_url: Url,
    /// The address that the listener binds on this machine.
    pub listen: SocketAddr,
    /// The time for which a call waits for an answer: 15 s, or 5 s for a bot that records by policy (`call: answer`).
    pub ringing_time: Duration,
}

/// The credential of a bot.
#[derive(Clone, Debug)]
pub enum Credential {
    /// A client secret (`client_secret`).
    Secret(Secret),
    /// A certificate, whose key signs an assertion (`client_assertion`).
    Certificate {
        /// The path of the certificate (PEM).
        certificate: PathBuf,
        /// The path of its private key (PEM, RSA), which only its owner may read.
        key: PathBuf,
    },
}

/// A national cloud of Microsoft.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Cloud {
    /// The worldwide service.
    #[default]
    Global,
    /// US Government L4.
    UsGovL4,
    /// US Government L5 (`DoD`).
    UsGovL5,
    /// China, operated by 21Vianet.
    China,
}

impl Cloud {
    /// Returns the name of the cloud in the configuration.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Global => "global",
            Self::UsGovL4 => "us-gov-l4",
            Self::UsGovL5 => "us-gov-l5",
            Self::China => "china",
        }
    }

    /// Returns the base URL of the token endpoints.
    #[must_use]
    pub fn login_url(self) -> &'static str {
        match self {
            Self::Global => "https://login.microsoftonline.com/",
            Self::UsGovL4 | Self::UsGovL5 => "https://login.microsoftonline.us/",
            Self::China => "https://login.chinacloudapi.cn/",
        }
    }

    /// Returns the base URL of Microsoft Graph.
    #[must_use]
    pub fn graph_url(self) -> &'static str {
        match self {
            Self::Global => "https://graph.microsoft.com/",
            Self::UsGovL4 => "https://graph.microsoft.us/",
            Self::UsGovL5 => "https://dod-graph.microsoft.us/",
            Self::China => "https://microsoftgraph.chinacloudapi.cn/",
        }
    }
}

/// A version of Microsoft Graph.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub enum Api {
    /// The stable version.
    #[default]
    #[serde(rename = "v1.0")]
    V1,
    /// The preview version.
    #[serde(rename = "beta")]
    Beta,
}

impl Api {
    /// Returns the segment of the path.
    #[must_use]
    pub fn segment(self) -> &'static str {
        match self {
            Self::V1 => "v1.0",
            Self::Beta => "beta",
        }
    }
}

/// The time for which a call waits for an answer, unless the bot records by policy.
pub const RINGING_TIME: Duration = Duration::from_secs(15);

/// The time for which a call waits for the answer of a bot that records by policy.
pub const RECORDING_RINGING_TIME: Duration = Duration::from_secs(5);

/// The URL of the `OpenID` metadata of the service that signs notifications.
pub const OPENID_URL: &str = "https://api.aps.skype.com/v1/.well-known/OpenIdConfiguration";

/// The issuers of the tokens of notifications.
pub const ISSUERS: [&str; 2] = ["https://api.botframework.com", "https://graph.microsoft.com"];
