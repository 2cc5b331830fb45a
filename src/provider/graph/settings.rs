use std::net::SocketAddr;
use std::path::PathBuf;

use serde::{Deserialize, Serialize};
use url::Url;

use crate::secret::Secret;

/// All that receiving and answering the calls of one bot needs.
#[derive(Clone, Debug)]
pub struct Settings {
    /// The bot's own directory: a domain or an id.
    pub tenant: String,
    /// The bot's application id: what its notifications are for (`aud`), and what it signs in as.
    pub client_id: String,
    /// How the bot proves who it is.
    pub credential: Credential,
    /// The cloud that the bot is registered in.
    pub cloud: Cloud,
    /// Where tokens come from; `{tenant}/oauth2/v2.0/token` follows.
    pub authority: Url,
    /// Where calls are answered, with the version: `https://graph.microsoft.com/v1.0`.
    pub base: Url,
    /// Where the metadata is that leads to the keys of notifications.
    pub openid_url: Url,
    /// Who may have issued the token of a notification (`iss`).
    pub issuers: Vec<String>,
    /// The directories that notifications may come from (`tid`); empty for any.
    pub allowed_tenants: Vec<String>,
    /// Where Microsoft Graph reaches the webhook; its path is the listener's.
    pub public_url: Url,
    /// Where they are listened for on this machine.
    pub listen: SocketAddr,
}

/// How the bot proves who it is.
#[derive(Clone, Debug)]
pub enum Credential {
    /// With a secret (`client_secret`).
    Secret(Secret),
    /// With a certificate (`client_assertion`).
    Certificate {
        /// The certificate (PEM).
        certificate: PathBuf,
        /// Its private key (PEM, RSA), readable by its owner alone.
        key: PathBuf,
    },
}

/// A national cloud of Microsoft's.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Cloud {
    /// The worldwide service.
    #[default]
    Global,
    /// US Government L4.
    UsGovL4,
    /// US Government L5 (DOD).
    UsGovL5,
    /// China, operated by 21Vianet.
    China,
}

impl Cloud {
    /// Its name in the configuration.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Global => "global",
            Self::UsGovL4 => "us-gov-l4",
            Self::UsGovL5 => "us-gov-l5",
            Self::China => "china",
        }
    }

    /// The host that gives tokens.
    #[must_use]
    pub fn login(self) -> &'static str {
        match self {
            Self::Global => "https://login.microsoftonline.com/",
            Self::UsGovL4 | Self::UsGovL5 => "https://login.microsoftonline.us/",
            Self::China => "https://login.chinacloudapi.cn/",
        }
    }

    /// The host of Microsoft Graph.
    #[must_use]
    pub fn graph(self) -> &'static str {
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
    /// The stable one.
    #[default]
    #[serde(rename = "v1.0")]
    V1,
    /// The one that may change.
    #[serde(rename = "beta")]
    Beta,
}

impl Api {
    /// Its part of the path.
    #[must_use]
    pub fn segment(self) -> &'static str {
        match self {
            Self::V1 => "v1.0",
            Self::Beta => "beta",
        }
    }
}

/// The metadata of the service that signs notifications.
pub const OPENID_URL: &str = "https://api.aps.skype.com/v1/.well-known/OpenIdConfiguration";

/// Who issues the tokens of notifications.
pub const ISSUERS: [&str; 2] = ["https://api.botframework.com", "https://graph.microsoft.com"];
