//! The place where a login is kept: the keyring if it can be used, or else a file that only its owner can read.

use std::io;
use std::path::PathBuf;
use std::sync::Arc;

use secrecy::{ExposeSecret, SecretString};
use serde::Deserialize;
use serde_json::json;

use super::error::LoginError;
use super::keyring::Keyring;
use super::login::{Login, encoded};
use super::target::LoginTarget;
use crate::private_files::{is_readable_by_others, write_privately};

/// The place in which a store keeps a login.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum KeptIn {
    /// The place that the store names.
    Store,
    /// The system's keyring.
    Keyring,
    /// The place that the store names, as the keyring cannot be used, with the reason.
    StoreInstead(String),
}

/// The place where a login is kept: a file, which at least records that there is a login, and the keyring that holds it if
/// it can be used.
#[derive(Clone, Debug)]
pub(super) struct LoginPlace {
    pub path: PathBuf,
    pub target: LoginTarget,
    pub keyring: Option<Arc<dyn Keyring>>,
}

/// The contents of a file.
#[derive(Deserialize)]
pub(super) struct Kept {
    /// The server that the login was tried at; `None` in a file of a version that did not keep it.
    tried_at: Option<LoginTarget>,
    /// Whether the login is in the system's keyring, under the name of the file.
    #[serde(default)]
    in_keyring: bool,
    /// The login, unless it is in the keyring.
    #[serde(flatten)]
    login: Option<Login>,
}

impl LoginPlace {
    /// Reads the file. Returns an error if it is for another server.
    pub fn kept(&self) -> Result<Kept, LoginError> {
        let kept = self.parsed()?;
        if kept.tried_at.as_ref() == Some(&self.target) { Ok(kept) } else { Err(LoginError::Missing) }
    }

    fn parsed(&self) -> Result<Kept, LoginError> {
        if is_readable_by_others(&self.path) {
            return Err(LoginError::Exposed(self.path.clone()));
        }
        let text = match std::fs::read_to_string(&self.path) {
            Ok(text) => SecretString::from(text),
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Err(LoginError::Missing),
            Err(error) => return Err(self.failed(&error)),
        };
        serde_json::from_str(text.expose_secret()).map_err(|_| self.unusable())
    }

    /// Reads the login.
    pub fn read(&self) -> Result<Login, LoginError> {
        let kept = self.kept()?;
        if !kept.in_keyring {
            return kept.login.ok_or_else(|| self.unusable());
        }
        let keyring = self.keyring.as_ref().ok_or(LoginError::NoKeyring)?;
        let secret = keyring.get(&self.name()).map_err(LoginError::Keyring)?.ok_or(LoginError::Missing)?;
        serde_json::from_str(secret.expose_secret()).map_err(|_| self.unusable())
    }

    /// Replaces the login, in the keyring if that can be used.
    pub fn write(&self, login: &Login) -> Result<KeptIn, LoginError> {
        let kept_in = match &self.keyring {
            None => KeptIn::Store,
            Some(keyring) => match keyring.set(&self.name(), &encoded(login, &self.target)) {
                Ok(()) => KeptIn::Keyring,
                Err(reason) => KeptIn::StoreInstead(reason),
            },
        };
        let contents = if kept_in == KeptIn::Keyring {
            json!({ "tried_at": self.target, "in_keyring": true }).to_string().into()
        } else {
            encoded(login, &self.target)
        };
        let was_in_keyring = self.is_in_keyring();
        write_privately(&self.path, contents.expose_secret().as_bytes()).map_err(|error| {
            if kept_in == KeptIn::Keyring && !was_in_keyring {
                self.forget_secret();
            }
            self.failed(&error)
        })?;
        Ok(kept_in)
    }

    /// Removes the login, in the keyring before the file that records it. Returns whether there was a file.
    pub fn remove(&self) -> Result<bool, LoginError> {
        if self.is_in_keyring() {
            let keyring = self.keyring.as_ref().ok_or(LoginError::NoKeyring)?;
            keyring.remove(&self.name()).map_err(LoginError::Keyring)?;
        } else {
            self.forget_secret();
        }
        match std::fs::remove_file(&self.path) {
            Ok(()) => Ok(true),
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(false),
            Err(error) => Err(self.failed(&error)),
        }
    }

    /// Removes a secret that no file mentions from the keyring, if there is one and the keyring can be used.
    fn forget_secret(&self) {
        if let Some(keyring) = &self.keyring
            && let Err(reason) = keyring.remove(&self.name())
        {
            tracing::warn!(%reason, "a secret may be left in the system's keyring");
        }
    }

    /// Returns whether the file tells that the login is in the keyring.
    pub fn is_in_keyring(&self) -> bool {
        self.parsed().is_ok_and(|kept| kept.in_keyring)
    }

    /// Returns the name of the secret in the keyring.
    fn name(&self) -> String {
        self.path.file_stem().unwrap_or_default().to_string_lossy().into_owned()
    }

    fn failed(&self, error: &io::Error) -> LoginError {
        LoginError::File { path: self.path.clone(), reason: error.to_string() }
    }

    fn unusable(&self) -> LoginError {
        LoginError::Unusable(self.path.display().to_string())
    }
}
