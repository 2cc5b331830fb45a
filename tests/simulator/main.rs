//! `rsvp simulate` as a process: scripts, their exit status, the record, and the page that describes them.

#![allow(clippy::unwrap_used, clippy::panic)]

use std::path::Path;
use std::process::{Command, Output};

use rsvp::sim::console;
use rsvp::sim::scenario::Scenario;
use serde_json::Value;

const PAGE: &str = include_str!("../../docs/simulator.md");
const EVERY_KEY: &str = "assets/scenarios/every-key.toml";

/// Runs the commands in a file `test.txt`, which ends the simulator.
fn run(home: &Path, commands: &str, arguments: &[&str]) -> Output {
    std::fs::write(home.join("test.txt"), commands).unwrap();
    Command::new(env!("CARGO_BIN_EXE_rsvp"))
        .current_dir(home)
        .args(["simulate", "--listen", "127.0.0.1:0", "--commands", "test.txt"])
        .args(arguments)
        .output()
        .unwrap()
}

fn error(output: &Output) -> String {
    String::from_utf8(output.stderr.clone()).unwrap()
}

#[test]
fn the_simulator_ends_with_its_commands_and_tells_that_all_went_well() {
    let home = tempfile::tempdir().unwrap();
    let output = run(
        home.path(),
        "# a comment\n\ninvite im lene linked urgent Hello\nassert pending 1\nwait 1ms\n",
        &[],
    );
    assert!(output.status.success(), "{}", error(&output));
}

#[test]
fn the_first_command_that_fails_ends_the_run() {
    let home = tempfile::tempdir().unwrap();
    let output = run(home.path(), "invite im lene\nassert pending 2\ngives-up 9\n", &[]);
    assert_eq!(output.status.code(), Some(1));
    let said = error(&output);
    assert!(said.contains("test.txt, line 2: 1 invitations and calls are pending, not 2"), "{said}");
    let output = run(home.path(), "expect accept 1 within 10ms", &[]);
    assert!(error(&output).contains("line 1: `accept 1` did not happen within 0.01 s"), "{}", error(&output));
}

#[test]
fn a_run_that_keeps_going_tells_how_many_commands_failed() {
    let home = tempfile::tempdir().unwrap();
    let output = run(home.path(), "assert pending 2\ngives-up 9\ninvite im lene\n", &["--keep-going"]);
    assert_eq!(output.status.code(), Some(1));
    assert!(error(&output).contains("2 commands failed"), "{}", error(&output));
    assert!(String::from_utf8_lossy(&output.stdout).contains("invitation 1"));
}

#[test]
fn all_mistakes_of_a_file_are_reported_before_anything_happens() {
    let home = tempfile::tempdir().unwrap();
    let output = run(
        home.path(),
        "invte im lene\nwait long\nexpect acept within 2s\nexpect accept\ngives-up one\ninvite im lene usr=2 Hi\n\
                 routes 0 ring\nassert pending few\ncall-fails 1 x 2\nforge nothing\nheal all\ntransfers 4\n",
        &[],
    );
    let said = error(&output);
    for part in [
        "line 1: unknown command `invte`; did you mean `invite`?",
        "line 2: `long` is not a duration",
        "line 3: `acept` is not an action; did you mean `accept`?",
        "line 4: `expect` needs a time limit",
        "line 5: `one` is not the number of an invitation",
        "line 6: `usr` is not known; did you mean `user`?",
        "line 7: `0` is not the number of a user",
        "line 8: `few` is not a number",
        "line 9: `x` is not a code",
        "line 10: `nothing` is none of",
        "line 11: `heal` has no arguments",
        "line 12: `transfers` has other arguments",
    ] {
        assert!(said.contains(part), "{part}: {said}");
    }
    assert!(output.stdout.is_empty());
}

#[test]
fn what_a_client_sends_is_expected_and_recorded_without_secrets() {
    let home = tempfile::tempdir().unwrap();
    let mut child = Command::new(env!("CARGO_BIN_EXE_rsvp"))
        .current_dir(home.path())
        .args(["simulate", "--listen", "127.0.0.1:0", "--record", "record.json"])
        .stdin(std::process::Stdio::piped())
        .stdout(std::process::Stdio::piped())
        .spawn()
        .unwrap();
    let mut lines = std::io::BufRead::lines(std::io::BufReader::new(child.stdout.take().unwrap()));
    let url = lines.find_map(|line| Some(line.unwrap().split_once("http://")?.1.to_owned())).unwrap();
    let mut stream = std::net::TcpStream::connect(url.trim_end_matches('/')).unwrap();
    let body = "grant_type=password&username=tosh&password=demo";
    let request = format!(
        "POST /WebTicket/oauthtoken HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\nContent-Length: {}\r\n\r\n{body}",
        body.len()
    );
    std::io::Write::write_all(&mut stream, request.as_bytes()).unwrap();
    let response = std::io::read_to_string(&mut stream).unwrap();
    assert!(response.contains("access_token"), "{response}");
    std::io::Write::write_all(child.stdin.as_mut().unwrap(), b"assert no-marks\nquit\n").unwrap();
    assert!(child.wait().unwrap().success());
    let record = std::fs::read_to_string(home.path().join("record.json")).unwrap();
    let line: Value = serde_json::from_str(record.lines().next().unwrap()).unwrap();
    assert_eq!((&line["resource"], &line["status"]), (&"ticket".into(), &200.into()));
    assert!(line["time"].as_str().unwrap().ends_with('Z'), "{line}");
    assert!(line["response"].as_str().unwrap().contains("access_token"), "{line}");
    assert!(!record.contains("cwt=") && !record.contains("password=demo"), "{record}");
    for field in line.as_object().unwrap().keys() {
        assert!(PAGE.contains(&format!("`{field}`")), "the page lacks the field {field}");
    }
}

#[test]
fn a_record_that_cannot_be_written_ends_the_run_in_words() {
    let home = tempfile::tempdir().unwrap();
    let output = run(home.path(), "wait 1ms", &["--record", "missing/record.json"]);
    assert_eq!(output.status.code(), Some(1));
    assert!(error(&output).contains("can't write the record missing/record.json"), "{}", error(&output));
}

#[test]
fn the_page_names_every_command_and_every_key_of_a_scenario() {
    let is_named =
        |word: &str| PAGE.split(|c: char| !(c.is_alphanumeric() || "-_".contains(c))).any(|it| it == word);
    for command in console::commands() {
        assert!(is_named(command), "the page lacks the command {command}");
    }
    let error = Scenario::from_text("x.toml", "title = \"x\"\n[[step]]\nat = 1\nnothing = 1\n").unwrap_err();
    let keys: Vec<String> = error.to_string().split('`').skip(1).step_by(2).map(str::to_owned).collect();
    assert!(keys.len() > 20, "{error}");
    let example = std::fs::read_to_string(EVERY_KEY).unwrap();
    for key in keys.iter().filter(|key| *key != "nothing") {
        assert!(is_named(key), "the page lacks the key {key}");
        assert!(example.contains(&format!("{key} = ")), "the example lacks the key {key}");
    }
}

#[test]
fn every_example_is_valid() {
    Scenario::load(EVERY_KEY).unwrap();
    let examples = PAGE.split("```commands\n").skip(1).map(|rest| rest.split("```").next().unwrap());
    for line in examples.flat_map(str::lines) {
        console::check(line).unwrap();
    }
    let home = tempfile::tempdir().unwrap();
    let faults = PAGE.split("```commands\n").nth(2).unwrap().split("```").next().unwrap();
    let output = run(home.path(), faults, &[]);
    assert!(output.status.success(), "{}", error(&output));
}
