//! Reading the file again while the program runs.

use std::path::{Path, PathBuf};

use super::{Config, ConfigError, Endpoint, File, ThemeName, load, place};
use crate::app::KeyMap;
use crate::invitation::{Reason, Rejection};
use crate::text::DisplayText;

/// The file of a configuration that is in use, which can be read again.
#[derive(Debug)]
pub struct Reader {
    path: PathBuf,
    /// The one of this copy, which goes on to be its own.
    endpoint: Option<Endpoint>,
    fixed: Fixed,
}

/// What a program takes from its configuration once, when it starts: by the parts of the file.
#[derive(Debug)]
struct Fixed {
    /// What the accounts are called, as far as there are any.
    ucwa: Option<DisplayText>,
    graph: Option<DisplayText>,
    rejection: Rejection,
    ui: (ThemeName, bool, bool, Reason),
    keys: KeyMap,
    history: (bool, usize),
}

impl Fixed {
    fn of(config: &Config) -> Self {
        let settings = &config.settings;
        Self {
            ucwa: config.ucwa.as_ref().map(|source| source.label.clone()),
            graph: config.graph.as_ref().map(|source| source.label.clone()),
            rejection: settings.default_rejection,
            ui: (config.theme, config.ascii, settings.bell, settings.default_reason),
            keys: settings.keys.clone(),
            history: (config.history, settings.history_limit),
        }
    }

    /// The parts of a file that now say something else.
    fn differences(&self, now: &Self) -> Vec<&'static str> {
        let came_or_went = |old: &Option<_>, new: &Option<_>| old.is_some() != new.is_some();
        let renamed = |old: &Option<_>, new: &Option<_>| old.is_some() && new.is_some() && old != new;
        let parts = [
            ("Skype for Business", came_or_went(&self.ucwa, &now.ucwa)),
            ("[graph]", came_or_went(&self.graph, &now.graph)),
            (
                "the account's name on the screen",
                renamed(&self.ucwa, &now.ucwa) || renamed(&self.graph, &now.graph),
            ),
            ("default_reject_reason", self.rejection != now.rejection),
            ("[ui]", self.ui != now.ui),
            ("[keys]", self.keys != now.keys),
            ("[history]", self.history != now.history),
        ];
        parts.into_iter().filter_map(|(part, differs)| differs.then_some(part)).collect()
    }
}

impl Reader {
    /// Loads a configuration as [`load`] does, and keeps what reading it again needs.
    ///
    /// # Errors
    /// When there is none, or something in it is wrong.
    pub fn load(path: Option<&Path>, profile: Option<&str>) -> Result<(Config, Self), ConfigError> {
        let config = load(path, profile)?;
        let path = place(path, profile)?;
        let reader = Self { path, endpoint: config.endpoint.clone(), fixed: Fixed::of(&config) };
        Ok((config, reader))
    }

    /// Where the file is.
    #[must_use]
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// Reads the file again and checks all of it. Returns besides the parts that have changed since the start
    /// but that a running program does not take up.
    ///
    /// # Errors
    /// When it is gone, or something in it is wrong.
    pub fn read(&self) -> Result<(Config, Vec<&'static str>), ConfigError> {
        let config = File::read(Some(&self.path), None)?.check_as(self.endpoint.clone())?;
        let left_out = self.fixed.differences(&Fixed::of(&config));
        Ok((config, left_out))
    }
}
