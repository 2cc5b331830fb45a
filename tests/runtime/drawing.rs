//! When frames are drawn, and what of them.

use std::sync::Arc;
use std::time::Duration;

use rsvp::app::Settings;
use rsvp::app::key::Key;
use rsvp::history::{EntryId, HistoryEvent, Record};
use rsvp::invitation::{Direction, Importance, Kind, Moment, Outcome, Party};
use rsvp::provider::{Command, Event, Problem, QUEUE_CAPACITY, Status};
use rsvp::terminal::{Cursor, Signal};
use tokio::task::{LocalSet, spawn_local};
use tokio::time::Instant;

use crate::screen::Shown;
use crate::support::{Program, Setup, Storage, invitation, paused};

const SECOND: Duration = Duration::from_secs(1);

#[test]
fn the_first_frame_waits_for_nothing() {
    paused(async {
        let mut program = Setup::default().start(|_| Vec::new());
        program.wait_for("quit").await;
        assert_eq!(program.started.elapsed(), Duration::ZERO);
    });
}

#[test]
fn an_answer_reaches_its_provider_before_the_frame_that_shows_it() {
    paused(LocalSet::new().run_until(async {
        let (mut program, mut scripts) = Setup::default().scripted(1);
        scripts[0].rings(1);
        program.wait_for("Caller 1").await;
        program.pass(SECOND * 3 / 2).await;
        let (drawn, before) = (program.drawn_so_far(), program.drawn());
        let mut script = scripts.remove(0);
        let provider = spawn_local(async move {
            while !matches!(script.next_command().await, Some(Command::Answer { .. })) {}
            drawn()
        });
        program.press("a");
        program.settle().await;
        assert!(program.shows("accepting"));
        assert_eq!(provider.await.unwrap(), before);
    }));
}

#[test]
fn a_burst_of_events_is_drawn_once() {
    paused(async {
        let (mut program, scripts) = Setup::default().scripted(1);
        program.wait_for("● online").await;
        let before = program.drawn();
        for number in 0..500 {
            scripts[0].rings(number);
        }
        program.wait_for("Incoming 500").await;
        program.settle().await;
        assert_eq!(program.drawn(), before + 1);
    });
}

#[test]
fn more_events_than_fit_into_the_queues_hold_back_the_provider_and_are_all_taken_in() {
    paused(async {
        let (mut program, scripts) = Setup::default().scripted(1);
        let sender = scripts[0].sender();
        let all = u64::try_from(QUEUE_CAPACITY).unwrap() * 8;
        let account = scripts[0].account;
        let talk = tokio::spawn(async move {
            for number in 0..all {
                let event = Event::Invitation(Arc::new(invitation(account, number)));
                sender.send(event).await.unwrap();
            }
        });
        program.wait_for(&format!("Incoming {all}")).await;
        talk.await.unwrap();
    });
}

#[test]
fn nothing_is_drawn_while_nothing_happens() {
    paused(async {
        let (mut program, scripts) = Setup::default().scripted(1);
        program.wait_for("● online").await;
        program.settle().await;
        let before = program.drawn();
        program.pass(Duration::from_secs(86_400)).await;
        assert_eq!(program.drawn(), before);
        drop(scripts);
    });
}

/// Returns the times at which frames were drawn, from this one on.
fn times(program: &Program, from: usize) -> Vec<Duration> {
    let since = program.started;
    program.shown(|shown| shown.frames[from..].iter().map(|frame| frame.at - since).collect())
}

#[test]
fn a_tick_redraws_what_counts_down_each_second_until_it_is_gone() {
    paused(async {
        let (mut program, scripts) = Setup::default().scripted(1);
        program.wait_for("● online").await;
        let before = program.drawn();
        scripts[0].rings(1);
        program.wait_for("0:30").await;
        for left in ["0:29", "0:28", "0:27"] {
            program.wait_for(left).await;
        }
        let frames = times(&program, before);
        assert_eq!(frames.len(), 4, "{frames:?}");
        assert!(frames.windows(2).all(|pair| pair[1].checked_sub(pair[0]) == Some(SECOND)), "{frames:?}");
        scripts[0].over(1, Outcome::CallerGaveUp);
        program.wait_for("caller gave up").await;
        program.wait_until_gone("caller gave up").await;
        program.settle().await;
        let before = program.drawn();
        program.pass(Duration::from_secs(60)).await;
        assert_eq!(program.drawn(), before, "nothing counts down any more");
    });
}

#[test]
fn events_do_not_put_off_the_tick() {
    paused(async {
        let (mut program, scripts) = Setup::default().scripted(1);
        scripts[0].rings(1);
        program.wait_for("0:30").await;
        for _ in 0..5 {
            program.pass(Duration::from_millis(700)).await;
            scripts[0].emit(Event::Status(Status::Online { since: Moment::default() }));
            program.settle().await;
        }
        let before = program.drawn();
        program.pass(SECOND).await;
        assert!(program.drawn() > before);
        let frames = times(&program, 0);
        let ticks = frames.iter().filter(|at| at.subsec_millis() == 0 && at.as_secs() > 0).count();
        assert_eq!(ticks, 4, "{frames:?}");
    });
}

#[test]
fn a_notice_goes_by_itself() {
    paused(async {
        let (mut program, scripts) = Setup::default().scripted(1);
        scripts[0].emit(Event::Notice("The phone rings in the kitchen".into()));
        program.wait_for("in the kitchen").await;
        let since = Instant::now();
        program.wait_until_gone("in the kitchen").await;
        assert!((4..=5).contains(&since.elapsed().as_secs()), "{:?}", since.elapsed());
    });
}

#[test]
fn the_time_until_the_next_try_counts_down() {
    paused(async {
        let (mut program, scripts) = Setup::default().scripted(1);
        let problem = Problem::new("the server does not answer", "");
        let at = Moment(Duration::from_secs(20));
        scripts[0].emit(Event::Status(Status::Retrying { at, problem }));
        program.wait_for("20 s").await;
        program.wait_for("17 s").await;
        assert_eq!(program.started.elapsed().as_secs(), 3);
    });
}

#[test]
fn a_new_size_is_drawn_in_full_even_if_it_is_the_old_one() {
    paused(async {
        let (mut program, _scripts) = Setup::default().scripted(1);
        program.wait_for("● online").await;
        let full = |shown: &Shown| shown.frames.last().unwrap().full;
        program.press("4");
        program.wait_for("No past invitations").await;
        assert!(!program.shown(full));
        for (columns, rows) in [(60, 12), (60, 12), (80, 24)] {
            let before = program.drawn();
            program.resize(columns, rows);
            program.until("a frame", |program| program.drawn() > before).await;
            assert!(program.shown(full), "{columns}x{rows}");
            assert_eq!(program.screen().lines().count(), usize::from(rows));
        }
        let before = program.drawn();
        program.press("1");
        program.until("a frame", |program| program.drawn() > before).await;
        assert!(!program.shown(full));
    });
}

#[test]
fn who_comes_back_from_the_background_sees_a_new_frame_in_full() {
    let ways: [fn(&Program); 2] =
        [|program| program.signal(Signal::Suspend), |program| program.key(Key::ctrl('z'))];
    for way in ways {
        paused(async {
            let (mut program, scripts) = Setup::default().scripted(1);
            program.wait_for("● online").await;
            way(&program);
            program.until("suspended", |program| program.shown(|shown| shown.suspended)).await;
            let before = program.drawn();
            scripts[0].rings(1);
            program.settle().await;
            assert_eq!(program.drawn(), before, "the terminal is a shell's");
            program.signal(Signal::Continue);
            program.wait_for("Caller 1").await;
            assert!(program.shown(|shown| shown.frames[before].full));
            assert_eq!(program.shown(|shown| (shown.suspends, shown.resumes)), (1, 1));
        });
    }
}

#[test]
fn a_program_that_others_stopped_takes_its_terminal_again_when_it_is_continued() {
    paused(async {
        let (mut program, _scripts) = Setup::default().scripted(1);
        program.wait_for("● online").await;
        let before = program.drawn();
        program.signal(Signal::Continue);
        program.until("a frame", |program| program.drawn() > before).await;
        assert!(program.shown(|shown| shown.frames[before].full && shown.resumes == 1));
    });
}

#[test]
fn an_invitation_rings_once_and_only_where_that_is_wanted() {
    for bell in [true, false] {
        paused(async {
            let settings = Settings { bell, history_limit: 10, ..Settings::default() };
            let (mut program, scripts) = Setup { settings, ..Setup::default() }.scripted(1);
            program.wait_for("● online").await;
            scripts[0].rings(1);
            program.wait_for("Caller 1").await;
            scripts[0].rings(1);
            program.pass(SECOND).await;
            assert_eq!(program.shown(|shown| shown.bells), usize::from(bell));
        });
    }
}

#[test]
fn the_title_of_the_window_counts_those_who_wait() {
    paused(async {
        let (mut program, scripts) = Setup::default().scripted(1);
        scripts[0].rings(1);
        scripts[0].rings(2);
        program.wait_for("Caller 2").await;
        scripts[0].over(1, Outcome::CallerGaveUp);
        program.wait_for("gave up").await;
        let titles = program.shown(|shown| shown.titles.clone());
        assert_eq!(titles.first().map(String::as_str), Some("rsvp"));
        assert_eq!(titles.last().map(String::as_str), Some("(1) rsvp"), "one of them is over");
        assert!(titles.contains(&"(2) rsvp".to_owned()));
    });
}

#[test]
fn the_cursor_of_the_terminal_follows_the_selection_unseen_and_shows_where_one_types() {
    paused(async {
        let (mut program, scripts) = Setup::default().scripted(1);
        let cursor = |program: &Program| program.shown(|shown| shown.frames.last().unwrap().cursor);
        program.wait_for("● online").await;
        assert_eq!(cursor(&program), Cursor::Anywhere, "nothing is selected");
        scripts[0].rings(1);
        scripts[0].rings(2);
        program.wait_for("Caller 2").await;
        let Cursor::Hidden(first) = cursor(&program) else { panic!("{:?}", cursor(&program)) };
        program.press("j");
        program.settle().await;
        let Cursor::Hidden(second) = cursor(&program) else { panic!("{:?}", cursor(&program)) };
        assert_eq!((second.x, second.y), (0, first.y + 1));
        program.press("/");
        program.settle().await;
        assert!(matches!(cursor(&program), Cursor::Visible(_)), "{:?}", cursor(&program));
    });
}

#[test]
fn an_address_is_copied() {
    paused(async {
        let (mut program, scripts) = Setup::default().scripted(1);
        scripts[0].rings(7);
        program.wait_for("Caller 7").await;
        program.press("y\n");
        program.wait_for("Copied").await;
        assert_eq!(program.shown(|shown| shown.copied.clone()), ["sip:caller7@contoso.example"]);
    });
}

#[test]
fn a_history_that_can_not_be_written_is_told_once() {
    paused(async {
        let (mut program, scripts) = Setup::default().scripted(1);
        program.wait_for("● online").await;
        program.history_says(HistoryEvent::Failed("disk full".into()));
        program.wait_for("only until you quit").await;
        assert!(program.shows("disk full"));
        program.wait_until_gone("only until you quit").await;
        let before = program.drawn();
        scripts[0].rings(1);
        scripts[0].over(1, Outcome::Missed);
        program.press("4");
        program.wait_for("Caller 1").await;
        program.pass(Duration::from_secs(60)).await;
        let told = |shown: &Shown| {
            shown.frames[before..].iter().filter(|frame| frame.text.contains("only until you quit")).count()
        };
        assert_eq!(program.shown(told), 0);
    });
}

#[test]
fn what_earlier_runs_have_left_is_shown_whenever_it_comes() {
    paused(async {
        let (mut program, scripts) = Setup::default().scripted(1);
        scripts[0].rings(1);
        program.wait_for("Caller 1").await;
        program.press("4");
        program.wait_for("No past invitations").await;
        scripts[0].over(1, Outcome::Missed);
        program.wait_for("Caller 1").await;
        let record = |number, name: &str| Record {
            number,
            id: EntryId::new(uuid::Uuid::nil(), number),
            rang: None,
            account: "".into(),
            decision: "".into(),
            rule: "".into(),
            seen: true,
            accepted_by: None,
            at: jiff::civil::date(2026, 1, 4).at(9, 0, 0, 0).in_tz("UTC").unwrap(),
            kind: Kind::Message,
            direction: Direction::Incoming,
            from: Party { name: name.into(), uri: "sip:x@contoso.example".into(), ..Party::default() },
            to: None,
            subject: "".into(),
            message: "".into(),
            importance: Importance::Normal,
            outcome: Outcome::Missed,
        };
        program.history_says(HistoryEvent::Loaded(vec![record(1, "Long Ago"), record(2, "A While Ago")]));
        program.wait_for("Long Ago").await;
        let screen = program.screen();
        let places: Vec<usize> =
            ["Caller 1", "A While Ago", "Long Ago"].map(|name| screen.find(name).unwrap()).into();
        assert!(places.is_sorted(), "the latest is not first:\n{screen}");
    });
}

#[test]
fn what_was_missed_is_seen_once_the_history_was_on_the_screen() {
    paused(async {
        let (mut program, scripts) = Setup::default().scripted(1);
        program.wait_for("● online").await;
        scripts[0].rings(1);
        program.wait_for("Caller 1").await;
        scripts[0].over(1, Outcome::Missed);
        program.wait_for("! missed").await;
        let seen = |program: &Program| program.disk.records().iter().map(|it| it.seen).collect::<Vec<_>>();
        assert_eq!(seen(&program), [false]);
        program.press("4");
        program.pass(Duration::from_secs(1)).await;
        assert_eq!(seen(&program), [true]);
    });
}

#[test]
fn an_end_is_shown_when_it_is_stored_and_the_loop_goes_on_meanwhile() {
    paused(async {
        let setup = Setup { storage: Storage::Slow(Duration::from_millis(200)), ..Setup::default() };
        let (mut program, mut scripts) = setup.scripted(1);
        program.wait_for("● online").await;
        scripts[0].rings(1);
        scripts[0].rings(2);
        program.wait_for("Caller 2").await;
        let (start, drawn) = (Instant::now(), program.drawn());
        scripts[0].over(1, Outcome::Missed);
        program.pass(Duration::from_millis(100)).await;
        assert_eq!((program.drawn(), program.disk.records().len()), (drawn, 0));
        program.press("a");
        program.wait_for("! missed").await;
        assert_eq!(program.disk.records().len(), 1);
        assert_eq!(start.elapsed(), Duration::from_millis(200));
        assert!(program.shows("press again"), "{}", program.screen());
        let answers = |command: &Command| matches!(command, Command::Answer { .. });
        assert!(!scripts[0].drain().iter().any(answers));
    });
}

#[test]
fn a_disk_that_hangs_holds_up_one_frame_for_half_a_second_and_no_other() {
    paused(async {
        let setup = Setup { storage: Storage::Hangs, ..Setup::default() };
        let (mut program, scripts) = setup.scripted(1);
        program.wait_for("● online").await;
        for (number, time) in [(1, Duration::from_millis(500)), (2, Duration::ZERO)] {
            scripts[0].rings(number);
            program.wait_for(&format!("Caller {number}")).await;
            let start = Instant::now();
            scripts[0].over(number, Outcome::Missed);
            let caller = format!("Caller {number} ");
            let is_over = |line: &str| line.contains(&caller) && line.contains("! missed");
            program.until("the end", |program| program.screen().lines().any(is_over)).await;
            assert_eq!(start.elapsed(), time);
        }
    });
}
