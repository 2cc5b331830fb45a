//! The real program in a pseudo-terminal.

#![cfg(unix)]
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing)]

mod console;
mod first_steps;
mod login;
mod quitting;
mod simulator;
mod stalled;
mod terminal;

use std::time::Duration;

use ratatui::buffer::Buffer;
use ratatui::style::Style;
use rsvp::terminal::{Reports, Surface};
use simulator::Simulate;
use terminal::Terminal;

/// The sequence that leaves the alternate screen.
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
    assert!(terminal.screen().contains("a accept"), "{}", terminal.screen());
    terminal.send("a");
    terminal.wait_for("accepted");
    terminal.send("q");
    assert_eq!(terminal.exit(), 0);
}

#[test]
fn signals_give_the_terminal_back() {
    for signal in ["INT", "TERM", "HUP"] {
        let mut terminal = Terminal::start(80, 24, &["demo"]);
        terminal.wait_for_both_accounts();
        terminal.signal(signal);
        assert_eq!(terminal.exit(), 0, "{signal}");
        assert!(terminal.bytes().contains(LEFT), "{signal}");
        assert!(terminal.bytes().contains("\u{1b}[?25h"), "{signal}: the cursor is shown");
    }
}

#[test]
fn it_ends_when_its_terminal_closes() {
    let mut terminal = Terminal::shell(80, 24, "sh -c 'echo $$ > $HOME/pid; exec rsvp demo'");
    terminal.wait_for_both_accounts();
    // The terminal goes away when the leader of its session is killed.
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
    terminal.wait_for_both_accounts();
    for (columns, rows) in [(1, 1), (20, 5), (2, 40), (300, 3), (40, 12), (160, 50), (80, 24)] {
        terminal.resize(columns, rows);
        terminal.send("j");
    }
    terminal.wait_for("? help");
    terminal.send("q");
    assert_eq!(terminal.exit(), 0);
}

#[test]
fn with_nothing_ringing_nothing_is_written() {
    let mut terminal = Terminal::scenario(80, 24, "");
    terminal.wait_for_both_accounts();
    terminal.wait_for_silence(Duration::from_secs(3));
}

#[test]
fn fault_63_a_panic_gives_the_terminal_back() {
    let mut terminal = Terminal::this("panics_on_the_screen");
    terminal.wait_for("a frame");
    terminal.send("x");
    assert_ne!(terminal.exit(), 0);
    let bytes = terminal.bytes();
    let (_, after) = bytes.split_once(LEFT).expect("the alternate screen is left");
    assert!(after.contains("\u{1b}[?25h"), "the cursor is shown: {after:?}");
    assert!(after.contains("on purpose"), "what happened is told where it can be read: {after:?}");
    assert!(!after.contains("half a frame"), "nothing is drawn any more: {after:?}");
}

#[test]
fn a_panic_of_a_task_ends_the_program_instead_of_leaving_it_without_a_screen() {
    let mut terminal = Terminal::this("a_task_panics_behind_the_screen");
    terminal.wait_for("a frame");
    terminal.send("x");
    terminal.wait_for_bytes("on purpose");
    assert_eq!(terminal.exit(), 101);
    assert!(terminal.bytes().contains(LEFT), "the alternate screen is left");
}

#[test]
fn fault_66_a_terminal_without_utf8_gets_none() {
    let mut terminal = Terminal::shell(80, 24, "LC_ALL=C exec rsvp demo help-desk");
    terminal.wait_for_both_accounts();
    terminal.wait_for("quit");
    terminal.send("q");
    assert_eq!(terminal.exit(), 0);
    assert!(terminal.bytes().is_ascii(), "{}", terminal.screen());
}

/// Returns a simulator in a process of its own, and the path of a configuration for it.
fn beside_a_simulator(home: &std::path::Path) -> (Simulate, String) {
    let simulator = Simulate::start();
    let config = home.join("config.toml");
    let text =
        format!("token = \"cwt=demo\"\n[ucwa]\nurl = \"{}\"\n[history]\nmessages = true\n", simulator.url);
    std::fs::write(&config, text).unwrap();
    std::fs::set_permissions(&config, std::os::unix::fs::PermissionsExt::from_mode(0o600)).unwrap();
    (simulator, config.to_str().unwrap().to_owned())
}

#[test]
fn the_history_is_there_in_the_next_run_until_the_user_deletes_it() {
    let home = tempfile::tempdir().unwrap();
    let (mut simulator, config) = beside_a_simulator(home.path());
    let mut terminal = Terminal::at_home(home.path(), &["--config", &config]);
    terminal.wait_for("● online");
    simulator.tell("invite im lene Hello there");
    terminal.wait_for("Hello there");
    terminal.send("a");
    terminal.wait_for("accepted");
    terminal.send("q");
    assert_eq!(terminal.exit(), 0);
    let mut terminal = Terminal::at_home(home.path(), &["--config", &config]);
    terminal.wait_for("● online");
    terminal.send("4");
    terminal.wait_for("+ accepted");
    terminal.send("q");
    assert_eq!(terminal.exit(), 0);
    let mut terminal = Terminal::at_home(home.path(), &["history"]);
    assert_eq!(terminal.exit(), 0);
    assert!(terminal.screen().contains("accepted  “Hello there”"), "{}", terminal.screen());
    for (answer, expected) in [("n\r", "Nothing was deleted."), ("y\r", "Deleted 1 entry.")] {
        let mut terminal = Terminal::at_home(home.path(), &["history", "purge"]);
        terminal.wait_for("Delete the whole history? [y/N]");
        terminal.send(answer);
        assert_eq!(terminal.exit(), 0);
        assert!(terminal.screen().contains(expected), "{}", terminal.screen());
    }
}

#[test]
fn what_was_missed_is_counted_in_the_next_runs_until_the_history_was_in_front() {
    let home = tempfile::tempdir().unwrap();
    let (mut simulator, config) = beside_a_simulator(home.path());
    let run = |words: &str, keys: &str| {
        let mut terminal = Terminal::at_home(home.path(), &["--config", &config]);
        terminal.wait_for("● online");
        terminal.wait_for(words);
        terminal.send(keys);
        terminal
    };
    let mut terminal = run("● online", "");
    simulator.tell("invite im lene Hello there");
    terminal.wait_for("Hello there");
    simulator.tell("gives-up 1");
    terminal.wait_for("History !1");
    terminal.send("q");
    assert_eq!(terminal.exit(), 0);
    let mut terminal = run("History !1", "4");
    terminal.wait_for("▸!");
    terminal.send("q");
    assert_eq!(terminal.exit(), 0);
    let mut terminal = run("● online", "4");
    terminal.wait_for("! the caller gave up");
    assert!(!terminal.screen().contains("▸!"), "{}", terminal.screen());
    terminal.send("q");
    assert_eq!(terminal.exit(), 0);
}

#[test]
fn fault_65_a_history_that_can_not_be_written_stays_in_memory_and_is_told_once() {
    let home = tempfile::tempdir().unwrap();
    std::fs::create_dir_all(home.path().join(".local/state/rsvp/history.db")).unwrap();
    let (mut simulator, config) = beside_a_simulator(home.path());
    let mut terminal = Terminal::at_home(home.path(), &["--config", &config]);
    terminal.wait_for("The history is kept only until you quit");
    terminal.wait_for("● online");
    simulator.tell("invite im lene Hello there");
    terminal.wait_for("Hello there");
    terminal.send("a");
    terminal.wait_for("accepted");
    terminal.send("4");
    terminal.wait_for("+ accepted");
    terminal.send("q");
    assert_eq!(terminal.exit(), 0);
}

#[test]
fn fault_64_a_second_copy_takes_nothing_from_the_first() {
    let home = tempfile::tempdir().unwrap();
    let (mut simulator, config) = beside_a_simulator(home.path());
    let mut first = Terminal::at_home(home.path(), &["--config", &config]);
    first.wait_for("● online");
    let mut second = Terminal::at_home(home.path(), &["--config", &config]);
    second.wait_for("● online");
    simulator.tell("invite im lene Hello there");
    first.wait_for("Hello there");
    second.wait_for("Hello there");
    assert!(first.screen().contains("● online"), "{}", first.screen());
}

#[test]
#[ignore = "the other half of a test"]
fn panics_on_the_screen() {
    let mut screen = rsvp::terminal::Screen::enter(Reports::default()).unwrap();
    let write = |buffer: &mut Buffer, words: &str| {
        buffer.set_string(0, 0, words, Style::new());
    };
    screen
        .draw(|buffer| {
            write(buffer, "a frame");
            rsvp::terminal::Cursor::Anywhere
        })
        .unwrap();
    // Another thread writes the frame. The test presses a key once it has seen the frame.
    std::io::Read::read_exact(&mut std::io::stdin(), &mut [0]).unwrap();
    let _ = screen.draw(|buffer| {
        write(buffer, "half a frame");
        panic!("on purpose");
    });
}

#[test]
#[ignore = "the other half of a test"]
fn a_task_panics_behind_the_screen() {
    let mut screen = rsvp::terminal::Screen::enter(Reports::default()).unwrap();
    screen
        .draw(|buffer| {
            buffer.set_string(0, 0, "a frame", Style::new());
            rsvp::terminal::Cursor::Anywhere
        })
        .unwrap();
    // Another thread writes the frame. The test presses a key once it has seen the frame.
    std::io::Read::read_exact(&mut std::io::stdin(), &mut [0]).unwrap();
    let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
    runtime.block_on(async {
        let _ = tokio::spawn(async { panic!("on purpose") }).await;
        std::future::pending::<()>().await;
    });
}

/// Starts a simulator and writes the configuration of a bot without another account.
fn bot_beside_a_simulator(home: &std::path::Path) -> (Simulate, String) {
    let webhook = simulator::free_port();
    let simulator = Simulate::start_with(&["--notify", &format!("http://{webhook}/api/calls")]);
    let config = home.join("bot.toml");
    std::fs::write(&config, simulator.graph_section()).unwrap();
    std::fs::set_permissions(&config, std::os::unix::fs::PermissionsExt::from_mode(0o600)).unwrap();
    (simulator, config.to_str().unwrap().to_owned())
}

#[test]
fn a_bots_calls_are_rejected_answered_and_hung_up_and_one_runs_out() {
    let home = tempfile::tempdir().unwrap();
    let (mut simulator, config) = bot_beside_a_simulator(home.path());
    let mut terminal = Terminal::start(80, 24, &["--config", &config]);
    terminal.wait_for("● online");
    simulator.tell("call user John The delivery");
    terminal.wait_for("The delivery");
    terminal.send("d");
    terminal.wait_for("the caller hears that the bot is busy");
    terminal.send("busy\r");
    terminal.wait_for("rejected: busy");
    simulator.tell("call user Lene");
    terminal.wait_for("0:1");
    terminal.send("ja");
    terminal.wait_for("accepted");
    terminal.send("3");
    terminal.wait_for("the bot is on the line, not you");
    terminal.send("x");
    terminal.wait_for("the bot ended it (200/7000)");
    terminal.send("1");
    simulator.tell("call phone +14255550100");
    terminal.wait_for("+14255550100");
    // The service's clock started first: its word may come before our time is up.
    terminal.wait_for_any(&["expired", "the caller gave up"]);
    terminal.send("q");
    assert_eq!(terminal.exit(), 0);
    let asked: Vec<String> = simulator
        .printed()
        .into_iter()
        .filter(|line| line.contains("/communications/calls/") && !line.contains("NOTIFY"))
        .collect();
    let [rejected, answered, hung_up] = asked.as_slice() else { panic!("{asked:#?}") };
    assert!(rejected.contains("/reject {\"reason\":\"busy\"}"), "{rejected}");
    assert!(answered.starts_with("202 POST") && answered.contains("/answer "), "{answered}");
    assert!(hung_up.starts_with("204 DELETE"), "{hung_up}");
}

#[test]
fn who_leaves_while_the_bot_is_on_the_line_is_told_that_the_call_goes_on() {
    let home = tempfile::tempdir().unwrap();
    let (mut simulator, config) = bot_beside_a_simulator(home.path());
    let mut terminal = Terminal::start(80, 24, &["--config", &config]);
    terminal.wait_for("● online");
    simulator.tell("call user Lene The delivery");
    terminal.wait_for("The delivery");
    terminal.send("a3");
    terminal.wait_for("the bot is on the line, not you");
    terminal.send("q");
    assert_eq!(terminal.exit(), 0);
    assert!(terminal.screen().contains("The call with Lene <"), "{}", terminal.screen());
    assert!(terminal.screen().contains("continues; rsvp does not hang it up"), "{}", terminal.screen());
}

#[test]
fn a_corrected_configuration_is_read_again_with_a_key() {
    let home = tempfile::tempdir().unwrap();
    let (mut simulator, config) = bot_beside_a_simulator(home.path());
    let (url, section) = (simulator.url.clone(), simulator.graph_section());
    let account = |token: &str| format!("token = \"{token}\"\n[ucwa]\nurl = \"{url}\"\n");
    let bot = |secret: &str| section.replace("client_secret = \"demo\"", secret);
    std::fs::write(&config, account("cwt=typo") + &bot("client_secret = \"typo\"")).unwrap();
    let mut terminal = Terminal::at_home(home.path(), &["--config", &config]);
    // Both accounts show a notice; the later one replaces the other.
    terminal.wait_for_all(&["refused the token", "AADSTS7000215"]);
    std::fs::write(&config, account("cwt=demo") + &bot("client_sekret = \"demo\"")).unwrap();
    terminal.send("r");
    terminal.wait_for("Keeping the old settings");
    terminal.wait_for("did you mean `client_secret`?");
    let corrected = account("cwt=demo") + &bot("client_secret = \"demo\"");
    std::fs::write(&config, format!("{corrected}\n[keys]\naccept = \"z\"\n")).unwrap();
    terminal.send("r");
    // The notice appears before the sign-in and does not stay for ever.
    terminal.wait_for("to apply the changes to: [keys]");
    terminal.wait_for_both_accounts();
    std::fs::write(&config, account("cwt=demo")).unwrap();
    terminal.send("r");
    terminal.wait_for_any(&["no longer has a bot", "to apply the changes to: [graph]"]);
    simulator.tell("call user John");
    terminal.wait_for("John");
    terminal.send("q");
    assert_eq!(terminal.exit(), 0);
}

#[test]
fn what_other_threads_log_is_in_the_file_and_a_full_disk_shows_on_no_screen() {
    let home = tempfile::tempdir().unwrap();
    let logs = home.path().join(".local/state/rsvp");
    std::fs::create_dir_all(&logs).unwrap();
    let mut terminal = Terminal::this_at_home(home.path(), "logs_in_a_thread");
    assert_eq!(terminal.exit(), 0);
    let log = std::fs::read_to_string(logs.join("rsvp.log")).unwrap();
    assert!(log.contains("from a thread of its own"), "{log}");
    std::fs::remove_file(logs.join("rsvp.log")).unwrap();
    std::os::unix::fs::symlink("/dev/full", logs.join("rsvp.log")).unwrap();
    let mut terminal = Terminal::this_at_home(home.path(), "logs_in_a_thread");
    assert_eq!(terminal.exit(), 0);
    assert!(!terminal.bytes().contains("Unable to write"), "{}", terminal.screen());
}

#[test]
#[ignore = "the other half of a test"]
fn logs_in_a_thread() {
    rsvp::logging::start(tracing::Level::INFO);
    std::thread::spawn(|| tracing::info!("from a thread of its own")).join().unwrap();
}

#[test]
fn a_configuration_is_checked_step_by_step() {
    let home = tempfile::tempdir().unwrap();
    let (simulator, config) = bot_beside_a_simulator(home.path());
    let run = |config: &str| {
        let output = std::process::Command::new(env!("CARGO_BIN_EXE_rsvp"))
            .args(["--config", config, "check"])
            .env("HOME", home.path())
            .output()
            .unwrap();
        (output.status.code(), String::from_utf8_lossy(&output.stdout).into_owned())
    };
    let (status, text) = run(&config);
    assert_eq!(status, Some(0), "{text}");
    for step in ["token", "keys", "listener", "public_url", "notification"] {
        assert!(text.contains(&format!("ok      {step}")), "{step}: {text}");
    }
    let wrong = simulator.graph_section().replace("client_secret = \"demo\"", "client_secret = \"canary\"");
    std::fs::write(&config, format!("token = \"cwt=demo\"\n[ucwa]\nurl = \"{}\"\n{wrong}", simulator.url))
        .unwrap();
    let (status, text) = run(&config);
    assert_eq!(status, Some(1), "{text}");
    assert!(text.contains("ok      application    signed in as Tosh Meston"), "{text}");
    assert!(text.contains("FAILED  token") && text.contains("check client_id"), "{text}");
    assert!(!text.contains("canary"), "{text}");
}
