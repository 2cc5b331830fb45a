//! The login that `rsvp login` keeps for an account: in a file that only its owner can read, or in memory until it was tried.

mod target;
#[cfg(test)]
mod tests;

use std::io;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};

use aws_lc_rs::digest::{SHA256, digest};
use secrecy::{ExposeSecret, SecretString};
use serde::de::Error;
use serde::{Deserialize, Deserializer};
use serde_json::json;
use url::Url;

pub use target::LoginTarget;

use crate::private_files::{is_readable_by_others, state_directory, write_privately};

/// A way to sign in that `rsvp login` has tried.
#[derive(Clone, Debug, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum Login {
    /// A user name and a password.
    Password {
        /// The user name.
        username: String,
        /// The password.
        password: SecretString,
    },
    /// The client secret of a bot.
    ClientSecret {
        /// The secret.
        client_secret: SecretString,
    },
    /// A refresh token (RFC 6749, section 6), which the user has obtained by a device code.
    RefreshToken {
        /// The id of the application that the token was issued to.
        client_id: String,
        /// The token endpoint that the user has confirmed.
        #[serde(deserialize_with = "url")]
        token_endpoint: Url,
        /// The latest refresh token.
        refresh_token: SecretString,
    },
}

/// The contents of a file.
#[derive(Deserialize)]
struct Kept {
    /// The server that the login was tried at; `None` in a file of a version that did not keep it.
    tried_at: Option<LoginTarget>,
    #[serde(flatten)]
    login: Login,
}

/// The place of an account's login. A login that was tried at another server than the account's counts as none.
#[derive(Clone, Debug)]
pub struct LoginStore {
    place: Place,
    /// The options by which `rsvp login` is told the account.
    options: String,
}

#[derive(Clone, Debug)]
enum Place {
    File { path: PathBuf, target: LoginTarget },
    Memory(Arc<Mutex<Option<Login>>>),
}

/// Compares the places and the servers, not the logins.
impl PartialEq for LoginStore {
    fn eq(&self, other: &Self) -> bool {
        match (&self.place, &other.place) {
            (Place::File { path: a, target: at_a }, Place::File { path: b, target: at_b }) => {
                a == b && at_a == at_b
            }
            (Place::Memory(a), Place::Memory(b)) => Arc::ptr_eq(a, b),
            _ => false,
        }
    }
}

/// Names the place.
impl std::fmt::Display for LoginStore {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match &self.place {
            Place::File { path, .. } => write!(formatter, "{}", path.display()),
            Place::Memory(_) => write!(formatter, "memory"),
        }
    }
}

/// An error in reading or writing a login.
#[derive(Debug, thiserror::Error)]
pub enum LoginError {
    /// Nothing is kept for the account.
    #[error("nobody has signed in with `rsvp login`")]
    Missing,
    /// Users other than the owner can read the file.
    #[error("others can read {path}; run `chmod 600 {path}`", path = .0.display())]
    Exposed(PathBuf),
    /// The file cannot be read or written.
    #[error("can't use {path}: {reason}", path = path.display())]
    File {
        /// The path of the file.
        path: PathBuf,
        /// The reason, as the system gives it.
        reason: String,
    },
    /// The login is not one for this kind of account.
    #[error("{0} is of no use for this account; run `rsvp login` again")]
    Unusable(String),
}

impl LoginStore {
    /// Returns a place in a file, for an account at the server `target`.
    #[must_use]
    pub fn at(path: PathBuf, target: LoginTarget) -> Self {
        Self::new(Place::File { path, target })
    }

    /// Returns a place that lasts as long as its copies.
    #[must_use]
    pub fn in_memory(login: Option<Login>) -> Self {
        Self::new(Place::Memory(Arc::new(Mutex::new(login))))
    }

    fn new(place: Place) -> Self {
        Self { place, options: String::new() }
    }

    /// Sets the options by which `rsvp login` is told the account, like `--account work`.
    #[must_use]
    pub fn chosen_by(self, options: &str) -> Self {
        Self { options: options.to_owned(), ..self }
    }

    /// Returns the command that signs in to the account and replaces what is kept.
    #[must_use]
    pub fn command(&self) -> String {
        format!("rsvp login {}", self.options).trim_end().to_owned()
    }

    /// Returns whether nothing is kept for the account at its server.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        matches!(self.read(), Err(LoginError::Missing))
    }

    /// Reads what is kept.
    ///
    /// # Errors
    /// Returns an error if nothing is kept, or only for another server, if it cannot be read, or if users other than the owner can read it.
    pub fn read(&self) -> Result<Login, LoginError> {
        let (path, target) = match &self.place {
            Place::Memory(login) => {
                return login
                    .lock()
                    .unwrap_or_else(PoisonError::into_inner)
                    .clone()
                    .ok_or(LoginError::Missing);
            }
            Place::File { path, target } => (path, target),
        };
        if is_readable_by_others(path) {
            return Err(LoginError::Exposed(path.clone()));
        }
        let text = match std::fs::read_to_string(path) {
            Ok(text) => SecretString::from(text),
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Err(LoginError::Missing),
            Err(error) => return Err(LoginError::File { path: path.clone(), reason: error.to_string() }),
        };
        let Kept { tried_at, login } =
            serde_json::from_str(text.expose_secret()).map_err(|_| LoginError::Unusable(self.to_string()))?;
        if tried_at.as_ref() == Some(target) { Ok(login) } else { Err(LoginError::Missing) }
    }

    /// Replaces what is kept, at once as a whole, by a login that was tried at the account's server.
    ///
    /// # Errors
    /// Returns an error if the file cannot be written; the former one stays then.
    pub fn write(&self, login: Login) -> Result<(), LoginError> {
        match &self.place {
            Place::Memory(kept) => {
                *kept.lock().unwrap_or_else(PoisonError::into_inner) = Some(login);
                Ok(())
            }
            Place::File { path, target } => {
                write_privately(path, encoded(&login, target).expose_secret().as_bytes())
                    .map_err(|error| LoginError::File { path: path.clone(), reason: error.to_string() })
            }
        }
    }

    /// Keeps the refresh token `new`, which was issued for `used`, in its place. Keeps nothing if `used` is no longer kept:
    /// the user has signed out meanwhile, or in again.
    ///
    /// # Errors
    /// Returns an error if the file cannot be read or written.
    pub fn replace_refresh_token(&self, used: &SecretString, new: &SecretString) -> Result<(), LoginError> {
        match &self.place {
            Place::Memory(kept) => {
                let mut kept = kept.lock().unwrap_or_else(PoisonError::into_inner);
                *kept = kept.take().map(|login| login.with_refresh_token(used, new).unwrap_or(login));
                Ok(())
            }
            Place::File { .. } => match self.read() {
                Ok(login) => login.with_refresh_token(used, new).map_or(Ok(()), |login| self.write(login)),
                Err(LoginError::Missing) => Ok(()),
                Err(error) => Err(error),
            },
        }
    }

    /// Removes what is kept, for whatever server. Returns whether there was anything.
    ///
    /// # Errors
    /// Returns an error if the file cannot be removed.
    pub fn remove(&self) -> Result<bool, LoginError> {
        match &self.place {
            Place::Memory(login) => Ok(login.lock().unwrap_or_else(PoisonError::into_inner).take().is_some()),
            Place::File { path, .. } => match std::fs::remove_file(path) {
                Ok(()) => Ok(true),
                Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(false),
                Err(error) => Err(LoginError::File { path: path.clone(), reason: error.to_string() }),
            },
        }
    }
}

impl Login {
    /// Returns what the login consists of, in words.
    #[must_use]
    pub fn contents(&self) -> &'static str {
        match self {
            Self::Password { .. } => "the user name and the password",
            Self::ClientSecret { .. } => "the client secret",
            Self::RefreshToken { .. } => "the refresh token",
        }
    }

    /// Returns the login with the refresh token `new` in place of `used`; `None` if it has another one.
    fn with_refresh_token(&self, used: &SecretString, new: &SecretString) -> Option<Self> {
        match self {
            Self::RefreshToken { client_id, token_endpoint, refresh_token }
                if refresh_token.expose_secret() == used.expose_secret() =>
            {
                let (client_id, token_endpoint) = (client_id.clone(), token_endpoint.clone());
                Some(Self::RefreshToken { client_id, token_endpoint, refresh_token: new.clone() })
            }
            _ => None,
        }
    }
}

/// Returns the path of the file for an account of a configuration file, in the platform's state directory. Configuration
/// files and accounts with the same name have paths of their own.
///
/// Returns `None` if the platform has no such directory.
#[must_use]
pub fn login_path(file: &Path, account: &str) -> Option<PathBuf> {
    let file = std::fs::canonicalize(file).unwrap_or_else(|_| file.to_owned());
    let digest = digest(&SHA256, format!("{}\n{account}", file.display()).as_bytes());
    let number = digest.as_ref().iter().take(4).fold(0_u32, |number, byte| number << 8 | u32::from(*byte));
    let name: String = account.chars().filter(|c| c.is_alphanumeric()).take(24).collect();
    Some(state_directory()?.join("logins").join(format!("{name}-{number:08x}.json")))
}

fn url<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Url, D::Error> {
    Url::parse(&String::deserialize(deserializer)?).map_err(D::Error::custom)
}

fn encoded(login: &Login, target: &LoginTarget) -> SecretString {
    let document = match login {
        Login::Password { username, password } => {
            json!({ "kind": "password", "tried_at": target, "username": username, "password": password.expose_secret() })
        }
        Login::ClientSecret { client_secret } => {
            json!({ "kind": "client_secret", "tried_at": target, "client_secret": client_secret.expose_secret() })
        }
        Login::RefreshToken { client_id, token_endpoint, refresh_token } => json!({
            "kind": "refresh_token", "tried_at": target, "client_id": client_id, "token_endpoint": token_endpoint.as_str(),
            "refresh_token": refresh_token.expose_secret(),
        }),
    };
    document.to_string().into()
}
