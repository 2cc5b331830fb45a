//! A terminal that accepts no output.

use std::time::Duration;

use rustix::termios::{Action, tcflow};

use super::simulator::Simulate;
use super::terminal::Terminal;
use super::{LEFT, beside_a_simulator};

/// Waits until the client has polled for events this number of times, each time after it handled the events before.
fn polls(simulator: &mut Simulate, times: usize) {
    simulator.printed();
    for number in 1..=times {
        simulator.tell(&format!("invite im lene Hello number {number}"));
        simulator.wait_for("/events?");
    }
}

/// Waits for polls for this time.
fn polls_for(simulator: &mut Simulate, time: Duration) {
    let since = std::time::Instant::now();
    while since.elapsed() < time {
        polls(simulator, 1);
    }
}

#[test]
fn a_terminal_that_takes_nothing_holds_up_neither_the_connection_nor_the_end() {
    let home = tempfile::tempdir().unwrap();
    let (mut simulator, config) = beside_a_simulator(home.path());
    let mut terminal = Terminal::at_home(home.path(), &["--config", &config]);
    terminal.wait_for("● online");
    terminal.stall();
    polls(&mut simulator, 5);
    terminal.signal("TERM");
    let (status, took) = terminal.end();
    assert_eq!(status, 0);
    assert!(took < Duration::from_secs(2), "{took:?}");
    simulator.wait_for("DELETE");
    terminal.flow();
    assert_eq!(terminal.exit(), 0);
    assert!(terminal.bytes().contains(LEFT), "the alternate screen is left");
}

#[test]
fn a_terminal_that_takes_something_again_shows_the_newest() {
    let home = tempfile::tempdir().unwrap();
    let (mut simulator, config) = beside_a_simulator(home.path());
    let mut terminal = Terminal::at_home(home.path(), &["--config", &config]);
    terminal.wait_for("● online");
    terminal.stall();
    polls(&mut simulator, 3);
    terminal.send("4");
    terminal.flow();
    terminal.wait_for("No past invitations");
    terminal.wait_for("Incoming 3");
    terminal.send("1");
    terminal.wait_for("Hello number 3");
    terminal.send("q");
    assert_eq!(terminal.exit(), 0);
}

#[test]
fn a_key_for_what_a_stalled_terminal_never_showed_answers_nothing() {
    let home = tempfile::tempdir().unwrap();
    let (mut simulator, config) = beside_a_simulator(home.path());
    let mut terminal = Terminal::at_home(home.path(), &["--config", &config]);
    terminal.wait_for("● online");
    // A stalled terminal of a busy machine may accept some more a moment later; a stopped one does not.
    terminal.stall();
    tcflow(terminal.device(), Action::OOff).unwrap();
    polls_for(&mut simulator, Duration::from_secs(1));
    terminal.send("a");
    polls(&mut simulator, 1);
    tcflow(terminal.device(), Action::OOn).unwrap();
    terminal.flow();
    terminal.wait_for("The screen was not up to date; press again");
    assert!(!simulator.printed().iter().any(|line| line.contains("/accept")));
    polls_for(&mut simulator, Duration::from_secs(1));
    terminal.send("a");
    simulator.wait_for("/accept");
    terminal.send("q");
    assert_eq!(terminal.exit(), 0);
}

#[test]
fn output_that_was_stopped_holds_up_neither_the_connection_nor_the_end() {
    let home = tempfile::tempdir().unwrap();
    let (mut simulator, config) = beside_a_simulator(home.path());
    let mut terminal = Terminal::at_home(home.path(), &["--config", &config]);
    terminal.wait_for("● online");
    tcflow(terminal.device(), Action::OOff).unwrap();
    polls(&mut simulator, 5);
    tcflow(terminal.device(), Action::OOn).unwrap();
    terminal.wait_for("Incoming 5");
    tcflow(terminal.device(), Action::OOff).unwrap();
    polls(&mut simulator, 1);
    terminal.signal("TERM");
    let (status, took) = terminal.end();
    assert_eq!(status, 0);
    assert!(took < Duration::from_secs(2), "{took:?}");
}
