//! The opening of the database, whatever state its file is in.

use std::fs::{self, File, TryLockError};
use std::io;
use std::path::Path;
use std::time::Duration;

use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};
use rusqlite::{Connection, ErrorCode, OpenFlags};

use super::database::Database;
use super::error::HistoryError;
use super::import::{import, journal_path};
use super::naming::{rename_to_free, with_suffix};
use super::schema::{is_current, migrate};
use crate::private_files::{create_private_directory, private_file_options};

/// The time for which a transaction waits for those of other processes.
const BUSY_TIMEOUT: Duration = Duration::from_secs(5);

/// The number and the interval of attempts at what another process may be doing at the same time.
const ATTEMPTS: (u32, Duration) = (20, Duration::from_millis(50));

/// The result of opening the database.
#[derive(Debug)]
pub struct Opened {
    /// The database.
    pub database: Database,
    /// The reason why nothing can be written, if that is so.
    pub read_only: Option<HistoryError>,
    /// The notice for the user: a damaged file was set aside, or the file of an earlier version can't be imported.
    pub notices: Vec<String>,
}

/// Opens the database and creates it if it does not exist. The history file of an earlier version is imported. A damaged
/// database is set aside, and a new one is begun. If the disk can't be written, the database is opened for reading.
///
/// # Errors
/// Returns an error if the database can't be read either, is damaged and in use, or is of a newer version.
pub fn open(path: &Path) -> Result<Opened, HistoryError> {
    let mut notices = Vec::new();
    let opened = match open_for_writing(path) {
        Err(HistoryError::Damaged) => set_aside(path, &mut notices),
        other => other,
    };
    match opened {
        Ok(mut database) => {
            if let Err(error) = import(&mut database, &journal_path(path)) {
                let journal = journal_path(path);
                notices
                    .push(format!("The old history can't be imported from {}: {error}", journal.display()));
            }
            Ok(Opened { database, read_only: None, notices })
        }
        Err(error @ (HistoryError::Newer | HistoryError::Damaged | HistoryError::DamagedAndInUse)) => {
            Err(error)
        }
        Err(error) => match open_for_reading(path) {
            Ok(database) => Ok(Opened { database, read_only: Some(error), notices }),
            Err(_) => Err(error),
        },
    }
}

fn open_for_writing(path: &Path) -> Result<Database, HistoryError> {
    create_private_directory(path.parent().unwrap_or(path))?;
    let connection = connect(path)?;
    let lock = lock_file(path);
    if let Some(lock) = &lock {
        // Only the process that sets the file aside locks it exclusively, and not for long.
        let _ = lock.lock_shared();
    }
    Ok(Database::new(connection, lock))
}

/// Connects to the database, creates or migrates it, and checks that it is whole.
fn connect(path: &Path) -> Result<Connection, HistoryError> {
    if fs::metadata(path).is_ok_and(|data| !data.is_file()) {
        return Err(io::Error::other("not a regular file").into());
    }
    // SQLite would let others read a file that it creates; the files beside it get the same permissions.
    private_file_options().append(true).create(true).open(path)?;
    let flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let mut connection = Connection::open_with_flags(path, flags)?;
    connection.busy_timeout(BUSY_TIMEOUT)?;
    connection.pragma_update(None, "cache_size", -512)?;
    is_current(&connection)?;
    retry_while_busy(|| connection.pragma_update_and_check(None, "journal_mode", "WAL", |_| Ok(())))?;
    // What is committed survives the end of the process, but the latest entries not always that of the machine. Waiting
    // for the disk each time would delay the frames that show the entries.
    connection.pragma_update(None, "synchronous", "NORMAL")?;
    connection.pragma_update_and_check(None, "secure_delete", true, |_| Ok(()))?;
    let state: String = connection.query_row("PRAGMA quick_check(1)", [], |row| row.get(0))?;
    if state != "ok" {
        return Err(HistoryError::Damaged);
    }
    migrate(&mut connection)?;
    Ok(connection)
}

/// Repeats what the database refuses at once if another process does the same, like the change to a write-ahead log.
fn retry_while_busy(run: impl Fn() -> rusqlite::Result<()>) -> rusqlite::Result<()> {
    let (attempts, interval) = ATTEMPTS;
    for _ in 0..attempts {
        match run() {
            Err(error) if error.sqlite_error_code() == Some(ErrorCode::DatabaseBusy) => {
                std::thread::sleep(interval);
            }
            result => return result,
        }
    }
    run()
}

/// Renames a damaged database and the files beside it, and creates a new one. Does so only if no other process uses it.
fn set_aside(path: &Path, notices: &mut Vec<String>) -> Result<Database, HistoryError> {
    let lock = lock_file(path);
    if let Some(lock) = &lock {
        lock_exclusively(lock)?;
    }
    // Another process may have set it aside in the meantime.
    let connection = match connect(path) {
        Err(HistoryError::Damaged) => {
            let aside = rename_to_free(path, "damaged", &["-wal", "-shm"])?;
            let aside = aside.display();
            notices.push(format!("The history was damaged. It is now in {aside}, and a new one was begun."));
            connect(path)?
        }
        other => other?,
    };
    if let Some(lock) = &lock {
        // Windows would keep the exclusive lock beside the shared one, and others would wait for it.
        let _ = lock.unlock();
        let _ = lock.lock_shared();
    }
    Ok(Database::new(connection, lock))
}

fn lock_exclusively(lock: &File) -> Result<(), HistoryError> {
    let (attempts, interval) = ATTEMPTS;
    for _ in 0..attempts {
        match lock.try_lock() {
            Err(TryLockError::WouldBlock) => std::thread::sleep(interval),
            // Some network file systems have no locks.
            Ok(()) | Err(TryLockError::Error(_)) => return Ok(()),
        }
    }
    Err(HistoryError::DamagedAndInUse)
}

/// Opens the file whose lock tells that the database is in use; `None` if that is impossible.
fn lock_file(path: &Path) -> Option<File> {
    let mut options = private_file_options();
    options.write(true).create(true).truncate(false).open(path.with_extension("lock")).ok()
}

/// Opens the database on a disk that can't be written.
///
/// # Errors
/// Returns an error if the file does not exist or its schema is not that of this version.
pub fn open_for_reading(path: &Path) -> Result<Database, HistoryError> {
    let connect = |path: &Path, flags| {
        let connection = Connection::open_with_flags(path, flags)?;
        connection.busy_timeout(BUSY_TIMEOUT)?;
        if is_current(&connection)? { Ok(connection) } else { Err(HistoryError::Outdated) }
    };
    let flags = OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let connection = connect(path, flags).or_else(|error| {
        // Without the files beside it, SQLite reads a database on a read-only disk only if told that nobody changes it.
        if fs::metadata(with_suffix(path, "-wal")).is_ok_and(|data| data.len() > 0) {
            return Err(error);
        }
        let name = path.display().to_string();
        let uri = format!("file:{}?immutable=1", utf8_percent_encode(&name, NON_ALPHANUMERIC));
        connect(Path::new(&uri), flags | OpenFlags::SQLITE_OPEN_URI)
    })?;
    Ok(Database::new(connection, None))
}

#[cfg(test)]
mod tests;
