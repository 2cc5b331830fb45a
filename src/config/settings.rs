//! The settings that result from a valid configuration.

use super::endpoint::Endpoint;
use crate::app;
use crate::hooks;
use crate::provider::network::Network;
use crate::provider::{graph, ucwa};
use crate::text::DisplayText;
use crate::theme::NamedTheme;

/// The settings of a run of the program.
#[derive(Debug)]
pub struct Config {
    /// The account of Skype for Business, if one is configured.
    pub ucwa: Option<AccountConfig<ucwa::Settings>>,
    /// The bot of Microsoft Graph, if one is configured.
    pub graph: Option<AccountConfig<graph::Settings>>,
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
    /// The lock that reserves the UCWA endpoint of `ucwa` for this process.
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

/// The settings of a provider and of its connections.
#[derive(Debug)]
pub struct AccountConfig<T> {
    /// The account's name on the screen.
    pub label: DisplayText,
    /// The provider's settings.
    pub settings: T,
    /// The certificate authorities and the proxy.
    pub network: Network,
}
