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

#[cfg(test)]
mod tests {
    use rusqlite::ffi;

    use super::*;

    /// Returns the error for a result code of `SQLite`, in words.
    fn told(code: i32) -> String {
        HistoryError::from(Error::SqliteFailure(ffi::Error::new(code), None)).to_string()
    }

    #[test]
    fn what_the_database_reports_is_told_in_words_for_the_user() {
        for (code, words) in [
            (ffi::SQLITE_FULL, "the disk is full"),
            (ffi::SQLITE_READONLY, "the file is read-only"),
            (ffi::SQLITE_BUSY, "another program uses the file"),
            (ffi::SQLITE_LOCKED, "another program uses the file"),
            (ffi::SQLITE_IOERR, "the disk can't be read or written"),
            (ffi::SQLITE_CANTOPEN, "the file can't be opened"),
            (ffi::SQLITE_PERM, "permission denied"),
            (ffi::SQLITE_CORRUPT, "the file is damaged"),
            (ffi::SQLITE_NOTADB, "the file is damaged"),
        ] {
            assert_eq!(told(code), words);
        }
    }
}
