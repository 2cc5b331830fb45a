//! The `rsvp` program: parses the command line and hands over.

use std::process::ExitCode;

use clap::Parser;

fn main() -> ExitCode {
    rsvp::commands::run(rsvp::cli::Cli::parse())
}
