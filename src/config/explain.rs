//! Messages for unknown keys and values of the wrong type, in words that need no knowledge of Rust.

use toml::Spanned;
use toml::de::{DeTable, DeValue, Error};

use super::schema::{ACCOUNT, ACCOUNT_SECTIONS, EXAMPLE, RULES, SECRET_KEYS, SECTIONS};
use crate::nearest::nearest;

const ADDRESS: &str = "write an address and a port, like \"127.0.0.1:3978\"";

/// A message, and the full names of the keys that the user probably meant.
pub(super) type Explanation = (String, Vec<String>);

/// Explains a deserializer's error about the key at `path` in `table`.
pub(super) fn explain(table: &DeTable<'_>, path: &[String], error: &Error) -> Explanation {
    let message = error.message().trim();
    let (account, place) = match path {
        [list, index, place @ ..] if list == ACCOUNT => (Some(index.as_str()), place),
        place => (None, place),
    };
    let (section, key) = match place {
        [key] => ("", key.as_str()),
        [section, key, ..] => (section.as_str(), key.as_str()),
        [] => ("", ACCOUNT),
    };
    let value = value_at(table, path);
    let quoted: Vec<&str> = message.split('`').skip(1).step_by(2).collect();
    match quoted.as_slice() {
        [unknown, ..] if message.starts_with("unknown field") && section.is_empty() && is_section(value) => {
            unknown_section(account, unknown)
        }
        [unknown, known @ ..] if message.starts_with("unknown field") => {
            unknown_key(account, section, unknown, known)
        }
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
    let (first, rest) = path.split_first()?;
    let value = table.get(first.as_str())?.get_ref();
    rest.iter().try_fold(value, |value, name| match value {
        DeValue::Table(table) => table.get(name.as_str()).map(Spanned::get_ref),
        DeValue::Array(list) => list.get(name.parse::<usize>().ok()?).map(Spanned::get_ref),
        _ => None,
    })
}

/// Returns whether a value is written as a section, or as sections in double brackets.
fn is_section(value: Option<&DeValue<'_>>) -> bool {
    let of_tables = |items: &toml::de::DeArray<'_>| items.iter().any(|item| item.get_ref().is_table());
    value.is_some_and(|value| value.is_table() || value.as_array().is_some_and(of_tables))
}

/// Explains an unknown section of the file or, with an index, of an account.
fn unknown_section(account: Option<&str>, unknown: &str) -> Explanation {
    let (known, prefix) = match account {
        Some(_) => (ACCOUNT_SECTIONS.to_vec(), "account."),
        None => ([&SECTIONS[..], &[RULES, ACCOUNT]].concat(), ""),
    };
    let heading = |name: &str| header(&format!("{prefix}{name}"));
    let unknown_heading = format!("[{prefix}{unknown}]");
    if let Some(name) = nearest(unknown, &known) {
        let message = format!("unknown section {unknown_heading}; did you mean {}?", heading(name));
        return (message, vec![name_of(account, name)]);
    }
    let all = known.into_iter().map(heading).collect::<Vec<_>>().join(", ");
    (format!("unknown section {unknown_heading}; use one of {all}"), Vec::new())
}

/// Explains an unknown key of a section of the file or, with an index, of an account.
fn unknown_key(account: Option<&str>, section: &str, unknown: &str, known: &[&str]) -> Explanation {
    let sections = sections_with(unknown);
    if !sections.is_empty() {
        let places: Vec<String> = sections.iter().map(|section| place_of(account, section)).collect();
        let meant = sections.iter().map(|section| name_of(account, &full_name(section, unknown))).collect();
        return (format!("`{unknown}` belongs {}", places.join(" or ")), meant);
    }
    let known: Vec<&str> =
        known.iter().copied().filter(|name| !SECTIONS.contains(name) && *name != ACCOUNT).collect();
    match nearest(unknown, &known) {
        Some(name) => {
            let meant = name_of(account, &full_name(section, name));
            (format!("unknown key `{unknown}`; did you mean `{name}`?"), vec![meant])
        }
        None => (format!("unknown key `{unknown}`; use one of {}", known.join(", ")), Vec::new()),
    }
}

/// Returns the heading of a section.
fn header(section: &str) -> String {
    if [RULES, ACCOUNT].contains(&section) { format!("[[{section}]]") } else { format!("[{section}]") }
}

fn place_of(account: Option<&str>, section: &str) -> String {
    match (account, section) {
        (None, "") => "at the top of the file, above the first [section]".into(),
        (Some(_), "") => "directly under [[account]], above its first [account.section]".into(),
        (Some(_), section) if ACCOUNT_SECTIONS.contains(&section) => format!("under [account.{section}]"),
        (_, section) => format!("under {}", header(section)),
    }
}

/// Returns the full name of a key of the file or, with an index, of an account: `account.0.ucwa.url`.
fn name_of(account: Option<&str>, key: &str) -> String {
    account.map_or_else(|| key.to_owned(), |index| format!("{ACCOUNT}.{index}.{key}"))
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
