//! The commands of the command line, each in a file of its own.

mod ask;
mod bug_report;
mod check;
mod client;
mod completions;
mod config;
mod demo;
mod first_steps;
mod history;
mod http_client;
mod login;
mod logout;
mod look;
mod man;
mod notify;
mod output;
mod rules;
mod setup;
mod simulate;
mod simulation;
mod simulator_prompt;
mod theme;
mod version;
mod watch;

use std::process::ExitCode;

use self::check::CheckFailed;
use self::client::NeedsTerminal;
use self::output::print_error;
use crate::cli::{Cli, Command, Config, Global, Notify, Rules};
use crate::config::ConfigError;

/// The exit code for an invalid configuration, and for a screen without a terminal; also clap's for an invalid command line.
const USAGE: u8 = 2;

/// Runs the command and prints its error, if any. Returns 0 on success, 1 on failure and 2 for an invalid
/// configuration.
#[must_use]
pub fn run(cli: Cli) -> ExitCode {
    crate::logging::start(cli.global.log_level);
    let result = match cli.command {
        _ if cli.version => version::run(cli.verbose),
        None => block_on(first_steps::run(&cli.global)),
        Some(Command::Demo(demo)) => block_on(demo::run(&demo, &cli.global)),
        Some(Command::Watch(watch)) => block_on(watch::run(&watch, &cli.global)),
        Some(Command::Simulate(simulate)) => block_on(simulate::run(&simulate)),
        Some(Command::Check) => block_on(check::run(&cli.global)),
        Some(Command::Login(arguments)) => block_on(setup::login(&arguments, &cli.global)),
        Some(Command::Logout(arguments)) => logout::run(&arguments, &cli.global),
        Some(Command::History(arguments)) => history::run(&arguments),
        Some(Command::Config(Config::Init { yes })) => block_on(setup::init(yes, &cli.global)),
        Some(Command::Config(Config::Path)) => config::print_path(&cli.global),
        Some(Command::Config(Config::Show)) => config::print_values(&cli.global),
        Some(Command::Rules(Rules::Explain(arguments))) => rules::explain(&arguments, &cli.global),
        Some(Command::Theme(arguments)) => theme::run(&arguments, &cli.global),
        Some(Command::Notify(Notify::Test)) => notify::test(&cli.global),
        Some(Command::Completions { shell }) => completions::run(shell),
        Some(Command::Man { directory }) => man::run(directory.as_deref()),
        Some(Command::BugReport) => bug_report::run(&cli.global),
    };
    match result {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) if is_broken_pipe(&error) => ExitCode::SUCCESS,
        Err(error) => {
            print_error(&format!("rsvp: {error:#}"));
            let check = error.downcast_ref::<CheckFailed>();
            if error.is::<ConfigError>()
                || error.is::<NeedsTerminal>()
                || check.is_some_and(|check| check.is_configuration)
            {
                ExitCode::from(USAGE)
            } else {
                ExitCode::FAILURE
            }
        }
    }
}

/// Runs the client on the screen with the configured accounts, on the caller's runtime, whose tasks the caller can count.
///
/// # Errors
/// Returns an error if the configuration can't be used, or if there is no terminal.
pub async fn run_on_screen(global: &Global) -> anyhow::Result<()> {
    client::run(global).await
}

/// Runs a future on one thread, which is enough for tasks that mostly wait.
fn block_on(work: impl Future<Output = anyhow::Result<()>>) -> anyhow::Result<()> {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    let result = runtime.block_on(work);
    // A pending read of standard input cannot be cancelled, and must not delay the exit.
    runtime.shutdown_background();
    result
}

/// Returns whether the reader of the output has gone, as in `rsvp history | head`.
fn is_broken_pipe(error: &anyhow::Error) -> bool {
    let io = error.downcast_ref::<std::io::Error>();
    io.is_some_and(|error| error.kind() == std::io::ErrorKind::BrokenPipe)
}
