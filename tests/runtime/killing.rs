//! Killing the program: what it has shown is in the history.

use std::collections::BTreeSet;
use std::env;
use std::io::{BufRead, BufReader};
use std::process::{Child, Command, Stdio};
use std::sync::mpsc::{Receiver, channel};
use std::thread;
use std::time::{Duration, Instant};

use rsvp::app::Settings;
use rsvp::history::{self, EntryId, Record};
use rsvp::invitation::{AccountId, Outcome, PastInvitation};

use super::support::{Setup, invitation};

/// The variables by which the test tells its child the database and the number of the first invitation.
const DATABASE: &str = "RSVP_TEST_DATABASE";
const FIRST: &str = "RSVP_TEST_FIRST";

/// Runs the program in a child of the next test: one invitation after another ends, and each that the screen shows as
/// missed is printed.
#[tokio::test]
async fn the_program_that_is_killed() {
    let (Some(database), Ok(first)) = (env::var_os(DATABASE), env::var(FIRST)) else { return };
    let settings = Settings { history_limit: 100_000, ..Settings::default() };
    let setup = Setup { database: Some(database.into()), settings, size: (160, 50), ..Setup::default() };
    let (mut program, scripts) = setup.scripted(1);
    program.press("4");
    // What ends while the database is being opened is shown after half a second at the latest.
    program.wait_for("! missed").await;
    for number in first.parse::<u64>().unwrap().. {
        scripts[0].rings(number);
        scripts[0].over(number, Outcome::Missed);
        program.wait_for(&format!("Caller {number} ")).await;
        println!("shown {number}");
    }
}

/// Returns an entry that a run finds when it starts.
fn earlier_entry() -> Record {
    let at = jiff::civil::date(2026, 1, 4).at(9, 0, 0, 0);
    let past = PastInvitation::new(0, invitation(AccountId(0), 0), Outcome::Missed, at);
    Record::new(&past, EntryId::new(uuid::Uuid::nil(), 0))
}

/// Starts the child. Also returns the numbers that it prints.
fn start(database: &std::path::Path, first: u64) -> (Child, Receiver<u64>) {
    let mut child = Command::new(env::current_exe().unwrap())
        .args(["killing::the_program_that_is_killed", "--exact", "--nocapture"])
        .env(DATABASE, database)
        .env(FIRST, first.to_string())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let lines = BufReader::new(child.stdout.take().unwrap()).lines();
    let (sender, shown) = channel();
    thread::spawn(move || {
        for line in lines.map_while(Result::ok) {
            if let Some((_, number)) = line.split_once("shown ") {
                let _ = sender.send(number.parse().unwrap());
            }
        }
    });
    (child, shown)
}

#[test]
fn a_program_that_is_killed_at_any_moment_has_stored_every_end_that_it_has_shown() {
    let rounds: u64 = env::var("RSVP_KILLS").map_or(20, |rounds| rounds.parse().unwrap());
    let home = tempfile::tempdir().unwrap();
    let database = home.path().join("history.db");
    history::open(&database).unwrap().database.store([&earlier_entry()]).unwrap();
    let mut shown = BTreeSet::new();
    for round in 1..=rounds {
        let (mut child, numbers) = start(&database, round * 10_000_000);
        // In every other round it is killed as soon as it has shown an end, else at any moment, even as it starts.
        if round % 2 == 0 {
            let count = fastrand::usize(1..20);
            shown.extend((0..count).map(|_| numbers.recv().unwrap()));
        } else {
            let until = Instant::now() + Duration::from_millis(fastrand::u64(0..400));
            while let Ok(number) = numbers.recv_timeout(until.saturating_duration_since(Instant::now())) {
                shown.insert(number);
            }
        }
        child.kill().unwrap();
        child.wait().unwrap();
        shown.extend(numbers.iter());
        let opened = history::open(&database).unwrap();
        assert_eq!(opened.notices, [""; 0], "it is whole");
        let stored: BTreeSet<u64> = opened
            .database
            .page(None, usize::MAX)
            .unwrap()
            .iter()
            .filter_map(|record| record.other_side().name.as_str().strip_prefix("Caller ")?.parse().ok())
            .collect();
        let lost: Vec<_> = shown.difference(&stored).collect();
        assert!(lost.is_empty(), "round {round}: {lost:?} of {} are lost", shown.len());
    }
    assert!(shown.len() > usize::try_from(rounds).unwrap(), "{} were shown", shown.len());
}
