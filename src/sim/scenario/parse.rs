//! Parsing scenarios. Keys that cannot be read are left out, so that all mistakes are reported at once.

use serde::Deserialize;
use toml::Spanned;
use toml::de::{DeTable, DeValue, Deserializer, Error};

use super::plan::Scenario;
use crate::sim::step::{Step, in_words};

/// The steps that could be read, each with its line, and the scenario that has them.
pub(super) struct Parsed {
    pub scenario: Scenario,
    pub lines: Vec<(usize, Step)>,
}

/// Parses a scenario. Returns what could be read, and each mistake with its line.
pub(super) fn parse(text: &str) -> (Parsed, Vec<(usize, String)>) {
    let (mut table, errors) = DeTable::parse_recoverable(text);
    let mut mistakes: Vec<(usize, String)> = errors.iter().map(|error| mistake(text, error)).collect();
    let mut lines = Vec::new();
    if let Some(DeValue::Array(_)) = table.get_ref().get("step").map(Spanned::get_ref)
        && let Some(steps) = table.get_mut().remove("step")
        && let DeValue::Array(steps) = steps.into_inner()
    {
        for step in steps {
            let (span, line) = (step.span(), line_of(text, step.span().start));
            match step.into_inner() {
                DeValue::Table(step) => {
                    let step = read::<Step>(text, Spanned::new(span, step), &mut mistakes);
                    lines.extend(step.map(|step| (line, step)));
                }
                _ => mistakes.push((line, "write each step as [[step]] and its keys".into())),
            }
        }
    }
    let scenario = read::<Scenario>(text, table, &mut mistakes);
    let mut scenario = scenario.unwrap_or_default();
    scenario.step = lines.iter().map(|(_, step)| step.clone()).collect();
    (Parsed { scenario, lines }, mistakes)
}

/// Deserializes a table. Removes the keys that prevent it one after the other; returns `None` if that does not help.
fn read<T: for<'a> Deserialize<'a>>(
    text: &str,
    mut table: Spanned<DeTable<'_>>,
    mistakes: &mut Vec<(usize, String)>,
) -> Option<T> {
    loop {
        let error = match T::deserialize(Deserializer::from(table.clone())) {
            Ok(read) => return Some(read),
            Err(error) => error,
        };
        let offset = error.span().map_or(table.span().start, |span| span.start);
        mistakes.push(mistake_at(text, offset, &error));
        let key = table.get_ref().iter().find_map(|(key, value)| {
            let contains = key.span().contains(&offset) || value.span().contains(&offset);
            contains.then(|| key.get_ref().to_string())
        });
        table.get_mut().remove(key?.as_str());
    }
}

fn mistake(text: &str, error: &Error) -> (usize, String) {
    mistake_at(text, error.span().map_or(0, |span| span.start), error)
}

/// Returns the line of a mistake, and its message with a suggestion for a misspelled name.
fn mistake_at(text: &str, offset: usize, error: &Error) -> (usize, String) {
    let message = in_words(error);
    let line = text.get(..offset).and_then(|before| before.rfind('\n')).map_or(0, |end| end + 1);
    let key = text.get(line..).and_then(|line| line.split_once('=')).map(|(key, _)| key.trim());
    let key = key.filter(|key| !key.is_empty() && !key.contains(['\n', '[']) && !message.contains(key));
    (line_of(text, offset), key.map_or(message.clone(), |key| format!("`{key}`: {message}")))
}

fn line_of(text: &str, offset: usize) -> usize {
    text.get(..offset).unwrap_or_default().matches('\n').count() + 1
}
