//! The file as it is written, and how it is read.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use secrecy::SecretString;
use serde::{Deserialize, Serialize};
use toml::Spanned;

use super::graph::Graph;
use super::{ConfigError, usual_path};
use crate::invitation::Reason;
use crate::provider::ucwa::{Activity, Availability, Modality, Wire};

/// A value and where it stands.
pub(super) type Value<T> = Option<Spanned<T>>;

/// A configuration file that was read; what is in it is not checked yet.
#[derive(Debug)]
pub struct File {
    pub(super) path: PathBuf,
    pub(super) text: String,
    pub(super) root: Root,
}

/// The file's keys.
#[derive(Debug, Deserialize)]
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
    #[serde(default)]
    pub trusted_hosts: Vec<String>,
    pub modalities: Value<Vec<Modality>>,
    pub phone_number: Value<String>,
    #[serde(default)]
    pub sign_in_as: Availability,
    pub culture: Value<String>,
    pub poll_timeout: Value<jiff::SignedDuration>,
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

impl File {
    /// Reads a file: the one that is named, or that of a profile, or the one in its usual place.
    ///
    /// # Errors
    /// When there is none, others could read its secret, or it is no TOML with the known keys.
    pub fn read(path: Option<&Path>, profile: Option<&str>) -> Result<Self, ConfigError> {
        let path = place(path, profile)?;
        let text = std::fs::read_to_string(&path).map_err(|source| match source.kind() {
            std::io::ErrorKind::NotFound => ConfigError::Missing(path.clone()),
            _ => ConfigError::Unreadable { path: path.clone(), source },
        })?;
        let root: Root = toml::from_str(&text).map_err(|error| {
            let byte = error.span().map_or(0, |span| span.start);
            ConfigError::at(&path, &text, byte, explain(&text, byte, error.message()))
        })?;
        let graph = root.graph.as_ref();
        let holds_a_secret = root.token.is_some() || graph.is_some_and(|graph| graph.client_secret.is_some());
        if holds_a_secret && super::secret::is_exposed(&path) {
            return Err(ConfigError::Exposed(path));
        }
        Ok(Self { path, text, root })
    }

    /// A complaint about a value.
    pub(super) fn wrong<T>(&self, value: &Spanned<T>, what: impl Into<String>) -> ConfigError {
        ConfigError::at(&self.path, &self.text, value.span().start, what.into())
    }

    /// A complaint about what is not there.
    pub(super) fn lacking(&self, what: &str) -> ConfigError {
        ConfigError::Lacking { path: self.path.clone(), what: what.to_owned() }
    }
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
        Some(name) => Err(ConfigError::Lacking {
            path: usual,
            what: format!("a profile can't be called `{name}`; use letters, digits, - and _"),
        }),
    }
}

/// The parser's message, with the key it is about and the nearest right name for an unknown one.
fn explain(text: &str, byte: usize, message: &str) -> String {
    let quoted: Vec<&str> = message.split('`').skip(1).step_by(2).collect();
    if let [unknown, known @ ..] = quoted.as_slice()
        && (message.starts_with("unknown field") || message.starts_with("unknown variant"))
    {
        let kind = if message.starts_with("unknown field") { "key" } else { "value" };
        let nearest = known
            .iter()
            .map(|name| (strsim::jaro_winkler(unknown, name), name))
            .filter(|(likeness, _)| *likeness > 0.8)
            .max_by(|a, b| a.0.total_cmp(&b.0));
        return match nearest {
            Some((_, name)) => format!("there is no {kind} `{unknown}`; did you mean `{name}`?"),
            None => format!("there is no {kind} `{unknown}` here; there are {}", known.join(", ")),
        };
    }
    let line = text.get(..byte).map_or("", |before| before.rsplit('\n').next().unwrap_or_default());
    let line = line.split('=').next().unwrap_or_default().trim();
    let message = message.trim();
    if line.is_empty() { message.to_owned() } else { format!("`{line}`: {message}") }
}
