//! Files and directories that only their owner can read.

use std::fs::{DirBuilder, OpenOptions};
use std::io::{self, Write};
use std::path::{Path, PathBuf};

/// Returns the directory for data that outlives a run: the platform's state directory, or else its data directory.
#[must_use]
pub fn state_directory() -> Option<PathBuf> {
    let directories = directories::ProjectDirs::from("", "", "rsvp")?;
    Some(directories.state_dir().unwrap_or(directories.data_local_dir()).to_owned())
}

/// Creates a directory, and its parents, that only the owner can enter. Does nothing if the directory exists.
///
/// # Errors
/// Returns an error if the directory cannot be created.
pub fn create_private_directory(path: &Path) -> io::Result<()> {
    let mut builder = DirBuilder::new();
    builder.recursive(true);
    #[cfg(unix)]
    {
        use std::os::unix::fs::DirBuilderExt;
        builder.mode(0o700);
    }
    builder.create(path)
}

/// Returns options with which a new file can be read only by its owner.
#[cfg(unix)]
#[must_use]
pub fn private_file_options() -> OpenOptions {
    use std::os::unix::fs::OpenOptionsExt;
    let mut options = OpenOptions::new();
    options.mode(0o600);
    options
}

/// Returns options for a new file. On this platform, its directory says who can read it.
#[cfg(not(unix))]
#[must_use]
pub fn private_file_options() -> OpenOptions {
    OpenOptions::new()
}

/// Replaces a file by one that only the owner can read, at once as a whole. Its directory is created if necessary.
///
/// # Errors
/// Returns an error if the file cannot be written; the former one stays then.
pub fn write_privately(path: &Path, contents: &[u8]) -> io::Result<()> {
    if let Some(directory) = path.parent() {
        create_private_directory(directory)?;
    }
    let mut name = path.as_os_str().to_owned();
    name.push(format!(".{}.new", uuid::Uuid::new_v4().simple()));
    let new = PathBuf::from(name);
    let written = private_file_options().write(true).create_new(true).open(&new).and_then(|mut file| {
        file.write_all(contents)?;
        file.sync_all()
    });
    let replaced = written.and_then(|()| std::fs::rename(&new, path));
    if replaced.is_err() {
        let _ = std::fs::remove_file(&new);
    }
    replaced
}

/// Returns whether users other than the owner have any permission for a file.
#[cfg(unix)]
#[must_use]
pub fn is_readable_by_others(path: &Path) -> bool {
    use std::os::unix::fs::PermissionsExt;
    std::fs::metadata(path).is_ok_and(|data| data.is_file() && data.permissions().mode() & 0o077 != 0)
}

/// Returns whether users other than the owner have any permission for a file; always false on this platform.
#[cfg(not(unix))]
#[must_use]
pub fn is_readable_by_others(_: &Path) -> bool {
    false
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_can_not_be_put_in_its_place_is_left_nowhere() {
        let home = tempfile::tempdir().unwrap();
        let path = home.path().join("login.json");
        std::fs::create_dir(&path).unwrap();
        assert!(write_privately(&path, b"secret").is_err(), "a directory is in the way");
        let names: Vec<_> =
            std::fs::read_dir(home.path()).unwrap().map(|entry| entry.unwrap().file_name()).collect();
        assert_eq!(names, ["login.json"]);
    }
}
