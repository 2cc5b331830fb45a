//! The first run, without a configuration: what the program offers, and the questions of `rsvp config init`.

use std::path::{Path, PathBuf};

use crate::LEFT;
use crate::simulator::Simulate;
use crate::terminal::Terminal;

const OFFER: &str = "There is no configuration yet.";

/// The configuration in a home that is named by `--config`.
fn file(home: &Path) -> PathBuf {
    home.join("my/rsvp.toml")
}

fn start(home: &Path, arguments: &[&str]) -> Terminal {
    let path = file(home);
    Terminal::at_home(home, &[&["--config", path.to_str().unwrap()], arguments].concat())
}

#[test]
fn without_a_configuration_a_key_starts_the_demo() {
    let mut terminal = Terminal::start(80, 24, &[]);
    terminal.wait_for(OFFER);
    terminal.send("d");
    terminal.wait_for("Lene Aaling");
    assert!(terminal.screen().contains("DEMO"), "{}", terminal.screen());
    terminal.send("q");
    assert_eq!(terminal.exit(), 0);
}

#[test]
fn the_offer_fits_a_small_terminal_and_is_drawn_again_when_that_changes() {
    let mut terminal = Terminal::start(40, 12, &[]);
    terminal.wait_for("Press a key.");
    for words in
        ["d  demo: try it, nothing is needed", "c  write", "l  sign in to Skype for Business", "q  quit"]
    {
        assert!(terminal.screen().contains(words), "{}", terminal.screen());
    }
    terminal.resize(80, 24);
    terminal.wait_for_bytes("Press a key.");
    terminal.send("xq");
    assert_eq!(terminal.exit(), 0);
}

#[test]
fn the_terminal_is_as_before_however_the_offer_ends() {
    for keys in ["q", "\u{1b}", "\u{3}"] {
        let mut terminal = Terminal::shell(80, 24, "rsvp; stty -a; echo ended");
        terminal.wait_for(OFFER);
        terminal.send(keys);
        terminal.wait_for("ended");
        assert!(terminal.bytes().contains(LEFT), "{keys:?}");
        assert!(terminal.bytes().contains(" icanon") && terminal.bytes().contains(" echo "), "{keys:?}");
    }
    let mut terminal = Terminal::start(80, 24, &[]);
    terminal.wait_for(OFFER);
    terminal.signal("TERM");
    assert_eq!(terminal.exit(), 0);
    assert!(terminal.bytes().contains(LEFT));
}

/// Answers the questions for the user name and the password, which work.
fn sign_in(terminal: &mut Terminal) {
    terminal.wait_for("User name at");
    terminal.send("tosh\r");
    terminal.wait_for("Password of tosh");
    terminal.send("demo\r");
    terminal.wait_for("Everything works.");
    assert_eq!(terminal.exit(), 0);
}

#[test]
fn a_configuration_is_asked_for_written_with_its_comments_and_tried() {
    let home = tempfile::tempdir().unwrap();
    let sim = Simulate::start();
    let mut terminal = start(home.path(), &[]);
    terminal.wait_for(OFFER);
    terminal.send("c");
    terminal.wait_for("Which domain do you sign in to?");
    terminal.send("not a domain\r");
    terminal.wait_for("neither a domain");
    terminal.send(&format!("{}\r", sim.url));
    terminal.wait_for("How do you sign in?");
    terminal.send("\r");
    sign_in(&mut terminal);
    let text = std::fs::read_to_string(file(home.path())).unwrap();
    assert!(text.contains(&format!("url = \"{}", sim.url)), "{text}");
    assert!(text.contains("# accept = \"a\""), "{text}");
    let mut terminal = start(home.path(), &["config", "init"]);
    terminal.wait_for("already exists; it was not changed");
    assert_eq!(terminal.exit(), 2);
    let mut terminal = start(home.path(), &[]);
    terminal.wait_for("tosh@contoso.example");
    terminal.send("q");
    assert_eq!(terminal.exit(), 0);
    assert_eq!(std::fs::read_to_string(file(home.path())).unwrap(), text);
}

#[test]
fn signing_in_begins_the_configuration_first() {
    let home = tempfile::tempdir().unwrap();
    let sim = Simulate::start();
    let mut terminal = start(home.path(), &[]);
    terminal.wait_for(OFFER);
    terminal.send("l");
    terminal.wait_for("Domain:");
    terminal.send(&format!("{}\r", sim.url));
    sign_in(&mut terminal);
}

#[test]
fn a_token_that_is_refused_is_told_and_the_file_removed_or_kept() {
    let sim = Simulate::start();
    for (answer, is_kept) in [("y", false), ("n", true)] {
        let home = tempfile::tempdir().unwrap();
        let mut terminal = start(home.path(), &["config", "init"]);
        terminal.wait_for("Domain:");
        terminal.send(&format!("{}\r", sim.url));
        terminal.wait_for("How do you sign in?");
        terminal.send("4\r");
        terminal.wait_for("Token:");
        terminal.send("cwt=canary\r");
        terminal.wait_for("to start over?");
        assert!(terminal.screen().contains("FAILED"), "{}", terminal.screen());
        assert!(!terminal.bytes().contains("canary"), "{}", terminal.screen());
        terminal.send(&format!("{answer}\r"));
        assert_eq!(terminal.exit(), 1);
        assert_eq!(file(home.path()).exists(), is_kept);
    }
}

#[test]
fn with_yes_nothing_is_asked() {
    let home = tempfile::tempdir().unwrap();
    let mut terminal = start(home.path(), &["config", "init", "--yes"]);
    terminal.wait_for("Add your tenant and a way to sign in");
    assert_eq!(terminal.exit(), 0);
    assert_eq!(std::fs::read_to_string(file(home.path())).unwrap(), rsvp::config::EXAMPLE);
}
