//! The settings that result from a valid configuration.

use std::fmt;
use std::path::{Path, PathBuf};

use super::endpoint::Endpoint;
use crate::app;
use crate::hooks;
use crate::login_store::{LoginStore, LoginTarget, login_path};
use crate::provider::network::Network;
use crate::provider::{graph, ucwa};
use crate::shell::quoted;
use crate::text::DisplayText;
use crate::theme::NamedTheme;

/// The settings of a run of the program.
#[derive(Debug)]
pub struct Config {
    /// The accounts, in the order in which they are shown.
    pub accounts: Vec<AccountConfig>,
    /// The settings of the reducer, such as the key map.
    pub settings: app::Settings,
    /// Whether the history is written to the disk.
    pub history: bool,
    /// Whether the history has the texts of messages.
    pub history_messages: bool,
    /// The programs that are run for events.
    pub hooks: hooks::Settings,
    /// The colours of the screen.
    pub theme: NamedTheme,
    /// Whether only ASCII characters are drawn.
    pub ascii: bool,
    /// The lock that reserves the UCWA endpoint of the accounts for this process, if one of them needs it.
    pub endpoint: Option<Endpoint>,
}

/// The settings of the sections `[ui]` and `[keys]`.
#[derive(Debug)]
pub struct ScreenConfig {
    /// The settings of the reducer, such as the key map.
    pub settings: app::Settings,
    /// The colours of the screen.
    pub theme: NamedTheme,
    /// Whether only ASCII characters are drawn.
    pub ascii: bool,
}

/// The settings of an account.
#[derive(Debug)]
pub struct AccountConfig {
    /// The part of the file that configures the account.
    pub section: AccountSection,
    /// The account's name on the screen: that of the configuration, or else one that follows from the settings.
    pub label: DisplayText,
    /// The settings of the provider.
    pub service: Service,
    /// The certificate authorities and the proxy.
    pub network: Network,
}

/// The part of a configuration file that configures an account. The account is known by it when the file is read again.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum AccountSection {
    /// The top of the file and `[ucwa]`.
    Ucwa,
    /// `[graph]`.
    Graph,
    /// The `[[account]]` with this name.
    Named(String),
}

impl AccountSection {
    /// Returns the path of the file in which `rsvp login` keeps what belongs to the section of a configuration file; `None`
    /// if the platform has no directory for it.
    #[must_use]
    pub fn login_path(&self, file: &Path) -> Option<PathBuf> {
        match self {
            Self::Ucwa => login_path(file, "ucwa"),
            Self::Graph => login_path(file, "graph"),
            Self::Named(name) => login_path(file, &format!("account-{name}")),
        }
    }

    /// Returns the place in which `rsvp login` keeps what belongs to the section of a configuration file, for the account's
    /// server; `None` if the platform has no directory for it.
    #[must_use]
    pub fn login_store(&self, file: &Path, target: LoginTarget) -> Option<LoginStore> {
        let store = LoginStore::at(self.login_path(file)?, target);
        Some(match self {
            Self::Ucwa => store,
            Self::Graph => store.chosen_by("--graph"),
            Self::Named(name) => store.chosen_by(&format!("--account {}", quoted(name))),
        })
    }

    /// Returns what the section configures, in words.
    #[must_use]
    pub fn contents(&self) -> String {
        match self {
            Self::Ucwa => "an account of Skype for Business".to_owned(),
            Self::Graph => "a bot".to_owned(),
            Self::Named(_) => format!("{self}, or it is of another kind"),
        }
    }
}

impl fmt::Display for AccountSection {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Ucwa => write!(formatter, "[ucwa]"),
            Self::Graph => write!(formatter, "[graph]"),
            Self::Named(name) => write!(formatter, "the account “{name}”"),
        }
    }
}

/// The service of an account, with the settings of its provider.
#[derive(Clone, Debug)]
pub enum Service {
    /// Skype for Business.
    Ucwa(Box<ucwa::Settings>),
    /// A bot at Microsoft Graph.
    Graph(Box<graph::Settings>),
}

impl Service {
    /// Returns the server that a login is tried at and kept for.
    #[must_use]
    pub fn login_target(&self) -> LoginTarget {
        match self {
            Self::Ucwa(settings) => settings.start.login_target(),
            Self::Graph(settings) => LoginTarget::bot(&settings.authority, &settings.client_id),
        }
    }
}

impl AccountConfig {
    /// Returns the settings of an account of Skype for Business.
    #[must_use]
    pub fn ucwa(&self) -> Option<&ucwa::Settings> {
        match &self.service {
            Service::Ucwa(settings) => Some(settings),
            Service::Graph(_) => None,
        }
    }

    /// Returns the settings of a bot.
    #[must_use]
    pub fn graph(&self) -> Option<&graph::Settings> {
        match &self.service {
            Service::Graph(settings) => Some(settings),
            Service::Ucwa(_) => None,
        }
    }
}
