//! A mutation tester that builds the program once: each mutant is a branch on a number that an environment variable holds.
//! The tests are run once to see which mutants each of them reaches, and then, for each mutant, only those that reach it.
//!
//! `cargo run --release --manifest-path mutants/Cargo.toml -- [--sample 1/4] [--seconds 20] [FILE OR FOLDER]…`
//!
//! `cargo run --release --manifest-path mutants/Cargo.toml -- --defects tests/bugs/bugs.toml [PART OF A NAME]…`
//!
//! takes the changes from a list. Needs Linux. `docs/testing.md` describes the results.

mod arguments;
mod blocks;
mod build;
mod conditions;
mod configuration;
mod coverage;
mod defaults;
mod defects;
mod equivalents;
mod process;
mod project;
mod run;
mod sites;
mod splice;
mod syntax;
mod table;
#[cfg(test)]
mod tests;
mod verdicts;
mod workers;

use std::time::Instant;

use anyhow::Result;

use crate::arguments::Arguments;
use crate::configuration::Configuration;
use crate::equivalents::Equivalents;
use crate::project::Project;
use crate::run::Judge;
use crate::sites::Mutations;
use crate::verdicts::Verdicts;

fn main() -> Result<()> {
    let arguments = Arguments::parse()?;
    let project = Project::find()?;
    let configuration = Configuration::read(&project)?;
    match &arguments.defects {
        Some(list) => defects::run(&project, &configuration, &arguments, list),
        None => judge_mutants(&project, &configuration, &arguments),
    }
}

fn judge_mutants(project: &Project, configuration: &Configuration, arguments: &Arguments) -> Result<()> {
    let since = Instant::now();
    let sources = project.sources()?;
    let mutations = Mutations::of(&sources, &configuration.excluded);
    let built = build::build(project, &sources, &mutations, &configuration.targets, "rejected.txt")?;
    eprintln!(
        "{} mutants built in {:.0?}, {} do not compile",
        built.mutants.len(),
        since.elapsed(),
        built.left_out.len()
    );
    let equivalents = Equivalents::read(&built.mutants)?;
    let since = Instant::now();
    let (tests, fingerprint) = coverage::trace(project, configuration, &built.programs)?;
    eprintln!("{} tests traced in {:.0?}", tests.len(), since.elapsed());
    let since = Instant::now();
    let mutants: Vec<_> = built.mutants.into_iter().filter(|mutant| arguments.want(mutant)).collect();
    let known = Verdicts::open(project, fingerprint)?;
    let judge = Judge::new(project, &tests, arguments.budget, 2);
    let verdicts = run::judge(&judge, &mutants, &known)?;
    eprintln!("{} mutants judged in {:.0?}", mutants.len(), since.elapsed());
    let survivors = verdicts.iter().filter(|(mutant, _)| !equivalents.contain(mutant));
    std::fs::write(project.folder.join("survivors.txt"), table::survivors(survivors))?;
    print!("{}", table::table(&verdicts, |mutant| equivalents.contain(mutant)));
    Ok(())
}
