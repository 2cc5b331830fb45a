use clap::CommandFactory;

use super::output::print_line;
use crate::cli::Cli;

/// Prints the man page.
pub(super) fn run() -> anyhow::Result<()> {
    let mut page = Vec::new();
    clap_mangen::Man::new(Cli::command()).render(&mut page)?;
    print_line(String::from_utf8_lossy(&page).trim_end())
}
