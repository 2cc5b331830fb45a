//! The system's keyring: the Secret Service of a Linux desktop, the keychain of macOS, the credentials of Windows. Used only
//! with the feature `keyring`.

use std::fmt;
use std::sync::Arc;

use secrecy::SecretString;

/// A place for secrets that the system guards. Its methods block, for as long as the system asks the user to unlock it.
pub trait Keyring: fmt::Debug + Send + Sync {
    /// Returns the secret with this name; `None` if there is none.
    ///
    /// # Errors
    /// Returns the reason, in words for the user, if the keyring cannot be used.
    fn get(&self, name: &str) -> Result<Option<SecretString>, String>;

    /// Sets the secret with this name.
    ///
    /// # Errors
    /// Like [`Keyring::get`].
    fn set(&self, name: &str, secret: &SecretString) -> Result<(), String>;

    /// Removes the secret with this name, if there is one.
    ///
    /// # Errors
    /// Like [`Keyring::get`].
    fn remove(&self, name: &str) -> Result<(), String>;
}

/// Returns the system's keyring; `None` if this program cannot use one.
#[cfg_attr(
    feature = "keyring",
    expect(clippy::unnecessary_wraps, reason = "a program without the feature has no keyring")
)]
pub(super) fn system() -> Option<Arc<dyn Keyring>> {
    #[cfg(feature = "keyring")]
    {
        Some(Arc::new(system::SystemKeyring))
    }
    #[cfg(not(feature = "keyring"))]
    None
}

#[cfg(feature = "keyring")]
mod system {
    use keyring::v1::{Entry, Error};
    use secrecy::{ExposeSecret, SecretString};

    use super::Keyring;

    /// The name under which the keyring lists the secrets of this program.
    const SERVICE: &str = "rsvp";

    /// The system's keyring.
    #[derive(Debug)]
    pub(super) struct SystemKeyring;

    impl Keyring for SystemKeyring {
        fn get(&self, name: &str) -> Result<Option<SecretString>, String> {
            match entry(name)?.get_password() {
                Ok(secret) => Ok(Some(secret.into())),
                Err(Error::NoEntry) => Ok(None),
                Err(error) => Err(error.to_string()),
            }
        }

        fn set(&self, name: &str, secret: &SecretString) -> Result<(), String> {
            entry(name)?.set_password(secret.expose_secret()).map_err(|error| error.to_string())
        }

        fn remove(&self, name: &str) -> Result<(), String> {
            match entry(name)?.delete_credential() {
                Ok(()) | Err(Error::NoEntry) => Ok(()),
                Err(error) => Err(error.to_string()),
            }
        }
    }

    fn entry(name: &str) -> Result<Entry, String> {
        Entry::new(SERVICE, name).map_err(|error| error.to_string())
    }
}
