use clap::CommandFactory;

use crate::cli::Cli;

/// Prints the man page.
pub(super) fn run() -> anyhow::Result<()> {
    let mut page = Vec::new();
    clap_mangen::Man::new(Cli::command()).render(&mut page)?;
    super::say(String::from_utf8_lossy(&page).trim_end())
}
