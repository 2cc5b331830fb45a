use super::client::exchange;
use super::say;
use crate::cli::Global;
use crate::config::{self, Source};
use crate::provider::graph::{self, Socket};
use crate::provider::{Step, ucwa};

/// Tries all that the configuration needs and prints a line for each step: what works, and what to do where
/// something does not.
pub(super) async fn run(global: &Global) -> anyhow::Result<()> {
    let path = config::place(global.config.as_deref(), global.profile.as_deref())?;
    let config = config::load(global.config.as_deref(), global.profile.as_deref())?;
    let mut failures = 0_usize;
    let mut tell = |step: Step| {
        failures += usize::from(step.result.is_err());
        // Whoever reads it may have had enough; what is to be checked is checked all the same.
        let _ = say(&line(&step));
    };
    tell(Step::fine("configuration", &path.display().to_string()));
    if let Some(Source { label, settings, network }) = config.ucwa {
        say(&format!("\nSkype for Business, {label}"))?;
        ucwa::check(&settings, exchange(network, "ucwa")?, &mut tell).await;
    }
    if let Some(Source { label, settings, network }) = config.graph {
        say(&format!("\nMicrosoft Graph, {label}"))?;
        graph::check(&settings, exchange(network, "graph")?, &Socket, &mut tell).await;
    }
    match failures {
        0 => Ok(()),
        1 => anyhow::bail!("one step failed"),
        several => anyhow::bail!("{several} steps failed"),
    }
}

fn line(step: &Step) -> String {
    match &step.result {
        Ok(what) => format!("  ok      {:<14} {what}", step.name),
        Err(problem) if problem.remedy.is_empty() => format!("  FAILED  {:<14} {}", step.name, problem.what),
        Err(problem) => {
            format!("  FAILED  {:<14} {}\n{:25}→ {}", step.name, problem.what, "", problem.remedy)
        }
    }
}
