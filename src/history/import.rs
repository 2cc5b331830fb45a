//! The import of the history file of earlier versions.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use super::database::Database;
use super::error::HistoryError;
use super::journal;

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
    let in_use = journal::is_in_use(path);
    database.store(&journal::read(path)?)?;
    if in_use {
        return Ok(());
    }
    match rename_to_free(path, "imported") {
        // Another process has renamed it.
        Err(error) if error.kind() != io::ErrorKind::NotFound => Err(error.into()),
        _ => Ok(()),
    }
}

/// Returns the paths of the files that were imported.
#[must_use]
pub fn imported(database: &Path) -> Vec<PathBuf> {
    let path = journal_path(database);
    names(&path, "imported").take_while(|path| path.exists()).collect()
}

/// Appends a suffix to the name of a file so that no other file is replaced, and returns the new path.
///
/// # Errors
/// Returns an error if the file can't be renamed.
pub fn rename_to_free(path: &Path, suffix: &str) -> io::Result<PathBuf> {
    let free = names(path, suffix).find(|path| !path.exists());
    let free = free.ok_or(io::ErrorKind::AlreadyExists)?;
    fs::rename(path, &free)?;
    Ok(free)
}

/// Returns `history.jsonl.imported`, `history.jsonl.imported-2` and so on.
fn names(path: &Path, suffix: &str) -> impl Iterator<Item = PathBuf> {
    let name = path.as_os_str().to_owned();
    (1_u32..10_000).map(move |number| {
        let mut name = name.clone();
        name.push(format!(".{suffix}"));
        if number > 1 {
            name.push(format!("-{number}"));
        }
        name.into()
    })
}
