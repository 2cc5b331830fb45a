mod csv;
mod stats;

use std::num::NonZeroUsize;
use std::path::Path;

use anyhow::Context;
use jiff::Timestamp;
use jiff::tz::TimeZone;

use super::ask::{confirms, has_user};
use super::output::{print_error, print_line};
use crate::cli::{History, HistoryAction};
use crate::history::{
    Database, Opened, Record, Selection, Statistics, default_path, imported, journal_path, open,
};

/// Prints the history, the oldest entry first, or deletes it.
pub(super) fn run(arguments: &History) -> anyhow::Result<()> {
    let path = default_path().context("no home directory")?;
    match arguments.action {
        None => show(arguments, &path),
        Some(HistoryAction::Purge { before, yes }) => {
            if before.is_none() && !yes && has_user() && !confirms("Delete the whole history?")? {
                return print_line("Nothing was deleted.");
            }
            purge(&path, before)
        }
    }
}

/// Opens the database, unless there is nothing to open.
fn open_existing(path: &Path) -> anyhow::Result<Option<Opened>> {
    if !path.exists() && !journal_path(path).exists() {
        return Ok(None);
    }
    let opened = open(path).with_context(|| format!("can't read the history in {}", path.display()))?;
    for notice in &opened.notices {
        print_error(notice);
    }
    Ok(Some(opened))
}

fn show(arguments: &History, path: &Path) -> anyhow::Result<()> {
    let limit = arguments.limit.map_or(usize::MAX, NonZeroUsize::get);
    let select = |database: &Database| database.select(&selection(arguments), limit);
    let records = match open_existing(path)? {
        Some(opened) => select(&opened.database)
            .with_context(|| format!("can't read the history in {}", path.display()))?,
        None => Vec::new(),
    };
    if arguments.stats {
        let statistics = Statistics::new(&records, &TimeZone::system());
        return if arguments.json {
            print_line(&serde_json::to_string(&statistics)?)
        } else {
            stats::print(&statistics)
        };
    }
    if arguments.csv {
        print_line(&csv::header())?;
    } else if records.is_empty() {
        let is_filtered = selection(arguments) != Selection::default();
        print_error(if is_filtered { "No invitation matches." } else { "The history is empty." });
    }
    for record in &records {
        print_line(&match arguments {
            History { json: true, .. } => serde_json::to_string(record)?,
            History { csv: true, .. } => csv::line(record),
            _ => line(record),
        })?;
    }
    Ok(())
}

fn selection(arguments: &History) -> Selection {
    Selection {
        since: arguments.since,
        until: arguments.until,
        kinds: arguments.kind.clone(),
        outcomes: arguments.outcome.clone(),
        who: arguments.who.clone(),
        missed: arguments.missed,
    }
}

fn line(record: &Record) -> String {
    let about = [&record.message, &record.subject].into_iter().find(|text| !text.is_empty());
    let about = about.map(|text| format!("  “{text}”")).unwrap_or_default();
    let at = record.at.with_time_zone(TimeZone::system()).strftime("%Y-%m-%d %H:%M").to_string();
    let (who, outcome) = (record.other_side().full(), record.outcome.words_with(record.accepted_by.as_ref()));
    let rule = Some(&record.rule).filter(|rule| !rule.is_empty() && record.outcome.is_answer());
    let rule = rule.map(|rule| format!(" by rule “{rule}”")).unwrap_or_default();
    format!("{at}  {:<7}  {who}  {outcome}{rule}{about}", record.kind.word())
}

/// Deletes entries, and the files of earlier versions from which they were imported.
fn purge(path: &Path, before: Option<Timestamp>) -> anyhow::Result<()> {
    let deleted = match open_existing(path)? {
        Some(mut opened) => opened
            .database
            .purge(before)
            .with_context(|| format!("can't delete from the history in {}", path.display()))?,
        None => 0,
    };
    for file in imported(path) {
        std::fs::remove_file(&file).with_context(|| format!("can't delete {}", file.display()))?;
    }
    let entries = if deleted == 1 { "entry" } else { "entries" };
    print_line(&format!("Deleted {deleted} {entries}."))
}
