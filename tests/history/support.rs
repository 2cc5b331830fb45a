//! Histories, and the program that prints them.

use std::path::{Path, PathBuf};
use std::process::{Command, Output};
use std::time::Duration;

use rsvp::history::{EntryId, Record, open};
use rsvp::invitation::{Direction, Importance, Kind, Outcome, Party};

/// Returns the entry of a phone call from “Lene” that was missed at 09:00 UTC on the given day of January 2026.
pub fn record(number: u64, day: i8) -> Record {
    Record {
        number: 0,
        id: EntryId::new(uuid::Uuid::nil(), number),
        at: jiff::civil::date(2026, 1, day).at(9, 0, 0, 0).in_tz("UTC").unwrap(),
        rang: Some(Duration::from_secs(number)),
        account: "contoso.com".into(),
        kind: Kind::Phone,
        direction: Direction::Incoming,
        from: Party { name: "Lene".into(), uri: "tel:1".into(), ..Party::default() },
        to: None,
        accepted_by: None,
        subject: "".into(),
        message: "".into(),
        importance: Importance::Normal,
        decision: "".into(),
        rule: "".into(),
        outcome: Outcome::Missed,
        seen: false,
    }
}

/// Returns the path of the database below a home directory.
pub fn database(home: &Path) -> PathBuf {
    home.join(".local/state/rsvp/history.db")
}

/// Stores entries in the database below a home directory.
pub fn store(home: &Path, records: &[Record]) {
    open(&database(home)).unwrap().database.store(records).unwrap();
}

/// Returns the command `rsvp` with a home directory, in UTC.
pub fn command(home: &Path) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_rsvp"));
    for variable in ["XDG_STATE_HOME", "XDG_CONFIG_HOME", "XDG_DATA_HOME"] {
        command.env_remove(variable);
    }
    command.env("HOME", home).env("TZ", "UTC");
    command
}

/// Runs `rsvp history`.
pub fn history(home: &Path, arguments: &[&str]) -> Output {
    command(home).arg("history").args(arguments).output().unwrap()
}

/// Returns the standard output of a command that must succeed.
pub fn out(output: &Output) -> String {
    assert!(output.status.success(), "{}", err(output));
    String::from_utf8(output.stdout.clone()).unwrap()
}

pub fn err(output: &Output) -> String {
    String::from_utf8_lossy(&output.stderr).into_owned()
}
