//! The checks of the section `[hooks]`.

use std::ops::RangeInclusive;
use std::path::{MAIN_SEPARATOR, Path};
use std::time::Duration;

use toml::Spanned;

use super::error::{Diagnostics, Invalid};
use super::file::File;
use super::schema::HumanDuration;
use crate::hooks::Settings;

/// The time that a program may be given.
const TIMEOUTS: RangeInclusive<Duration> = Duration::from_millis(100)..=Duration::from_secs(600);

impl File {
    /// Checks the section `[hooks]`.
    pub(super) fn hooks(&self, diagnostics: &mut Diagnostics) -> Settings {
        let hooks = &self.root.hooks;
        let mut program = |key, value| diagnostics.ok(self.hook(key, value)).unwrap_or_default();
        let settings = Settings {
            on_invitation: program("on_invitation", hooks.on_invitation.as_ref()),
            on_outcome: program("on_outcome", hooks.on_outcome.as_ref()),
            on_message: program("on_message", hooks.on_message.as_ref()),
            on_connection: program("on_connection", hooks.on_connection.as_ref()),
            ..Settings::default()
        };
        let timeout = diagnostics.ok(self.hook_timeout(hooks.timeout.as_ref())).unwrap_or(settings.timeout);
        Settings { timeout, ..settings }
    }

    /// Checks that a hook names a program that exists, as far as its path tells. A path that starts with `~/` is in the home
    /// directory, and another one with a separator beside the configuration file.
    fn hook(&self, key: &str, value: Option<&Spanned<Vec<String>>>) -> Result<Vec<String>, Invalid> {
        let Some(value) = value else { return Ok(Vec::new()) };
        let mut words = value.get_ref().clone();
        let Some(program) = words.first_mut() else { return Ok(words) };
        if program.trim().is_empty() {
            return Err(self.invalid(
                value,
                format!(
                    "`{key}` names no program; write one like [\"/usr/bin/logger\", \"call\"], or [] for none"
                ),
            ));
        }
        if program.contains([MAIN_SEPARATOR, '/']) {
            let path = self.resolve(Path::new(program.as_str()));
            if !path.is_file() {
                return Err(self.invalid(value, format!("`{key}`: there is no program {}", path.display())));
            }
            *program = path.to_string_lossy().into_owned();
        } else if value.get_ref().len() == 1 && program.contains(' ') {
            let split: Vec<&str> = program.split_whitespace().collect();
            return Err(self
                .invalid(value, format!("`{key}`: no shell splits this; write a list of words: {split:?}")));
        }
        Ok(words)
    }

    fn hook_timeout(&self, value: Option<&Spanned<HumanDuration>>) -> Result<Duration, Invalid> {
        match value {
            None => Ok(Settings::default().timeout),
            Some(value) if TIMEOUTS.contains(&value.get_ref().0) => Ok(value.get_ref().0),
            Some(value) => Err(self.invalid(value, "`timeout` must be between \"100ms\" and \"10m\"")),
        }
    }
}
