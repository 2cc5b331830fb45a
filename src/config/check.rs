//! Checks of a whole file: the screen and the history.

use super::accounts::assign_endpoints;
use super::endpoint::Endpoint;
use super::error::{ConfigError, Diagnostics, Invalid};
use super::file::File;
use super::location::themes_directory;
use super::settings::{Config, ScreenConfig};
use crate::app;
use crate::theme::{NamedTheme, Theme};

/// The default number of entries in the history.
const DEFAULT_KEEP: usize = 10_000;

impl File {
    /// Checks everything that the parser could not.
    ///
    /// # Errors
    /// Fails with all mistakes in the file.
    pub fn check(self) -> Result<Config, ConfigError> {
        self.check_with(None)
    }

    /// Checks the file for a process that may have acquired its endpoint before.
    pub(super) fn check_with(self, endpoint: Option<Endpoint>) -> Result<Config, ConfigError> {
        match self.examine_with(endpoint) {
            (config, None) => Ok(config),
            (_, Some(error)) => Err(error),
        }
    }

    /// Returns the valid parts of the file and the error that lists all mistakes. An account with a mistake is left
    /// out; other settings with a mistake have their defaults.
    #[must_use]
    pub fn examine(self) -> (Config, Option<ConfigError>) {
        self.examine_with(None)
    }

    fn examine_with(mut self, endpoint: Option<Endpoint>) -> (Config, Option<ConfigError>) {
        let mut diagnostics = std::mem::take(&mut self.diagnostics);
        let mut accounts = self.accounts(&mut diagnostics);
        let endpoint = assign_endpoints(&mut accounts, endpoint);
        let history_limit = diagnostics.ok(self.history_limit()).unwrap_or(DEFAULT_KEEP);
        let hooks = self.hooks(&mut diagnostics);
        let screen = self.screen(&mut diagnostics);
        let config = Config {
            accounts,
            settings: app::Settings { history_limit, ..screen.settings },
            history: self.root.history.enabled,
            history_messages: self.root.history.messages,
            hooks,
            theme: screen.theme,
            ascii: screen.ascii,
            endpoint,
        };
        (config, diagnostics.into_error(&self.path))
    }

    /// Checks the sections `[ui]` and `[keys]`.
    pub(super) fn check_screen(mut self) -> Result<ScreenConfig, ConfigError> {
        let mut diagnostics = std::mem::take(&mut self.diagnostics);
        let screen = self.screen(&mut diagnostics);
        diagnostics.into_error(&self.path).map_or(Ok(screen), Err)
    }

    fn screen(&self, diagnostics: &mut Diagnostics) -> ScreenConfig {
        let ui = &self.root.ui;
        let default_reason = ui.default_decline_reason;
        let default_rejection = diagnostics.ok(self.default_rejection()).unwrap_or_default();
        ScreenConfig {
            settings: app::Settings {
                keys: self.key_map(diagnostics),
                default_reason,
                default_rejection,
                rules: self.rules(diagnostics, (default_reason, default_rejection)),
                bell: self.bell(),
                alerts: self.alerts(diagnostics),
                still: !ui.animation.unwrap_or(true),
                mouse: ui.mouse,
                demo: false,
                history_limit: DEFAULT_KEEP,
            },
            theme: diagnostics.ok(self.theme()).unwrap_or_default(),
            ascii: ui.ascii,
        }
    }

    fn theme(&self) -> Result<NamedTheme, Invalid> {
        let Some(value) = &self.root.ui.theme else { return Ok(NamedTheme::default()) };
        let name = value.get_ref();
        let theme = Theme::load(name, &themes_directory(&self.path))
            .map_err(|error| self.invalid(value, format!("`theme`: {error}")))?;
        Ok(NamedTheme { name: name.clone(), theme })
    }

    fn history_limit(&self) -> Result<usize, Invalid> {
        match &self.root.history.keep {
            None => Ok(DEFAULT_KEEP),
            Some(value) if (1..=100_000).contains(value.get_ref()) => Ok(*value.get_ref()),
            Some(value) => Err(self.invalid(value, "`keep` must be between 1 and 100000")),
        }
    }
}
