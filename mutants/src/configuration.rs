//! What `.cargo/mutants.toml` leaves out, which holds for `cargo mutants` and for this program.

use anyhow::{Context, Result};
use serde::Deserialize;

use crate::project::Project;

/// The programs with tests that start processes, beside those of `.cargo/mutants.toml`.
const MORE_TESTS: [&str; 4] = ["--test=history", "--test=watch", "--test=simulator", "--test=reference"];

/// The tests that kill programs take longer than all that they could tell.
const SLOW: [&str; 1] = ["killing::"];

#[derive(Deserialize)]
struct File {
    exclude_globs: Vec<String>,
    additional_cargo_test_args: Vec<String>,
}

/// The selection of files and tests.
pub struct Configuration {
    /// The paths of files without mutants.
    pub excluded: Vec<String>,
    /// The arguments of `cargo test` that select the programs with tests.
    pub targets: Vec<String>,
    /// The parts of names of tests that are not run.
    pub skipped: Vec<String>,
}

impl Configuration {
    /// Reads the configuration of the project.
    pub fn read(project: &Project) -> Result<Self> {
        let text = std::fs::read_to_string(project.root.join(".cargo/mutants.toml"))?;
        let file: File = toml::from_str(&text).context(".cargo/mutants.toml")?;
        let arguments = &file.additional_cargo_test_args;
        let targets = arguments.iter().take_while(|argument| *argument != "--").cloned();
        let skipped =
            arguments.iter().filter_map(|argument| argument.strip_prefix("--skip=")).map(str::to_owned);
        Ok(Self {
            excluded: file.exclude_globs,
            targets: targets.chain(MORE_TESTS.map(str::to_owned)).collect(),
            skipped: skipped.chain(SLOW.map(str::to_owned)).collect(),
        })
    }
}
