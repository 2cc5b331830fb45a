//! The verdicts so far, kept in a file: a run that was stopped goes on where it was.

use std::collections::HashMap;
use std::fs::{self, File};
use std::io::Write;
use std::sync::Mutex;
use std::time::Duration;

use anyhow::Result;

use crate::project::Project;
use crate::run::Verdict;

/// The verdicts on the mutants of one build.
pub struct Verdicts {
    /// The limits of the tests' durations in seconds, and the verdicts, by number.
    known: HashMap<u32, (u64, Verdict)>,
    file: Mutex<File>,
}

impl Verdicts {
    /// Reads the verdicts, which are valid for the build and the tests that `fingerprint` stands for.
    pub fn open(project: &Project, fingerprint: u64) -> Result<Self> {
        let path = project.folder.join("verdicts.jsonl");
        let text = fs::read_to_string(&path).unwrap_or_default();
        let mut lines = text.lines();
        let is_valid = lines.next() == Some(&fingerprint.to_string());
        let known = lines.filter(|_| is_valid).filter_map(|line| {
            let (number, seconds, verdict) = serde_json::from_str::<(u32, u64, Verdict)>(line).ok()?;
            Some((number, (seconds, verdict)))
        });
        let known: HashMap<u32, (u64, Verdict)> = known.collect();
        if !is_valid {
            fs::write(&path, format!("{fingerprint}\n"))?;
        }
        Ok(Self { known, file: Mutex::new(File::options().append(true).open(path)?) })
    }

    /// Returns the verdict on a mutant, if it was judged and more time for its tests can't change it.
    pub fn get(&self, number: u32, budget: Duration) -> Option<Verdict> {
        let (seconds, verdict) = *self.known.get(&number)?;
        let is_final = match verdict {
            Verdict::Survived { reached_by, ran } => ran == reached_by || budget.as_secs() <= seconds,
            Verdict::Caught | Verdict::TimedOut => true,
        };
        is_final.then_some(verdict)
    }

    /// Keeps a verdict.
    pub fn keep(&self, number: u32, budget: Duration, verdict: Verdict) -> Result<()> {
        let line = format!("{}\n", serde_json::to_string(&(number, budget.as_secs(), verdict))?);
        let mut file = self.file.lock().unwrap_or_else(|error| error.into_inner());
        Ok(file.write_all(line.as_bytes())?)
    }
}
