use std::pin::pin;

use super::http_client::exchange;
use super::output::print_line;
use crate::cli::Global;
use crate::config::{self, AccountConfig, Config, ConfigError, File, Service};
use crate::provider::graph::{self, HttpListener};
use crate::provider::{CheckStep, Problem, ucwa};

/// The error of a check that has printed every failed step already.
#[derive(Debug, thiserror::Error)]
#[error("{message}")]
pub(super) struct CheckFailed {
    message: String,
    /// Whether the configuration is invalid.
    pub is_configuration: bool,
}

/// Tries everything that the configuration describes and prints a line for each step: its result, or what failed and
/// the remedy. A failure ends only the steps that depend on it.
pub(super) async fn run(global: &Global) -> anyhow::Result<()> {
    let path = config::file_path(global.config.as_deref(), global.profile.as_deref())?;
    let file = File::read(global.config.as_deref(), global.profile.as_deref())?;
    let (Config { accounts, endpoint: _endpoint, .. }, error) = file.examine();
    let mut failures = 0_usize;
    match &error {
        None => print_line(&line(&CheckStep::passed("configuration", &path.display().to_string())))?,
        Some(ConfigError::Invalid { path, diagnostics }) => {
            for diagnostic in diagnostics {
                print_line(&failed("configuration", &diagnostic.with_path(path)))?;
            }
            failures += diagnostics.len();
        }
        Some(other) => {
            print_line(&failed("configuration", &other.to_string()))?;
            failures += 1;
        }
    }
    let mut report = |step: CheckStep| {
        failures += usize::from(step.result.is_err());
        // The check goes on even if nobody reads its output any more.
        let _ = print_line(&line(&step));
    };
    let mut interrupt = pin!(interrupted());
    let mut finished = true;
    for AccountConfig { section, label, service, network } in accounts {
        let name = match &service {
            Service::Ucwa(_) => "Skype for Business",
            Service::Graph(_) => "Microsoft Graph",
        };
        print_line(&format!("\n{name}, {label}"))?;
        let exchange = match exchange(network, &section) {
            Ok(exchange) => exchange,
            Err(error) => {
                report(network_step(&error));
                continue;
            }
        };
        finished = match service {
            Service::Ucwa(settings) => {
                ucwa::check(&settings, exchange, interrupt.as_mut(), &mut report).await
            }
            Service::Graph(settings) => tokio::select! {
                biased;
                () = &mut interrupt => false,
                () = graph::check(&settings, exchange, &HttpListener, &mut report) => true,
            },
        };
        if !finished {
            break;
        }
    }
    anyhow::ensure!(finished, "interrupted");
    let message = match failures {
        0 => return Ok(()),
        1 => "1 step failed".to_owned(),
        several => format!("{several} steps failed"),
    };
    Err(CheckFailed { message, is_configuration: error.is_some() }.into())
}

fn network_step(error: &anyhow::Error) -> CheckStep {
    CheckStep::failed("network", Problem::new(&format!("{error:#}"), ""))
}

/// Waits for Ctrl-C, SIGTERM or SIGHUP.
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
