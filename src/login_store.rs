//! The login that `rsvp login` keeps for an account: in the system's keyring, or else in a file that only its owner can read; and
//! in memory until it was tried.

mod error;
mod keyring;
mod login;
mod login_place;
mod target;
#[cfg(test)]
mod tests;

use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use aws_lc_rs::digest::{SHA256, digest};
use secrecy::SecretString;

pub use error::LoginError;
pub use keyring::Keyring;
pub use login::Login;
pub use login_place::KeptIn;
use login_place::LoginPlace;
pub use target::LoginTarget;

use crate::private_files::state_directory;

/// The time that the user has to unlock the system's keyring.
const KEYRING_TIMEOUT: Duration = Duration::from_secs(60);

/// The place of an account's login. A login that was tried at another server than the account's counts as none.
#[derive(Clone, Debug)]
pub struct LoginStore {
    place: Place,
    /// The options by which `rsvp login` is told the account.
    options: String,
}

#[derive(Clone, Debug)]
enum Place {
    /// A file or the system's keyring.
    Durable(LoginPlace),
    /// The memory of the program, shared by the copies of the store.
    Memory(Arc<Mutex<Option<Login>>>),
}

/// Compares the places and the servers, not the logins.
impl PartialEq for LoginStore {
    fn eq(&self, other: &Self) -> bool {
        match (&self.place, &other.place) {
            (Place::Durable(a), Place::Durable(b)) => a.path == b.path && a.target == b.target,
            (Place::Memory(a), Place::Memory(b)) => Arc::ptr_eq(a, b),
            _ => false,
        }
    }
}

/// Names the place.
impl std::fmt::Display for LoginStore {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match &self.place {
            Place::Durable(place) if place.is_in_keyring() => write!(formatter, "the system's keyring"),
            Place::Durable(place) => write!(formatter, "{}", place.path.display()),
            Place::Memory(_) => write!(formatter, "memory"),
        }
    }
}

impl LoginStore {
    /// Returns a place in a file, for an account at the server `target`, or in the system's keyring if there is one.
    #[must_use]
    pub fn at(path: PathBuf, target: LoginTarget) -> Self {
        Self::beside(path, target, keyring::system())
    }

    /// Returns a place in a file, or in that keyring.
    fn beside(path: PathBuf, target: LoginTarget, keyring: Option<Arc<dyn Keyring>>) -> Self {
        Self::new(Place::Durable(LoginPlace { path, target, keyring }))
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

    /// Returns whether nothing is kept for the account at its server. The keyring is not asked.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        match &self.place {
            Place::Memory(login) => login.lock().unwrap_or_else(PoisonError::into_inner).is_none(),
            Place::Durable(place) => matches!(place.kept(), Err(LoginError::Missing)),
        }
    }

    /// Reads what is kept. Blocks while the system asks the user to unlock the keyring.
    ///
    /// # Errors
    /// Returns an error if nothing is kept, or only for another server, if it cannot be read, or if users other than the owner can read it.
    pub fn read(&self) -> Result<Login, LoginError> {
        match &self.place {
            Place::Memory(login) => {
                login.lock().unwrap_or_else(PoisonError::into_inner).clone().ok_or(LoginError::Missing)
            }
            Place::Durable(place) => place.read(),
        }
    }

    /// Reads what is kept, like [`LoginStore::read`], without blocking the thread.
    ///
    /// # Errors
    /// Like [`LoginStore::read`], and if the keyring is not unlocked within a minute.
    pub async fn load(&self) -> Result<Login, LoginError> {
        self.aside(Self::read).await
    }

    /// Replaces what is kept, at once as a whole, by a login that was tried at the account's server. Blocks like
    /// [`LoginStore::read`].
    ///
    /// # Errors
    /// Returns an error if the file cannot be written; the former one stays then.
    pub fn write(&self, login: Login) -> Result<KeptIn, LoginError> {
        match &self.place {
            Place::Memory(kept) => {
                *kept.lock().unwrap_or_else(PoisonError::into_inner) = Some(login);
                Ok(KeptIn::Store)
            }
            Place::Durable(place) => place.write(&login),
        }
    }

    /// Keeps the refresh token `new`, which was issued for `used`, in its place. Keeps nothing if `used` is no longer kept:
    /// the user has signed out meanwhile, or in again.
    ///
    /// # Errors
    /// Returns an error if the file or the keyring cannot be read or written.
    pub async fn replace_refresh_token(
        &self,
        used: SecretString,
        new: SecretString,
    ) -> Result<(), LoginError> {
        if let Place::Memory(kept) = &self.place {
            let mut kept = kept.lock().unwrap_or_else(PoisonError::into_inner);
            *kept = kept.take().map(|login| login.with_refresh_token(&used, &new).unwrap_or(login));
            return Ok(());
        }
        let replace = move |store: &Self| match store.read() {
            Ok(login) => match login.with_refresh_token(&used, &new) {
                Some(login) => store.write(login).map(drop),
                None => Ok(()),
            },
            Err(LoginError::Missing) => Ok(()),
            Err(error) => Err(error),
        };
        self.aside(replace).await
    }

    /// Does what may block, where there is a keyring, in a thread of its own.
    async fn aside<T: Send + 'static>(
        &self,
        work: impl FnOnce(&Self) -> Result<T, LoginError> + Send + 'static,
    ) -> Result<T, LoginError> {
        if !matches!(&self.place, Place::Durable(LoginPlace { keyring: Some(_), .. })) {
            return work(self);
        }
        let store = self.clone();
        let work = tokio::task::spawn_blocking(move || work(&store));
        match tokio::time::timeout(KEYRING_TIMEOUT, work).await {
            Ok(Ok(done)) => done,
            Ok(Err(error)) => Err(LoginError::Keyring(error.to_string())),
            Err(_) => Err(LoginError::Keyring("it was not unlocked within a minute".into())),
        }
    }

    /// Removes what is kept, for whatever server. Returns whether there was anything. Blocks like [`LoginStore::read`].
    ///
    /// # Errors
    /// Returns an error if the file, or the secret in the keyring, cannot be removed.
    pub fn remove(&self) -> Result<bool, LoginError> {
        match &self.place {
            Place::Memory(login) => Ok(login.lock().unwrap_or_else(PoisonError::into_inner).take().is_some()),
            Place::Durable(place) => place.remove(),
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
