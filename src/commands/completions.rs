use clap::CommandFactory;
use clap_complete::Shell;

use crate::cli::Cli;

/// Prints a completion script.
pub(super) fn run(shell: Shell) -> anyhow::Result<()> {
    let mut script = Vec::new();
    clap_complete::generate(shell, &mut Cli::command(), "rsvp", &mut script);
    super::say(String::from_utf8_lossy(&script).trim_end())
}
