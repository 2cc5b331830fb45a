//! The report that a description of a defect should come with.

use std::io::{Read, Seek, SeekFrom};
use std::path::Path;

use super::output::{print_error, print_line};
use super::{config, version};
use crate::cli::Global;
use crate::config as configuration;
use crate::history;
use crate::logging;
use crate::text::DisplayText;

/// The environment variables that decide how the screen looks and which servers can be reached. Proxies may contain
/// passwords, so only their presence is told.
const VARIABLES: [&str; 9] = [
    "TERM",
    "TERM_PROGRAM",
    "COLORTERM",
    "NO_COLOR",
    "LANG",
    "LC_ALL",
    "TMUX",
    "SSH_TTY",
    "XDG_SESSION_TYPE",
];
const PROXIES: [&str; 4] = ["HTTPS_PROXY", "https_proxy", "ALL_PROXY", "NO_PROXY"];

/// The length of the end of the log that is printed (bytes).
const LOG_TAIL: u64 = 16 * 1024;

/// Prints the version, the environment, the configuration without secrets, and the end of the log.
pub(super) fn run(global: &Global) -> anyhow::Result<()> {
    let mut lines = version::verbose();
    lines.push(String::new());
    lines.extend(environment());
    let path = configuration::file_path(global.config.as_deref(), global.profile.as_deref())?;
    lines.extend([String::new(), "configuration".to_owned()]);
    match configuration::load(global.config.as_deref(), global.profile.as_deref()) {
        Ok(loaded) => lines.push(config::show(&path, &loaded)),
        Err(error) => lines.push(error.to_string()),
    }
    lines.extend([String::new(), "files".to_owned()]);
    lines.extend(history::default_path().iter().map(|path| size("history", path)));
    let log = logging::path();
    lines.extend(log.iter().map(|path| size("log", path)));
    lines.extend([String::new(), "end of the log".to_owned()]);
    lines.extend(log.and_then(|path| tail(&path).ok()));
    print_line(&without_home(&lines.join("\n")))?;
    print_error(
        "Secrets are left out, but names and addresses are not: read the report before you share it.",
    );
    Ok(())
}

fn environment() -> Vec<String> {
    let value = |name: &str| std::env::var(name).ok().map(|value| DisplayText::new(&value).to_string());
    let mut lines: Vec<String> =
        VARIABLES.iter().filter_map(|name| Some(format!("{name}={}", value(name)?))).collect();
    lines.extend(PROXIES.iter().filter(|name| value(name).is_some()).map(|name| format!("{name} is set")));
    lines
}

/// Returns the size and the path of a file.
fn size(name: &str, path: &Path) -> String {
    let size = std::fs::metadata(path)
        .map_or_else(|error| error.to_string(), |data| format!("{} bytes", data.len()));
    format!("{name:<8} {} ({size})", path.display())
}

/// Returns the end of a file, from the beginning of a line.
fn tail(path: &Path) -> std::io::Result<String> {
    let mut file = std::fs::File::open(path)?;
    let start = file.metadata()?.len().saturating_sub(LOG_TAIL);
    file.seek(SeekFrom::Start(start))?;
    let mut bytes = Vec::new();
    file.read_to_end(&mut bytes)?;
    let text = String::from_utf8_lossy(&bytes);
    let whole = if start == 0 { Some(&*text) } else { text.split_once('\n').map(|(_, rest)| rest) };
    Ok(whole.unwrap_or_default().trim_end().to_owned())
}

/// Returns a text in which the home directory, whose path often contains the user's name, is written `~`.
fn without_home(text: &str) -> String {
    match directories::BaseDirs::new() {
        Some(directories) => text.replace(&*directories.home_dir().to_string_lossy(), "~"),
        None => text.to_owned(),
    }
}
