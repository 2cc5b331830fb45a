//! Questions to the user, answered by a line.

use std::io::{IsTerminal, Write, stderr, stdin, stdout};

use anyhow::ensure;

/// Returns whether a user can be asked.
pub(super) fn has_user() -> bool {
    stdin().is_terminal() && stdout().is_terminal()
}

/// Asks for a line.
pub(super) fn ask(question: &str) -> anyhow::Result<String> {
    write!(stderr(), "{question}: ")?;
    stderr().flush()?;
    let mut line = String::new();
    ensure!(stdin().read_line(&mut line)? > 0, "no answer was given");
    Ok(line.trim().to_owned())
}

/// Asks whether to do something. Without a word, it is not done.
pub(super) fn confirms(question: &str) -> anyhow::Result<bool> {
    let answer = ask(&format!("{question} [y/N]"))?;
    Ok(matches!(answer.to_lowercase().as_str(), "y" | "yes"))
}
