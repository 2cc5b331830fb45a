//! Secrets: where they come from and how they are read.

use std::path::{Path, PathBuf};
use std::process::Stdio;
use std::time::Duration;

use secrecy::zeroize::Zeroize;
use secrecy::{ExposeSecret, SecretString};

use crate::login_store::{Login, LoginError, LoginStore};
use crate::private_files::is_readable_by_others;

/// The time that a command has to print a secret. It may have to ask the user something first.
const COMMAND_TIMEOUT: Duration = Duration::from_secs(60);

/// The source of a secret. It is read whenever the secret is needed, so that a renewed one is found.
#[derive(Clone, Debug)]
pub enum Secret {
    /// The value in the configuration.
    Value(SecretString),
    /// The first line of a file that only its owner can read.
    File(PathBuf),
    /// The first line of the output of a command.
    Command(Vec<String>),
    /// The client secret that `rsvp login` keeps.
    Login(LoginStore),
}

/// Compares the sources, not the secrets that files and commands yield.
impl PartialEq for Secret {
    fn eq(&self, other: &Self) -> bool {
        match (self, other) {
            (Self::Value(a), Self::Value(b)) => a.expose_secret() == b.expose_secret(),
            (Self::File(a), Self::File(b)) => a == b,
            (Self::Command(a), Self::Command(b)) => a == b,
            (Self::Login(a), Self::Login(b)) => a == b,
            _ => false,
        }
    }
}

/// Names the source; the secret itself is never shown.
impl std::fmt::Display for Secret {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Value(_) => write!(formatter, "(in the configuration; not shown)"),
            Self::File(path) => write!(formatter, "from the file {}", path.display()),
            Self::Command(words) => write!(formatter, "from the command {}", words.join(" ")),
            Self::Login(store) => write!(formatter, "from `rsvp login`, in {store}"),
        }
    }
}

/// An error in reading a secret.
#[derive(Debug, thiserror::Error)]
pub enum SecretError {
    /// The file cannot be read.
    #[error("can't read the secret in {path}: {reason}", path = path.display())]
    File {
        /// The path of the file.
        path: PathBuf,
        /// The reason, as the system gives it.
        reason: String,
    },
    /// Users other than the owner can read the file.
    #[error("others can read the secret in {path}; run `chmod 600 {path}`", path = path.display())]
    Exposed {
        /// The path of the file.
        path: PathBuf,
    },
    /// The command could not be started, failed or took too long.
    #[error("the command `{program}` printed no secret: {reason}")]
    Command {
        /// The program.
        program: String,
        /// The reason, without anything that the command printed.
        reason: String,
    },
    /// The login that `rsvp login` keeps cannot be used.
    #[error("{0}")]
    Login(#[from] LoginError),
    /// The first line is empty.
    #[error("{0} is empty")]
    Empty(String),
}

impl Secret {
    /// Reads the secret.
    ///
    /// # Errors
    /// Returns an error if the file or the command yields none, or if users other than the owner can read the file.
    pub async fn read(&self) -> Result<SecretString, SecretError> {
        match self {
            Self::Value(value) => Ok(value.clone()),
            Self::File(path) => {
                let text = private_text(path).await?;
                first_line(text.expose_secret().to_owned(), || path.display().to_string())
            }
            Self::Command(words) => output_of(words).await,
            Self::Login(store) => match store.load().await? {
                Login::ClientSecret { client_secret } => Ok(client_secret),
                Login::Password { .. } | Login::RefreshToken { .. } => {
                    Err(LoginError::Unusable(store.to_string()).into())
                }
            },
        }
    }
}

/// Reads the text of a file that only its owner can read.
///
/// # Errors
/// Returns an error if the file cannot be read, or if users other than the owner can read it.
pub async fn private_text(path: &Path) -> Result<SecretString, SecretError> {
    if is_readable_by_others(path) {
        return Err(SecretError::Exposed { path: path.to_owned() });
    }
    let text = tokio::fs::read_to_string(path).await;
    let unreadable =
        |error: std::io::Error| SecretError::File { path: path.to_owned(), reason: error.to_string() };
    text.map(SecretString::from).map_err(unreadable)
}

async fn output_of(words: &[String]) -> Result<SecretString, SecretError> {
    let (program, arguments) =
        words.split_first().ok_or_else(|| SecretError::Empty("the secret's command".into()))?;
    let failed = |reason: String| SecretError::Command { program: program.clone(), reason };
    let child = tokio::process::Command::new(program)
        .args(arguments)
        .stdin(Stdio::null())
        .stderr(Stdio::null())
        .kill_on_drop(true)
        .output();
    let output = tokio::time::timeout(COMMAND_TIMEOUT, child)
        .await
        .map_err(|_| failed(format!("it ran for more than {} s", COMMAND_TIMEOUT.as_secs())))?
        .map_err(|error| failed(error.to_string()))?;
    if !output.status.success() {
        return Err(failed(format!("it exited with {}", output.status)));
    }
    let text = String::from_utf8(output.stdout)
        .map_err(|_| failed("it printed something other than text".into()))?;
    first_line(text, || format!("the output of `{program}`"))
}

fn first_line(mut text: String, source: impl FnOnce() -> String) -> Result<SecretString, SecretError> {
    let secret = text.lines().next().unwrap_or_default().trim().to_owned();
    text.zeroize();
    if secret.is_empty() { Err(SecretError::Empty(source())) } else { Ok(secret.into()) }
}
