//! The names of the files beside the database.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

/// Returns a path with text appended to its file name.
#[must_use]
pub fn with_suffix(path: &Path, suffix: &str) -> PathBuf {
    let mut name = path.as_os_str().to_owned();
    name.push(suffix);
    name.into()
}

/// Returns the paths `history.jsonl.imported`, `history.jsonl.imported-2` and so on, for the suffix `imported`.
pub fn numbered(path: &Path, suffix: &str) -> impl Iterator<Item = PathBuf> {
    (1_u32..10_000).map(move |number| match number {
        1 => with_suffix(path, &format!(".{suffix}")),
        _ => with_suffix(path, &format!(".{suffix}-{number}")),
    })
}

/// Renames a file to the first of its [`numbered`] names that is free, and returns the new path. `companions` are suffixes
/// of files beside it, which are renamed likewise, and first: without it, none of them is left for a file of its name.
///
/// # Errors
/// Returns an error if a file can't be renamed.
pub fn rename_to_free(path: &Path, suffix: &str, companions: &[&str]) -> io::Result<PathBuf> {
    let free = numbered(path, suffix).find(|path| !path.exists()).ok_or(io::ErrorKind::AlreadyExists)?;
    for companion in companions {
        match fs::rename(with_suffix(path, companion), with_suffix(&free, companion)) {
            Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(error),
            _ => {}
        }
    }
    fs::rename(path, &free)?;
    Ok(free)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_and_what_belongs_to_it_get_a_name_that_is_free() {
        let home = tempfile::tempdir().unwrap();
        let path = home.path().join("history.db");
        for number in ["", "-2"] {
            for suffix in ["", "-wal"] {
                fs::write(with_suffix(&path, suffix), number).unwrap();
            }
            let renamed = rename_to_free(&path, "damaged", &["-wal", "-shm"]).unwrap();
            assert_eq!(renamed, home.path().join(format!("history.db.damaged{number}")));
            for suffix in ["", "-wal"] {
                assert_eq!(fs::read_to_string(with_suffix(&renamed, suffix)).unwrap(), number);
                assert!(!with_suffix(&path, suffix).exists());
            }
        }
        assert!(rename_to_free(&path, "damaged", &[]).is_err(), "there is none");
    }
}
