//! A configuration file that was read but not checked.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use toml::Spanned;

use super::error::{ConfigError, Diagnostic, Diagnostics, Invalid};
use super::location::{command_line, file_path};
use super::parse::Parsed;
use super::schema::{Account, Root};
use super::settings::AccountSection;
use crate::login_store::{LoginStore, LoginTarget};
use crate::private_files::is_readable_by_others;
use crate::shell::quoted;

/// A configuration file that was read but not checked.
#[derive(Debug, Default)]
pub struct File {
    pub(super) path: PathBuf,
    pub(super) text: String,
    /// The account at the top of the file.
    pub(super) top: Account,
    /// The rest of the file.
    pub(super) root: Root,
    pub(super) diagnostics: Diagnostics,
    /// Whether accounts need no way to sign in.
    is_for_login: bool,
    /// The keys whose values could not be read, like `token`, `ucwa.url` and `account.0.token`.
    pub(super) unreadable: BTreeSet<String>,
}

impl File {
    /// Reads the file at `path`, the file of `profile`, or the default file.
    ///
    /// # Errors
    /// Returns an error if the file does not exist, or if its syntax is so broken that no key can be read.
    pub fn read(path: Option<&Path>, profile: Option<&str>) -> Result<Self, ConfigError> {
        Self::read_sections(path, profile, None)
    }

    /// Reads the file, or only the named `sections`.
    pub(super) fn read_sections(
        path: Option<&Path>,
        profile: Option<&str>,
        sections: Option<&[&str]>,
    ) -> Result<Self, ConfigError> {
        let init = || command_line(path, profile, "config init");
        let path = file_path(path, profile)?;
        let text = std::fs::read_to_string(&path).map_err(|error| match error.kind() {
            std::io::ErrorKind::NotFound => ConfigError::Missing { path: path.clone(), init: init() },
            std::io::ErrorKind::InvalidData => {
                ConfigError::Unreadable { path: path.clone(), reason: "it is not UTF-8 text".into() }
            }
            _ => ConfigError::Unreadable { path: path.clone(), reason: error.to_string() },
        })?;
        match Parsed::from_text(&text, sections) {
            Ok(Parsed { mut root, mut diagnostics, unreadable, holds_a_secret }) => {
                if sections.is_none() && holds_a_secret && is_readable_by_others(&path) {
                    let command = format!("chmod 600 {}", quoted(&path.display().to_string()));
                    diagnostics.push(Diagnostic::of_file(format!(
                        "the file holds a secret and others can read it; run `{command}`"
                    )));
                }
                let top = root.take_top();
                Ok(Self { path, text, top, root, diagnostics, is_for_login: false, unreadable })
            }
            Err(diagnostics) => {
                let invalid = || ConfigError::Invalid { path: path.clone(), diagnostics: Vec::new() };
                Err(diagnostics.into_error(&path).unwrap_or_else(invalid))
            }
        }
    }

    /// Returns the error for a value.
    pub(super) fn invalid<T>(&self, value: &Spanned<T>, message: impl Into<String>) -> Invalid {
        Invalid::Diagnostic(Diagnostic::at(&self.text, value.span().start, message))
    }

    /// Accepts accounts without a way to sign in, which `rsvp login` is to find.
    #[must_use]
    pub fn for_login(self) -> Self {
        Self { is_for_login: true, ..self }
    }

    /// Returns what `rsvp login` keeps for an account at its server; `None` if it keeps nothing, unless it is about to.
    ///
    /// Without a `target`, which has a mistake then, what is kept cannot be told to be the account's.
    pub(super) fn login(
        &self,
        section: &AccountSection,
        target: Option<LoginTarget>,
    ) -> Result<Option<LoginStore>, Invalid> {
        let Some(path) = section.login_path(&self.path) else { return Ok(None) };
        match target {
            None if self.is_for_login || path.exists() => Err(Invalid::AlreadyReported),
            None => Ok(None),
            Some(target) => {
                let store = section.login_store(&self.path, target);
                Ok(store.filter(|store| self.is_for_login || !store.is_empty()))
            }
        }
    }

    /// Returns a path of the file as an absolute one: `~/` is the home directory, and relative paths start at the
    /// file's directory.
    pub(super) fn resolve(&self, path: &Path) -> PathBuf {
        if let Ok(rest) = path.strip_prefix("~")
            && let Some(home) = directories::BaseDirs::new()
        {
            return home.home_dir().join(rest);
        }
        self.path.parent().map_or_else(|| path.to_owned(), |directory| directory.join(path))
    }
}
