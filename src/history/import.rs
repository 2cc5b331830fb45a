//! The import of the history file of earlier versions.

use std::io;
use std::path::{Path, PathBuf};

use super::database::Database;
use super::error::HistoryError;
use super::json_lines;
use super::naming::{numbered, rename_to_free};

/// Returns the path of the history file of earlier versions, beside the database.
#[must_use]
pub fn journal_path(database: &Path) -> PathBuf {
    database.with_extension("jsonl")
}

/// Imports the history file of earlier versions, if there is one, and renames it. Several processes may do so at the same
/// time, or one again after it was killed: an entry has the same id each time. While a program of an earlier version
/// still writes the file, it keeps its name and is imported again at the next start.
///
/// # Errors
/// Returns an error if the file can't be read or renamed, or the database can't be written.
pub fn import(database: &mut Database, path: &Path) -> Result<(), HistoryError> {
    if !path.exists() {
        return Ok(());
    }
    let in_use = json_lines::is_in_use(path);
    database.store(&json_lines::read(path)?)?;
    if in_use {
        return Ok(());
    }
    match rename_to_free(path, "imported", &[]) {
        // Another process has renamed it.
        Err(error) if error.kind() != io::ErrorKind::NotFound => Err(error.into()),
        _ => Ok(()),
    }
}

/// Returns the paths of the files that were imported.
#[must_use]
pub fn imported(database: &Path) -> Vec<PathBuf> {
    let path = journal_path(database);
    numbered(&path, "imported").take_while(|path| path.exists()).collect()
}
