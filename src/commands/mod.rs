//! What each command does; one file for each.

mod check;
mod client;
mod completions;
mod config;
mod demo;
mod history;
mod man;
mod simulate;

use std::process::ExitCode;

use crate::cli::{Cli, Command};
use crate::config::ConfigError;

/// A wrong configuration, like a wrong command line, ends with this.
const USAGE: u8 = 2;

/// A command that has told already what went wrong, but for how much of it.
#[derive(Debug, thiserror::Error)]
#[error("{what}")]
struct Failed {
    what: String,
    /// Whether the configuration is what is wrong.
    is_configuration: bool,
}

/// Does what the command line says, and tells what went wrong.
#[must_use]
pub fn run(cli: Cli) -> ExitCode {
    crate::logging::start(cli.global.log_level);
    let result = match cli.command {
        None => block_on(client::run(&cli.global)),
        Some(Command::Demo(demo)) => block_on(demo::run(&demo, &cli.global)),
        Some(Command::Simulate(simulate)) => block_on(simulate::run(&simulate)),
        Some(Command::Check) => block_on(check::run(&cli.global)),
        Some(Command::History(arguments)) => history::run(&arguments),
        Some(Command::Config(action)) => config::run(action, &cli.global),
        Some(Command::Completions { shell }) => completions::run(shell),
        Some(Command::Man) => man::run(),
    };
    match result {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) if is_broken_pipe(&error) => ExitCode::SUCCESS,
        Err(error) => {
            say_on_stderr(&format!("rsvp: {error:#}"));
            let failed = error.downcast_ref::<Failed>();
            if error.is::<ConfigError>() || failed.is_some_and(|failed| failed.is_configuration) {
                ExitCode::from(USAGE)
            } else {
                ExitCode::FAILURE
            }
        }
    }
}

/// One thread is enough: everything here waits most of the time.
fn block_on(work: impl Future<Output = anyhow::Result<()>>) -> anyhow::Result<()> {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    let result = runtime.block_on(work);
    // A read of standard input that is under way can't be cancelled: don't wait for it.
    runtime.shutdown_background();
    result
}

/// Whoever reads what we print may have had enough.
fn is_broken_pipe(error: &anyhow::Error) -> bool {
    let io = error.downcast_ref::<std::io::Error>();
    io.is_some_and(|error| error.kind() == std::io::ErrorKind::BrokenPipe)
}

fn say_on_stderr(text: &str) {
    use std::io::{IsTerminal, Write};
    let mut out = std::io::stderr();
    if out.is_terminal() {
        let _ = crate::terminal::print(out, format!("{text}\n"));
    } else {
        let _ = writeln!(out, "{text}");
    }
}

/// Prints a text and a line end.
fn say(text: &str) -> anyhow::Result<()> {
    use std::io::Write;
    let mut out = std::io::stdout().lock();
    writeln!(out, "{text}")?;
    Ok(out.flush()?)
}
