//! The command lines of the documents.

use std::os::unix::fs::PermissionsExt;
use std::path::Path;
use std::process::Command;

use clap::Parser;
use rsvp::cli::Cli;

use crate::configurations;
use crate::document::{Document, ROOT};

/// The programs of others that the documents use.
const PROGRAMS: [&str; 6] = ["git", "journalctl", "rustup", "sudo", "systemctl", "RUSTDOCFLAGS"];

/// The beginnings of command lines that need no server, and are run.
const OFFLINE: [&str; 7] =
    ["config path", "config show", "bug-report", "history", "theme", "rules explain --who", "man"];

/// The command lines that are run but may fail: they are about an invitation, and there is none.
const MAY_FAIL: &str = "rules explain last";

/// Splits a command line into words, and leaves out its comment and everything behind a pipe or a redirection.
fn words(line: &str) -> Vec<String> {
    let (mut words, mut word, mut quote) = (Vec::new(), String::new(), None);
    for character in line.chars() {
        match (quote, character) {
            (None, '\'' | '"') => quote = Some(character),
            (Some(open), _) if open == character => quote = None,
            (None, ' ') => words.push(std::mem::take(&mut word)),
            _ => word.push(character),
        }
    }
    words.push(word);
    let words = words.into_iter().filter(|word| !word.is_empty());
    words.take_while(|word| !matches!(word.as_str(), "|" | ">" | "#" | "&&")).collect()
}

/// Checks a command line as far as it can be checked without running it.
fn check(line: &str) -> Result<(), String> {
    let words = words(line);
    let is_variable = |word: &&String| {
        word.split_once('=')
            .is_some_and(|(name, _)| name.chars().all(|c| c.is_ascii_alphanumeric() || c == '_'))
    };
    let words: Vec<&str> = words.iter().skip_while(is_variable).map(String::as_str).collect();
    match words.as_slice() {
        ["rsvp", ..] => parse(&words),
        ["cargo", arguments @ ..] => check_cargo(arguments),
        [path, ..] if path.contains('/') => {
            let metadata =
                std::fs::metadata(Path::new(ROOT).join(path)).map_err(|_| format!("there is no {path}"))?;
            if metadata.permissions().mode() & 0o111 == 0 {
                Err(format!("{path} is no program"))
            } else {
                Ok(())
            }
        }
        [program, ..] if PROGRAMS.contains(program) => Ok(()),
        _ => Err("an unknown program".to_owned()),
    }
}

fn parse(words: &[&str]) -> Result<(), String> {
    match Cli::try_parse_from(words) {
        Ok(_) => Ok(()),
        Err(error) if error.exit_code() == 0 => Ok(()),
        Err(error) => Err(error.to_string()),
    }
}

/// Checks that the examples, tests, benchmarks, features and other packages that a call of Cargo names exist.
fn check_cargo(arguments: &[&str]) -> Result<(), String> {
    let after = |option: &str| {
        let place = arguments.iter().position(|argument| *argument == option);
        place.and_then(|place| arguments.get(place + 1)).copied()
    };
    let exists = |path: String| {
        if Path::new(ROOT).join(&path).exists() { Ok(()) } else { Err(format!("there is no {path}")) }
    };
    if let Some(name) = after("--example") {
        exists(format!("examples/{name}.rs")).or_else(|_| exists(format!("examples/{name}/main.rs")))?;
    }
    if let Some(name) = after("--test") {
        exists(format!("tests/{name}/main.rs"))?;
    }
    if let Some(feature) = after("--features") {
        let manifest = std::fs::read_to_string(Path::new(ROOT).join("Cargo.toml")).unwrap();
        if !manifest.lines().any(|line| line.starts_with(&format!("{feature} = "))) {
            return Err(format!("there is no feature {feature}"));
        }
    }
    if let Some(manifest) = after("--manifest-path") {
        exists(manifest.to_owned())?;
    }
    let is_rsvp = after("--example").is_none() && after("--manifest-path").is_none();
    match arguments {
        ["run", "--", rest @ ..] if is_rsvp => parse(&[&["rsvp"], rest].concat()),
        ["run", ..] if is_rsvp => Err("write `cargo run -- …`: a development build will do".to_owned()),
        _ => Ok(()),
    }
}

#[test]
fn every_command_line_of_the_documents_can_be_called() {
    let mut mistakes = Vec::new();
    let mut count = 0;
    for document in Document::all() {
        let inline = document.inline_code();
        let inline = inline.iter().map(String::as_str).filter(|code| {
            ["rsvp ", "cargo ", "./check"].iter().any(|program| code.starts_with(program))
                && !code.contains('…')
        });
        for line in document.lines_of("sh").into_iter().chain(inline) {
            count += 1;
            if let Err(mistake) = check(line) {
                mistakes.push(format!("{}: {line}: {mistake}", document.name));
            }
        }
    }
    assert!(mistakes.is_empty(), "{mistakes:#?}");
    assert!(count > 60, "{count}");
}

#[test]
fn every_command_that_needs_no_server_succeeds() {
    let home = configurations::home();
    let mut count = 0;
    for document in Document::all() {
        for line in document.lines_of("sh") {
            let words = words(line);
            let Some(arguments) = words.strip_prefix(&["rsvp".to_owned()]) else { continue };
            let rest = arguments.join(" ");
            if !OFFLINE.iter().any(|start| rest.starts_with(start)) && rest != MAY_FAIL {
                continue;
            }
            let output = configurations::rsvp(home.path()).args(arguments).output().unwrap();
            let error = String::from_utf8_lossy(&output.stderr).into_owned();
            assert!(output.status.success() || rest == MAY_FAIL, "{}: {line}: {error}", document.name);
            assert_ne!(output.status.code(), Some(2), "{}: {line}: {error}", document.name);
            count += 1;
        }
    }
    assert!(count > 8, "{count}");
}

#[test]
fn an_example_that_is_wrong_is_noticed() {
    check("rsvp watch --once --for 10m    # a comment").unwrap();
    check("RSVP_KILLS=200 cargo test --test runtime killing | head").unwrap();
    for wrong in [
        "rsvp wach",
        "rsvp history --since never",
        "cargo run --release -- demo",
        "cargo run -- demoo",
        "cargo test --test nothing",
        "cargo build --features nothing",
        "packaging/nothing",
        "nothing",
    ] {
        assert!(check(wrong).is_err(), "{wrong}");
    }
    let mut command = Command::new(env!("CARGO_BIN_EXE_rsvp"));
    assert!(!command.arg("wach").output().unwrap().status.success());
}
