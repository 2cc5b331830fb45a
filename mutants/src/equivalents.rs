//! The mutants that `equivalent.toml` says nobody can notice.

use std::path::Path;

use anyhow::{Context, Result, ensure};
use serde::Deserialize;

use crate::sites::Mutant;

/// The judged equivalents.
#[derive(Deserialize)]
pub struct Equivalents {
    #[serde(default)]
    mutant: Vec<Equivalent>,
}

#[derive(Deserialize)]
struct Equivalent {
    file: String,
    function: String,
    change: String,
    reason: String,
}

impl Equivalent {
    fn is(&self, mutant: &Mutant) -> bool {
        self.file == mutant.file && self.function == mutant.function && self.change == mutant.change
    }
}

impl Equivalents {
    /// Reads the entries. Each must match a mutant and have a reason.
    pub fn read(mutants: &[Mutant]) -> Result<Self> {
        let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("equivalent.toml");
        let all: Self =
            toml::from_str(&std::fs::read_to_string(&path)?).context("mutants/equivalent.toml")?;
        for entry in &all.mutant {
            ensure!(
                !entry.reason.is_empty(),
                "equivalent.toml: {}: no reason for {}",
                entry.file,
                entry.change
            );
            ensure!(
                mutants.iter().any(|mutant| entry.is(mutant)),
                "equivalent.toml: no mutant matches {}: {}: {}",
                entry.file,
                entry.function,
                entry.change
            );
        }
        Ok(all)
    }

    /// Returns whether a mutant is among the entries.
    pub fn contain(&self, mutant: &Mutant) -> bool {
        self.mutant.iter().any(|entry| entry.is(mutant))
    }
}
