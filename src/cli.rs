//! The command line; completions and the man page are made from it.

use std::net::SocketAddr;
use std::path::PathBuf;

use clap::{Args, Parser, Subcommand};

/// Shows call invitations the moment they arrive, and answers them with one key.
#[derive(Debug, Parser)]
#[command(name = "rsvp", version, about, after_help = EXAMPLES)]
pub struct Cli {
    /// What every command understands.
    #[command(flatten)]
    pub global: Global,
    /// What to do; without one, the client runs.
    #[command(subcommand)]
    pub command: Option<Command>,
}

const EXAMPLES: &str = "Examples:
  rsvp demo                 try it: no account, no network
  rsvp config init          write a commented configuration file
  rsvp                      sign in and wait for invitations
  rsvp simulate             a server of each kind to develop against";

/// What every command understands.
#[derive(Args, Clone, Debug)]
pub struct Global {
    /// The configuration file, instead of the one in its usual place
    #[arg(long, global = true, value_name = "FILE")]
    pub config: Option<PathBuf>,
    /// Another account: the file NAME.toml beside the usual configuration
    #[arg(long, global = true, value_name = "NAME")]
    pub profile: Option<String>,
    /// How much goes into the log file: error, warn, info, debug or trace
    #[arg(long, global = true, value_name = "LEVEL", default_value = "info")]
    pub log_level: tracing::Level,
}

/// The subcommands.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// Run the client against an embedded simulator: no account, no network
    ///
    /// Looks, and obeys keys, as the configuration says; nothing else of it is read.
    Demo(Demo),
    /// Run only the simulator, for any UCWA client or calling bot
    Simulate(Simulate),
    /// Try the configuration step by step: what works, and what to do where something does not
    ///
    /// Signs in, is available for some seconds, and signs out again; an invitation that arrives meanwhile rings on
    /// your other devices only.
    Check,
    /// Print what was answered, declined and missed
    History(History),
    /// Write, find or show the configuration
    #[command(subcommand)]
    Config(Config),
    /// Print a completion script for a shell
    Completions {
        /// For which shell
        shell: clap_complete::Shell,
    },
    /// Print the man page
    Man,
}

/// What a demonstration shows.
#[derive(Args, Debug)]
pub struct Demo {
    /// quiet-morning, help-desk or bad-network, or a scenario file
    #[arg(default_value = "quiet-morning")]
    pub scenario: String,
}

/// How the simulator runs.
#[derive(Args, Debug)]
pub struct Simulate {
    /// Where to listen; loopback only
    #[arg(long, value_name = "ADDRESS", default_value = "127.0.0.1:8099")]
    pub listen: SocketAddr,
    /// Play quiet-morning, help-desk or bad-network, or a scenario file
    #[arg(long, value_name = "SCENARIO")]
    pub scenario: Option<String>,
    /// Where notifications of calls are sent: the bot's webhook
    #[arg(long, value_name = "URL", default_value = "http://127.0.0.1:3978/api/calls")]
    pub notify: url::Url,
}

/// How the history is printed.
#[derive(Args, Debug)]
pub struct History {
    /// One JSON object a line
    #[arg(long)]
    pub json: bool,
}

/// What to do with the configuration.
#[derive(Clone, Copy, Debug, Subcommand)]
pub enum Config {
    /// Write a commented file to start from
    Init,
    /// Print where it is
    Path,
    /// Print the effective values, secrets masked
    Show,
}

#[cfg(test)]
mod tests {
    use clap::CommandFactory;

    #[test]
    fn the_definition_holds_together() {
        super::Cli::command().debug_assert();
    }
}
