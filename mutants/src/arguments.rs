//! The command line.

use std::hash::{DefaultHasher, Hash, Hasher};
use std::time::Duration;

use anyhow::{Context, Result, ensure};
use lexopt::prelude::{Long, Value, ValueExt};

use crate::sites::Mutant;

/// What the user wants.
pub struct Arguments {
    /// Files and folders; none means all.
    paths: Vec<String>,
    /// The part, from 1, and the number of parts.
    sample: (u64, u64),
    /// The limit for the usual duration of the tests of one mutant.
    pub budget: Duration,
}

impl Arguments {
    /// Parses the command line.
    pub fn parse() -> Result<Self> {
        let mut arguments = Self { paths: Vec::new(), sample: (1, 1), budget: Duration::from_secs(20) };
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
                Value(path) => arguments.paths.push(path.string()?.trim_end_matches('/').to_owned()),
                other => return Err(other.unexpected().into()),
            }
        }
        Ok(arguments)
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
        (self.paths.is_empty() || self.paths.iter().any(is_in)) && hasher.finish() % of == part - 1
    }
}
