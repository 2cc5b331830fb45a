//! Where a secret comes from, and how it is read.

use std::path::{Path, PathBuf};
use std::process::Stdio;
use std::time::Duration;

use secrecy::zeroize::Zeroize;
use secrecy::{ExposeSecret, SecretString};

/// A command that gives a secret may ask the user something; but not for ever.
const COMMAND_DEADLINE: Duration = Duration::from_secs(60);

/// Where a secret comes from. Read each time it is needed, so that what has been renewed is found.
#[derive(Clone, Debug)]
pub enum Secret {
    /// It stands in the configuration.
    Value(SecretString),
    /// It is the first line of a file that only its owner can read.
    File(PathBuf),
    /// It is the first line that a command prints.
    Command(Vec<String>),
}

/// Whether two come from the same place and, where they stand in the configuration, are the same.
impl PartialEq for Secret {
    fn eq(&self, other: &Self) -> bool {
        match (self, other) {
            (Self::Value(a), Self::Value(b)) => a.expose_secret() == b.expose_secret(),
            (Self::File(a), Self::File(b)) => a == b,
            (Self::Command(a), Self::Command(b)) => a == b,
            _ => false,
        }
    }
}

/// Tells where the secret comes from, never what it is.
impl std::fmt::Display for Secret {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Value(_) => write!(formatter, "(in the configuration; not shown)"),
            Self::File(path) => write!(formatter, "from the file {}", path.display()),
            Self::Command(words) => write!(formatter, "from the command {}", words.join(" ")),
        }
    }
}

/// Why a secret could not be had.
#[derive(Debug, thiserror::Error)]
pub enum SecretError {
    /// The file could not be read.
    #[error("can't read the secret in {path}: {why}", path = path.display())]
    File {
        /// Which file.
        path: PathBuf,
        /// Why.
        why: String,
    },
    /// Others can read the file.
    #[error("others can read the secret in {path}; run `chmod 600 {path}`", path = path.display())]
    Exposed {
        /// Which file.
        path: PathBuf,
    },
    /// The command could not be run, failed or took too long.
    #[error("the command `{program}` gave no secret: {why}")]
    Command {
        /// What was to be run.
        program: String,
        /// What happened; never what it printed.
        why: String,
    },
    /// There is nothing in it.
    #[error("{0} is empty")]
    Empty(String),
}

impl Secret {
    /// Fetches the secret.
    ///
    /// # Errors
    /// When the file or the command gives none, or others can read the file.
    pub async fn read(&self) -> Result<SecretString, SecretError> {
        match self {
            Self::Value(value) => Ok(value.clone()),
            Self::File(path) => {
                let text = private_text(path).await?;
                first_line(text.expose_secret().to_owned(), || path.display().to_string())
            }
            Self::Command(words) => run(words).await,
        }
    }
}

/// The text of a file that only its owner can read.
///
/// # Errors
/// When it can't be read, or others can read it.
pub async fn private_text(path: &Path) -> Result<SecretString, SecretError> {
    if is_exposed(path) {
        return Err(SecretError::Exposed { path: path.to_owned() });
    }
    let text = tokio::fs::read_to_string(path).await;
    let unreadable =
        |error: std::io::Error| SecretError::File { path: path.to_owned(), why: error.to_string() };
    text.map(SecretString::from).map_err(unreadable)
}

async fn run(words: &[String]) -> Result<SecretString, SecretError> {
    let (program, arguments) =
        words.split_first().ok_or_else(|| SecretError::Empty("the secret's command".into()))?;
    let failed = |why: String| SecretError::Command { program: program.clone(), why };
    let child = tokio::process::Command::new(program)
        .args(arguments)
        .stdin(Stdio::null())
        .stderr(Stdio::null())
        .kill_on_drop(true)
        .output();
    let output = tokio::time::timeout(COMMAND_DEADLINE, child)
        .await
        .map_err(|_| failed(format!("it ran for more than {} s", COMMAND_DEADLINE.as_secs())))?
        .map_err(|error| failed(error.to_string()))?;
    if !output.status.success() {
        return Err(failed(format!("it ended with {}", output.status)));
    }
    let text = String::from_utf8(output.stdout)
        .map_err(|_| failed("it printed something other than text".into()))?;
    first_line(text, || format!("what `{program}` printed"))
}

fn first_line(mut text: String, place: impl FnOnce() -> String) -> Result<SecretString, SecretError> {
    let secret = text.lines().next().unwrap_or_default().trim().to_owned();
    text.zeroize();
    if secret.is_empty() { Err(SecretError::Empty(place())) } else { Ok(secret.into()) }
}

/// Whether others than the owner can read a file.
#[cfg(unix)]
pub(crate) fn is_exposed(path: &Path) -> bool {
    use std::os::unix::fs::PermissionsExt;
    std::fs::metadata(path).is_ok_and(|data| data.is_file() && data.permissions().mode() & 0o077 != 0)
}

#[cfg(not(unix))]
pub(crate) fn is_exposed(_: &Path) -> bool {
    false
}
