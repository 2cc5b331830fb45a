//! Disks that cannot be written, and files of other versions.

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::os::unix::process::CommandExt;
use std::path::Path;
use std::process::Command;

use rsvp::history::Record;

use super::support::{command, database, err, history, out, record, store};

/// The id of the user “nobody”, to whom permissions apply even if the tests run as root.
const NOBODY: u32 = 65_534;

fn set_mode(path: &Path, mode: u32) {
    fs::set_permissions(path, fs::Permissions::from_mode(mode)).unwrap();
}

/// Makes a command run as a user to whom permissions apply.
fn unprivileged(mut command: Command) -> Command {
    if rustix::process::geteuid().is_root() {
        command.uid(NOBODY).gid(NOBODY);
    }
    command
}

#[test]
fn a_history_that_can_not_be_written_is_still_printed() {
    let home = tempfile::tempdir().unwrap();
    set_mode(home.path(), 0o755);
    store(home.path(), &[record(1, 5)]);
    let file = database(home.path());
    let folder = file.parent().unwrap();
    for path in [folder, folder.parent().unwrap(), folder.parent().unwrap().parent().unwrap()] {
        set_mode(path, 0o555);
    }
    for path in fs::read_dir(folder).unwrap() {
        set_mode(&path.unwrap().path(), 0o444);
    }
    let run = |arguments: &[&str]| {
        let mut command = unprivileged(command(home.path()));
        command.arg("history").args(arguments).output().unwrap()
    };
    assert!(out(&run(&[])).contains("Lene"));
    let purged = run(&["purge"]);
    assert_eq!(purged.status.code(), Some(1));
    assert!(err(&purged).contains("read-only"), "{}", err(&purged));
    assert!(out(&run(&[])).contains("Lene"));
    set_mode(folder, 0o755);
}

#[test]
fn on_a_full_disk_nothing_is_lost_that_was_stored() {
    let home = tempfile::tempdir().unwrap();
    store(home.path(), &[record(1, 5)]);
    let lines = |count: u64| -> String {
        let line = |number| serde_json::to_string(&record(number, 6)).unwrap() + "\n";
        (2..2 + count).map(line).collect()
    };
    let journal = database(home.path()).with_extension("jsonl");
    fs::write(&journal, lines(5_000)).unwrap();
    // No file may grow beyond some hundred kilobytes.
    let script = "trap '' XFSZ; ulimit -f 400; exec \"$0\" history";
    let mut limited = Command::new("sh");
    limited.args(["-c", script, env!("CARGO_BIN_EXE_rsvp")]).env("HOME", home.path()).env("TZ", "UTC");
    let output = limited.env_remove("XDG_STATE_HOME").output().unwrap();
    assert_eq!(out(&output).lines().count(), 1, "{}", err(&output));
    assert!(err(&output).contains("can't be imported"), "{}", err(&output));
    assert!(journal.exists());
    assert_eq!(out(&history(home.path(), &[])).lines().count(), 5_001, "there is room again");
}

#[test]
fn a_history_of_a_newer_version_is_refused_with_the_remedy() {
    let home = tempfile::tempdir().unwrap();
    store(home.path(), &[record(1, 5)]);
    let file = database(home.path());
    // The schema's version is at this place of the file's header.
    let mut bytes = fs::read(&file).unwrap();
    bytes[63] = 99;
    fs::write(&file, &bytes).unwrap();
    let output = history(home.path(), &[]);
    assert_eq!(output.status.code(), Some(1));
    assert!(err(&output).contains("a newer version of rsvp has written it; update rsvp"), "{}", err(&output));
    assert_eq!(fs::read(&file).unwrap(), bytes);
}

#[test]
fn a_damaged_history_is_set_aside_with_a_word() {
    let home = tempfile::tempdir().unwrap();
    store(home.path(), &[Record { subject: "kept".into(), ..record(1, 5) }]);
    let file = database(home.path());
    fs::write(&file, "damage".repeat(1_000)).unwrap();
    let output = history(home.path(), &[]);
    assert!(out(&output).is_empty() && err(&output).contains("history.db.damaged"), "{}", err(&output));
    assert!(file.with_file_name("history.db.damaged").exists());
    assert_eq!(err(&history(home.path(), &[])), "The history is empty.\n");
}
