//! Reloading the configuration while the program runs.

use std::path::{Path, PathBuf};

use super::endpoint::Endpoint;
use super::error::ConfigError;
use super::file::File;
use super::load::load;
use super::location::file_path;
use super::settings::Config;
use crate::app::{Alerts, KeyMap};
use crate::hooks;
use crate::invitation::{Reason, Rejection};
use crate::rules::Rules;
use crate::text::DisplayText;
use crate::theme::NamedTheme;

/// The configuration file of the running program.
#[derive(Debug)]
pub struct Reloader {
    path: PathBuf,
    /// The endpoint that the program acquired when it started, and keeps.
    endpoint: Option<Endpoint>,
    startup: StartupSettings,
}

/// The settings that take effect only when the program starts, grouped like the file.
#[derive(Debug)]
struct StartupSettings {
    /// The names of the accounts, as far as they are configured.
    ucwa: Option<DisplayText>,
    graph: Option<DisplayText>,
    rejection: Rejection,
    ui: (NamedTheme, bool, bool, Alerts, Reason),
    keys: KeyMap,
    rules: Rules,
    history: (bool, usize, bool),
    hooks: hooks::Settings,
}

impl StartupSettings {
    fn new(config: &Config) -> Self {
        let settings = &config.settings;
        Self {
            ucwa: config.ucwa.as_ref().map(|account| account.label.clone()),
            graph: config.graph.as_ref().map(|account| account.label.clone()),
            rejection: settings.default_rejection,
            ui: (
                config.theme.clone(),
                config.ascii,
                settings.bell,
                settings.alerts.clone(),
                settings.default_reason,
            ),
            keys: settings.keys.clone(),
            rules: settings.rules.clone(),
            history: (config.history, settings.history_limit, config.history_messages),
            hooks: config.hooks.clone(),
        }
    }

    /// Returns the names of the parts in which `self` and `new` differ.
    fn differences(&self, new: &Self) -> Vec<&'static str> {
        let added_or_removed = |old: &Option<_>, new: &Option<_>| old.is_some() != new.is_some();
        let renamed = |old: &Option<_>, new: &Option<_>| old.is_some() && new.is_some() && old != new;
        let parts = [
            ("Skype for Business", added_or_removed(&self.ucwa, &new.ucwa)),
            ("[graph]", added_or_removed(&self.graph, &new.graph)),
            (
                "the account's name on the screen",
                renamed(&self.ucwa, &new.ucwa) || renamed(&self.graph, &new.graph),
            ),
            ("default_reject_reason", self.rejection != new.rejection),
            ("[ui]", self.ui != new.ui),
            ("[keys]", self.keys != new.keys),
            ("[[rules]]", self.rules != new.rules),
            ("[history]", self.history != new.history),
            ("[hooks]", self.hooks != new.hooks),
        ];
        parts.into_iter().filter_map(|(part, differs)| differs.then_some(part)).collect()
    }
}

impl Reloader {
    /// Loads the configuration like [`load`] and remembers how to load it again.
    ///
    /// # Errors
    /// Returns an error if the file does not exist or has a mistake.
    pub fn load(path: Option<&Path>, profile: Option<&str>) -> Result<(Config, Self), ConfigError> {
        let config = load(path, profile)?;
        let path = file_path(path, profile)?;
        let endpoint = config.endpoint.clone();
        let reloader = Self { path, endpoint, startup: StartupSettings::new(&config) };
        Ok((config, reloader))
    }

    /// Returns the path of the file.
    #[must_use]
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// Reads and checks the file again. Also returns the names of the parts that have changed but take effect only
    /// after a restart.
    ///
    /// # Errors
    /// Returns an error if the file no longer exists or has a mistake.
    pub fn reload(&self) -> Result<(Config, Vec<&'static str>), ConfigError> {
        let config = File::read(Some(&self.path), None)?.check_with(self.endpoint.clone())?;
        let restart_required = self.startup.differences(&StartupSettings::new(&config));
        Ok((config, restart_required))
    }
}
