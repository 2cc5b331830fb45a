//! Loading the configuration when the program starts.

use std::path::Path;

use super::error::ConfigError;
use super::file::File;
use super::settings::{Config, ScreenConfig};

/// Reads and checks the file at `path`, the file of `profile`, or the default file.
///
/// # Errors
/// Returns an error if the file does not exist or has a mistake.
pub fn load(path: Option<&Path>, profile: Option<&str>) -> Result<Config, ConfigError> {
    File::read(path, profile)?.check()
}

/// Reads and checks only the sections `[ui]` and `[keys]`. Returns the defaults if neither `path` nor `profile` names
/// a file and the default file does not exist.
///
/// # Errors
/// Returns an error if a named file does not exist, or if one of these sections has a mistake.
pub fn load_screen(path: Option<&Path>, profile: Option<&str>) -> Result<ScreenConfig, ConfigError> {
    load_sections(path, profile, &["ui", "keys"])
}

/// Reads and checks only what the rules depend on, and the sections `[ui]` and `[keys]`.
///
/// # Errors
/// Returns an error like [`load_screen`].
pub fn load_rules(path: Option<&Path>, profile: Option<&str>) -> Result<ScreenConfig, ConfigError> {
    load_sections(path, profile, &["ui", "keys", "graph", "account", "rules"])
}

fn load_sections(
    path: Option<&Path>,
    profile: Option<&str>,
    sections: &[&str],
) -> Result<ScreenConfig, ConfigError> {
    let file = match File::read_sections(path, profile, Some(sections)) {
        Err(ConfigError::Missing { .. } | ConfigError::NoDirectory)
            if path.is_none() && profile.is_none() =>
        {
            File::default()
        }
        file => file?,
    };
    file.check_screen()
}
