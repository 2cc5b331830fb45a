//! The errors of a configuration file.

use std::path::{Path, PathBuf};

/// An error in finding, reading or checking the configuration.
#[derive(Debug, thiserror::Error)]
pub enum ConfigError {
    /// The file does not exist.
    #[error("no configuration file at {}; run `{init}` to write one, or try `rsvp demo`, which needs none", path.display())]
    Missing {
        /// The path of the file.
        path: PathBuf,
        /// The command that writes a file there.
        init: String,
    },
    /// The platform has no configuration directory.
    #[error("no configuration directory on this system; name a file with --config")]
    NoDirectory,
    /// The name of the profile cannot be the name of a file.
    #[error("`{0}` is not a valid profile name; use letters, digits, - and _")]
    InvalidProfile(String),
    /// The file cannot be read.
    #[error("can't read {}: {reason}", path.display())]
    Unreadable {
        /// The path of the file.
        path: PathBuf,
        /// The reason, as the system gives it.
        reason: String,
    },
    /// The contents of the file are invalid.
    #[error("{}", list(path, diagnostics))]
    Invalid {
        /// The path of the file.
        path: PathBuf,
        /// Everything that is wrong, in the order of the lines.
        diagnostics: Vec<Diagnostic>,
    },
    /// The file that was to be written exists already.
    #[error("{} already exists; it was not changed", .0.display())]
    AlreadyExists(PathBuf),
}

/// A mistake in a configuration file.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Diagnostic {
    /// The number of the line, from 1; `None` for a missing key or a mistake of the whole file.
    pub line: Option<usize>,
    /// The key, what is wrong with it, and how to correct it.
    pub message: String,
}

impl Diagnostic {
    /// Creates a diagnostic for the line that contains the byte `offset` of `text`.
    pub(super) fn at(text: &str, offset: usize, message: impl Into<String>) -> Self {
        let line = text.get(..offset).unwrap_or_default().matches('\n').count() + 1;
        Self { line: Some(line), message: message.into() }
    }

    /// Creates a diagnostic for the whole file.
    pub(super) fn of_file(message: impl Into<String>) -> Self {
        Self { line: None, message: message.into() }
    }

    /// Returns the message after the path of the file and the line.
    #[must_use]
    pub fn with_path(&self, path: &Path) -> String {
        match self.line {
            Some(line) => format!("{}, line {line}: {}", path.display(), self.message),
            None => format!("{}: {}", path.display(), self.message),
        }
    }
}

fn list(path: &Path, diagnostics: &[Diagnostic]) -> String {
    match diagnostics {
        [diagnostic] => diagnostic.with_path(path),
        diagnostics => {
            let mut text = format!("the configuration has {} errors:", diagnostics.len());
            for diagnostic in diagnostics {
                text.push_str("\n  ");
                text.push_str(&diagnostic.with_path(path));
            }
            text
        }
    }
}

/// The reason why a part of the configuration cannot be used.
#[derive(Debug)]
pub(super) enum Invalid {
    /// A mistake that is yet to be reported.
    Diagnostic(Diagnostic),
    /// A consequence of a mistake that was reported before.
    AlreadyReported,
}

impl Invalid {
    /// Creates the error for a combination of keys, or for one that is missing.
    pub(super) fn of_file(message: impl Into<String>) -> Self {
        Self::Diagnostic(Diagnostic::of_file(message))
    }
}

/// The mistakes found so far.
#[derive(Debug, Default)]
pub(super) struct Diagnostics(Vec<Diagnostic>);

impl Diagnostics {
    pub(super) fn push(&mut self, diagnostic: Diagnostic) {
        self.0.push(diagnostic);
    }

    /// Returns the value of `result`, or adds its error to the list.
    pub(super) fn ok<T>(&mut self, result: Result<T, Invalid>) -> Option<T> {
        match result {
            Ok(value) => return Some(value),
            Err(Invalid::Diagnostic(diagnostic)) => self.push(diagnostic),
            Err(Invalid::AlreadyReported) => {}
        }
        None
    }

    /// Returns whether a mistake was found in the line that contains the byte `offset` of `text`.
    pub(super) fn has_line_of(&self, text: &str, offset: usize) -> bool {
        let line = Diagnostic::at(text, offset, "").line;
        self.0.iter().any(|diagnostic| diagnostic.line == line)
    }

    /// Returns the error that lists all mistakes, or `None` without any.
    pub(super) fn into_error(mut self, path: &Path) -> Option<ConfigError> {
        // A terminal shows the end of a long list, so mistakes of the whole file come last.
        self.0.sort_by_key(|diagnostic| diagnostic.line.unwrap_or(usize::MAX));
        self.0.dedup();
        (!self.0.is_empty()).then(|| ConfigError::Invalid { path: path.to_owned(), diagnostics: self.0 })
    }
}
