//! Printing to the standard streams.

use std::io::{IsTerminal, Write, stderr, stdout};

use crate::terminal::print;

/// Prints `text` and a line break to standard output.
pub(super) fn print_line(text: &str) -> anyhow::Result<()> {
    let mut out = stdout().lock();
    writeln!(out, "{text}")?;
    Ok(out.flush()?)
}

/// Prints `text` and a line break to standard error. A terminal that accepts no output delays the program only briefly.
pub(super) fn print_error(text: &str) {
    let mut out = stderr();
    if out.is_terminal() {
        let _ = print(out, format!("{text}\n"));
    } else {
        let _ = writeln!(out, "{text}");
    }
}
