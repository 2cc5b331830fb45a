//! The build of the copy. Mutants that the compiler rejects are left out, and the copy is built again.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::ops::Range;
use std::path::PathBuf;
use std::process::{Command, Stdio};

use anyhow::{Context, Result, bail};
use serde::Deserialize;

use crate::configuration::Configuration;
use crate::defaults::Defaults;
use crate::project::{Project, Source};
use crate::sites::{Mutant, seed};
use crate::splice::{Spliced, splice};

/// The programs of the copy and the mutants in them.
pub struct Built {
    /// The mutants that compile.
    pub mutants: Vec<Mutant>,
    /// How many do not compile.
    pub rejected: usize,
    /// The programs with tests, by the names of their targets.
    pub programs: BTreeMap<String, PathBuf>,
}

/// The mutants that an earlier build has rejected: their files, functions and changes.
type Rejected = BTreeSet<String>;

/// Builds the copy with all mutants that compile.
pub fn build(project: &Project, configuration: &Configuration) -> Result<Built> {
    let sources = project.sources()?;
    let mut defaults = Defaults::default();
    sources.iter().for_each(|source| defaults.add(&source.file.items));
    let paths: Vec<String> = sources.iter().map(|source| source.path.clone()).collect();
    project.mirror(&[paths.clone(), vec!["src/mutation.rs".to_owned()]].concat())?;
    project.write("src/mutation.rs", include_bytes!("mutation.rs"))?;
    let list = project.folder.join("rejected.txt");
    let mut rejected: Rejected =
        fs::read_to_string(&list).unwrap_or_default().lines().map(str::to_owned).collect();
    let library = ["build".to_owned(), "--lib".to_owned()];
    let tests = [&["test".to_owned(), "--no-run".to_owned()], &*configuration.targets].concat();
    for arguments in [&library[..], &tests] {
        for round in 1.. {
            let generated = generate(project, configuration, &sources, &defaults, &rejected)?;
            let outcome = cargo(project, arguments)?;
            eprintln!(
                "cargo {} {round}: {} mutants, {} left out, {} errors",
                arguments[0],
                generated.mutants.len(),
                rejected.len(),
                outcome.errors.len()
            );
            if outcome.success {
                if arguments[0] == "test" {
                    let rejected = generated.rejected;
                    return Ok(Built { mutants: generated.mutants, rejected, programs: outcome.programs });
                }
                break;
            }
            let before = rejected.len();
            for error in &outcome.errors {
                rejected.extend(generated.blamed(error).map(key));
            }
            fs::write(&list, rejected.iter().map(|key| format!("{key}\n")).collect::<String>())?;
            if rejected.len() == before {
                bail!(
                    "the copy does not build:\n{}",
                    outcome.errors.first().map_or("", |error| &error.rendered)
                );
            }
        }
    }
    bail!("no programs were built")
}

fn key(mutant: &Mutant) -> String {
    format!("{}|{}|{}", mutant.file, mutant.function, mutant.change)
}

/// The generated files.
struct Generated {
    mutants: Vec<Mutant>,
    rejected: usize,
    places: BTreeMap<String, Vec<(u32, Range<usize>)>>,
}

fn generate(
    project: &Project,
    configuration: &Configuration,
    sources: &[Source],
    defaults: &Defaults,
    rejected: &Rejected,
) -> Result<Generated> {
    let mut generated = Generated { mutants: Vec::new(), rejected: 0, places: BTreeMap::new() };
    let mut next = 1;
    for source in sources {
        let mut text = if configuration.excluded.contains(&source.path) {
            source.text.clone()
        } else {
            let first = next;
            let seeded = seed(source, defaults, &mut next, &|mutant| rejected.contains(&key(mutant)));
            generated.rejected += (next - first) as usize - seeded.mutants.len();
            let Spliced { text, places } = splice(&source.text, &seeded.edits);
            generated.mutants.extend(seeded.mutants);
            generated.places.insert(source.path.clone(), places.into_iter().collect());
            text
        };
        if source.path == "src/lib.rs" {
            text.push_str("\n#[allow(missing_docs)]\npub mod mutation;\n");
        }
        project.write(&source.path, text.as_bytes())?;
    }
    Ok(generated)
}

impl Generated {
    /// Returns the mutants that are to blame for an error: the innermost one around its place, or else those of its lines.
    fn blamed(&self, error: &Diagnostic) -> impl Iterator<Item = &Mutant> {
        let primary = error.spans.iter().filter(|span| span.is_primary);
        let places = primary.chain(error.spans.iter().filter(|span| !span.is_primary));
        let numbers =
            places.map(|span| self.near(span)).find(|numbers| !numbers.is_empty()).unwrap_or_default();
        self.mutants.iter().filter(move |mutant| numbers.contains(&mutant.number))
    }

    fn near(&self, span: &Span) -> BTreeSet<u32> {
        let Some(places) = self.places.get(&span.file_name) else { return BTreeSet::new() };
        let around =
            places.iter().filter(|(_, place)| place.start <= span.byte_start && span.byte_end <= place.end);
        if let Some((_, innermost)) = around.clone().min_by_key(|(_, place)| place.len()) {
            return around.filter(|(_, place)| place == innermost).map(|(number, _)| *number).collect();
        }
        let inside =
            places.iter().filter(|(_, place)| place.start < span.byte_end && span.byte_start < place.end);
        let inside: BTreeSet<u32> = inside.map(|(number, _)| *number).collect();
        if !inside.is_empty() {
            return inside;
        }
        let on_lines = |mutant: &&Mutant| {
            mutant.file == span.file_name && (span.line_start..=span.line_end).contains(&mutant.line)
        };
        self.mutants.iter().filter(on_lines).map(|mutant| mutant.number).collect()
    }
}

struct Outcome {
    success: bool,
    errors: Vec<Diagnostic>,
    programs: BTreeMap<String, PathBuf>,
}

#[derive(Deserialize)]
struct Message {
    reason: String,
    message: Option<Diagnostic>,
    target: Option<Target>,
    profile: Option<Profile>,
    executable: Option<PathBuf>,
}

#[derive(Deserialize)]
struct Target {
    name: String,
}

#[derive(Deserialize)]
struct Profile {
    test: bool,
}

#[derive(Deserialize)]
struct Diagnostic {
    level: String,
    #[serde(default)]
    rendered: String,
    spans: Vec<Span>,
}

#[derive(Deserialize)]
struct Span {
    file_name: String,
    byte_start: usize,
    byte_end: usize,
    line_start: usize,
    line_end: usize,
    is_primary: bool,
}

/// Runs cargo in the copy. Without optimization: it would take longer than the tests then save.
fn cargo(project: &Project, arguments: &[String]) -> Result<Outcome> {
    let output = Command::new(std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into()))
        .args(arguments)
        .args(["--message-format=json", "--quiet"])
        .args(["--config", "profile.dev.debug=false"])
        .current_dir(&project.copy)
        .env("CARGO_TARGET_DIR", project.folder.join("target"))
        .env_remove("CARGO_MANIFEST_DIR")
        .stderr(Stdio::piped())
        .output()
        .context("cargo can't be run")?;
    let (mut errors, mut programs) = (Vec::new(), BTreeMap::new());
    for line in String::from_utf8_lossy(&output.stdout).lines() {
        let Ok(message) = serde_json::from_str::<Message>(line) else { continue };
        match (&*message.reason, message.message, message.target, message.executable) {
            ("compiler-message", Some(error), ..) if error.level == "error" => errors.push(error),
            ("compiler-artifact", _, Some(target), Some(program))
                if message.profile.is_some_and(|it| it.test) =>
            {
                programs.insert(target.name, program);
            }
            _ => {}
        }
    }
    if !output.status.success() && errors.is_empty() {
        bail!("cargo: {}", String::from_utf8_lossy(&output.stderr));
    }
    Ok(Outcome { success: output.status.success(), errors, programs })
}
