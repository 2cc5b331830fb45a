//! The choice that rsvp offers where there is no configuration yet.

use std::process::Command;

use super::ask::has_user;
use super::client;
use crate::cli::Global;
use crate::config::ConfigError;
use crate::terminal::choose;

const OFFER: [&str; 9] = [
    "rsvp shows who calls you, and answers.",
    "There is no configuration yet.",
    "",
    "  d  demo: try it, nothing is needed",
    "  c  write a configuration",
    "  l  sign in to Skype for Business",
    "  q  quit",
    "",
    "Press a key.",
];

/// Runs the client. If there is no configuration, a user who can be asked chooses what to do first.
pub(super) async fn run(global: &Global) -> anyhow::Result<()> {
    let result = client::run(global).await;
    let is_missing =
        |error: &anyhow::Error| matches!(error.downcast_ref(), Some(ConfigError::Missing { .. }));
    if !result.as_ref().is_err_and(is_missing) || !has_user() {
        return result;
    }
    match choose(&OFFER, &['d', 'c', 'l', 'q']).await? {
        Some('d') => become_command(&["demo"], None),
        Some('c') => become_command(&["config", "init"], Some(global)),
        Some('l') => become_command(&["login"], Some(global)),
        _ => Ok(()),
    }
}

/// Continues as this command, for the file that `global` names. Nothing of this screen remains, such as its handling of signals.
fn become_command(arguments: &[&str], global: Option<&Global>) -> anyhow::Result<()> {
    let mut command = Command::new(std::env::current_exe()?);
    if let Some(Global { config, profile, .. }) = global {
        command.args(config.iter().flat_map(|path| [std::ffi::OsStr::new("--config"), path.as_os_str()]));
        command.args(profile.iter().flat_map(|name| ["--profile", name]));
    }
    command.args(arguments);
    run_instead(command)
}

#[cfg(unix)]
fn run_instead(mut command: Command) -> anyhow::Result<()> {
    use std::os::unix::process::CommandExt;
    Err(command.exec().into())
}

#[cfg(not(unix))]
fn run_instead(mut command: Command) -> anyhow::Result<()> {
    let status = command.status()?;
    anyhow::ensure!(status.success(), "the command ended with {status}");
    Ok(())
}
