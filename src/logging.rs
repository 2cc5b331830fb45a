//! The log: a file in the state directory, private to the user; never the screen.

use std::fs::{self, File, OpenOptions};
use std::io;
use std::path::PathBuf;
use std::sync::Mutex;

use tracing::Level;
use tracing_subscriber::fmt;

/// A log that has grown beyond this (bytes) is put aside at the next start; one old one is kept.
const LIMIT: u64 = 5 * 1024 * 1024;

/// Starts logging, for all threads of the program. Without a place for the file, nothing is logged: a log is
/// no reason not to run.
pub fn start(level: Level) {
    let Ok(file) = open() else { return };
    let subscriber = fmt::Subscriber::builder()
        .with_max_level(level)
        .with_ansi(false)
        .with_target(false)
        .with_writer(Mutex::new(file))
        // They would go to standard error, and that is the screen.
        .log_internal_errors(false)
        .finish();
    let _ = tracing::subscriber::set_global_default(subscriber);
}

/// The directory for what is kept between runs: the platform's state directory, else its data directory.
#[must_use]
pub fn state_directory() -> Option<PathBuf> {
    let directories = directories::ProjectDirs::from("", "", "rsvp")?;
    Some(directories.state_dir().unwrap_or(directories.data_local_dir()).to_owned())
}

fn open() -> io::Result<File> {
    let directory = state_directory().ok_or_else(|| io::Error::other("no home directory"))?;
    private_directory(&directory)?;
    let path = directory.join("rsvp.log");
    if fs::metadata(&path).is_ok_and(|data| data.len() > LIMIT) {
        fs::rename(&path, directory.join("rsvp.log.old"))?;
    }
    let mut options = OpenOptions::new();
    options.append(true).create(true);
    #[cfg(unix)]
    {
        use std::os::unix::fs::OpenOptionsExt;
        options.mode(0o600);
    }
    options.open(path)
}

/// Makes a directory that only its owner can look into.
///
/// # Errors
/// When it can't be made.
pub fn private_directory(path: &std::path::Path) -> io::Result<()> {
    let mut builder = fs::DirBuilder::new();
    builder.recursive(true);
    #[cfg(unix)]
    {
        use std::os::unix::fs::DirBuilderExt;
        builder.mode(0o700);
    }
    builder.create(path)
}
