//! The way out: signing out, what is waited for, and what is told afterwards.

use std::io;
use std::time::Duration;

use rsvp::app::key::Key;
use rsvp::history;
use rsvp::invitation::Outcome;
use rsvp::provider::{Command, Event, Problem, QUEUE_CAPACITY, Ticket};
use rsvp::terminal::{Input, Signal};
use tokio::time::Instant;

use crate::support::{Program, Script, Setup, Storage, paused};

async fn online(accounts: u8) -> (Program, Vec<Script>) {
    let (mut program, scripts) = Setup::default().scripted(accounts);
    program.until("online", |program| program.shows("online")).await;
    program.settle().await;
    (program, scripts)
}

/// Starts a program with accounts that are online, and presses the key to quit.
async fn leaving(accounts: u8) -> (Program, Vec<Script>) {
    let (mut program, mut scripts) = online(accounts).await;
    program.press("q");
    program.wait_for("Signing out…  q quit now").await;
    for script in &mut scripts {
        assert_eq!(script.drain(), [Command::Active, Command::SignOut]);
    }
    (program, scripts)
}

/// Ends the program, which must take no time, and returns the lines that are printed.
async fn ends_at_once(program: Program) -> Vec<String> {
    let since = Instant::now();
    let lines = program.end().await.unwrap();
    assert_eq!(since.elapsed(), Duration::ZERO);
    lines
}

#[test]
fn who_leaves_waits_for_every_provider_and_no_longer() {
    paused(async {
        let (mut program, mut scripts) = leaving(2).await;
        assert!(scripts.iter().all(Script::is_closed));
        scripts[0].end();
        program.pass(Duration::from_secs(1)).await;
        assert!(!program.has_ended(), "the other one has not finished");
        scripts[1].end();
        assert_eq!(ends_at_once(program).await, [""; 0]);
    });
}

#[test]
fn providers_that_never_finish_are_waited_for_four_seconds() {
    paused(async {
        let (program, _scripts) = leaving(2).await;
        let since = Instant::now();
        program.end().await.unwrap();
        assert_eq!(since.elapsed(), Duration::from_secs(4));
    });
}

#[test]
fn every_way_to_leave_signs_out() {
    let ways: [fn(&Program); 7] = [
        |program| program.press("q"),
        |program| program.key(Key::ctrl('c')),
        |program| program.press(":quit\n"),
        |program| program.signal(Signal::Terminate),
        |program| program.signal(Signal::HangUp),
        |program| program.input(Input::Closed),
        |program| program.press("?q"),
    ];
    for (number, way) in ways[..6].iter().enumerate() {
        paused(async {
            let (mut program, mut scripts) = online(1).await;
            way(&program);
            program.settle().await;
            assert_eq!(scripts[0].drain().last(), Some(&Command::SignOut), "{number}");
            scripts[0].end();
            ends_at_once(program).await;
        });
    }
    paused(async {
        let (mut program, mut scripts) = online(1).await;
        ways[6](&program);
        program.settle().await;
        assert!(!scripts[0].drain().contains(&Command::SignOut), "that key closed the help");
    });
}

#[test]
fn asking_twice_ends_at_once() {
    let ways: [fn(&Program); 3] = [
        |program| program.press("q"),
        |program| program.key(Key::ctrl('c')),
        |program| program.signal(Signal::Terminate),
    ];
    for again in ways {
        paused(async {
            let (program, _scripts) = leaving(1).await;
            again(&program);
            ends_at_once(program).await;
        });
        paused(async {
            let (program, _scripts) = online(1).await;
            again(&program);
            again(&program);
            ends_at_once(program).await;
        });
    }
}

#[test]
fn who_only_hangs_up_while_signing_out_is_in_no_hurry() {
    paused(async {
        let (mut program, mut scripts) = leaving(1).await;
        program.signal(Signal::HangUp);
        program.signal(Signal::HangUp);
        program.input(Input::Closed);
        program.pass(Duration::from_secs(3)).await;
        assert!(!program.has_ended());
        scripts[0].end();
        ends_at_once(program).await;
    });
}

#[test]
fn a_signal_after_the_terminal_has_gone_leaves_the_time_to_sign_out() {
    let ways: [fn(&Program); 2] =
        [|program| program.signal(Signal::HangUp), |program| program.input(Input::Closed)];
    for gone in ways {
        paused(async {
            let (mut program, mut scripts) = online(1).await;
            gone(&program);
            program.settle().await;
            program.signal(Signal::Terminate);
            program.pass(Duration::from_secs(3)).await;
            assert!(!program.has_ended());
            scripts[0].end();
            ends_at_once(program).await;
        });
    }
}

#[test]
fn who_leaves_answers_nothing_any_more_and_hears_no_bell() {
    paused(async {
        let (mut program, mut scripts) = leaving(1).await;
        scripts[0].rings(1);
        program.wait_for("Caller 1").await;
        program.press("aD?:");
        program.settle().await;
        assert_eq!(scripts[0].drain(), []);
        assert_eq!(program.shown(|shown| shown.bells), 0);
        assert!(program.shows("Signing out"), "{}", program.screen());
    });
}

#[test]
fn a_program_that_is_continued_while_it_signs_out_draws_in_full() {
    paused(async {
        let (mut program, mut scripts) = leaving(1).await;
        program.signal(Signal::Suspend);
        program.settle().await;
        assert!(program.shown(|shown| shown.suspended));
        let before = program.drawn();
        program.signal(Signal::Continue);
        program.until("a frame", |program| program.drawn() > before).await;
        assert!(program.shows("Signing out") && program.shown(|shown| shown.frames[before].full));
        scripts[0].end();
        ends_at_once(program).await;
    });
}

#[test]
fn a_provider_whose_queue_is_full_learns_all_the_same_that_it_is_to_end() {
    paused(async {
        let (mut program, mut scripts) = online(1).await;
        for _ in 0..QUEUE_CAPACITY {
            program.shake();
        }
        program.settle().await;
        program.press("q");
        program.wait_for("Signing out").await;
        assert_eq!(scripts[0].drain().len(), QUEUE_CAPACITY);
        assert!(scripts[0].is_closed(), "after what it was told there is the end");
    });
}

/// Returns a program that the user quit while an answer was in flight.
async fn answering() -> (Program, Vec<Script>) {
    let (mut program, scripts) = online(1).await;
    scripts[0].rings(1);
    program.wait_for("Caller 1").await;
    program.press("a");
    program.wait_for("accepting").await;
    program.press("q");
    program.wait_for("Signing out").await;
    (program, scripts)
}

#[test]
fn what_ends_while_leaving_is_shown_told_and_kept() {
    paused(async {
        let (mut program, mut scripts) = answering().await;
        scripts[0].rings(2);
        scripts[0].over(2, Outcome::CallerGaveUp);
        scripts[0].over(1, Outcome::Accepted);
        program.wait_for("accepted").await;
        scripts[0].end();
        let disk = program.disk.clone();
        let lines = ends_at_once(program).await;
        assert_eq!(lines, ["Caller 1 <sip:caller1@contoso.example>: accepted"]);
        let kept: Vec<_> =
            disk.records().into_iter().map(|record| (record.from.name.to_string(), record.outcome)).collect();
        let expected = [("Caller 2", Outcome::CallerGaveUp), ("Caller 1", Outcome::Accepted)];
        assert_eq!(kept, expected.map(|(name, outcome)| (name.to_owned(), outcome)));
    });
}

#[test]
fn what_ends_just_before_a_provider_does_is_not_lost() {
    paused(async {
        let (program, mut scripts) = answering().await;
        for number in 2..700 {
            scripts[0].rings(number);
        }
        scripts[0].over(1, Outcome::Accepted);
        scripts[0].end();
        let disk = program.disk.clone();
        let lines = ends_at_once(program).await;
        assert_eq!(lines, ["Caller 1 <sip:caller1@contoso.example>: accepted"]);
        assert_eq!(disk.records().len(), 1);
    });
}

#[test]
fn an_answer_of_which_nothing_more_is_heard_is_told_as_that() {
    paused(async {
        let (mut program, scripts) = answering().await;
        scripts[0].emit(Event::Completed(Ticket(0)));
        program.wait_for("sent, waiting").await;
        let lines = program.end().await.unwrap();
        assert_eq!(
            lines,
            ["Caller 1 <sip:caller1@contoso.example>: answer sent, outcome not confirmed (accept)"]
        );
    });
}

#[test]
fn what_is_said_while_leaving_is_told_afterwards_each_thing_once() {
    paused(async {
        let (mut program, mut scripts) = answering().await;
        let problem = Problem::new("the server refused it", "");
        scripts[0].emit(Event::Refused { ticket: Ticket(0), problem });
        program.wait_for("refused it").await;
        scripts[0].rings(2);
        program.wait_for("Caller 2").await;
        scripts[0].emit(Event::Notice("Somebody waits in the lobby".into()));
        scripts[0].end();
        let lines = ends_at_once(program).await;
        assert_eq!(lines, ["Caller 1: the server refused it", "Somebody waits in the lobby"]);
    });
}

#[test]
fn a_notice_from_before_is_not_told_again() {
    paused(async {
        let (mut program, mut scripts) = online(1).await;
        scripts[0].emit(Event::Notice("Somebody waits in the lobby".into()));
        program.wait_for("in the lobby").await;
        program.press("q");
        program.wait_for("Signing out").await;
        scripts[0].rings(1);
        scripts[0].end();
        assert_eq!(ends_at_once(program).await, [""; 0]);
    });
}

#[test]
fn a_disk_that_takes_nothing_is_waited_for_half_a_second() {
    paused(async {
        let setup = Setup { storage: Storage::Hangs, ..Setup::default() };
        let (mut program, mut scripts) = setup.scripted(1);
        program.wait_for("● online").await;
        scripts[0].rings(1);
        scripts[0].over(1, Outcome::Missed);
        program.press("4");
        program.wait_for("missed").await;
        program.press("q");
        program.settle().await;
        scripts[0].end();
        let since = Instant::now();
        program.end().await.unwrap();
        assert_eq!(since.elapsed(), Duration::from_millis(500));
    });
}

#[test]
fn what_can_not_be_kept_while_leaving_is_told_once() {
    paused(async {
        let setup = Setup { storage: Storage::Full, ..Setup::default() };
        let (mut program, mut scripts) = setup.scripted(1);
        program.wait_for("● online").await;
        scripts[0].rings(1);
        scripts[0].rings(2);
        program.wait_for("Caller 1").await;
        program.press("q");
        program.wait_for("Signing out").await;
        scripts[0].over(1, Outcome::Missed);
        scripts[0].over(2, Outcome::Missed);
        scripts[0].end();
        assert_eq!(ends_at_once(program).await, ["The history can't be saved: disk full"]);
    });
    paused(async {
        let setup = Setup { storage: Storage::Full, ..Setup::default() };
        let (mut program, mut scripts) = setup.scripted(1);
        program.wait_for("● online").await;
        scripts[0].rings(1);
        scripts[0].over(1, Outcome::Missed);
        program.wait_for("only until you quit").await;
        program.press("q");
        program.settle().await;
        scripts[0].end();
        assert_eq!(ends_at_once(program).await, [""; 0], "it was told already");
    });
}

#[test]
fn a_terminal_that_is_gone_ends_the_program_which_signs_out_and_keeps_what_there_is() {
    paused(async {
        let (mut program, mut scripts) = online(1).await;
        scripts[0].rings(1);
        program.wait_for("Caller 1").await;
        program.screen_is(|shown| shown.gone = true);
        scripts[0].over(1, Outcome::Missed);
        program.settle().await;
        assert_eq!(scripts[0].drain(), [Command::SignOut]);
        scripts[0].rings(2);
        scripts[0].over(2, Outcome::CallerGaveUp);
        scripts[0].end();
        let disk = program.disk.clone();
        assert_eq!(program.end().await.unwrap_err().kind(), io::ErrorKind::Other);
        assert_eq!(disk.records().len(), 2);
    });
}

#[test]
fn a_terminal_that_was_never_there_ends_the_program() {
    paused(async {
        let (mut program, mut scripts) = Setup::default().scripted(1);
        program.screen_is(|shown| shown.gone = true);
        program.settle().await;
        assert_eq!(scripts[0].drain(), [Command::SignOut]);
        scripts[0].end();
        program.end().await.unwrap_err();
    });
}

/// Uses a real disk and the real clock.
#[tokio::test]
async fn what_ended_while_leaving_is_in_the_next_run() {
    let home = tempfile::tempdir().unwrap();
    let path = home.path().join("history.db");
    let setup = Setup { database: Some(path.clone()), ..Setup::default() };
    let (mut program, mut scripts) = setup.scripted(1);
    program.wait_for("● online").await;
    scripts[0].rings(1);
    program.wait_for("Caller 1").await;
    program.press("q");
    program.wait_for("Signing out").await;
    scripts[0].over(1, Outcome::Missed);
    scripts[0].end();
    program.end().await.unwrap();
    assert_eq!(history::open(&path).unwrap().database.page(None, 10).unwrap().len(), 1);
    let setup = Setup { database: Some(path), ..Setup::default() };
    let (mut program, _scripts) = setup.scripted(1);
    program.press("4");
    program.wait_for("Caller 1").await;
}
