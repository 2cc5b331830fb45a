//! Messages for unknown keys and values of the wrong type, in words that need no knowledge of Rust.

use toml::Spanned;
use toml::de::{DeTable, DeValue, Error};

use super::schema::{EXAMPLE, RULES, SECRET_KEYS, SECTIONS};
use crate::nearest::nearest;

const ADDRESS: &str = "write an address and a port, like \"127.0.0.1:3978\"";

/// A message, and the full names of the keys that the user probably meant.
pub(super) type Explanation = (String, Vec<String>);

/// Explains a deserializer's error about the key at `path` in `table`.
pub(super) fn explain(table: &DeTable<'_>, path: &[String], error: &Error) -> Explanation {
    let message = error.message().trim();
    let (section, key) = match path {
        [key] => ("", key.as_str()),
        [section, key, ..] => (section.as_str(), key.as_str()),
        [] => ("", ""),
    };
    let value = value_at(table, path);
    let quoted: Vec<&str> = message.split('`').skip(1).step_by(2).collect();
    match quoted.as_slice() {
        [unknown, ..] if message.starts_with("unknown field") && section.is_empty() && is_section(value) => {
            unknown_section(unknown)
        }
        [unknown, known @ ..] if message.starts_with("unknown field") => unknown_key(section, unknown, known),
        [unknown, known @ ..] if message.starts_with("unknown variant") => {
            let hint = match nearest(unknown, known) {
                Some(name) => format!("did you mean `{name}`?"),
                None => format!("use one of {}", known.join(", ")),
            };
            (format!("`{key}`: unknown value `{unknown}`; {hint}"), Vec::new())
        }
        _ => (format!("`{key}`: {}", advice(key, message, value)), Vec::new()),
    }
}

fn value_at<'a, 'i>(table: &'a DeTable<'i>, path: &[String]) -> Option<&'a DeValue<'i>> {
    match path {
        [key] => table.get(key.as_str()).map(Spanned::get_ref),
        [section, key, ..] => {
            table.get(section.as_str())?.get_ref().as_table()?.get(key.as_str()).map(Spanned::get_ref)
        }
        [] => None,
    }
}

/// Returns whether a value is written as a section, or as sections in double brackets.
fn is_section(value: Option<&DeValue<'_>>) -> bool {
    let of_tables = |items: &toml::de::DeArray<'_>| items.iter().any(|item| item.get_ref().is_table());
    value.is_some_and(|value| value.is_table() || value.as_array().is_some_and(of_tables))
}

fn unknown_section(unknown: &str) -> Explanation {
    let names = [&SECTIONS[..], &[RULES]].concat();
    if let Some(name) = nearest(unknown, &names) {
        return (
            format!("unknown section [{unknown}]; did you mean {}?", header(name)),
            vec![name.to_owned()],
        );
    }
    let all = names.into_iter().map(header).collect::<Vec<_>>().join(", ");
    (format!("unknown section [{unknown}]; use one of {all}"), Vec::new())
}

fn unknown_key(section: &str, unknown: &str, known: &[&str]) -> Explanation {
    let sections = sections_with(unknown);
    if !sections.is_empty() {
        let places: Vec<String> = sections.iter().map(|section| place_of(section)).collect();
        let meant = sections.iter().map(|section| full_name(section, unknown)).collect();
        return (format!("`{unknown}` belongs {}", places.join(" or ")), meant);
    }
    let known: Vec<&str> = known.iter().copied().filter(|name| !SECTIONS.contains(name)).collect();
    match nearest(unknown, &known) {
        Some(name) => {
            (format!("unknown key `{unknown}`; did you mean `{name}`?"), vec![full_name(section, name)])
        }
        None => (format!("unknown key `{unknown}`; use one of {}", known.join(", ")), Vec::new()),
    }
}

/// Returns the heading of a section.
fn header(section: &str) -> String {
    if section == RULES { format!("[[{section}]]") } else { format!("[{section}]") }
}

fn place_of(section: &str) -> String {
    if section.is_empty() {
        "at the top of the file, above the first [section]".into()
    } else {
        format!("under {}", header(section))
    }
}

/// Returns the name of a key with its section, like `ucwa.url`; the empty section is the top of the file.
pub(super) fn full_name(section: &str, key: &str) -> String {
    if section.is_empty() { key.to_owned() } else { format!("{section}.{key}") }
}

/// Returns the sections that have `key`, according to the example, which names every key. The empty section is the top
/// of the file.
pub(super) fn sections_with(key: &str) -> Vec<&'static str> {
    let mut section = "";
    let mut sections = Vec::new();
    for line in EXAMPLE.lines() {
        let line = line.strip_prefix("# ").unwrap_or(line);
        if let Some(header) =
            line.strip_prefix('[').and_then(|rest| rest.trim_start_matches('[').split_once(']'))
        {
            section = header.0;
        } else if line.split_once(" = ").is_some_and(|(name, _)| name == key) {
            sections.push(section);
        }
    }
    sections
}

/// Returns what to write instead of a value of the wrong type.
fn advice(key: &str, message: &str, value: Option<&DeValue<'_>>) -> String {
    let Some((_, expected)) = message.split_once(", expected ") else {
        return match message {
            "invalid socket address syntax" => ADDRESS.into(),
            "wanted string or table" => text_instead_of(key, value),
            keys if keys.starts_with("a key like") => format!("write {keys}"),
            // The types of the schema have messages of their own.
            own => own.to_owned(),
        };
    };
    let may_repeat = |text: &str| !SECRET_KEYS.contains(&key) && text.len() < 40;
    match (expected, value) {
        ("a sequence", Some(DeValue::String(text))) if may_repeat(text) => {
            let words: Vec<&str> =
                if key.ends_with("_command") { text.split_whitespace().collect() } else { vec![text] };
            format!("write a list: {words:?}")
        }
        ("a sequence", _) => "write a list, like [\"…\", \"…\"]".into(),
        ("a boolean", _) => "write true or false, without quotes".into(),
        ("socket address", _) => ADDRESS.into(),
        ("a length of time", _) => "write a length of time, like \"3m\"".into(),
        ("usize", Some(DeValue::String(text)))
            if text.chars().all(|c| c.is_ascii_digit()) && !text.is_empty() =>
        {
            format!("write {text}, without quotes")
        }
        ("usize", _) => "write a whole number".into(),
        _ => text_instead_of(key, value),
    }
}

/// Returns what to write instead of a value that is not text.
fn text_instead_of(key: &str, value: Option<&DeValue<'_>>) -> String {
    match value {
        Some(DeValue::Integer(number)) if !SECRET_KEYS.contains(&key) && number.radix() == 10 => {
            format!("write \"{}\", in quotes", number.as_str())
        }
        Some(DeValue::Array(_)) => "write one text in quotes, not a list".into(),
        _ => "write text in quotes, like \"…\"".into(),
    }
}
