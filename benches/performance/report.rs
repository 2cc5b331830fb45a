//! The table of the results, as it is printed and kept in `docs/performance.md`.

use std::fmt::Write;
use std::time::Duration;

/// A row of the table.
pub struct Row {
    pub what: String,
    /// The result of rsvp.
    pub ours: String,
    /// The result of the reference program, with its name.
    pub reference: String,
    pub ratio: Option<f64>,
    /// The aim in words, like `at most 1.3`.
    pub aim: String,
    pub is_met: bool,
}

impl Row {
    /// Compares two numbers of the same unit.
    pub fn ratio(
        what: &str,
        (ours, reference): (f64, f64),
        name: &str,
        aim: f64,
        unit: fn(f64) -> String,
    ) -> Self {
        let ratio = ours / reference;
        Self {
            what: what.into(),
            ours: unit(ours),
            reference: format!("{} ({name})", unit(reference)),
            ratio: Some(ratio),
            aim: format!("at most {aim:.2}"),
            is_met: ratio <= aim,
        }
    }

    /// Compares a number with the most that it should be.
    pub fn limit(what: &str, ours: f64, most: f64, unit: fn(f64) -> String) -> Self {
        Self {
            what: what.into(),
            ours: unit(ours),
            reference: String::new(),
            ratio: None,
            aim: format!("at most {}", unit(most)),
            is_met: ours <= most,
        }
    }

    fn line(&self) -> String {
        let ratio = self.ratio.map(|ratio| format!("{ratio:.2}")).unwrap_or_default();
        let verdict = if self.is_met { "" } else { " (missed)" };
        format!("| {} | {} | {} | {ratio} | {}{verdict} |\n", self.what, self.ours, self.reference, self.aim)
    }
}

/// Returns the table in Markdown.
pub fn table(rows: &[Row]) -> String {
    let mut text = "| what | rsvp | reference | ratio | aim |\n|---|---|---|---|---|\n".to_owned();
    for row in rows {
        let _ = write!(text, "{}", row.line());
    }
    text
}

/// Replaces the table in a page.
pub fn replace_table(page: &str, table: &str) -> String {
    let is_row = |line: &&str| line.starts_with('|');
    let before: Vec<&str> = page.lines().take_while(|line| !is_row(line)).collect();
    let after: Vec<&str> = page.lines().skip(before.len()).skip_while(is_row).collect();
    format!("{}\n{table}{}\n", before.join("\n"), after.join("\n"))
}

pub fn seconds(number: f64) -> String {
    format!("{:.1?}", Duration::from_secs_f64(number))
}

pub fn megabytes(number: f64) -> String {
    format!("{:.1} MB", number / 1e6)
}

pub fn bytes(number: f64) -> String {
    format!("{number:.0} bytes")
}

pub fn times(number: f64) -> String {
    format!("{number:.0}")
}
