//! The history file of earlier versions: one JSON object per line.

use std::collections::HashMap;
use std::fs::{self, File};
use std::io;
use std::path::Path;

use serde_json::{Map, Value};

use super::entry_id::EntryId;
use super::record::Record;

/// Returns all entries of the file, the oldest first; none if the file does not exist. Invalid lines are skipped, and the
/// last line of an entry replaces its earlier ones. Lines without an id are separate entries, each with the same id
/// whenever the file is read.
///
/// # Errors
/// Returns an error if the file cannot be read.
pub fn read(path: &Path) -> io::Result<Vec<Record>> {
    match fs::metadata(path) {
        // Reading a device or a pipe might never end.
        Ok(data) if !data.is_file() => Err(io::Error::other("not a regular file")),
        Ok(_) => Ok(parse(&fs::read(path)?)),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(Vec::new()),
        Err(error) => Err(error),
    }
}

/// Returns whether a running program of an earlier version still writes the file.
#[must_use]
pub fn is_in_use(path: &Path) -> bool {
    File::open(path).is_ok_and(|file| matches!(file.try_lock(), Err(fs::TryLockError::WouldBlock)))
}

fn parse(bytes: &[u8]) -> Vec<Record> {
    let mut records: Vec<Record> = Vec::new();
    let mut positions = HashMap::new();
    let mut occurrences: HashMap<&[u8], u64> = HashMap::new();
    for line in bytes.split(|byte| *byte == b'\n') {
        let Ok(mut object) = serde_json::from_slice::<Map<String, Value>>(line) else { continue };
        object.entry("id").or_insert_with(|| {
            let occurrence = occurrences.entry(line).or_default();
            *occurrence += 1;
            Value::String(EntryId::of_line(line, *occurrence).into())
        });
        let Ok(record) = serde_json::from_value::<Record>(Value::Object(object)) else { continue };
        let position = *positions.entry(record.id).or_insert(records.len());
        match records.get_mut(position) {
            // Only the first line has the UTC offset of the time when the invitation ended.
            Some(earlier) => *earlier = Record { at: earlier.at.clone(), ..record },
            None => records.push(record),
        }
    }
    records
}

#[cfg(test)]
mod tests {
    use super::*;

    fn line(name: &str, more: &str) -> String {
        format!(
            r#"{{"at":"2026-01-05T09:00:00+01:00","kind":"phone","direction":"incoming","from":{{"name":"{name}","uri":"tel:1"}},"outcome":"declined","detail":"Global"{more}}}"#
        )
    }

    fn names(records: &[Record]) -> Vec<&str> {
        records.iter().map(|record| record.from.name.as_str()).collect()
    }

    #[test]
    fn a_torn_or_foreign_line_spoils_nothing_else() {
        let good = line("\\u001b[31m\\u202eLene", "");
        let text = format!("{{\"at\":1}}\n\u{0}\n[1]\n\n{good}\n{}", &good[..good.len() / 2]);
        let records = parse(text.as_bytes());
        assert_eq!(names(&records), ["[31mLene"], "it is as harmless as what comes from a server");
    }

    #[test]
    fn only_a_regular_file_is_read_and_one_that_is_missing_is_empty() {
        let home = tempfile::tempdir().unwrap();
        let file = home.path().join("history.jsonl");
        assert_eq!(read(&file).unwrap(), []);
        fs::write(&file, line("Lene", "")).unwrap();
        let records = read(&file).unwrap();
        assert_eq!(names(&records), ["Lene"]);
        assert!(records[0].seen, "an entry of a version that did not keep it counts as seen");
        assert!(read(home.path()).is_err(), "a folder");
        assert!(read(&file.join("below")).is_err(), "a file is no folder");
    }

    #[test]
    fn a_later_line_of_an_entry_takes_the_place_of_the_earlier_one() {
        let id = |id: &str| format!(r#","id":"00000000-0000-0000-0000-00000000000{id}""#);
        let amended = line("Kim", &id("1")).replace("+01:00", "+02:00");
        let text = [line("Lene", &id("1")), line("Lene", &id("2")), amended].join("\n");
        let records = parse(text.as_bytes());
        assert_eq!(names(&records), ["Kim", "Lene"]);
        assert_eq!(records[0].at.offset(), jiff::tz::offset(1), "the offset of the time when it ended");
    }

    #[test]
    fn lines_without_an_id_are_entries_of_their_own_however_alike_and_keep_their_ids() {
        let text = [line("Lene", ""), line("Lene", ""), line("Kim", "")].join("\n");
        let records = parse(text.as_bytes());
        assert_eq!(names(&records), ["Lene", "Lene", "Kim"]);
        assert_ne!(records[0].id, records[1].id);
        assert_eq!(parse(format!("{text}\n{}", line("Lene", "")).as_bytes())[..3], records);
    }

    #[test]
    fn a_time_without_an_offset_is_a_local_time() {
        let old = line("Lene", "").replace("+01:00", "");
        let [record] = parse(old.as_bytes()).try_into().unwrap();
        assert_eq!(record.at.datetime(), jiff::civil::date(2026, 1, 5).at(9, 0, 0, 0));
    }
}
