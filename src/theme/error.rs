use std::path::{Path, PathBuf};

/// The reason why a theme cannot be used.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ThemeError {
    /// There is no theme with that name.
    #[error("there is no theme `{name}`{hint}; an own one would be the file {}", path.display())]
    Unknown {
        /// The name.
        name: String,
        /// A suggestion of the nearest name, or the list of names.
        hint: String,
        /// The path at which an own theme would be.
        path: PathBuf,
    },
    /// The file of the theme cannot be read.
    #[error("can't read the theme {}: {reason}", path.display())]
    Unreadable {
        /// The path of the file.
        path: PathBuf,
        /// The reason, as the system gives it.
        reason: String,
    },
    /// The file of the theme cannot be used.
    #[error("the theme {}{}: {message}", path.display(), line.map_or(String::new(), |line| format!(", line {line}")))]
    Invalid {
        /// The path of the file; empty for text from elsewhere.
        path: PathBuf,
        /// The number of the line, from 1.
        line: Option<usize>,
        /// A description of the mistake and of its remedy.
        message: String,
    },
}

impl ThemeError {
    /// Returns the error with the path of the file.
    pub(super) fn in_file(self, path: &Path) -> Self {
        match self {
            Self::Invalid { line, message, .. } => Self::Invalid { path: path.to_owned(), line, message },
            other => other,
        }
    }
}
