//! Reloading the configuration while the program runs.

use std::path::{Path, PathBuf};

use super::endpoint::Endpoint;
use super::error::ConfigError;
use super::file::File;
use super::load::load;
use super::location::file_path;
use super::settings::{AccountSection, Config};
use crate::app::{Alerts, KeyMap, Settings};
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
    /// The accounts, with their names on the screen.
    accounts: Vec<(AccountSection, DisplayText)>,
    rejection: Rejection,
    ui: (NamedTheme, [bool; 4], Alerts, Reason),
    keys: KeyMap,
    rules: Rules,
    history: (bool, usize, bool),
    hooks: hooks::Settings,
}

impl StartupSettings {
    fn new(config: &Config) -> Self {
        // All are named, so that a new setting is not forgotten here.
        let Settings {
            keys,
            default_reason,
            default_rejection,
            bell,
            rules,
            alerts,
            still,
            mouse,
            demo: _,
            history_limit,
        } = &config.settings;
        Self {
            accounts: config
                .accounts
                .iter()
                .map(|account| (account.section.clone(), account.label.clone()))
                .collect(),
            rejection: *default_rejection,
            ui: (
                config.theme.clone(),
                [config.ascii, *bell, *still, *mouse],
                alerts.clone(),
                *default_reason,
            ),
            keys: keys.clone(),
            rules: rules.clone(),
            history: (config.history, *history_limit, config.history_messages),
            hooks: config.hooks.clone(),
        }
    }

    /// Returns the label of the account of a section.
    fn label(&self, section: &AccountSection) -> Option<&DisplayText> {
        self.accounts.iter().find(|(of, _)| of == section).map(|(_, label)| label)
    }

    /// Returns the accounts that only one of `self` and `new` has, in words.
    fn added_or_removed(&self, new: &Self) -> Vec<String> {
        let missing = |of: &Self, other: &Self| -> Vec<String> {
            let missing = of.accounts.iter().filter(|(section, _)| other.label(section).is_none());
            missing.map(|(section, _)| name_of(section)).collect()
        };
        [missing(self, new), missing(new, self)].concat()
    }

    /// Returns the names of the parts in which `self` and `new` differ.
    fn differences(&self, new: &Self) -> Vec<String> {
        let is_renamed = |(section, label): &(AccountSection, DisplayText)| {
            new.label(section).is_some_and(|new_label| new_label != label)
        };
        let parts = [
            ("the account's name on the screen", self.accounts.iter().any(is_renamed)),
            ("default_reject_reason", self.rejection != new.rejection),
            ("[ui]", self.ui != new.ui),
            ("[keys]", self.keys != new.keys),
            ("[[rules]]", self.rules != new.rules),
            ("[history]", self.history != new.history),
            ("[hooks]", self.hooks != new.hooks),
        ];
        let parts = parts.into_iter().filter(|(_, differs)| *differs).map(|(part, _)| part.to_owned());
        self.added_or_removed(new).into_iter().chain(parts).collect()
    }
}

/// Returns what a section configures, for a list of changes.
fn name_of(section: &AccountSection) -> String {
    match section {
        AccountSection::Ucwa => "Skype for Business".to_owned(),
        AccountSection::Graph | AccountSection::Named(_) => section.to_string(),
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
    pub fn reload(&self) -> Result<(Config, Vec<String>), ConfigError> {
        let config = File::read(Some(&self.path), None)?.check_with(self.endpoint.clone())?;
        let restart_required = self.startup.differences(&StartupSettings::new(&config));
        Ok((config, restart_required))
    }
}
