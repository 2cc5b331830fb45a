use std::collections::HashMap;
use std::fs::{self, File, OpenOptions, TryLockError};
use std::io::{self, Write};
use std::path::Path;

use super::Record;
use crate::logging::private_directory;

/// The file, open for adding to it.
#[derive(Debug)]
pub struct Journal {
    file: File,
}

impl Journal {
    /// Reads the file and opens it for more; gives the latest `keep` entries, the oldest first. A file that has
    /// grown to twice as many is made shorter, unless another copy of the program uses it. Lines that make no
    /// sense are passed over, and of several lines of one entry the last one counts.
    ///
    /// # Errors
    /// When it can't be read or written.
    pub fn open(path: &Path, keep: usize) -> io::Result<(Self, Vec<Record>)> {
        private_directory(path.parent().unwrap_or(path))?;
        let text = text(path)?;
        let records = records(&text);
        let latest = records.get(records.len().saturating_sub(keep)..).unwrap_or_default().to_vec();
        let mut journal = Self::to_add(path)?;
        match journal.file.try_lock() {
            Ok(()) if records.len() >= keep.saturating_mul(2) => {
                shorten(path, &latest)?;
                journal = Self::to_add(path)?;
            }
            Ok(()) => journal.file.unlock()?,
            Err(TryLockError::WouldBlock) => {}
            Err(TryLockError::Error(error)) => return Err(error),
        }
        // Others may add to it, too, but not replace it.
        journal.file.try_lock_shared().or_else(|error| match error {
            TryLockError::WouldBlock => Ok(()),
            TryLockError::Error(error) => Err(error),
        })?;
        if text.last().is_some_and(|byte| *byte != b'\n') {
            // The disk was full, or the machine stopped, in the middle of a line.
            journal.file.write_all(b"\n")?;
        }
        Ok((journal, latest))
    }

    /// All that is in the file, the oldest first; nothing if there is no file.
    ///
    /// # Errors
    /// When it can't be read.
    pub fn read(path: &Path) -> io::Result<Vec<Record>> {
        Ok(records(&text(path)?))
    }

    fn to_add(path: &Path) -> io::Result<Self> {
        let mut options = OpenOptions::new();
        options.append(true).create(true);
        #[cfg(unix)]
        {
            use std::os::unix::fs::OpenOptionsExt;
            options.mode(0o600);
        }
        Ok(Self { file: options.open(path)? })
    }

    /// Adds a line, by one write, so that two copies of the program don't mix theirs.
    ///
    /// # Errors
    /// When it can't be written.
    pub fn append(&mut self, record: &Record) -> io::Result<()> {
        let mut line = serde_json::to_vec(record)?;
        line.push(b'\n');
        self.file.write_all(&line)
    }
}

fn text(path: &Path) -> io::Result<Vec<u8>> {
    match fs::metadata(path) {
        // A device or a pipe may never end.
        Ok(data) if !data.is_file() => Err(io::Error::other("it is no file")),
        Ok(_) => fs::read(path),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(Vec::new()),
        Err(error) => Err(error),
    }
}

fn records(text: &[u8]) -> Vec<Record> {
    let lines = text.split(|byte| *byte == b'\n').filter(|line| !line.is_empty());
    let mut records: Vec<Record> = Vec::new();
    let mut places = HashMap::new();
    for record in lines.filter_map(|line| serde_json::from_slice::<Record>(line).ok()) {
        let place = record.id.map(|id| *places.entry(id).or_insert(records.len()));
        match place.and_then(|place| records.get_mut(place)) {
            // The first line has the offset of the time when it ended.
            Some(former) => *former = Record { at: former.at.clone(), ..record },
            None => records.push(record),
        }
    }
    records
}

/// Puts a shorter file in the place of the one that is there: whole, or not at all.
fn shorten(path: &Path, records: &[Record]) -> io::Result<()> {
    let beside = path.with_extension("new");
    let _ = fs::remove_file(&beside);
    let mut journal = Journal::to_add(&beside)?;
    for record in records {
        journal.append(record)?;
    }
    journal.file.sync_all()?;
    fs::rename(beside, path)
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
        let mut journal = Journal::to_add(Path::new("/dev/full")).unwrap();
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
