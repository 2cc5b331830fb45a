use std::io;

use rusqlite::{Error, ErrorCode};

/// The reason why the history can't be read or written.
#[derive(Debug, thiserror::Error)]
pub enum HistoryError {
    /// The file can't be opened, created or renamed.
    #[error("{0}")]
    Io(#[from] io::Error),
    /// A newer version of the program has changed the file.
    #[error("a newer version of rsvp has written it; update rsvp")]
    Newer,
    /// The file is of an earlier version and can't be changed.
    #[error("an earlier version of rsvp has written it, and it is read-only")]
    Outdated,
    /// The content of the file is damaged.
    #[error("the file is damaged")]
    Damaged,
    /// The content of the file is damaged, and it can't be set aside now.
    #[error("the file is damaged and another running rsvp uses it; restart them all")]
    DamagedAndInUse,
    /// The database reports another error.
    #[error("{}", words(.0))]
    Database(#[source] Error),
}

impl From<Error> for HistoryError {
    fn from(error: Error) -> Self {
        match error.sqlite_error_code() {
            Some(ErrorCode::DatabaseCorrupt | ErrorCode::NotADatabase) => Self::Damaged,
            _ => Self::Database(error),
        }
    }
}

/// Returns an error of the database in words for the user.
fn words(error: &Error) -> String {
    match error.sqlite_error_code() {
        Some(ErrorCode::DiskFull) => "the disk is full".into(),
        Some(ErrorCode::ReadOnly) => "the file is read-only".into(),
        Some(ErrorCode::DatabaseBusy | ErrorCode::DatabaseLocked) => "another program uses the file".into(),
        Some(ErrorCode::SystemIoFailure) => "the disk can't be read or written".into(),
        Some(ErrorCode::CannotOpen) => "the file can't be opened".into(),
        Some(ErrorCode::PermissionDenied) => "permission denied".into(),
        _ => error.to_string(),
    }
}
