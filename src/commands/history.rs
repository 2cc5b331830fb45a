use anyhow::Context;
use jiff::tz::TimeZone;

use super::output::{print_error, print_line};
use crate::cli::History;
use crate::history::{Journal, Record, default_path};

/// Prints the history, the oldest entry first.
pub(super) fn run(arguments: &History) -> anyhow::Result<()> {
    let path = default_path().context("no home directory")?;
    let records = Journal::read(&path).with_context(|| format!("can't read {}", path.display()))?;
    if records.is_empty() {
        print_error("The history is empty.");
    }
    for record in &records {
        print_line(&if arguments.json { serde_json::to_string(record)? } else { line(record) })?;
    }
    Ok(())
}

fn line(record: &Record) -> String {
    let about = [&record.message, &record.subject].into_iter().find(|text| !text.is_empty());
    let about = about.map(|text| format!("  “{text}”")).unwrap_or_default();
    let at = record.at.with_time_zone(TimeZone::system()).strftime("%Y-%m-%d %H:%M").to_string();
    let (who, outcome) = (record.other_side().full(), record.outcome.words_with(record.accepted_by.as_ref()));
    format!("{at}  {:<7}  {who}  {outcome}{about}", record.kind.word())
}
