//! The build of the copy. Mutants that the compiler rejects are left out, and the copy is built again.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::ops::Range;
use std::path::PathBuf;
use std::process::{Command, Stdio};

use anyhow::{Context, Result, bail};
use serde::Deserialize;

use crate::project::{Project, Source};
use crate::sites::{Mutant, Seeded};
use crate::splice::{Spliced, splice};

/// The programs of the copy and the mutants in them.
pub struct Built {
    /// The mutants that compile.
    pub mutants: Vec<Mutant>,
    /// Those that do not compile, or not beside the original.
    pub left_out: Vec<Mutant>,
    /// The programs with tests, by the names of their targets.
    pub programs: Programs,
}

/// The paths of programs with tests, by the names of their targets.
pub type Programs = BTreeMap<String, PathBuf>;

/// A choice of mutants.
pub trait Seeding {
    /// Returns the mutants of a file, numbered from `next` on, and the edits that put them into it. Those for which `left_out`
    /// holds get no edits.
    fn seed(&self, source: &Source, next: &mut u32, left_out: &dyn Fn(&Mutant) -> bool) -> Seeded;
}

/// The mutants that an earlier build has rejected: their files, functions and changes.
type Rejected = BTreeSet<String>;

/// Builds the copy with all mutants that compile, and the programs with tests that `targets` selects. The file `list` keeps what
/// was rejected for the next build.
pub fn build(
    project: &Project,
    sources: &[Source],
    seeding: &dyn Seeding,
    targets: &[String],
    list: &str,
) -> Result<Built> {
    let paths: Vec<String> = sources.iter().map(|source| source.path.clone()).collect();
    project.mirror(&[paths, vec!["src/mutation.rs".to_owned()]].concat())?;
    project.write("src/mutation.rs", include_bytes!("mutation.rs"))?;
    let list = project.folder.join(list);
    let mut rejected: Rejected =
        fs::read_to_string(&list).unwrap_or_default().lines().map(str::to_owned).collect();
    for arguments in [&build_library(), &build_tests(targets)] {
        for round in 1.. {
            let generated = generate(project, sources, seeding, &rejected)?;
            let outcome = cargo(project, arguments)?;
            eprintln!(
                "cargo {} {round}: {} mutants, {} left out, {} errors",
                arguments[0],
                generated.mutants.len(),
                generated.left_out.len(),
                outcome.errors.len()
            );
            if outcome.success {
                if arguments[0] == "test" {
                    let Generated { mutants, left_out, .. } = generated;
                    return Ok(Built { mutants, left_out, programs: outcome.programs });
                }
                break;
            }
            let before = rejected.len();
            for error in &outcome.errors {
                rejected.extend(generated.blamed(error).map(key));
            }
            fs::write(&list, rejected.iter().map(|key| format!("{key}\n")).collect::<String>())?;
            if rejected.len() == before {
                bail!("the copy does not build:\n{}", outcome.first_error());
            }
        }
    }
    bail!("no programs were built")
}

/// Builds the project as it is, with other texts for some files. Returns the compiler's first error if it does not compile.
pub fn build_plain(
    project: &Project,
    changed: &[(&str, String)],
    targets: &[String],
) -> Result<Result<Programs, String>> {
    project.mirror(&changed.iter().map(|(path, _)| (*path).to_owned()).collect::<Vec<_>>())?;
    for (path, text) in changed {
        project.write(path, text.as_bytes())?;
    }
    let outcome = cargo(project, &build_tests(targets))?;
    Ok(if outcome.success { Ok(outcome.programs) } else { Err(outcome.first_error().to_owned()) })
}

fn build_library() -> Vec<String> {
    ["build", "--lib"].map(str::to_owned).to_vec()
}

fn build_tests(targets: &[String]) -> Vec<String> {
    ["test", "--no-run"].into_iter().map(str::to_owned).chain(targets.iter().cloned()).collect()
}

fn key(mutant: &Mutant) -> String {
    format!("{}|{}|{}", mutant.file, mutant.function, mutant.change)
}

/// The generated files.
#[derive(Default)]
struct Generated {
    mutants: Vec<Mutant>,
    left_out: Vec<Mutant>,
    places: BTreeMap<String, Vec<(u32, Range<usize>)>>,
}

fn generate(
    project: &Project,
    sources: &[Source],
    seeding: &dyn Seeding,
    rejected: &Rejected,
) -> Result<Generated> {
    let mut generated = Generated::default();
    let mut next = 1;
    for source in sources {
        let Seeded { mutants, left_out, edits } =
            seeding.seed(source, &mut next, &|mutant| rejected.contains(&key(mutant)));
        let Spliced { mut text, places } = splice(&source.text, &edits);
        generated.mutants.extend(mutants);
        generated.left_out.extend(left_out);
        generated.places.insert(source.path.clone(), places.into_iter().collect());
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
    programs: Programs,
}

impl Outcome {
    fn first_error(&self) -> &str {
        self.errors.first().map_or("", |error| &error.rendered)
    }
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
    kind: Vec<String>,
}

impl Target {
    /// Returns whether this is the program itself, whose tests are those of the library.
    fn is_program(&self) -> bool {
        self.kind.iter().any(|kind| kind == "bin")
    }
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
                if message.profile.is_some_and(|it| it.test) && !target.is_program() =>
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
