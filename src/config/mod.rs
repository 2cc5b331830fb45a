//! The configuration file: its schema, its defaults, and where the secrets come from.

mod check;
mod endpoint;
mod error;
mod file;
mod graph;
mod read;
mod reader;

use std::path::{Path, PathBuf};

pub use endpoint::Endpoint;
pub use error::{ConfigError, Fault};
pub use file::{File, ThemeName, command, place};
pub use reader::Reader;

use crate::app;
use crate::provider::network::Network;
use crate::provider::ucwa;
use crate::text::DisplayText;

/// The commented file that `rsvp config init` writes; a test holds it to the schema and its defaults.
pub const EXAMPLE: &str = include_str!("../../config.example.toml");

/// All that a run needs to know.
#[derive(Debug)]
pub struct Config {
    /// Skype for Business.
    pub ucwa: Option<Source<ucwa::Settings>>,
    /// The bot at Microsoft Graph.
    pub graph: Option<Source<crate::provider::graph::Settings>>,
    /// What the screen and the keys are like.
    pub settings: app::Settings,
    /// Whether the history is kept on the disk.
    pub history: bool,
    /// The colours of the screen.
    pub theme: ThemeName,
    /// Whether only ASCII is drawn.
    pub ascii: bool,
    /// Keeps this copy's endpoint from being used by another one.
    pub endpoint: Option<Endpoint>,
}

/// What the screen and the keys are like.
#[derive(Debug)]
pub struct Look {
    /// What the reducer has to know.
    pub settings: app::Settings,
    /// The colours.
    pub theme: ThemeName,
    /// Whether only ASCII is drawn.
    pub ascii: bool,
}

/// One source of invitations.
#[derive(Debug)]
pub struct Source<T> {
    /// What it is called on the screen.
    pub label: DisplayText,
    /// How to sign in there.
    pub settings: T,
    /// How it is reached.
    pub network: Network,
}

/// The usual place of the file.
#[must_use]
pub fn usual_path() -> Option<PathBuf> {
    Some(directories::ProjectDirs::from("", "", "rsvp")?.config_dir().join("config.toml"))
}

/// Reads the file (the one in its usual place if none is named) and checks all of it.
///
/// # Errors
/// When there is none, or something in it is wrong; each names the place and the remedy.
pub fn load(path: Option<&Path>, profile: Option<&str>) -> Result<Config, ConfigError> {
    let file = File::read(path, profile)?;
    file.check()
}

/// Reads what a file says of the screen and the keys, and nothing else of it. Without a file in its usual place all
/// is as usual.
///
/// # Errors
/// When a file that is named is not there, or something in those sections is wrong.
pub fn look(path: Option<&Path>, profile: Option<&str>) -> Result<Look, ConfigError> {
    let file = match File::read_sections(path, profile, Some(&["ui", "keys"])) {
        Err(ConfigError::Missing { .. } | ConfigError::NoPlace) if path.is_none() && profile.is_none() => {
            File::default()
        }
        file => file?,
    };
    file.look()
}
