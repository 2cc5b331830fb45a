//! The command line, from which the shell completions and the man page are generated.

use std::net::SocketAddr;
use std::path::PathBuf;

use clap::{Args, Parser, Subcommand};

/// Shows call invitations the moment they arrive, and answers them with one key.
#[derive(Debug, Parser)]
#[command(name = "rsvp", version, about, after_help = EXAMPLES)]
pub struct Cli {
    /// The options of all commands.
    #[command(flatten)]
    pub global: Global,
    /// The command; without one, the client runs.
    #[command(subcommand)]
    pub command: Option<Command>,
}

const EXAMPLES: &str = "Examples:
  rsvp demo                 try rsvp without an account or a network
  rsvp config init          write a commented configuration file
  rsvp                      sign in and wait for invitations
  rsvp simulate             run a server of each kind to develop against";

/// The options of all commands.
#[derive(Args, Clone, Debug)]
pub struct Global {
    /// Read this configuration file instead of the default one
    #[arg(long, global = true, value_name = "FILE")]
    pub config: Option<PathBuf>,
    /// Read the file NAME.toml beside the default configuration file
    #[arg(long, global = true, value_name = "NAME")]
    pub profile: Option<String>,
    /// How much to write to the log file: error, warn, info, debug or trace
    #[arg(long, global = true, value_name = "LEVEL", default_value = "info")]
    pub log_level: tracing::Level,
}

/// The commands.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// Run the client against an embedded simulator, without an account or a network
    ///
    /// The screen and the keys are those of the configuration file; the rest of it is ignored.
    Demo(Demo),
    /// Run only the simulator, for any UCWA client or calling bot
    Simulate(Simulate),
    /// Test the configuration step by step, and suggest a remedy for each failure
    ///
    /// Signs in, is available for a few seconds, and signs out again. An invitation that arrives in that time rings only
    /// on your other devices.
    Check,
    /// Print the history: the invitations that were answered, declined and missed
    History(History),
    /// Create, locate or show the configuration
    #[command(subcommand)]
    Config(Config),
    /// Print a completion script for a shell
    Completions {
        /// The shell
        shell: clap_complete::Shell,
    },
    /// Print the man page
    Man,
}

/// The arguments of `rsvp demo`.
#[derive(Args, Debug)]
pub struct Demo {
    /// The scenario: quiet-morning, help-desk, bad-network, or the path of a scenario file
    #[arg(default_value = "quiet-morning")]
    pub scenario: String,
}

/// The arguments of `rsvp simulate`.
#[derive(Args, Debug)]
pub struct Simulate {
    /// The address to listen on, which must be a loopback address
    #[arg(long, value_name = "ADDRESS", default_value = "127.0.0.1:8099")]
    pub listen: SocketAddr,
    /// Play a scenario: quiet-morning, help-desk, bad-network, or the path of a scenario file
    #[arg(long, value_name = "SCENARIO")]
    pub scenario: Option<String>,
    /// The bot's webhook, to which notifications of calls are sent
    #[arg(long, value_name = "URL", default_value = "http://127.0.0.1:3978/api/calls")]
    pub notify: url::Url,
}

/// The arguments of `rsvp history`.
#[derive(Args, Debug)]
pub struct History {
    /// Print one JSON object per line
    #[arg(long)]
    pub json: bool,
}

/// The subcommands of `rsvp config`.
#[derive(Clone, Copy, Debug, Subcommand)]
pub enum Config {
    /// Write a commented configuration file to start from
    Init,
    /// Print the path of the configuration file
    Path,
    /// Print the effective values, without secrets
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
