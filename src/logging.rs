//! The log file in the state directory, which only the user can read.

use std::fs::{self, File};
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::sync::Mutex;

use tracing::Level;
use tracing_subscriber::fmt;

use crate::private_files::{create_private_directory, private_file_options, state_directory};

/// The size in bytes beyond which a log is renamed and another one begins; one old log is kept.
const MAX_LOG_SIZE: u64 = 5 * 1024 * 1024;

/// Starts logging for all threads of the program. Does nothing if the file cannot be written, because a missing log is
/// no reason to refuse to run.
pub fn start(level: Level) {
    let Ok(log) = open() else { return };
    let subscriber = fmt::Subscriber::builder()
        .with_max_level(level)
        .with_ansi(false)
        .with_target(false)
        .with_writer(Mutex::new(log))
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

fn open() -> io::Result<Log> {
    let path = path().ok_or_else(|| io::Error::other("no home directory"))?;
    if let Some(directory) = path.parent() {
        create_private_directory(directory)?;
    }
    Log::open(path, MAX_LOG_SIZE)
}

/// A log file of limited size, to which several processes may append.
struct Log {
    path: PathBuf,
    max_size: u64,
    file: File,
}

impl Log {
    /// Opens the log, or begins another one if it is too large.
    fn open(path: PathBuf, max_size: u64) -> io::Result<Self> {
        let file = open_below(&path, max_size)?;
        Ok(Self { path, max_size, file })
    }
}

impl Write for Log {
    /// Appends an event, after renaming a log that is too large. Another process may have renamed it before, so the size
    /// is that of the file. If it cannot be renamed, it grows.
    fn write(&mut self, event: &[u8]) -> io::Result<usize> {
        if self.file.metadata().is_ok_and(|data| data.len() > self.max_size)
            && let Ok(file) = open_below(&self.path, self.max_size)
        {
            self.file = file;
        }
        self.file.write(event)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.file.flush()
    }
}

/// Opens the file of a log, which is renamed before if it is larger than `max_size` bytes.
fn open_below(path: &Path, max_size: u64) -> io::Result<File> {
    if fs::metadata(path).is_ok_and(|data| data.len() > max_size) {
        fs::rename(path, path.with_extension("log.old"))?;
    }
    private_file_options().append(true).create(true).open(path)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_log_stays_limited_while_programs_write_to_it() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("rsvp.log");
        let open = || Log::open(path.clone(), 100).unwrap();
        let mut logs = [open(), open()];
        for number in 0..200 {
            for (name, log) in ["watch", "screen"].iter().zip(&mut logs) {
                log.write_all(format!("{name} {number}\n").as_bytes()).unwrap();
            }
        }
        let read = |path: &Path| fs::read_to_string(path).unwrap();
        let (old, new) = (read(&path.with_extension("log.old")), read(&path));
        assert!(old.len() < 120 && new.len() < 120, "{} and {} bytes", old.len(), new.len());
        let all = old + &new;
        assert!(all.ends_with("watch 199\nscreen 199\n"), "{all}");
        let last: Vec<&str> = all.lines().rev().take(16).collect();
        for (number, pair) in (192..200).rev().zip(last.chunks(2)) {
            assert_eq!(pair, [format!("screen {number}"), format!("watch {number}")], "nothing is lost");
        }
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 2);
    }

    #[test]
    fn a_log_that_cannot_be_renamed_grows() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("rsvp.log");
        fs::create_dir_all(path.with_extension("log.old").join("in the way")).unwrap();
        let mut log = Log::open(path.clone(), 10).unwrap();
        for _ in 0..3 {
            log.write_all(b"an event that is long\n").unwrap();
        }
        assert_eq!(fs::read_to_string(&path).unwrap().lines().count(), 3);
    }
}
