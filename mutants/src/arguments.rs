//! The command line.

use std::hash::{DefaultHasher, Hash, Hasher};
use std::path::PathBuf;
use std::time::Duration;

use anyhow::{Context, Result, ensure};
use lexopt::prelude::{Long, Value, ValueExt};

use crate::sites::Mutant;

/// What the user wants.
pub struct Arguments {
    /// The list of defects to seed in place of mutants.
    pub defects: Option<PathBuf>,
    /// Files and folders, or parts of the names of defects; none means all.
    names: Vec<String>,
    /// The part, from 1, and the number of parts.
    sample: (u64, u64),
    /// The limit for the usual duration of the tests of one mutant.
    pub budget: Duration,
}

impl Arguments {
    /// Parses the command line.
    pub fn parse() -> Result<Self> {
        let mut arguments =
            Self { defects: None, names: Vec::new(), sample: (1, 1), budget: Duration::from_secs(20) };
        let mut parser = lexopt::Parser::from_env();
        while let Some(argument) = parser.next()? {
            match argument {
                Long("sample") => {
                    let text = parser.value()?.string()?;
                    let (part, of) = text.split_once('/').context("--sample is like 1/4")?;
                    arguments.sample = (part.parse()?, of.parse()?);
                    let (part, of) = arguments.sample;
                    ensure!(1 <= part && part <= of, "--sample is from 1/{of} to {of}/{of}");
                }
                Long("seconds") => arguments.budget = Duration::from_secs(parser.value()?.parse()?),
                Long("defects") => arguments.defects = Some(parser.value()?.into()),
                Value(name) => arguments.names.push(name.string()?.trim_end_matches('/').to_owned()),
                other => return Err(other.unexpected().into()),
            }
        }
        Ok(arguments)
    }

    /// Returns whether the defect of this name is wanted.
    pub fn want_defect(&self, name: &str) -> bool {
        self.names.is_empty() || self.names.iter().any(|part| name.contains(part))
    }

    /// Returns whether a mutant is of the wanted files and of the sample.
    pub fn want(&self, mutant: &Mutant) -> bool {
        let is_in = |path: &String| {
            mutant
                .file
                .strip_prefix(path.as_str())
                .is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
        };
        let mut hasher = DefaultHasher::new();
        (&mutant.file, &mutant.function, &mutant.change).hash(&mut hasher);
        let (part, of) = self.sample;
        (self.names.is_empty() || self.names.iter().any(is_in)) && hasher.finish() % of == part - 1
    }
}
