//! Seeds the deliberate defects of `tests/bugs/bugs.toml` one by one into a copy of the sources and runs the test that is
//! named with each, which must fail. Prints a table. Fails if a defect escapes its test or does not build. Each defect
//! takes 10 to 20 seconds.
//!
//! `cargo run --example bugs [PART OF A NAME]`

#![allow(clippy::print_stdout)]

use std::path::Path;
use std::process::{Command, ExitCode};

use anyhow::{Context, bail, ensure};
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
            "docs",
            "config.example.toml",
        ] {
            mirror(&root.join(part), &copy.join(part))?;
        }
        let file = copy.join(&bug.file);
        let source = std::fs::read_to_string(&file)?;
        ensure!(source.matches(&bug.find).count() == 1, "{}: `find` does not occur exactly once", bug.name);
        std::fs::write(&file, source.replace(&bug.find, &bug.replace))?;
        let verdict = match fails(&copy, root, &bug.caught)? {
            None => "BROKEN ",
            Some(true) => "caught ",
            Some(false) => "ESCAPED",
        };
        escaped += u32::from(verdict != "caught ");
        println!("{verdict} | {} | {}", bug.name, bug.caught);
    }
    Ok(if escaped == 0 { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

/// Makes `to` a copy of `from`. Unchanged files keep their modification times, so that little is rebuilt.
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

/// Returns whether the named test fails, or `None` if the build fails.
fn fails(copy: &Path, root: &Path, test: &str) -> anyhow::Result<Option<bool>> {
    let target = target_of(root, test)?;
    let output = Command::new(env!("CARGO"))
        .args(["test", "--no-fail-fast"])
        .args(&target)
        .arg(test)
        .current_dir(copy)
        .env("CARGO_TARGET_DIR", root.join("target/bugs-target"))
        .env("RSVP_SCHEDULES", "300")
        .env("RUST_BACKTRACE", "0")
        .output()?;
    let out = String::from_utf8_lossy(&output.stdout);
    let failed = out
        .lines()
        .filter_map(|line| line.strip_prefix("test ")?.strip_suffix(" ... FAILED"))
        .any(|name| name.rsplit("::").next() == Some(test));
    Ok(out.contains("test result").then_some(failed))
}

/// Returns the arguments of `cargo test` that select the test target with the named test.
fn target_of(root: &Path, test: &str) -> anyhow::Result<Vec<String>> {
    if defines(&root.join("src"), test)? {
        return Ok(vec!["--lib".into()]);
    }
    for suite in std::fs::read_dir(root.join("tests"))? {
        let suite = suite?;
        if suite.path().is_dir() && defines(&suite.path(), test)? {
            return Ok(vec!["--test".into(), suite.file_name().to_string_lossy().into_owned()]);
        }
    }
    bail!("there is no test {test}")
}

/// Returns whether a file in a directory, or below it, defines a function.
fn defines(directory: &Path, function: &str) -> anyhow::Result<bool> {
    for entry in std::fs::read_dir(directory)? {
        let path = entry?.path();
        let found = if path.is_dir() {
            defines(&path, function)?
        } else {
            path.extension().is_some_and(|extension| extension == "rs")
                && std::fs::read_to_string(&path)?.contains(&format!("fn {function}("))
        };
        if found {
            return Ok(true);
        }
    }
    Ok(false)
}
