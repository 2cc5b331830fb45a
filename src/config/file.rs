//! The file as it is written, and how it is read.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;
use std::path::{Path, PathBuf};
use std::time::Duration;

use secrecy::SecretString;
use serde::de::{Error, Visitor};
use serde::{Deserialize, Deserializer, Serialize};
use toml::Spanned;

use super::error::{Complaint, Fault, Faults};
use super::graph::Graph;
use super::read::Reading;
use super::{ConfigError, usual_path};
use crate::invitation::Reason;
use crate::provider::ucwa::{Activity, Availability, Modality, Wire};
use crate::shell::quoted;

/// A value and where it stands.
pub(super) type Value<T> = Option<Spanned<T>>;

/// A configuration file that was read; what is in it is not checked yet.
#[derive(Debug, Default)]
pub struct File {
    pub(super) path: PathBuf,
    pub(super) text: String,
    pub(super) root: Root,
    pub(super) faults: Faults,
    /// The keys that are there but could not be read.
    pub(super) spoiled: BTreeSet<String>,
}

/// The file's keys.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Root {
    pub tenant: Value<String>,
    pub token: Value<SecretString>,
    pub token_file: Value<PathBuf>,
    pub token_command: Value<Vec<String>>,
    pub username: Value<String>,
    pub password_file: Value<PathBuf>,
    pub password_command: Value<Vec<String>>,
    #[serde(default)]
    pub ucwa: Ucwa,
    pub graph: Option<Graph>,
    #[serde(default)]
    pub ui: Ui,
    #[serde(default)]
    pub keys: BTreeMap<String, Spanned<Keys>>,
    #[serde(default)]
    pub history: History,
}

#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Ucwa {
    pub url: Value<String>,
    pub ca_file: Value<PathBuf>,
    pub proxy: Value<String>,
    pub trusted_hosts: Value<Vec<String>>,
    pub modalities: Value<Vec<Modality>>,
    pub phone_number: Value<String>,
    #[serde(default)]
    pub sign_in_as: Availability,
    pub culture: Value<String>,
    pub poll_timeout: Value<Length>,
    #[serde(default)]
    pub activity: Activity,
    #[serde(default)]
    pub wire: Wire,
}

#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Ui {
    #[serde(default)]
    pub theme: ThemeName,
    #[serde(default)]
    pub ascii: bool,
    #[serde(default)]
    pub default_decline_reason: Reason,
    pub notify: Option<Vec<Notify>>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct History {
    #[serde(default = "yes")]
    pub enabled: bool,
    #[serde(default)]
    pub keep: Value<usize>,
}

impl Default for History {
    fn default() -> Self {
        Self { enabled: true, keep: None }
    }
}

fn yes() -> bool {
    true
}

/// One key or several.
#[derive(Debug, Deserialize)]
#[serde(untagged, expecting = "a key like \"a\", or several like [\"a\", \"F5\"]")]
pub(super) enum Keys {
    One(String),
    Several(Vec<String>),
}

/// How a new invitation is announced.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(super) enum Notify {
    /// The terminal's bell.
    Bell,
}

/// The colours of the screen.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum ThemeName {
    /// The terminal's own, on dark and light ones alike.
    #[default]
    Terminal,
    /// Softer ones for dark backgrounds.
    Dark,
    /// Darker ones for light backgrounds.
    Light,
    /// None: only bold, dim and reverse.
    None,
}

/// A length of time, written like `3m`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Length(pub Duration);

impl<'de> Deserialize<'de> for Length {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Written;
        const ADVICE: &str = "write a length of time, like \"3m\"";
        impl Visitor<'_> for Written {
            type Value = Length;
            fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
                formatter.write_str("a length of time")
            }
            fn visit_i64<E: Error>(self, seconds: i64) -> Result<Length, E> {
                Err(E::custom(if seconds > 0 && seconds % 60 == 0 {
                    format!("write \"{}m\"", seconds / 60)
                } else if seconds > 0 {
                    format!("write \"{seconds}s\"")
                } else {
                    ADVICE.to_owned()
                }))
            }
            fn visit_str<E: Error>(self, text: &str) -> Result<Length, E> {
                let length: Option<jiff::SignedDuration> = text.parse().ok();
                let length = length.and_then(|length| Duration::try_from(length).ok());
                length.map(Length).ok_or_else(|| E::custom(ADVICE))
            }
        }
        deserializer.deserialize_any(Written)
    }
}

impl File {
    /// Reads a file: the one that is named, or that of a profile, or the one in its usual place.
    ///
    /// # Errors
    /// When there is none, or its structure is broken, so that nothing in it can be told.
    pub fn read(path: Option<&Path>, profile: Option<&str>) -> Result<Self, ConfigError> {
        Self::read_sections(path, profile, None)
    }

    /// Reads a file, or only some sections of it.
    pub(super) fn read_sections(
        named: Option<&Path>,
        profile: Option<&str>,
        sections: Option<&[&str]>,
    ) -> Result<Self, ConfigError> {
        let path = place(named, profile)?;
        let text = std::fs::read_to_string(&path).map_err(|error| match error.kind() {
            std::io::ErrorKind::NotFound => {
                ConfigError::Missing { path: path.clone(), init: command(named, profile, "config init") }
            }
            std::io::ErrorKind::InvalidData => {
                ConfigError::Unreadable { path: path.clone(), why: "it is not UTF-8 text".into() }
            }
            _ => ConfigError::Unreadable { path: path.clone(), why: error.to_string() },
        })?;
        match Reading::of(&text, sections) {
            Ok(Reading { root, mut faults, spoiled, holds_a_secret }) => {
                if sections.is_none() && holds_a_secret && crate::secret::is_exposed(&path) {
                    let command = format!("chmod 600 {}", quoted(&path.display().to_string()));
                    faults.push(Fault::of_file(format!(
                        "others can read it, and it holds a secret; run `{command}`"
                    )));
                }
                Ok(Self { path, text, root, faults, spoiled })
            }
            Err(faults) => {
                let broken = || ConfigError::Wrong { path: path.clone(), faults: Vec::new() };
                Err(faults.into_error(&path).unwrap_or_else(broken))
            }
        }
    }

    /// A complaint about a value.
    pub(super) fn wrong<T>(&self, value: &Spanned<T>, what: impl Into<String>) -> Complaint {
        Complaint::Fault(Fault::at(&self.text, value.span().start, what))
    }

    /// A complaint about what is not there: any of these keys, or of a section that ends with a dot.
    pub(super) fn lacking(&self, keys: &[&str], what: &str) -> Complaint {
        if keys.iter().any(|key| self.is_spoiled(key)) {
            Complaint::Reported
        } else {
            Complaint::Fault(Fault::of_file(what))
        }
    }

    /// Whether a key is there but could not be read, or its section could not.
    pub(super) fn is_spoiled(&self, key: &str) -> bool {
        self.spoiled.contains(key)
            || key.split_once('.').is_some_and(|(section, _)| self.spoiled.contains(section))
    }
}

/// Returns the command line that does something with the file that is named, or with that of a profile.
#[must_use]
pub fn command(path: Option<&Path>, profile: Option<&str>, subcommand: &str) -> String {
    let file = match (path, profile) {
        (Some(path), _) => format!(" --config {}", quoted(&path.display().to_string())),
        (None, Some(profile)) => format!(" --profile {}", quoted(profile)),
        (None, None) => String::new(),
    };
    format!("rsvp{file} {subcommand}").trim_end().to_owned()
}

/// Where the file is: named, of a profile beside the usual one, or the usual one.
///
/// # Errors
/// When the system has no usual place, or the profile's name is no file name.
pub fn place(path: Option<&Path>, profile: Option<&str>) -> Result<PathBuf, ConfigError> {
    if let Some(path) = path {
        return Ok(path.to_owned());
    }
    let usual = usual_path().ok_or(ConfigError::NoPlace)?;
    match profile {
        None => Ok(usual),
        Some(name)
            if !name.is_empty() && name.chars().all(|c| c.is_alphanumeric() || matches!(c, '-' | '_')) =>
        {
            Ok(usual.with_file_name(format!("{name}.toml")))
        }
        Some(name) => Err(ConfigError::NoProfile(name.to_owned())),
    }
}
