//! The log file in the state directory, which only the user can read.

use std::fs::{self, File};
use std::io;
use std::path::PathBuf;
use std::sync::Mutex;

use tracing::Level;
use tracing_subscriber::fmt;

use crate::private_files::{create_private_directory, private_file_options, state_directory};

/// The size in bytes beyond which a log is renamed at the next start; one old log is kept.
const MAX_LOG_SIZE: u64 = 5 * 1024 * 1024;

/// Starts logging for all threads of the program. Does nothing if the file cannot be written, because a missing log is
/// no reason to refuse to run.
pub fn start(level: Level) {
    let Ok(file) = open() else { return };
    let subscriber = fmt::Subscriber::builder()
        .with_max_level(level)
        .with_ansi(false)
        .with_target(false)
        .with_writer(Mutex::new(file))
        // Internal errors go to standard error, which is the screen.
        .log_internal_errors(false)
        .finish();
    let _ = tracing::subscriber::set_global_default(subscriber);
}

/// Returns the path of the log, unless there is no home directory.
#[must_use]
pub fn path() -> Option<PathBuf> {
    Some(state_directory()?.join("rsvp.log"))
}

fn open() -> io::Result<File> {
    let path = path().ok_or_else(|| io::Error::other("no home directory"))?;
    if let Some(directory) = path.parent() {
        create_private_directory(directory)?;
    }
    if fs::metadata(&path).is_ok_and(|data| data.len() > MAX_LOG_SIZE) {
        fs::rename(&path, path.with_extension("log.old"))?;
    }
    private_file_options().append(true).create(true).open(path)
}
