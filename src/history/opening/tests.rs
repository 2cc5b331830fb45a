//! Opening files in every state.

use jiff::tz::{TimeZone, offset};
use uuid::Uuid;

use super::*;
use crate::history::{EntryId, Record, Selection};
use crate::invitation::{Direction, Importance, Kind, Outcome, Party, Reason};

fn record(number: u64) -> Record {
    let at = jiff::civil::date(2026, 1, 5).at(9, 0, 0, 0);
    let outcomes = [Outcome::Declined(Reason::Global), Outcome::Failed("busy".into()), Outcome::Missed];
    Record {
        number,
        id: EntryId::new(Uuid::nil(), number),
        at: at.to_zoned(offset(1).to_time_zone()).unwrap(),
        rang: Some(Duration::from_millis(4_200)),
        account: "contoso.com".into(),
        kind: Kind::Phone,
        direction: Direction::Incoming,
        from: Party { name: "Lene".into(), uri: "tel:1".into(), ..Party::default() },
        to: None,
        accepted_by: None,
        subject: "“Subject”".into(),
        message: "".into(),
        importance: Importance::Urgent,
        decision: "decline".into(),
        rule: "night".into(),
        outcome: outcomes[usize::try_from(number).unwrap() % 3].clone(),
        seen: true,
    }
}

fn all(path: &Path) -> Vec<Record> {
    open(path).unwrap().database.page(None, 1_000).unwrap()
}

fn stored(path: &Path, numbers: std::ops::RangeInclusive<u64>) -> Vec<Record> {
    let records: Vec<Record> = numbers.map(record).collect();
    open(path).unwrap().database.store(&records).unwrap();
    records
}

fn line(number: u64) -> String {
    format!("{}\n", serde_json::to_string(&record(number)).unwrap())
}

#[test]
fn what_was_stored_comes_back_with_the_offset_of_its_time() {
    let home = tempfile::tempdir().unwrap();
    let path = home.path().join("a ?#%/history.db");
    let records = stored(&path, 1..=3);
    assert_eq!(all(&path), records);
    assert_eq!(all(&path)[0].at.time_zone(), &TimeZone::fixed(offset(1)));
}

#[test]
fn what_another_program_has_just_written_can_be_read_beside_it() {
    let home = tempfile::tempdir().unwrap();
    let path = home.path().join("history.db");
    let mut writer = open(&path).unwrap().database;
    let records: Vec<Record> = (1..=3).map(record).collect();
    writer.store(&records).unwrap();
    assert!(fs::metadata(with_suffix(&path, "-wal")).unwrap().len() > 0, "it is not in the database yet");
    assert_eq!(open_for_reading(&path).unwrap().page(None, 10).unwrap(), records);
    drop(writer);
    assert_eq!(open_for_reading(&path).unwrap().page(None, 10).unwrap(), records);
}

#[test]
fn every_kind_and_outcome_is_stored_under_the_name_that_the_command_line_takes() {
    let home = tempfile::tempdir().unwrap();
    let path = home.path().join("history.db");
    for name in Outcome::NAMES {
        for detail in ["\"Global\"", "\"busy\"", "null"] {
            let json = format!("{{\"outcome\":\"{name}\",\"detail\":{detail}}}");
            let Ok(outcome) = serde_json::from_str::<Outcome>(&json) else { continue };
            let id = EntryId::new(Uuid::new_v4(), 1);
            open(&path).unwrap().database.store([&Record { id, outcome, ..record(1) }]).unwrap();
        }
    }
    for (number, name) in (100..).zip(Kind::NAMES) {
        let kind = serde_json::from_value(name.into()).unwrap();
        open(&path).unwrap().database.store([&Record { kind, ..record(number) }]).unwrap();
    }
    let select = |selection: &Selection| open(&path).unwrap().database.select(selection, usize::MAX).unwrap();
    for name in Outcome::NAMES {
        let selection = Selection { outcomes: vec![name.into()], ..Default::default() };
        assert!(!select(&selection).is_empty(), "{name}");
    }
    for name in Kind::NAMES {
        let selection = Selection { kinds: vec![name.into()], ..Default::default() };
        assert!(!select(&selection).is_empty(), "{name}");
    }
}

#[test]
fn what_is_stored_again_stays_seen() {
    let home = tempfile::tempdir().unwrap();
    let path = home.path().join("history.db");
    let mut database = open(&path).unwrap().database;
    let unseen = Record { seen: false, ..record(2) };
    database.store([&unseen]).unwrap();
    database.mark_seen(&[], &[unseen.id]).unwrap();
    database.store([&unseen]).unwrap();
    assert!(database.page(None, 1).unwrap()[0].seen);
}

#[test]
fn hostile_text_in_the_file_is_as_harmless_as_what_comes_from_a_server() {
    let home = tempfile::tempdir().unwrap();
    let path = home.path().join("history.db");
    stored(&path, 1..=2);
    let connection = Connection::open(&path).unwrap();
    connection
        .execute("UPDATE entry SET from_name = ? WHERE number = 1", ["\u{1b}[31m\u{202e}Lene"])
        .unwrap();
    connection.execute("UPDATE entry SET kind = 'unheard-of' WHERE number = 2", []).unwrap();
    let records = all(&path);
    assert_eq!(records.len(), 1, "what it does not know is left out");
    assert_eq!(records[0].from.name.as_str(), "[31mLene");
}

#[test]
fn a_damaged_file_is_set_aside_and_a_new_one_begun() {
    for damage in ["not a database at all, but long enough to have a header of its own", "\0\0\0"] {
        let home = tempfile::tempdir().unwrap();
        let path = home.path().join("history.db");
        for suffix in ["", "-2"] {
            fs::write(&path, damage.repeat(100)).unwrap();
            let opened = open(&path).unwrap();
            let aside = home.path().join(format!("history.db.damaged{suffix}"));
            assert_eq!(fs::read_to_string(&aside).unwrap(), damage.repeat(100));
            assert!(opened.notices[0].contains(aside.to_str().unwrap()), "{:?}", opened.notices);
            assert!(opened.read_only.is_none());
            assert!(
                lock_file(&path).unwrap().try_lock_shared().is_ok(),
                "other programs may use the new one"
            );
            drop(opened);
            assert_eq!(stored(&path, 1..=2), all(&path));
        }
    }
}

#[test]
fn a_damaged_page_in_the_middle_is_found() {
    let home = tempfile::tempdir().unwrap();
    let path = home.path().join("history.db");
    stored(&path, 1..=500);
    let mut bytes = fs::read(&path).unwrap();
    bytes[8_192..12_288].fill(0x5a);
    fs::write(&path, bytes).unwrap();
    let opened = open(&path).unwrap();
    assert!(opened.notices[0].contains("was damaged"), "{:?}", opened.notices);
    assert_eq!(opened.database.page(None, 10).unwrap(), []);
}

#[test]
fn a_damaged_file_is_left_to_the_program_that_uses_it() {
    let home = tempfile::tempdir().unwrap();
    let path = home.path().join("history.db");
    stored(&path, 1..=1);
    let other = open(&path).unwrap();
    fs::write(&path, "damage".repeat(1_000)).unwrap();
    assert!(matches!(open(&path), Err(HistoryError::DamagedAndInUse)));
    assert!(!home.path().join("history.db.damaged").exists());
    drop(other);
    assert_eq!(open(&path).unwrap().notices.len(), 1);
}

#[test]
fn a_newer_schema_is_refused_and_left_alone() {
    let home = tempfile::tempdir().unwrap();
    let path = home.path().join("history.db");
    stored(&path, 1..=1);
    let connection = Connection::open(&path).unwrap();
    connection.pragma_update(None, "user_version", 99).unwrap();
    drop(connection);
    let before = fs::read(&path).unwrap();
    let error = open(&path).unwrap_err();
    assert!(matches!(error, HistoryError::Newer) && error.to_string().contains("newer version"), "{error}");
    assert_eq!(fs::read(&path).unwrap(), before);
}

#[test]
fn a_full_disk_is_told_and_spoils_nothing() {
    let home = tempfile::tempdir().unwrap();
    let path = home.path().join("history.db");
    let before = stored(&path, 1..=1);
    let mut database = open(&path).unwrap().database;
    database.limit_pages(1);
    let more: Vec<Record> = (2..=500).map(record).collect();
    assert_eq!(database.store(&more).unwrap_err().to_string(), "the disk is full");
    assert_eq!(database.page(None, 10).unwrap(), before);
    database.limit_pages(10_000);
    database.store(&more).unwrap();
    assert_eq!(all(&path).len(), 500);
}

#[test]
fn what_is_purged_is_nowhere_in_the_files() {
    let home = tempfile::tempdir().unwrap();
    let path = home.path().join("history.db");
    let late = record(2).at.checked_add(jiff::Span::new().days(2)).unwrap();
    let mut database = open(&path).unwrap().database;
    database
        .store(&[Record { subject: "Hush-hush".into(), ..record(1) }, Record { at: late, ..record(2) }])
        .unwrap();
    let day = record(1).at.checked_add(jiff::Span::new().days(1)).unwrap().timestamp();
    assert_eq!(database.purge(Some(day)).unwrap(), 1);
    drop(database);
    for file in fs::read_dir(home.path()).unwrap() {
        let bytes = fs::read(file.unwrap().path()).unwrap();
        assert!(!bytes.windows(9).any(|window| window == b"Hush-hush"));
    }
    assert_eq!(open(&path).unwrap().database.purge(None).unwrap(), 1);
    assert_eq!(all(&path), []);
}

#[cfg(unix)]
#[test]
fn nobody_else_can_read_it() {
    use std::os::unix::fs::PermissionsExt;
    let home = tempfile::tempdir().unwrap();
    let folder = home.path().join("state");
    let _database = open(&folder.join("history.db")).unwrap();
    let mode = |path: &Path| fs::metadata(path).unwrap().permissions().mode() & 0o777;
    assert_eq!(mode(&folder), 0o700);
    for file in fs::read_dir(&folder).unwrap() {
        let path = file.unwrap().path();
        assert_eq!(mode(&path), 0o600, "{}", path.display());
    }
}

#[test]
fn the_history_of_earlier_versions_is_imported_once_and_renamed() {
    let home = tempfile::tempdir().unwrap();
    let path = home.path().join("history.db");
    let journal = journal_path(&path);
    let imported = |suffix: &str| home.path().join(format!("history.jsonl.imported{suffix}"));
    fs::write(&journal, line(1) + &line(2)).unwrap();
    let expected = [record(1), record(2)];
    assert_eq!(all(&path), expected);
    assert!(imported("").exists() && !journal.exists());
    // The program was killed before it could rename the file; or two copies imported it at the same time.
    fs::rename(imported(""), &journal).unwrap();
    assert_eq!(all(&path), expected);
    // An earlier version was used in between.
    fs::write(&journal, line(3)).unwrap();
    assert_eq!(all(&path).len(), 3);
    assert!(imported("").exists() && imported("-2").exists());
}

#[test]
fn the_history_that_an_earlier_version_still_writes_is_imported_and_stays() {
    let home = tempfile::tempdir().unwrap();
    let path = home.path().join("history.db");
    let journal = journal_path(&path);
    fs::write(&journal, line(1)).unwrap();
    let earlier_version = fs::OpenOptions::new().append(true).open(&journal).unwrap();
    earlier_version.lock_shared().unwrap();
    assert_eq!(all(&path).len(), 1);
    io::Write::write_all(&mut &earlier_version, line(2).as_bytes()).unwrap();
    assert_eq!(all(&path).len(), 2);
    drop(earlier_version);
    assert_eq!(all(&path).len(), 2);
    assert!(!journal.exists());
}

#[test]
fn a_history_of_earlier_versions_that_can_not_be_read_is_told_and_harms_nothing() {
    let home = tempfile::tempdir().unwrap();
    let path = home.path().join("history.db");
    fs::create_dir(journal_path(&path)).unwrap();
    let opened = open(&path).unwrap();
    assert!(opened.notices[0].contains("history.jsonl: not a regular file"), "{:?}", opened.notices);
    assert!(opened.read_only.is_none());
}

#[test]
fn a_database_from_before_there_were_rules_is_migrated_and_refused_by_programs_from_before() {
    let home = tempfile::tempdir().unwrap();
    let path = home.path().join("history.db");
    stored(&path, 1..=2);
    let connection = Connection::open(&path).unwrap();
    connection.execute_batch("ALTER TABLE entry DROP COLUMN rule; PRAGMA user_version = 2").unwrap();
    drop(connection);
    let rules: Vec<_> = all(&path).into_iter().map(|record| record.rule).collect();
    assert_eq!(rules, ["".into(), "".into()], "nothing else is lost");
    let connection = Connection::open(&path).unwrap();
    let version: i64 = connection.pragma_query_value(None, "user_version", |row| row.get(0)).unwrap();
    assert_eq!(version, 3, "an older program knows 2 versions and refuses this one");
}
