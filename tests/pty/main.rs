//! The real program in a pseudo-terminal.

#![cfg(unix)]
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing)]

mod support;

use support::Terminal;

const LEFT: &str = "\u{1b}[?1049l";

#[test]
fn an_invitation_is_answered_with_keys() {
    let mut terminal = Terminal::start(80, 24, &["demo"]);
    terminal.wait_for("Lene Aaling");
    assert!(terminal.screen().contains("DEMO"), "{}", terminal.screen());
    terminal.send("a");
    terminal.wait_for("accepted");
    terminal.send("3");
    terminal.wait_for("Hi Tosh");
    terminal.send("4");
    terminal.wait_for("+ accepted");
    terminal.send("q");
    assert_eq!(terminal.exit(), 0);
    assert!(terminal.bytes().contains(LEFT), "the alternate screen is left");
}

#[test]
fn a_call_is_declined_with_a_reason_from_the_list() {
    let mut terminal = Terminal::start(80, 24, &["demo"]);
    terminal.wait_for("+14255550100");
    terminal.send("jd");
    terminal.wait_for("InsufficientBandwidth");
    terminal.send("glob\r");
    terminal.wait_for("declined everywhere");
    terminal.send("\u{3}");
    assert_eq!(terminal.exit(), 0);
}

#[test]
fn it_can_be_used_on_forty_columns_and_twelve_rows() {
    let mut terminal = Terminal::start(40, 12, &["demo"]);
    terminal.wait_for("Lene");
    assert!(terminal.screen().contains("? help"), "{}", terminal.screen());
    assert!(terminal.screen().contains("q quit"), "{}", terminal.screen());
    terminal.send("a");
    terminal.wait_for("accepted");
    terminal.send("q");
    assert_eq!(terminal.exit(), 0);
}

#[test]
fn signals_give_the_terminal_back() {
    for signal in ["INT", "TERM", "HUP"] {
        let mut terminal = Terminal::start(80, 24, &["demo"]);
        terminal.wait_for("● online");
        terminal.signal(signal);
        assert_eq!(terminal.exit(), 0, "{signal}");
        assert!(terminal.bytes().contains(LEFT), "{signal}");
        assert!(terminal.bytes().contains("\u{1b}[?25h"), "{signal}: the cursor is shown");
    }
}

#[test]
fn it_ends_when_its_terminal_closes() {
    let mut terminal = Terminal::shell(80, 24, "sh -c 'echo $$ > $HOME/pid; exec rsvp demo'");
    terminal.wait_for("● online");
    // With the leader of its session the terminal goes away.
    terminal.signal("KILL");
    terminal.wait_until_gone();
}

#[test]
fn it_goes_to_the_background_and_comes_back() {
    let mut terminal = Terminal::shell(80, 24, "rsvp demo; echo in the back; read line; fg");
    terminal.wait_for("Lene");
    terminal.send("\u{1a}");
    terminal.wait_for_bytes(LEFT);
    terminal.wait_for("in the back");
    terminal.send("\r");
    terminal.wait_for_bytes("\u{1b}[?1049h");
    terminal.wait_for("Lene");
    terminal.send("q");
    assert_eq!(terminal.exit(), 0);
}

#[test]
fn a_terminal_of_any_size_is_survived() {
    let mut terminal = Terminal::start(80, 24, &["demo", "help-desk"]);
    terminal.wait_for("● online");
    for (columns, rows) in [(1, 1), (20, 5), (2, 40), (300, 3), (40, 12), (160, 50), (80, 24)] {
        terminal.resize(columns, rows);
        terminal.send("j");
    }
    terminal.wait_for("? help");
    terminal.send("q");
    assert_eq!(terminal.exit(), 0);
}
