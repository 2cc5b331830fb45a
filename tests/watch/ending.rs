use std::time::{Duration, Instant};

use rsvp::sim::{Fault, FaultKind};
use rustix::process::Signal;

use crate::support::{World, from};

#[test]
fn signals_sign_out() {
    for signal in [Signal::INT, Signal::TERM, Signal::HUP] {
        let world = World::new();
        let mut watch = world.watch(&[]);
        watch.online();
        world.until("available", |sim| sim.ucwa.is_available());
        watch.signal(signal);
        let (status, errors, lines) = watch.end();
        assert_eq!((status.code(), errors.as_str()), (Some(0), ""), "{signal:?}");
        assert!(lines.last().unwrap().ends_with("signed out"), "{lines:#?}");
        assert!(!world.sim.ucwa.is_available(), "{signal:?}: the application is gone");
    }
}

#[test]
fn a_reader_that_goes_away_ends_it_without_a_word_although_nothing_happens() {
    let world = World::new();
    let mut command = world.command("sh");
    command.args(["-c", "\"$0\" watch --config config.toml | head -n 2"]).arg(env!("CARGO_BIN_EXE_rsvp"));
    let output = command.output().unwrap();
    assert_eq!(String::from_utf8(output.stderr).unwrap(), "");
    assert_eq!(String::from_utf8(output.stdout).unwrap().lines().count(), 2);
    world.until("signed out", |sim| !sim.ucwa.is_available());
}

#[test]
fn once_ends_with_the_first_invitation() {
    let world = World::new();
    let mut watch = world.watch(&["--once", "--json"]);
    watch.event("connection");
    watch.online();
    world.invite(from("Lene"));
    let (status, errors, lines) = watch.end();
    assert_eq!((status.code(), errors.as_str()), (Some(0), ""));
    assert!(lines.last().unwrap().contains("\"event\":\"invitation\""), "{lines:#?}");
    assert_eq!(world.sim.ucwa.pending().len(), 1, "it still rings elsewhere");
}

#[test]
fn the_time_ends_it_and_tells_whether_what_was_waited_for_came() {
    let world = World::new();
    assert_eq!(world.watch(&["--for", "100ms"]).end().0.code(), Some(0));
    let (status, errors, _) = world.watch(&["--for", "100ms", "--once"]).end();
    assert_eq!((status.code(), errors.as_str()), (Some(1), "rsvp: no invitation came\n"));
    let (status, errors, _) = world.watch(&["--for", "soon"]).end();
    assert_eq!(status.code(), Some(2));
    assert!(errors.contains("write a length of time, like 90s, 10m or 1h30m"), "{errors}");
}

#[test]
fn without_an_account_that_can_be_signed_in_it_ends_and_says_so() {
    let world = World::with("token = \"cwt=wrong\"", "");
    let (status, errors, lines) = world.watch(&[]).end();
    assert_eq!(status.code(), Some(1), "{lines:#?}");
    assert_eq!(errors, "rsvp: no account is connected any more; the last lines tell why\n");
    assert!(lines.iter().any(|line| line.contains(": stopped: ")), "{lines:#?}");
}

#[test]
fn the_screen_without_a_terminal_names_the_command_that_needs_none() {
    let world = World::new();
    for arguments in [&["--config", "config.toml"][..], &["demo"]] {
        let output = world.command(env!("CARGO_BIN_EXE_rsvp")).args(arguments).output().unwrap();
        assert_eq!(output.status.code(), Some(2), "{arguments:?}");
        let errors = String::from_utf8(output.stderr).unwrap();
        assert!(errors.contains("the screen needs a terminal; `rsvp watch` prints"), "{errors}");
        assert!(output.stdout.is_empty());
    }
}

#[test]
fn the_demonstration_can_be_watched() {
    let world = World::new();
    let mut command = world.command(env!("CARGO_BIN_EXE_rsvp"));
    command.args(["watch", "--demo", "--once"]);
    let (status, errors, lines) = crate::support::Watch::start(command).end();
    assert_eq!((status.code(), errors.as_str()), (Some(0), ""));
    assert!(lines.last().unwrap().contains("invitation i1."), "{lines:#?}");
}

#[test]
fn the_end_of_the_commands_does_not_put_off_the_end_of_the_run() {
    let world = World::new();
    let mut watch = world.watch(&["--commands", "--for", "3s"]);
    watch.online();
    world.invite(from("Lene"));
    watch.wait_for("invitation i1.0");
    world.sim.fault(Fault::next("accept", FaultKind::BlackHole));
    let began = Instant::now();
    watch.tell("accept i1.0");
    watch.close_input();
    watch.end();
    assert!(
        began.elapsed() < Duration::from_secs(15),
        "{:?}: the outcome is not waited for",
        began.elapsed()
    );
}
