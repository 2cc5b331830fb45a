//! Seeds the deliberate defects of `tests/bugs/bugs.toml`, one after the other, into a copy of the sources, and
//! expects the tests to catch each. Prints a table; fails if one gets through. Takes about a minute for each.
//!
//! `cargo run --example bugs [PART OF A NAME]`

#![allow(clippy::print_stdout)]

use std::path::Path;
use std::process::{Command, ExitCode};

use anyhow::{Context, ensure};
use serde::Deserialize;

#[derive(Deserialize)]
struct Bugs {
    bug: Vec<Bug>,
}

#[derive(Deserialize)]
struct Bug {
    name: String,
    file: String,
    find: String,
    replace: String,
    caught: String,
}

fn main() -> anyhow::Result<ExitCode> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let bugs: Bugs = toml::from_str(&std::fs::read_to_string(root.join("tests/bugs/bugs.toml"))?)?;
    let wanted = std::env::args().nth(1).unwrap_or_default();
    let copy = root.join("target/bugs");
    std::fs::create_dir_all(&copy)?;
    let mut escaped = 0;
    for bug in bugs.bug.iter().filter(|bug| bug.name.contains(&wanted)) {
        for part in [
            "Cargo.toml",
            "Cargo.lock",
            "clippy.toml",
            "src",
            "tests",
            "benches",
            "examples",
            "fuzz",
            "assets",
            "config.example.toml",
        ] {
            mirror(&root.join(part), &copy.join(part))?;
        }
        let file = copy.join(&bug.file);
        let source = std::fs::read_to_string(&file)?;
        ensure!(source.matches(&bug.find).count() == 1, "{}: its place is not found once", bug.name);
        std::fs::write(&file, source.replace(&bug.find, &bug.replace))?;
        let (verdict, failed) = match failing_tests(&copy, root)? {
            None => ("BROKEN ", "it does not build".to_owned()),
            Some(failed) if failed.contains(&bug.caught) => ("caught ", failed.join(", ")),
            Some(failed) => ("ESCAPED", failed.join(", ")),
        };
        escaped += u32::from(verdict != "caught ");
        println!("{verdict} | {} | {failed}", bug.name);
    }
    Ok(if escaped == 0 { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

/// Makes `to` the same as `from`; what is the same already keeps its time, so that little is built anew.
fn mirror(from: &Path, to: &Path) -> anyhow::Result<()> {
    if from.is_dir() {
        std::fs::create_dir_all(to)?;
        for old in std::fs::read_dir(to)? {
            let old = old?;
            if !from.join(old.file_name()).exists() {
                if old.path().is_dir() {
                    std::fs::remove_dir_all(old.path())
                } else {
                    std::fs::remove_file(old.path())
                }?;
            }
        }
        for entry in std::fs::read_dir(from)? {
            let entry = entry?;
            if entry.file_name() != "target" {
                mirror(&entry.path(), &to.join(entry.file_name()))?;
            }
        }
    } else {
        let wanted = std::fs::read(from).with_context(|| from.display().to_string())?;
        if std::fs::read(to).ok().as_ref() != Some(&wanted) {
            std::fs::write(to, wanted)?;
        }
    }
    Ok(())
}

/// The tests that fail; nothing if it does not even build.
fn failing_tests(copy: &Path, root: &Path) -> anyhow::Result<Option<Vec<String>>> {
    let output = Command::new(env!("CARGO"))
        // Real sockets take real time, and find nothing here that the others don't.
        .args([
            "test",
            "--no-fail-fast",
            "--lib",
            "--test",
            "client",
            "--test",
            "corpus",
            "--test",
            "runtime",
            "--",
            "--skip",
            "sockets",
        ])
        .current_dir(copy)
        .env("CARGO_TARGET_DIR", root.join("target/bugs-target"))
        .env("RSVP_SCHEDULES", "150")
        .env("RUST_BACKTRACE", "0")
        .output()?;
    let out = String::from_utf8_lossy(&output.stdout);
    let failed: Vec<String> = out
        .lines()
        .filter_map(|line| line.strip_prefix("test ")?.strip_suffix(" ... FAILED"))
        .map(|name| name.rsplit("::").next().unwrap_or(name).to_owned())
        .collect();
    Ok(out.contains("test result").then_some(failed))
}
