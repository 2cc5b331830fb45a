use std::path::{Path, PathBuf};

/// What is wrong with the configuration, where, and what to do.
#[derive(Debug, thiserror::Error)]
pub enum ConfigError {
    /// There is no file.
    #[error(
        "there is no configuration at {}; `rsvp config init` writes one to start from, `rsvp demo` needs none",
        .0.display()
    )]
    Missing(PathBuf),
    /// The system has no place for it.
    #[error("this system names no place for a configuration; name the file with --config")]
    NoPlace,
    /// It can't be read.
    #[error("can't read {}: {source}", path.display())]
    Unreadable {
        /// Which file.
        path: PathBuf,
        /// Why.
        source: std::io::Error,
    },
    /// Others can read it although it holds a secret.
    #[error("others can read {path}, which holds a secret; run `chmod 600 {path}`", path = .0.display())]
    Exposed(PathBuf),
    /// Something in it is wrong.
    #[error("{}, line {line}: {what}", path.display())]
    Wrong {
        /// Which file.
        path: PathBuf,
        /// Which line, from 1.
        line: usize,
        /// Which key, what is wrong with it, and what would be right.
        what: String,
    },
    /// Something is missing from it.
    #[error("{}: {what}", path.display())]
    Lacking {
        /// Which file.
        path: PathBuf,
        /// What is missing.
        what: String,
    },
    /// The file is there already.
    #[error("{} is there already; it was left as it is", .0.display())]
    Exists(PathBuf),
}

impl ConfigError {
    /// Something wrong at a byte of the text.
    #[must_use]
    pub fn at(path: &Path, text: &str, byte: usize, what: String) -> Self {
        let line = text.get(..byte).unwrap_or_default().matches('\n').count() + 1;
        Self::Wrong { path: path.to_owned(), line, what }
    }
}
