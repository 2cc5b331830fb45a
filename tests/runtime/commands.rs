//! The commands that providers are sent, and their times.

use std::time::Duration;

use rsvp::app::Message;
use rsvp::app::key::{Code, Key};
use rsvp::invitation::{AccountId, Decision, Outcome};
use rsvp::provider::{Command, Event, QUEUE_CAPACITY, Ticket};
use rsvp::terminal::{Input, Signal};

use crate::support::{Program, Script, Setup, id, paused};

/// Removes and returns the commands of a provider, except for reports of activity.
fn commands(script: &mut Script) -> Vec<Command> {
    script.drain().into_iter().filter(|command| *command != Command::Active).collect()
}

fn answer(account: u8, number: u64, ticket: u64) -> Command {
    let invitation = id(AccountId(account), number);
    Command::Answer { ticket: Ticket(ticket), invitation, decision: Decision::Accept }
}

/// Returns a program with an incoming invitation on each account.
async fn ringing(accounts: u8) -> (Program, Vec<Script>) {
    let (mut program, scripts) = Setup::default().scripted(accounts);
    for (number, script) in (1..).zip(&scripts) {
        script.rings(number);
    }
    program.wait_for(&format!("Incoming {accounts}")).await;
    (program, scripts)
}

#[test]
fn a_wake_up_reaches_every_provider() {
    paused(async {
        let (mut program, mut scripts) = Setup::default().scripted(3);
        program.wait_for("3 of 3 accounts online").await;
        for _ in 0..2 {
            program.shake();
            program.settle().await;
            for script in &mut scripts {
                assert_eq!(script.drain(), [Command::Wake]);
            }
        }
    });
}

#[test]
fn a_key_tells_every_provider_that_the_user_is_there_once_in_a_while() {
    paused(async {
        let (mut program, mut scripts) = Setup::default().scripted(2);
        program.wait_for("2 of 2 accounts online").await;
        let steps = [(0, 1), (1, 0), (58, 0), (2, 1), (59, 0), (1, 1)];
        for (wait, times) in steps {
            program.pass(Duration::from_secs(wait)).await;
            program.press("jk");
            program.settle().await;
            for script in &mut scripts {
                assert_eq!(script.drain(), vec![Command::Active; times], "after {wait} s");
            }
        }
        program.pass(Duration::from_secs(61)).await;
        program.input(Input::Message(Message::Paste("x".into())));
        program.settle().await;
        assert_eq!(scripts[0].drain(), [Command::Active], "who pastes is there");
    });
}

#[test]
fn what_nobody_pressed_does_not_say_that_the_user_is_there() {
    paused(async {
        let (mut program, mut scripts) = Setup::default().scripted(1);
        program.wait_for("● online").await;
        program.resize(60, 20);
        program.shake();
        program.signal(Signal::Continue);
        scripts[0].rings(1);
        program.wait_for("Caller 1").await;
        program.pass(Duration::from_secs(100)).await;
        assert_eq!(scripts[0].drain(), [Command::Wake]);
    });
}

#[test]
fn an_answer_goes_to_the_account_that_rings() {
    paused(async {
        let (mut program, mut scripts) = ringing(2).await;
        program.press("j");
        program.settle().await;
        program.press("a");
        program.wait_for("accepting").await;
        assert_eq!(commands(&mut scripts[0]), []);
        assert_eq!(commands(&mut scripts[1]), [answer(1, 2, 0)]);
        scripts[1].emit(Event::Completed(Ticket(0)));
        program.wait_for("sent, waiting").await;
        scripts[1].over(2, Outcome::Accepted);
        program.wait_for("accepted").await;
    });
}

#[test]
fn a_full_command_queue_refuses_aloud_and_the_row_rings_again() {
    paused(async {
        let (mut program, mut scripts) = ringing(2).await;
        for _ in 0..QUEUE_CAPACITY {
            program.shake();
        }
        program.settle().await;
        program.press("a");
        program.wait_for("too busy, nothing was sent; try again").await;
        assert!(!program.shows("accepting"), "{}", program.screen());
        let told = scripts[0].drain();
        // The queue also had the command that tells whom the user looks at.
        assert!(told.len() == QUEUE_CAPACITY - 1 && told.iter().all(|command| *command == Command::Wake));
        program.press("a");
        program.wait_for("accepting").await;
        assert_eq!(commands(&mut scripts[0]), [answer(0, 1, 1)]);
    });
}

#[test]
fn a_provider_that_ends_by_itself_does_not_stop_the_others() {
    paused(async {
        let (mut program, mut scripts) = ringing(2).await;
        scripts[0].end();
        program.settle().await;
        scripts[1].rings(3);
        program.wait_for("Incoming 3").await;
        program.press("a");
        program.wait_for("Caller 1: ").await;
        assert!(program.shows("nothing was sent; restart rsvp"), "{}", program.screen());
        program.press("j");
        program.settle().await;
        program.press("a");
        program.wait_for("accepting").await;
        assert_eq!(commands(&mut scripts[1]), [answer(1, 2, 1)]);
        scripts[1].end();
        program.pass(Duration::from_secs(5)).await;
        program.press("4");
        program.wait_for("No past invitations").await;
        program.press("q");
        let since = tokio::time::Instant::now();
        program.end().await.unwrap();
        assert_eq!(since.elapsed(), Duration::ZERO, "nobody is left to wait for");
    });
}

#[test]
fn keys_are_handled_before_events() {
    paused(async {
        let (mut program, mut scripts) = ringing(1).await;
        // The event is queued before the key, as on a machine that was busy for a moment.
        scripts[0].over(1, Outcome::CallerGaveUp);
        program.press("a");
        program.wait_for("before your answer took effect").await;
        assert_eq!(commands(&mut scripts[0]), [answer(0, 1, 0)]);
    });
}

#[test]
fn signals_are_handled_before_keys() {
    paused(async {
        let (mut program, mut scripts) = ringing(1).await;
        program.press("a");
        program.signal(Signal::Terminate);
        program.wait_for("Signing out").await;
        assert_eq!(commands(&mut scripts[0]), [Command::SignOut]);
    });
}

#[test]
fn a_key_that_is_typed_blindly_after_another_acts_on_what_that_one_selected() {
    paused(async {
        let (mut program, mut scripts) = ringing(2).await;
        program.press("ja");
        program.wait_for("accepting").await;
        assert_eq!(commands(&mut scripts[1]), [answer(1, 2, 0)]);
    });
}

/// Returns a program with this number of marked invitations, the first of which is selected.
async fn marked(number: u64) -> (Program, Vec<Script>) {
    let (mut program, mut scripts) = Setup::default().scripted(1);
    for number in 1..=number {
        scripts[0].rings(number);
    }
    program.wait_for(&format!("Incoming {number}")).await;
    program.press(&" ".repeat(usize::try_from(number).unwrap()));
    program.press("g");
    program.wait_for(&format!("{number} marked")).await;
    commands(&mut scripts[0]);
    (program, scripts)
}

#[test]
fn what_is_marked_and_in_sight_is_answered_at_once() {
    paused(async {
        let (mut program, mut scripts) = marked(5).await;
        program.press("a");
        program.wait_for("accepting").await;
        assert_eq!(commands(&mut scripts[0]).len(), 5);
    });
}

#[test]
fn what_a_smaller_frame_has_no_room_for_is_not_in_sight() {
    paused(async {
        let (mut program, mut scripts) = marked(5).await;
        program.resize(80, 8);
        program.until("the new size", |program| program.screen().lines().count() == 8).await;
        program.press("a");
        program.wait_for("Enter accept").await;
        assert_eq!(commands(&mut scripts[0]), []);
        program.press("\n");
        program.wait_for("accepting").await;
        assert_eq!(commands(&mut scripts[0]).len(), 5);
    });
}

#[test]
fn what_is_in_sight_is_told_by_the_frame_that_was_drawn_whatever_the_size_was_said_to_be() {
    paused(async {
        let (mut program, mut scripts) = marked(5).await;
        // The terminal has become smaller, and a key comes before the word of that.
        program.screen_is(|shown| shown.size = (80, 8));
        scripts[0].emit(Event::Notice("News".into()));
        program.wait_for("News").await;
        assert_eq!(program.screen().lines().count(), 8);
        program.press("a");
        program.wait_for("Enter accept").await;
        assert_eq!(commands(&mut scripts[0]), []);
    });
}

#[test]
fn a_page_of_the_list_is_as_long_as_the_frame_has_rows() {
    paused(async {
        let (mut program, scripts) = Setup::default().scripted(1);
        for number in 10..90 {
            scripts[0].rings(number);
        }
        program.wait_for("Incoming 80").await;
        program.resize(80, 50);
        program.until("the new size", |program| program.screen().lines().count() == 50).await;
        let rows = program.screen().matches("IM       Caller").count();
        assert!(rows > 20, "{}", program.screen());
        program.key(Key::plain(Code::PageDown));
        program.wait_for(&format!("▸  0:30  IM       Caller {} ", 10 + rows - 1)).await;
    });
}

#[test]
fn keys_that_answer_do_nothing_while_the_user_sees_an_older_frame() {
    paused(async {
        let (mut program, mut scripts) = Setup::default().scripted(1);
        program.wait_for("● online").await;
        program.screen_is(|shown| shown.behind = true);
        scripts[0].rings(1);
        program.wait_for("Caller 1").await;
        program.press("aD dbusy\n:");
        program.wait_for("The screen was not up to date; press again").await;
        assert_eq!(commands(&mut scripts[0]), []);
        program.press("4");
        program.wait_for("No past invitations").await;
        program.screen_is(|shown| shown.behind = false);
        program.press("1a");
        program.wait_for("accepting").await;
        assert_eq!(commands(&mut scripts[0]), [answer(0, 1, 0)]);
    });
}
