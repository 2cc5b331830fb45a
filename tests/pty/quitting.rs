//! Quitting while a request is in flight, and without one.

use std::time::Duration;

use super::terminal::Terminal;

/// A scenario with one invitation, whose acceptance fails.
fn answered_badly(kind: &str) -> String {
    format!(
        r#"
        [[step]]
        at = 0.0
        fault = {{ of = "accept", kind = {kind} }}
        [[step]]
        at = 0.1
        invite = "im"
        from = "lene"
        message = "Hi Tosh"
        "#
    )
}

#[test]
fn fault_62_an_answer_that_is_on_its_way_is_waited_for_and_told() {
    // Nothing ends the row before the answer has taken effect, and that takes half of the time that is waited.
    let mut terminal = Terminal::scenario(80, 24, &answered_badly("{ delay = 1.5 }"));
    terminal.wait_for("Hi Tosh");
    terminal.send("aq");
    assert_eq!(terminal.exit(), 0);
    terminal.wait_for("answer sent, outcome not confirmed (accept)");
}

#[test]
fn fault_62_an_answer_that_never_comes_is_not_waited_for_long() {
    let mut terminal = Terminal::scenario(80, 24, &answered_badly("\"black-hole\""));
    terminal.wait_for("Hi Tosh");
    terminal.send("a");
    terminal.wait_for("accepting");
    let left = std::time::Instant::now();
    terminal.send("q");
    assert_eq!(terminal.exit(), 0);
    assert!(left.elapsed() < Duration::from_secs(6), "{:?}", left.elapsed());
    terminal.wait_for("your answer was not confirmed");
}

#[test]
fn fault_62_with_nothing_on_its_way_it_ends_at_once() {
    let mut terminal = Terminal::scenario(80, 24, "");
    terminal.wait_for_both_accounts();
    let left = std::time::Instant::now();
    terminal.send("q");
    assert_eq!(terminal.exit(), 0);
    // Signing out may take one second; the limit is higher because test machines are slow.
    assert!(left.elapsed() < Duration::from_secs(3), "{:?}", left.elapsed());
}

#[test]
fn signing_out_is_told_and_ends_at_once_when_it_is_asked_for_again() {
    let again: [fn(&mut Terminal); 3] = [|it| it.send("q"), |it| it.send("\u{3}"), |it| it.signal("TERM")];
    for again in again {
        let mut terminal = Terminal::scenario(80, 24, &answered_badly("\"black-hole\""));
        terminal.wait_for("Hi Tosh");
        terminal.send("a");
        terminal.wait_for("accepting");
        terminal.send("q");
        terminal.wait_for("Signing out…  q quit now");
        // The program ignores other keys while it signs out, and a hangup does not end it sooner.
        terminal.send("?1j");
        terminal.signal("HUP");
        again(&mut terminal);
        let (status, took) = terminal.end();
        assert_eq!(status, 0);
        assert!(took < Duration::from_secs(2), "{took:?}");
        assert_eq!(terminal.exit(), 0);
        terminal.wait_for("your answer was not confirmed");
        assert!(!terminal.bytes().contains("What the keys do"), "{}", terminal.screen());
    }
}
