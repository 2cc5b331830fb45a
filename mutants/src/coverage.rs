//! Which test reaches which mutants.

use std::collections::BTreeMap;
use std::fs;
use std::hash::{DefaultHasher, Hash, Hasher};
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::Mutex;
use std::time::{Duration, Instant};

use anyhow::{Context, Result};
use serde::{Deserialize, Serialize};

use crate::configuration::Configuration;
use crate::process::{Ending, Switch, run};
use crate::project::Project;
use crate::workers::work;

/// The time limit of a test without a mutant.
const LIMIT: Duration = Duration::from_secs(120);

/// A test and what it reaches.
#[derive(Clone, Deserialize, Serialize)]
pub struct Test {
    /// The program.
    pub program: PathBuf,
    /// The name in the program.
    pub name: String,
    /// How long the test took, alone in its process.
    pub duration: Duration,
    /// The numbers of the mutants that it reaches, ascending.
    pub reached: Vec<u32>,
}

/// The tests of a program, valid as long as the program's bytes stay the same.
#[derive(Deserialize, Serialize)]
struct Traced {
    fingerprint: u64,
    tests: Vec<Test>,
}

/// Runs every test alone, except those of programs that have not changed since their tests were run. Also returns a
/// fingerprint of all programs.
pub fn trace(
    project: &Project,
    configuration: &Configuration,
    programs: &BTreeMap<String, PathBuf>,
) -> Result<(Vec<Test>, u64)> {
    let cache = project.folder.join("traces.json");
    let mut known: BTreeMap<String, Traced> =
        fs::read(&cache).ok().and_then(|bytes| serde_json::from_slice(&bytes).ok()).unwrap_or_default();
    // Tests also start the program itself.
    let started = project.folder.join("target/debug/rsvp");
    for (name, program) in programs {
        let fingerprint = fingerprint(&[program, &started], &configuration.skipped)?;
        if known.get(name).is_none_or(|traced| traced.fingerprint != fingerprint) {
            let mut names = list(project, program)?;
            names.retain(|name| !configuration.skipped.iter().any(|part| name.contains(part)));
            eprintln!("{name}: {} tests", names.len());
            let tests = Mutex::new(Vec::new());
            work(names, |name| {
                if let Some(test) = trace_one(project, program, &name)? {
                    tests.lock().unwrap_or_else(|error| error.into_inner()).push(test);
                }
                Ok(())
            })?;
            let mut tests = tests.into_inner().unwrap_or_default();
            tests.sort_by(|a, b| a.name.cmp(&b.name));
            known.insert(name.clone(), Traced { fingerprint, tests });
            fs::write(&cache, serde_json::to_vec(&known)?)?;
        }
    }
    known.retain(|name, _| programs.contains_key(name));
    let mut hasher = DefaultHasher::new();
    known.values().for_each(|traced| hasher.write_u64(traced.fingerprint));
    Ok((known.into_values().flat_map(|traced| traced.tests).collect(), hasher.finish()))
}

fn fingerprint(files: &[&Path], skipped: &[String]) -> Result<u64> {
    let mut hasher = DefaultHasher::new();
    skipped.hash(&mut hasher);
    for file in files {
        hasher.write(&fs::read(file)?);
    }
    Ok(hasher.finish())
}

/// Returns the names of the tests of a program.
pub fn list(project: &Project, program: &Path) -> Result<Vec<String>> {
    let output = Command::new(program)
        .args(["--list", "--format", "terse"])
        .current_dir(&project.copy)
        .output()
        .with_context(|| program.display().to_string())?;
    let text = String::from_utf8(output.stdout)?;
    let names = text.lines().filter_map(|line| line.strip_suffix(": test"));
    Ok(names.map(str::to_owned).collect())
}

/// Runs a test. Returns `None` if it fails, which would count as noticing every mutant.
fn trace_one(project: &Project, program: &Path, name: &str) -> Result<Option<Test>> {
    let file = project.folder.join(format!("trace-{:?}", std::thread::current().id()));
    fs::write(&file, [])?;
    let since = Instant::now();
    let ending = run(project, program, &[name], &Switch::Trace(&file), LIMIT)?;
    let duration = since.elapsed();
    let reached =
        (0..).zip(fs::read(&file)?).filter(|(_, byte)| *byte != 0).map(|(number, _)| number).collect();
    fs::remove_file(&file)?;
    if ending != Ending::Passed {
        eprintln!("{name} fails without a mutant and is left out: {ending:?}");
        return Ok(None);
    }
    Ok(Some(Test { program: program.to_owned(), name: name.to_owned(), duration, reached }))
}
