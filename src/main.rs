//! The `rsvp` program.

use std::process::ExitCode;

use clap::Parser;

fn main() -> ExitCode {
    rsvp::commands::run(rsvp::cli::Cli::parse())
}
