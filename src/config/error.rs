use std::path::{Path, PathBuf};

/// What is wrong with the configuration, where, and what to do.
#[derive(Debug, thiserror::Error)]
pub enum ConfigError {
    /// There is no file.
    #[error(
        "there is no configuration at {}; `{init}` writes one to start from, `rsvp demo` needs none",
        path.display()
    )]
    Missing {
        /// Where it was looked for.
        path: PathBuf,
        /// The command that makes a file there.
        init: String,
    },
    /// The system has no place for it.
    #[error("this system names no place for a configuration; name the file with --config")]
    NoPlace,
    /// A profile can't have that name.
    #[error("a profile can't be called `{0}`; use letters, digits, - and _")]
    NoProfile(String),
    /// It can't be read.
    #[error("can't read {}: {why}", path.display())]
    Unreadable {
        /// Which file.
        path: PathBuf,
        /// Why.
        why: String,
    },
    /// Something in it is wrong.
    #[error("{}", list(path, faults))]
    Wrong {
        /// Which file.
        path: PathBuf,
        /// All that is wrong with it, in the order of its lines.
        faults: Vec<Fault>,
    },
    /// The file is there already.
    #[error("{} is there already; it was left as it is", .0.display())]
    Exists(PathBuf),
}

/// Something that is wrong with a file.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Fault {
    /// Which line, from 1; none for what concerns the whole file, or is missing from it.
    pub line: Option<usize>,
    /// Which key, what is wrong with it, and what would be right.
    pub what: String,
}

impl Fault {
    /// A fault at a byte of the text.
    pub(super) fn at(text: &str, byte: usize, what: impl Into<String>) -> Self {
        let line = text.get(..byte).unwrap_or_default().matches('\n').count() + 1;
        Self { line: Some(line), what: what.into() }
    }

    /// A fault of the whole file.
    pub(super) fn of_file(what: impl Into<String>) -> Self {
        Self { line: None, what: what.into() }
    }

    /// Returns the fault with its place.
    #[must_use]
    pub fn with_place(&self, path: &Path) -> String {
        match self.line {
            Some(line) => format!("{}, line {line}: {}", path.display(), self.what),
            None => format!("{}: {}", path.display(), self.what),
        }
    }
}

fn list(path: &Path, faults: &[Fault]) -> String {
    match faults {
        [fault] => fault.with_place(path),
        faults => {
            let mut text = format!("{} things are wrong with the configuration:", faults.len());
            for fault in faults {
                text.push_str("\n  ");
                text.push_str(&fault.with_place(path));
            }
            text
        }
    }
}

/// Why a part of the configuration can't be used.
#[derive(Debug)]
pub(super) enum Complaint {
    /// For a fault that the user is told of.
    Fault(Fault),
    /// For want of something whose own fault was found before.
    Reported,
}

/// The faults of a file, as they are found.
#[derive(Debug, Default)]
pub(super) struct Faults(Vec<Fault>);

impl Faults {
    pub(super) fn push(&mut self, fault: Fault) {
        self.0.push(fault);
    }

    /// Takes in a result: gives what is right and keeps what is wrong.
    pub(super) fn keep<T>(&mut self, result: Result<T, Complaint>) -> Option<T> {
        match result {
            Ok(value) => return Some(value),
            Err(Complaint::Fault(fault)) => self.push(fault),
            Err(Complaint::Reported) => {}
        }
        None
    }

    /// Whether a fault was found in the line of that byte.
    pub(super) fn has_line_of(&self, text: &str, byte: usize) -> bool {
        let line = Fault::at(text, byte, "").line;
        self.0.iter().any(|fault| fault.line == line)
    }

    /// Returns the error that they amount to, if there are any.
    pub(super) fn into_error(mut self, path: &Path) -> Option<ConfigError> {
        // What concerns the whole file comes last, where the user looks first.
        self.0.sort_by_key(|fault| fault.line.unwrap_or(usize::MAX));
        self.0.dedup();
        (!self.0.is_empty()).then(|| ConfigError::Wrong { path: path.to_owned(), faults: self.0 })
    }
}
