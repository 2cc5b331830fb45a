use std::path::PathBuf;

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
    /// The system's keyring cannot be used.
    #[error("can't use the system's keyring: {0}")]
    Keyring(String),
    /// The login is in the system's keyring, which this program was built without.
    #[error("the login is in the system's keyring, which this rsvp was built without")]
    NoKeyring,
    /// The login is not one for this kind of account.
    #[error("{0} is of no use for this account; run `rsvp login` again")]
    Unusable(String),
}
