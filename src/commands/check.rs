use std::pin::pin;

use super::client::exchange;
use super::{Failed, say};
use crate::cli::Global;
use crate::config::{self, Config, ConfigError, File, Source};
use crate::provider::graph::{self, Socket};
use crate::provider::{CheckStep, Problem, ucwa};

/// Tries all that the configuration needs and prints a line for each step: what works, and what to do where
/// something does not. What can still be tried after a failure is tried.
pub(super) async fn run(global: &Global) -> anyhow::Result<()> {
    let path = config::place(global.config.as_deref(), global.profile.as_deref())?;
    let file = File::read(global.config.as_deref(), global.profile.as_deref())?;
    let (Config { ucwa, graph, endpoint: _endpoint, .. }, error) = file.examine();
    let mut failures = 0_usize;
    match &error {
        None => say(&line(&CheckStep::passed("configuration", &path.display().to_string())))?,
        Some(ConfigError::Wrong { path, faults }) => {
            for fault in faults {
                say(&failed("configuration", &fault.with_place(path)))?;
            }
            failures += faults.len();
        }
        Some(other) => {
            say(&failed("configuration", &other.to_string()))?;
            failures += 1;
        }
    }
    let mut tell = |step: CheckStep| {
        failures += usize::from(step.result.is_err());
        // Whoever reads it may have had enough; what is to be checked is checked all the same.
        let _ = say(&line(&step));
    };
    let mut interrupt = pin!(interrupted());
    let mut finished = true;
    if let Some(Source { label, settings, network }) = ucwa {
        say(&format!("\nSkype for Business, {label}"))?;
        match exchange(network, "ucwa") {
            Ok(exchange) => {
                finished = ucwa::check(&settings, exchange, interrupt.as_mut(), &mut tell).await;
            }
            Err(error) => tell(no_network(&error)),
        }
    }
    if let Some(Source { label, settings, network }) = graph.filter(|_| finished) {
        say(&format!("\nMicrosoft Graph, {label}"))?;
        match exchange(network, "graph") {
            Ok(exchange) => tokio::select! {
                biased;
                () = &mut interrupt => finished = false,
                () = graph::check(&settings, exchange, &Socket, &mut tell) => {}
            },
            Err(error) => tell(no_network(&error)),
        }
    }
    anyhow::ensure!(finished, "interrupted");
    let what = match failures {
        0 => return Ok(()),
        1 => "one step failed".to_owned(),
        several => format!("{several} steps failed"),
    };
    Err(Failed { what, is_configuration: error.is_some() }.into())
}

fn no_network(error: &anyhow::Error) -> CheckStep {
    CheckStep::failed("network", Problem::new(&format!("{error:#}"), ""))
}

/// Backoff until the user, or the system, wants the program to end.
async fn interrupted() {
    #[cfg(unix)]
    {
        use tokio::signal::unix::{SignalKind, signal};
        let (Ok(mut terminate), Ok(mut hangup)) =
            (signal(SignalKind::terminate()), signal(SignalKind::hangup()))
        else {
            return std::future::pending().await;
        };
        tokio::select! {
            _ = tokio::signal::ctrl_c() => {}
            _ = terminate.recv() => {}
            _ = hangup.recv() => {}
        }
    }
    #[cfg(not(unix))]
    if tokio::signal::ctrl_c().await.is_err() {
        std::future::pending().await
    }
}

fn line(step: &CheckStep) -> String {
    match &step.result {
        Ok(what) => format!("  ok      {:<14} {what}", step.name),
        Err(problem) if problem.remedy.is_empty() => failed(step.name, problem.message.as_str()),
        Err(problem) => {
            format!("{}\n{:25}→ {}", failed(step.name, problem.message.as_str()), "", problem.remedy)
        }
    }
}

fn failed(name: &str, what: &str) -> String {
    format!("  FAILED  {name:<14} {what}")
}
