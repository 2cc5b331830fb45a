use std::path::Path;

use anyhow::Context;
use clap::CommandFactory;

use super::output::print_line;
use crate::cli::Cli;

/// Prints the man page, or writes a page for each command into a directory.
pub(super) fn run(directory: Option<&Path>) -> anyhow::Result<()> {
    let Some(directory) = directory else {
        let mut page = Vec::new();
        clap_mangen::Man::new(Cli::command()).render(&mut page)?;
        return print_line(String::from_utf8_lossy(&page).trim_end());
    };
    let unwritable = || format!("can't write to {}", directory.display());
    std::fs::create_dir_all(directory).with_context(unwritable)?;
    clap_mangen::generate_to(Cli::command(), directory).with_context(unwritable)
}
