//! The command line, from which the shell completions and the man page are generated.

use std::net::SocketAddr;
use std::num::NonZeroUsize;
use std::path::PathBuf;
use std::time::Duration;

use clap::{Args, Parser, Subcommand};
use jiff::civil::{DateTime, Time};
use jiff::{SignedDuration, Timestamp, Zoned};

use crate::history;
use crate::invitation::{Importance, Kind, Outcome};
use crate::rules::Network;

/// Shows call invitations the moment they arrive, and answers them with one key.
#[derive(Debug, Parser)]
#[command(name = "rsvp", version, about, after_help = EXAMPLES, disable_version_flag = true)]
pub struct Cli {
    /// The options of all commands.
    #[command(flatten)]
    pub global: Global,
    /// Print the version
    #[arg(short = 'V', long)]
    pub version: bool,
    /// With --version: print the platform and the libraries, too
    #[arg(long, requires = "version")]
    pub verbose: bool,
    /// The command; without one, the client runs.
    #[command(subcommand)]
    pub command: Option<Command>,
}

const EXAMPLES: &str = "Examples:
  rsvp demo                 try rsvp without an account or a network
  rsvp config init          answer two questions and write a configuration
  rsvp                      sign in and wait for invitations
  rsvp simulate             run a server of each kind to develop against";

const EXPLAIN_EXAMPLES: &str = "Examples:
  rsvp rules explain last
  rsvp rules explain --who lene@contoso.com --kind message --at 22:30 --in-contacts false";

const SIMULATE_EXAMPLES: &str = "Examples:
  rsvp simulate --scenario help-desk              play a scenario
  rsvp simulate --commands t.txt --record r.json  run a test and record the requests

The exit status is 1 if a command of the file, or of standard input other than a terminal, failed.";

const WATCH_EXAMPLES: &str = "Examples:
  rsvp watch                          print lines until Ctrl-C
  rsvp watch --json --once --for 10m  wait ten minutes for an invitation
  rsvp watch --json --commands        for a script that answers invitations
  rsvp watch --demo                   try it without an account

The exit status is 0 if all that was asked for was done; 1 if a command failed, if no account is connected any more, or if no \
invitation came in the time given with --once; 2 for a mistake in the configuration or in the command line.";

/// The heading of the options that every command has.
const GLOBAL_HEADING: &str = "Options of every command";

/// The options of all commands.
#[derive(Args, Clone, Debug)]
pub struct Global {
    /// Read this configuration file instead of the default one
    #[arg(long, global = true, help_heading = GLOBAL_HEADING, value_name = "FILE")]
    pub config: Option<PathBuf>,
    /// Read the file NAME.toml beside the default configuration file
    #[arg(long, global = true, help_heading = GLOBAL_HEADING, value_name = "NAME")]
    pub profile: Option<String>,
    /// How much to write to the log file: error, warn, info, debug or trace
    #[arg(long, global = true, help_heading = GLOBAL_HEADING, value_name = "LEVEL", default_value = "info")]
    pub log_level: tracing::Level,
}

/// The commands.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// Run the client against an embedded simulator, without an account or a network
    ///
    /// The screen and the keys are those of the configuration file; the rest of it is ignored, except for its rules if you
    /// ask for them.
    Demo(Demo),
    /// Print each event as a line, without a screen: for screen readers, logs and scripts
    ///
    /// Signs in like the client, and prints invitations, how they end, messages and the state of the connection until it is
    /// interrupted. docs/watch.md describes the lines, the objects and the commands.
    #[command(after_help = WATCH_EXAMPLES)]
    Watch(Watch),
    /// Run only the simulator, for any UCWA client or calling bot
    ///
    /// Prints how to configure a client, and each request once it is answered. Commands from standard input make things
    /// happen: `help` lists them, and `wait`, `expect` and `assert` make a test of them. The end of standard input does not
    /// end the simulator. docs/simulator.md describes the commands, the scenarios and the record.
    #[command(after_help = SIMULATE_EXAMPLES)]
    Simulate(Simulate),
    /// Test the configuration step by step, and suggest a remedy for each failure
    ///
    /// Signs in, is available for a few seconds, and signs out again. An invitation that arrives in that time rings only
    /// on your other devices.
    Check,
    /// Sign in once, and keep what rsvp needs to sign in by itself from then on
    ///
    /// Asks for a password, or has you sign in on a web page where the server offers that, or asks for a bot's client
    /// secret. It is tried before it is kept, in a file that only you can read, or in the system's keyring.
    Login(Login),
    /// Remove what `rsvp login` keeps for an account
    Logout(Logout),
    /// Print the history: the invitations that were answered, declined and missed, the oldest first
    History(History),
    /// Create, locate or show the configuration
    #[command(subcommand)]
    Config(Config),
    /// Show what the screen looks like in each theme
    Theme(Theme),
    /// Find out what the rules of the configuration do
    #[command(subcommand)]
    Rules(Rules),
    /// Try the ways to announce an invitation
    #[command(subcommand)]
    Notify(Notify),
    /// Print a completion script for a shell
    Completions {
        /// The shell
        shell: clap_complete::Shell,
    },
    /// Print the man page
    Man {
        /// Write a page for each command into this directory instead
        #[arg(long, value_name = "DIRECTORY")]
        directory: Option<PathBuf>,
    },
    /// Print what a report of a defect needs: the version, the environment, the configuration without secrets, and the log
    BugReport,
}

/// The arguments of `rsvp login`.
#[derive(Args, Debug)]
pub struct Login {
    /// The account.
    #[command(flatten)]
    pub account: ChosenAccount,
    /// The user name, if the configuration has none: you@contoso.com or CONTOSO\\you
    #[arg(long, value_name = "NAME")]
    pub username: Option<String>,
    /// Sign in on a web page with a code, even if the server accepts a password
    #[arg(long)]
    pub device: bool,
    /// The application (client) id with which your organization has registered rsvp, for signing in on a web page
    #[arg(long, value_name = "ID")]
    pub client_id: Option<String>,
}

/// The arguments of `rsvp logout`.
#[derive(Args, Debug)]
pub struct Logout {
    /// The account.
    #[command(flatten)]
    pub account: ChosenAccount,
}

/// The choice of an account.
#[derive(Args, Debug)]
pub struct ChosenAccount {
    /// The account of this name; required if the configuration has several
    #[arg(long, value_name = "NAME")]
    pub account: Option<String>,
    /// The bot
    #[arg(long, conflicts_with = "account")]
    pub graph: bool,
}

/// The arguments of `rsvp demo`.
#[derive(Args, Debug)]
pub struct Demo {
    /// The scenario: quiet-morning, help-desk, bad-network, or the path of a scenario file
    #[arg(default_value = "quiet-morning")]
    pub scenario: String,
    /// Let the rules of the configuration file answer
    #[arg(long)]
    pub rules: bool,
}

/// The subcommands of `rsvp rules`.
#[derive(Debug, Subcommand)]
pub enum Rules {
    /// Tell which rule decides about an invitation, and why each one before it does not
    ///
    /// Without arguments, about the latest incoming invitation in the history. The history does not tell whether somebody
    /// is in your contact list, nor the tenant of a call; give these with it.
    #[command(after_help = EXPLAIN_EXAMPLES)]
    Explain(Explain),
}

/// The subcommands of `rsvp notify`.
#[derive(Clone, Copy, Debug, Subcommand)]
pub enum Notify {
    /// Ring the bell, show a notification of the terminal and one of the desktop, and tell what was sent how
    Test,
}

/// The arguments of `rsvp rules explain`.
#[derive(Args, Debug)]
pub struct Explain {
    /// The latest incoming invitation in the history
    #[arg(value_parser = ["last"], conflicts_with_all = ["who", "kind", "at", "importance", "network"])]
    pub last: Option<String>,
    /// The caller: a name, an address, or both like "Lene Aaling <sip:lene@contoso.com>"
    #[arg(long)]
    pub who: Option<String>,
    /// The kind of the invitation
    #[arg(long, value_parser = Kind::NAMES)]
    pub kind: Option<String>,
    /// The time of the arrival, like 22:30 or 2026-01-31T22:30; now if not given
    #[arg(long, value_name = "TIME", value_parser = at)]
    pub at: Option<DateTime>,
    /// The importance
    #[arg(long, value_parser = Importance::ALL.map(Importance::name))]
    pub importance: Option<String>,
    /// The network of the caller
    #[arg(long, value_parser = Network::NAMES)]
    pub network: Option<String>,
    /// Whether the caller is in your contact list
    #[arg(long, value_name = "BOOL")]
    pub in_contacts: Option<bool>,
    /// The id of the directory that a call to the bot belongs to
    #[arg(long, value_name = "ID")]
    pub tenant: Option<String>,
}

fn at(text: &str) -> Result<DateTime, String> {
    let time = text.parse::<Time>().map(|time| Zoned::now().date().to_datetime(time));
    time.or_else(|_| text.parse()).map_err(|_| "write a time like 22:30 or 2026-01-31T22:30".to_owned())
}

/// The arguments of `rsvp watch`.
#[derive(Args, Debug)]
pub struct Watch {
    /// Print one JSON object per line
    #[arg(long)]
    pub json: bool,
    /// Read commands from standard input, and end when it ends and all of them are answered
    ///
    /// `accept ID`, `decline ID [REASON]`, `cancel ID`, `reject ID [REASON]`, `redirect ID USER-OR-NUMBER`,
    /// `transfer ID USER-OR-NUMBER`, `send ID TEXT`, `invite ID ADDRESS`, `leave ID`,
    /// `presence AVAILABILITY [ACCOUNT]`. ID is the id of an event.
    #[arg(long)]
    pub commands: bool,
    /// End after the first incoming invitation
    #[arg(long)]
    pub once: bool,
    /// End after this time, like 90s, 10m or 1h30m
    #[arg(long = "for", value_name = "TIME", value_parser = duration)]
    pub limit: Option<Duration>,
    /// Watch an embedded simulator, which plays a scenario as in `rsvp demo`
    #[arg(long, value_name = "SCENARIO", num_args = 0..=1, require_equals = true,
        default_missing_value = "quiet-morning")]
    pub demo: Option<String>,
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
    /// The number of users of the Skype for Business server, each with a token that is printed at the start
    #[arg(long, value_name = "N", default_value_t = 1, value_parser = clap::value_parser!(u8).range(1..=9))]
    pub users: u8,
    /// Offer signing in by a device code, approved after N requests for the token, or by the command `approve` if N is 0
    #[arg(long, value_name = "N")]
    pub device_login: Option<u32>,
    /// Make those who join a meeting of another user wait in its lobby
    #[arg(long)]
    pub lobby: bool,
    /// Execute the commands of a file; the simulator ends with the file
    #[arg(long, value_name = "FILE")]
    pub commands: Option<PathBuf>,
    /// Execute the lines of standard input after those of the file
    #[arg(long, requires = "commands")]
    pub stdin: bool,
    /// Go on after a command of the file has failed
    #[arg(long, requires = "commands")]
    pub keep_going: bool,
    /// Write each request to a file as a line of JSON, once it is answered
    #[arg(long, value_name = "FILE")]
    pub record: Option<PathBuf>,
    /// The bot's webhook, to which notifications of calls are sent
    #[arg(long, value_name = "URL", default_value = "http://127.0.0.1:3978/api/calls")]
    pub notify: url::Url,
}

/// The arguments of `rsvp theme`.
#[derive(Args, Debug)]
pub struct Theme {
    /// Show only the theme of this name, which may be one of your own
    pub name: Option<String>,
    /// Print the file that defines the theme, to start one of your own from
    #[arg(long, requires = "name")]
    pub toml: bool,
}

/// The arguments of `rsvp history`.
#[derive(Args, Debug)]
#[command(args_conflicts_with_subcommands = true)]
#[expect(clippy::struct_excessive_bools, reason = "each is a flag of the command line")]
pub struct History {
    /// The action; without one, the history is printed.
    #[command(subcommand)]
    pub action: Option<HistoryAction>,
    /// Only invitations that ended at this time or later
    ///
    /// A day like 2026-01-31, a time like 2026-01-31T09:00, today, yesterday, or 7d for the last seven days.
    #[arg(long, value_name = "TIME", value_parser = since)]
    pub since: Option<Timestamp>,
    /// Only invitations that ended before this time; a day is included
    #[arg(long, value_name = "TIME", value_parser = until)]
    pub until: Option<Timestamp>,
    /// Only invitations of these kinds
    #[arg(long, value_name = "KIND", value_delimiter = ',', value_parser = Kind::NAMES)]
    pub kind: Vec<String>,
    /// Only invitations from or to people whose name or address contains this text
    #[arg(long, value_name = "TEXT", default_value = "", hide_default_value = true)]
    pub who: String,
    /// Only invitations with these outcomes
    #[arg(long, value_name = "OUTCOME", value_delimiter = ',', value_parser = Outcome::NAMES)]
    pub outcome: Vec<String>,
    /// Only incoming invitations that nobody answered
    #[arg(long)]
    pub missed: bool,
    /// Only the latest N invitations
    #[arg(long, value_name = "N")]
    pub limit: Option<NonZeroUsize>,
    /// Print one JSON object per line
    #[arg(long)]
    pub json: bool,
    /// Print comma-separated values under a line with the names of the columns
    #[arg(long, conflicts_with = "json")]
    pub csv: bool,
    /// Print figures: the outcomes, the median time to answer, and the missed invitations of each day
    #[arg(long, conflicts_with = "csv")]
    pub stats: bool,
}

/// The subcommands of `rsvp history`.
#[derive(Clone, Copy, Debug, Subcommand)]
pub enum HistoryAction {
    /// Delete the history
    ///
    /// On a terminal, asks before it deletes everything.
    Purge {
        /// Delete only invitations that ended before this time; see --since of `rsvp history`
        #[arg(long, value_name = "TIME", value_parser = since)]
        before: Option<Timestamp>,
        /// Delete everything without asking
        #[arg(short, long, conflicts_with = "before")]
        yes: bool,
    },
}

fn duration(text: &str) -> Result<Duration, String> {
    let parsed = text.parse::<SignedDuration>().ok().filter(SignedDuration::is_positive);
    let duration = parsed.and_then(|duration| Duration::try_from(duration).ok());
    duration.ok_or_else(|| "write a length of time, like 90s, 10m or 1h30m".to_owned())
}

fn since(text: &str) -> Result<Timestamp, String> {
    history::since(text, &Zoned::now())
}

fn until(text: &str) -> Result<Timestamp, String> {
    history::until(text, &Zoned::now())
}

/// The subcommands of `rsvp config`.
#[derive(Clone, Copy, Debug, Subcommand)]
pub enum Config {
    /// Write a commented configuration file to start from
    ///
    /// On a terminal, asks for the domain and the way to sign in, fills them in, and tries them. An existing file is never
    /// changed.
    Init {
        /// Ask nothing, and write the example as it is
        #[arg(short, long)]
        yes: bool,
    },
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
