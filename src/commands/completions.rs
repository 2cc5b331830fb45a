use clap::CommandFactory;
use clap_complete::Shell;

use super::output::print_line;
use crate::cli::Cli;

/// Prints the completion script for `shell`.
pub(super) fn run(shell: Shell) -> anyhow::Result<()> {
    let mut script = Vec::new();
    clap_complete::generate(shell, &mut Cli::command(), "rsvp", &mut script);
    print_line(String::from_utf8_lossy(&script).trim_end())
}
