//! Several programs that use the same history.

use std::collections::BTreeSet;
use std::env;
use std::fs;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use rsvp::history::{HistoryEvent, HistoryWriter, Record, Retention, open};
use rsvp::invitation::{
    AccountId, Direction, Invitation, InvitationId, Kind, Moment, Outcome, PastInvitation,
};

use super::support::record;

/// The variable by which a test tells its children the database.
const DATABASE: &str = "RSVP_TEST_DATABASE";

/// Returns the time for which the copies write.
fn duration() -> Duration {
    Duration::from_secs(env::var("RSVP_COPIES_SECONDS").map_or(2, |seconds| seconds.parse().unwrap()))
}

/// Runs in a child: stores entries for a while, and prints how many.
#[tokio::test]
async fn a_copy_that_writes() {
    let Some(path) = env::var_os(DATABASE) else { return };
    let mut writer = HistoryWriter::start(path.into(), Retention { keep: usize::MAX, messages: false });
    let until = Instant::now() + duration();
    let mut number = 0;
    while Instant::now() < until {
        let id = InvitationId { account: AccountId(0), number };
        let start = Moment::default();
        let invitation = Invitation::new(id, Kind::Phone, Direction::Incoming, start, start);
        let at = jiff::civil::date(2026, 1, 5).at(9, 0, 0, 0);
        // The number of the process tells the copies apart.
        let subject = format!("{} {number}", std::process::id());
        let invitation = Invitation { subject: subject.as_str().into(), ..invitation };
        writer.store(&PastInvitation::new((1 << 32) + number, invitation, Outcome::Missed, at));
        number += 1;
        // Some are stored in a transaction of their own, some with others.
        if number % 3 == 0 {
            writer.settled().await;
        }
    }
    let event = writer.next_event().await;
    assert!(matches!(event, Some(HistoryEvent::Loaded(_))), "{event:?}");
    assert_eq!(writer.finish().await, None);
    println!("stored {number}");
}

/// Starts children that run one of these tests.
fn start(count: usize, test: &str, database: &Path) -> Vec<Child> {
    let child = |_| {
        let mut command = Command::new(env::current_exe().unwrap());
        command.args([test, "--exact", "--nocapture"]).env(DATABASE, database).stdout(Stdio::piped());
        command.spawn().unwrap()
    };
    (0..count).map(child).collect()
}

#[test]
fn several_copies_that_write_at_the_same_time_lose_nothing() {
    let home = tempfile::tempdir().unwrap();
    let path = home.path().join("state/history.db");
    let mut expected = BTreeSet::new();
    for child in start(3, "copies::a_copy_that_writes", &path) {
        let id = child.id();
        let output = child.wait_with_output().unwrap();
        assert!(output.status.success());
        let text = String::from_utf8(output.stdout).unwrap();
        let count = text.split_once("stored ").unwrap().1.lines().next().unwrap();
        expected.extend((0..count.parse::<u64>().unwrap()).map(|number| format!("{id} {number}")));
    }
    let opened = open(&path).unwrap();
    assert_eq!(opened.notices, [""; 0]);
    let stored = opened.database.page(None, usize::MAX).unwrap();
    assert_eq!(stored.len(), expected.len());
    let stored: BTreeSet<_> = stored.iter().map(|record| record.subject.to_string()).collect();
    assert!(stored == expected);
}

/// Runs in a child: opens the database.
#[test]
fn a_copy_that_opens() {
    let Some(path) = env::var_os(DATABASE) else { return };
    let opened = open(Path::new(&path)).unwrap();
    assert!(opened.read_only.is_none());
    println!("notices {}", opened.notices.len());
}

/// Starts several copies at once, and returns the number of notices that they have given.
fn open_several(path: &Path) -> usize {
    let mut notices = 0;
    for child in start(4, "copies::a_copy_that_opens", path) {
        let output = child.wait_with_output().unwrap();
        assert!(output.status.success());
        let text = String::from_utf8(output.stdout).unwrap();
        notices += text.split_once("notices ").unwrap().1.lines().next().unwrap().parse::<usize>().unwrap();
    }
    notices
}

#[test]
fn several_copies_that_start_at_the_same_time_import_an_earlier_history_once() {
    let home = tempfile::tempdir().unwrap();
    let path = home.path().join("history.db");
    let lines: Vec<String> = (0..300)
        .map(|number| {
            let line =
                serde_json::to_string(&Record { outcome: Outcome::Lost, ..record(number, 5) }).unwrap();
            // Earlier versions wrote no ids.
            line.replacen(&line[..line.find("\"at\"").unwrap()], "{", 1)
        })
        .collect();
    fs::write(path.with_extension("jsonl"), lines.join("\n")).unwrap();
    assert_eq!(open_several(&path), 0);
    assert_eq!(open(&path).unwrap().database.page(None, usize::MAX).unwrap().len(), 300);
    assert!(!path.with_extension("jsonl").exists());
}

#[test]
fn several_copies_that_start_at_the_same_time_set_a_damaged_file_aside_once() {
    let home = tempfile::tempdir().unwrap();
    let path = home.path().join("history.db");
    fs::write(&path, "damage".repeat(1_000)).unwrap();
    assert_eq!(open_several(&path), 1);
    assert!(home.path().join("history.db.damaged").exists());
    assert!(!home.path().join("history.db.damaged-2").exists());
}
