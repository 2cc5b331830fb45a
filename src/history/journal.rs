use std::collections::HashMap;
use std::fs::{self, File, TryLockError};
use std::io::{self, Write};
use std::path::Path;

use super::record::Record;
use crate::private_files::{create_private_directory, private_file_options};

/// The history file, open for appending.
#[derive(Debug)]
pub struct Journal {
    file: File,
}

impl Journal {
    /// Opens the file and returns its latest `keep` entries, the oldest first. A file with at least twice as many is
    /// compacted to these, unless another process uses it. Invalid lines are skipped, and the last line of an entry
    /// replaces its earlier ones.
    ///
    /// # Errors
    /// Returns an error if the file cannot be read or written.
    pub fn open(path: &Path, keep: usize) -> io::Result<(Self, Vec<Record>)> {
        create_private_directory(path.parent().unwrap_or(path))?;
        let bytes = read_bytes(path)?;
        let records = parse(&bytes);
        let latest = records.get(records.len().saturating_sub(keep)..).unwrap_or_default().to_vec();
        let mut journal = Self::open_for_append(path)?;
        match journal.file.try_lock() {
            Ok(()) if records.len() >= keep.saturating_mul(2) => {
                compact(path, &latest)?;
                journal = Self::open_for_append(path)?;
            }
            Ok(()) => journal.file.unlock()?,
            Err(TryLockError::WouldBlock) => {}
            Err(TryLockError::Error(error)) => return Err(error),
        }
        // While the shared lock is held, other processes may append to the file but not replace it.
        journal.file.try_lock_shared().or_else(|error| match error {
            TryLockError::WouldBlock => Ok(()),
            TryLockError::Error(error) => Err(error),
        })?;
        if bytes.last().is_some_and(|byte| *byte != b'\n') {
            // The last line is incomplete: the disk was full, or the machine stopped.
            journal.file.write_all(b"\n")?;
        }
        Ok((journal, latest))
    }

    /// Returns all entries of the file, the oldest first; none if the file does not exist.
    ///
    /// # Errors
    /// Returns an error if the file cannot be read.
    pub fn read(path: &Path) -> io::Result<Vec<Record>> {
        Ok(parse(&read_bytes(path)?))
    }

    fn open_for_append(path: &Path) -> io::Result<Self> {
        Ok(Self { file: private_file_options().append(true).create(true).open(path)? })
    }

    /// Appends a line with a single write, so that lines of several processes do not mix.
    ///
    /// # Errors
    /// Returns an error if the line cannot be written.
    pub fn append(&mut self, record: &Record) -> io::Result<()> {
        let mut line = serde_json::to_vec(record)?;
        line.push(b'\n');
        self.file.write_all(&line)
    }
}

fn read_bytes(path: &Path) -> io::Result<Vec<u8>> {
    match fs::metadata(path) {
        // Reading a device or a pipe might never end.
        Ok(data) if !data.is_file() => Err(io::Error::other("not a regular file")),
        Ok(_) => fs::read(path),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(Vec::new()),
        Err(error) => Err(error),
    }
}

fn parse(bytes: &[u8]) -> Vec<Record> {
    let lines = bytes.split(|byte| *byte == b'\n').filter(|line| !line.is_empty());
    let mut records: Vec<Record> = Vec::new();
    let mut positions = HashMap::new();
    for record in lines.filter_map(|line| serde_json::from_slice::<Record>(line).ok()) {
        let position = record.id.map(|id| *positions.entry(id).or_insert(records.len()));
        match position.and_then(|position| records.get_mut(position)) {
            // Only the first line has the UTC offset of the time when the invitation ended.
            Some(earlier) => *earlier = Record { at: earlier.at.clone(), ..record },
            None => records.push(record),
        }
    }
    records
}

/// Replaces the file atomically by one with only `records`.
fn compact(path: &Path, records: &[Record]) -> io::Result<()> {
    let temporary = path.with_extension("new");
    let _ = fs::remove_file(&temporary);
    let mut journal = Journal::open_for_append(&temporary)?;
    for record in records {
        journal.append(record)?;
    }
    journal.file.sync_all()?;
    fs::rename(temporary, path)
}

#[cfg(test)]
mod tests {
    use uuid::Uuid;

    use super::*;
    use crate::history::EntryId;
    use crate::invitation::{Direction, Importance, Kind, Outcome, Party, Reason};

    fn record(number: u32) -> Record {
        Record {
            id: None,
            at: jiff::civil::date(2026, 1, 5)
                .at(9, 0, 0, 0)
                .to_zoned(jiff::tz::offset(1).to_time_zone())
                .unwrap(),
            kind: Kind::Phone,
            direction: Direction::Incoming,
            from: Party {
                name: "Lene".into(),
                uri: format!("tel:{number}").as_str().into(),
                ..Party::default()
            },
            to: None,
            accepted_by: None,
            subject: "“Subject”".into(),
            message: "".into(),
            importance: Importance::Urgent,
            outcome: [Outcome::Declined(Reason::Global), Outcome::Failed("busy".into()), Outcome::Missed]
                [number as usize % 3]
                .clone(),
        }
    }

    #[test]
    fn what_was_kept_comes_back_in_the_next_run() {
        let home = tempfile::tempdir().unwrap();
        let path = home.path().join("state/history.jsonl");
        let (mut journal, before) = Journal::open(&path, 10).unwrap();
        assert!(before.is_empty());
        for number in 0..3 {
            journal.append(&record(number)).unwrap();
        }
        let (_beside, records) = Journal::open(&path, 10).unwrap();
        assert_eq!(records, [record(0), record(1), record(2)]);
    }

    #[test]
    fn a_time_keeps_its_offset_and_one_without_is_read_as_a_local_time() {
        let line = serde_json::to_string(&record(1)).unwrap();
        assert!(line.contains("\"2026-01-05T09:00:00+01:00\""), "{line}");
        let zulu: Record = serde_json::from_str(&line.replace("09:00:00+01:00", "08:00:00Z")).unwrap();
        assert_eq!(zulu.at, record(1).at);
        let old: Record = serde_json::from_str(&line.replace("+01:00", "")).unwrap();
        assert_eq!(old.at.datetime(), record(1).at.datetime());
        assert_eq!(old.into_past_invitation(1).at, record(1).at.datetime());
    }

    #[test]
    fn it_does_not_grow_for_ever_and_is_not_shortened_under_another_copy() {
        let home = tempfile::tempdir().unwrap();
        let path = home.path().join("history.jsonl");
        let (mut journal, _) = Journal::open(&path, 2).unwrap();
        for number in 0..5 {
            journal.append(&record(number)).unwrap();
        }
        let lines = || fs::read_to_string(&path).unwrap().lines().count();
        assert_eq!(Journal::open(&path, 2).unwrap().1, [record(3), record(4)]);
        assert_eq!(lines(), 5, "the other copy still adds to it");
        drop(journal);
        assert_eq!(Journal::open(&path, 2).unwrap().1, [record(3), record(4)]);
        assert_eq!(lines(), 2);
    }

    #[test]
    fn a_torn_or_foreign_line_spoils_nothing_else() {
        let home = tempfile::tempdir().unwrap();
        let path = home.path().join("history.jsonl");
        let good = serde_json::to_string(&record(1)).unwrap();
        let hostile = good.replace("Lene", "\\u001b[31m\\u202eLene");
        fs::write(&path, format!("{{\"at\":1}}\n\u{0}\n{hostile}\n{}", &good[..good.len() / 2])).unwrap();
        let (mut journal, records) = Journal::open(&path, 10).unwrap();
        assert_eq!(records.len(), 1);
        assert_eq!(
            records[0].from.name.as_str(),
            "[31mLene",
            "it is as harmless as what comes from a server"
        );
        journal.append(&record(2)).unwrap();
        assert_eq!(Journal::open(&path, 10).unwrap().1.len(), 2);
    }

    #[test]
    fn a_later_line_of_an_entry_takes_the_place_of_the_earlier_one() {
        let home = tempfile::tempdir().unwrap();
        let path = home.path().join("history.jsonl");
        let id = |number| Some(EntryId::new(Uuid::nil(), number));
        let (mut journal, _) = Journal::open(&path, 2).unwrap();
        let first = Record { id: id(1), ..record(1) };
        let amended = Record {
            accepted_by: Some(Party { name: "Kim".into(), ..Party::default() }),
            at: record(1).at.datetime().to_zoned(jiff::tz::offset(2).to_time_zone()).unwrap(),
            ..first.clone()
        };
        let amended_as_kept = Record { at: first.at.clone(), ..amended.clone() };
        let second = Record { id: id(2), ..record(1) };
        for record in [&record(0), &first, &second, &amended] {
            journal.append(record).unwrap();
        }
        assert_eq!(Journal::read(&path).unwrap(), [record(0), amended_as_kept.clone(), second.clone()]);
        let latest = [amended_as_kept, second];
        assert_eq!(Journal::open(&path, 2).unwrap().1, latest);
        journal.append(&record(2)).unwrap();
        drop(journal);
        Journal::open(&path, 2).unwrap();
        assert_eq!(
            fs::read_to_string(&path).unwrap().lines().count(),
            2,
            "one line for each when it is shorter"
        );
    }

    #[test]
    fn what_an_interrupted_run_left_beside_the_file_does_not_get_into_it() {
        let home = tempfile::tempdir().unwrap();
        let path = home.path().join("history.jsonl");
        let (mut journal, _) = Journal::open(&path, 2).unwrap();
        for number in 0..4 {
            journal.append(&record(number)).unwrap();
        }
        drop(journal);
        fs::copy(&path, path.with_extension("new")).unwrap();
        assert_eq!(Journal::open(&path, 2).unwrap().1, [record(2), record(3)]);
        assert_eq!(Journal::read(&path).unwrap(), [record(2), record(3)]);
    }

    #[test]
    fn lines_of_earlier_versions_are_entries_of_their_own_however_alike() {
        let home = tempfile::tempdir().unwrap();
        let path = home.path().join("history.jsonl");
        let (mut journal, _) = Journal::open(&path, 10).unwrap();
        journal.append(&record(1)).unwrap();
        journal.append(&record(1)).unwrap();
        assert!(!fs::read_to_string(&path).unwrap().contains("\"id\""));
        assert_eq!(Journal::open(&path, 10).unwrap().1, [record(1), record(1)]);
    }

    #[cfg(target_os = "linux")]
    #[test]
    fn a_full_disk_is_told() {
        let mut journal = Journal::open_for_append(Path::new("/dev/full")).unwrap();
        assert_eq!(journal.append(&record(0)).unwrap_err().kind(), io::ErrorKind::StorageFull);
        assert!(Journal::open(Path::new("/dev/full"), 10).is_err());
    }

    #[cfg(unix)]
    #[test]
    fn nobody_else_can_read_it() {
        use std::os::unix::fs::PermissionsExt;
        let home = tempfile::tempdir().unwrap();
        let path = home.path().join("history.jsonl");
        let _journal = Journal::open(&path, 10).unwrap();
        assert_eq!(fs::metadata(&path).unwrap().permissions().mode() & 0o777, 0o600);
    }
}
