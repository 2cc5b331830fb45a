//! Loads configurations and runs the program.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use rsvp::config::{self, AccountConfig, Config, ConfigError, Diagnostic};
use rsvp::provider::network::Network;
use rsvp::provider::{graph, ucwa};

/// The keys of a bot, without a way to sign in.
pub const BOT: &str = "tenant = \"contoso.com\"\nclient_id = \"2891555A-92ff-42e6-80fa-6e1300c6b5c6\"\n\
    public_url = \"https://bot.contoso.com/api/calls\"\n";

/// A way for a bot to sign in.
pub const BOT_SECRET: &str = "client_secret_command = [\"pass\"]\n";

pub fn files(folder: &str) -> Vec<PathBuf> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/configurations").join(folder);
    let files: Vec<PathBuf> = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    assert!(!files.is_empty());
    files
}

/// Loads a text as a file that only its owner can read.
pub fn load(text: &str) -> Result<Config, ConfigError> {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("config.toml");
    fs::write(&path, text).unwrap();
    set_mode(&path, 0o600);
    config::load(Some(&path), None)
}

#[cfg(unix)]
pub fn set_mode(path: &Path, mode: u32) {
    use std::os::unix::fs::PermissionsExt;
    fs::set_permissions(path, fs::Permissions::from_mode(mode)).unwrap();
}

#[cfg(not(unix))]
pub fn set_mode(_: &Path, _: u32) {}

/// Returns the mistakes of a text, without the path of the file.
pub fn diagnostics(text: &str) -> Vec<String> {
    match load(text).unwrap_err() {
        ConfigError::Invalid { diagnostics, .. } => {
            let line = |line: Option<usize>| line.map_or_else(String::new, |line| format!("{line}: "));
            let text = |diagnostic: &Diagnostic| line(diagnostic.line) + &diagnostic.message;
            diagnostics.iter().map(text).collect()
        }
        other => panic!("{other}"),
    }
}

/// Returns the settings of a bot with additional lines in its section, and without any other account.
pub fn bot(lines: &str) -> (graph::Settings, Network) {
    let config = load(&format!("[graph]\n{BOT}{BOT_SECRET}{lines}"));
    let [account]: [AccountConfig; 1] = config.unwrap().accounts.try_into().unwrap();
    (account.graph().unwrap().clone(), account.network)
}

/// Returns the settings of the only account of Skype for Business.
pub fn user(config: &Config) -> &ucwa::Settings {
    let users: Vec<_> = config.accounts.iter().filter_map(AccountConfig::ucwa).collect();
    let [user] = users[..] else { panic!("{users:?}") };
    user
}

pub fn command(home: &Path) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_rsvp"));
    for variable in ["XDG_STATE_HOME", "XDG_CONFIG_HOME", "XDG_DATA_HOME"] {
        command.env_remove(variable);
    }
    command.env("HOME", home);
    command
}

pub fn rsvp(home: &Path, arguments: &[&str]) -> Output {
    command(home).args(arguments).output().unwrap()
}

pub fn out(output: &Output) -> String {
    String::from_utf8_lossy(&output.stdout).into_owned()
}

pub fn err(output: &Output) -> String {
    String::from_utf8_lossy(&output.stderr).into_owned()
}
