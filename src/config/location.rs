//! The path of the configuration file, and the command lines that refer to it.

use std::path::{Path, PathBuf};

use super::error::ConfigError;
use crate::shell::quoted;

/// Returns the path of the configuration file: `path` itself, the file of `profile` beside the default file, or the
/// default file in the platform's configuration directory.
///
/// # Errors
/// Returns an error if the platform has no such directory, or if the profile's name cannot be the name of a file.
pub fn file_path(path: Option<&Path>, profile: Option<&str>) -> Result<PathBuf, ConfigError> {
    if let Some(path) = path {
        return Ok(path.to_owned());
    }
    let directories = directories::ProjectDirs::from("", "", "rsvp").ok_or(ConfigError::NoDirectory)?;
    let default = directories.config_dir().join("config.toml");
    match profile {
        None => Ok(default),
        Some(name)
            if !name.is_empty() && name.chars().all(|c| c.is_alphanumeric() || matches!(c, '-' | '_')) =>
        {
            Ok(default.with_file_name(format!("{name}.toml")))
        }
        Some(name) => Err(ConfigError::InvalidProfile(name.to_owned())),
    }
}

/// Returns the directory of the user's own themes, which is beside the configuration file.
#[must_use]
pub fn themes_directory(file: &Path) -> PathBuf {
    file.parent().unwrap_or(Path::new("")).join("themes")
}

/// Returns the shell command that runs `subcommand` with the same `--config` or `--profile`.
#[must_use]
pub fn command_line(path: Option<&Path>, profile: Option<&str>, subcommand: &str) -> String {
    let file = match (path, profile) {
        (Some(path), _) => format!(" --config {}", quoted(&path.display().to_string())),
        (None, Some(profile)) => format!(" --profile {}", quoted(profile)),
        (None, None) => String::new(),
    };
    format!("rsvp{file} {subcommand}").trim_end().to_owned()
}
