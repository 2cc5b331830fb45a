//! From the text of a file to its keys: the parser's complaints, each in the words of whoever wrote the file. What
//! can't be read is left out, so that the rest is read all the same.

use std::collections::BTreeSet;
use std::ops::Range;

use serde::Deserialize;
use toml::Spanned;
use toml::de::{DeTable, DeValue, Deserializer, Error};

use super::EXAMPLE;
use super::error::{Fault, Faults};
use super::file::Root;

/// The sections of a file.
const SECTIONS: [&str; 5] = ["ucwa", "graph", "ui", "keys", "history"];

/// The keys whose values are never repeated in a message.
const SECRETS: [&str; 2] = ["token", "client_secret"];

/// What was read of a file.
#[derive(Debug, Default)]
pub(super) struct Reading {
    pub root: Root,
    /// What could not be read.
    pub faults: Faults,
    /// The keys that are there but could not be read, like `token` and `ucwa.url`, and those that were probably
    /// meant by others: that they are missing is no fault of its own.
    pub spoiled: BTreeSet<String>,
    /// Whether the file holds a secret, wherever in it.
    pub holds_a_secret: bool,
}

/// A key: its section, if it is in one, and its name.
type Place = Vec<String>;

impl Reading {
    /// Reads a text; only those of its sections, where they are named.
    ///
    /// # Errors
    /// When its structure is broken, so that nothing in it can be told.
    pub(super) fn of(text: &str, sections: Option<&[&str]>) -> Result<Self, Faults> {
        let (mut table, errors) = DeTable::parse_recoverable(text);
        let mut reading = Self::default();
        let mut unquoted = Vec::new();
        let mut errors: Vec<_> = errors.iter().map(|error| (error.span().unwrap_or(0..0), error)).collect();
        errors.sort_by_key(|(span, _)| span.start);
        for (span, error) in errors {
            let place = find(table.get_ref(), span.start);
            let name = place.as_ref().and_then(|place| place.last()).cloned();
            let syntax = Syntax::of(text, &span, error.message(), name.as_deref());
            match syntax {
                Syntax::Unquoted(what) => unquoted.push((span.start, what)),
                Syntax::Twice(what) => reading.fault_in(text, span.start, what),
                Syntax::InLine(what) => {
                    reading.fault_in(text, span.start, what);
                    match place {
                        Some(place) => reading.spoil(&mut table, &place),
                        None => reading.spoil_line(text, span.start),
                    }
                }
                Syntax::Beyond(what) => {
                    reading.fault_in(text, span.start, what);
                    return Err(reading.faults);
                }
            }
        }
        reading.holds_a_secret = holds_a_secret(table.get_ref());
        if let Some(sections) = sections {
            let others = |name: &String| !sections.contains(&name.as_str());
            let names: Vec<_> = table.get_ref().keys().map(|key| key.get_ref().to_string()).collect();
            for name in names.into_iter().filter(others) {
                table.get_mut().remove(name.as_str());
            }
        }
        reading.take(text, table);
        for (byte, what) in unquoted {
            // What the value should be says more.
            reading.fault_in(text, byte, what);
        }
        Ok(reading)
    }

    fn fault_in(&mut self, text: &str, byte: usize, what: String) {
        if !self.faults.has_line_of(text, byte) {
            self.faults.push(Fault::at(text, byte, what));
        }
    }

    /// Takes the keys of a table, without those that can't be read.
    fn take(&mut self, text: &str, mut table: Spanned<DeTable<'_>>) {
        for section in SECTIONS {
            let Some((key, value)) = table.get_ref().get_key_value(section) else { continue };
            if !value.get_ref().is_table() {
                let what = format!("`{section}` is a section: write [{section}] on a line of its own, once");
                self.fault_in(text, key.span().start, what);
                self.spoil(&mut table, &[section.to_owned()]);
            }
        }
        loop {
            let error = match Root::deserialize(Deserializer::from(table.clone())) {
                Ok(root) => {
                    self.root = root;
                    return;
                }
                Err(error) => error,
            };
            let byte = error.span().map_or(0, |span| span.start);
            let Some(place) = find(table.get_ref(), byte) else {
                return self.fault_in(text, byte, error.message().to_owned());
            };
            let (what, meant) = explain(table.get_ref(), &place, &error);
            self.fault_in(text, byte, what);
            self.spoiled.extend(meant);
            self.spoil(&mut table, &place);
        }
    }

    /// Leaves a key out.
    fn spoil(&mut self, table: &mut Spanned<DeTable<'_>>, place: &[String]) {
        self.spoiled.insert(place.join("."));
        let (section, name) = match place {
            [name] => (table.get_mut(), name),
            [section, name, ..] => {
                let inner = table.get_mut().get_mut(section.as_str()).map(Spanned::get_mut);
                let Some(DeValue::Table(inner)) = inner else { return };
                (inner, name)
            }
            [] => return,
        };
        section.remove(name.as_str());
    }

    /// Notes the key of a line that the parser could not take for one.
    fn spoil_line(&mut self, text: &str, byte: usize) {
        let from = text.get(..byte).and_then(|before| before.rfind('\n')).map_or(0, |end| end + 1);
        let line = text.get(from..).unwrap_or_default();
        let key: String =
            line.trim_start().chars().take_while(|c| c.is_alphanumeric() || *c == '_').collect();
        self.spoiled.extend(homes(&key).into_iter().map(|section| full_name(section, &key)));
    }
}

/// What the parser could not read.
enum Syntax {
    /// A value without quotes.
    Unquoted(String),
    /// Something that is there twice; both are read.
    Twice(String),
    /// One key.
    InLine(String),
    /// Nobody knows what follows.
    Beyond(String),
}

impl Syntax {
    fn of(text: &str, span: &Range<usize>, message: &str, name: Option<&str>) -> Self {
        let found = text.get(span.clone()).unwrap_or_default();
        let of = |what: &str| name.map_or_else(|| what.to_owned(), |name| format!("`{name}`: {what}"));
        if message.starts_with("string values must be quoted") {
            match found {
                "" => Self::InLine(of("there is no value behind the =")),
                curly if curly.contains(['“', '”', '„', '‘', '’']) => {
                    Self::InLine(of("write straight quotes, like \"…\""))
                }
                _ => Self::Unquoted(of("write text in quotes, like \"…\"")),
            }
        } else if message.starts_with("duplicate key") {
            Self::Twice(twice(text, span.start, found))
        } else if message.contains("escaped value") || message.contains("unicode") {
            Self::InLine(of(
                "a backslash in \"…\" has a meaning of its own; write the text in '…', or each backslash twice",
            ))
        } else if message.starts_with("invalid basic string") || message.starts_with("invalid literal string")
        {
            Self::InLine(of("the closing quote is missing"))
        } else if message.starts_with("key with no value") {
            Self::InLine(of("there is no = here; a line looks like key = \"value\""))
        } else if message.starts_with("unquoted keys cannot be empty") {
            Self::InLine("there is nothing before the =".into())
        } else if message.starts_with("invalid unquoted key") {
            Self::InLine(format!("`{found}` can't be in a key; a line looks like key = \"value\""))
        } else if message.starts_with("invalid multi-line") {
            Self::Beyond(of("the closing quotes are missing"))
        } else if message.contains("array") {
            Self::Beyond("a list is not closed here, or a comma is missing in it".into())
        } else if message.starts_with("unclosed table") {
            Self::Beyond("a section's name ends with ]".into())
        } else {
            Self::Beyond("this can't be read; a line looks like key = \"value\" or [section]".into())
        }
    }
}

/// The words for a key or a section that is there twice.
fn twice(text: &str, byte: usize, name: &str) -> String {
    let lines =
        |from: &str| from.lines().position(|line| line.trim_start().starts_with(&format!("[{name}]")));
    let heads = text.get(..byte).is_some_and(|before| before.trim_end_matches(' ').ends_with('['));
    match lines(text).filter(|_| heads) {
        Some(first) => {
            format!("[{name}] is there twice, in line {} too; put all its keys below one", first + 1)
        }
        None => format!("`{name}` is there twice; keep one of them"),
    }
}

/// Finds the key that a byte of the text belongs to, in the table or one of its sections.
fn find(table: &DeTable<'_>, byte: usize) -> Option<Place> {
    let has = |span: Range<usize>| span.start <= byte && byte <= span.end;
    let inner = table.iter().find_map(|(key, value)| {
        let mut place = find(value.get_ref().as_table()?, byte)?;
        place.truncate(1);
        place.insert(0, key.get_ref().to_string());
        Some(place)
    });
    inner.or_else(|| {
        let found = table.iter().find(|(key, value)| has(key.span()) || has(value.span()))?;
        Some(vec![found.0.get_ref().to_string()])
    })
}

fn value_at<'a, 'i>(table: &'a DeTable<'i>, place: &[String]) -> Option<&'a DeValue<'i>> {
    match place {
        [name] => table.get(name.as_str()).map(Spanned::get_ref),
        [section, name, ..] => {
            table.get(section.as_str())?.get_ref().as_table()?.get(name.as_str()).map(Spanned::get_ref)
        }
        [] => None,
    }
}

fn holds_a_secret(table: &DeTable<'_>) -> bool {
    table.iter().any(|(key, value)| {
        SECRETS.contains(&key.get_ref().as_ref()) || value.get_ref().as_table().is_some_and(holds_a_secret)
    })
}

/// What is wrong with a key or its value, and the keys that were probably meant.
fn explain(table: &DeTable<'_>, place: &[String], error: &Error) -> (String, Vec<String>) {
    let message = error.message().trim();
    let (section, name) = match place {
        [name] => ("", name.as_str()),
        [section, name, ..] => (section.as_str(), name.as_str()),
        [] => ("", ""),
    };
    let value = value_at(table, place);
    let quoted: Vec<&str> = message.split('`').skip(1).step_by(2).collect();
    match quoted.as_slice() {
        [unknown, known @ ..] if message.starts_with("unknown field") => {
            let is_section = section.is_empty() && value.is_some_and(DeValue::is_table);
            unknown_key(section, unknown, known, is_section)
        }
        [unknown, known @ ..] if message.starts_with("unknown variant") => {
            let what = match nearest(unknown, known) {
                Some(name) => format!("there is no value `{unknown}`; did you mean `{name}`?"),
                None => format!("there is no value `{unknown}`; there are {}", known.join(", ")),
            };
            (format!("`{name}`: {what}"), Vec::new())
        }
        _ => (format!("`{name}`: {}", advice(name, message, value)), Vec::new()),
    }
}

fn unknown_key(section: &str, unknown: &str, known: &[&str], is_section: bool) -> (String, Vec<String>) {
    if is_section {
        if let Some(name) = nearest(unknown, &SECTIONS) {
            return (
                format!("there is no section [{unknown}]; did you mean [{name}]?"),
                vec![name.to_owned()],
            );
        }
        let all = SECTIONS.map(|name| format!("[{name}]")).join(", ");
        return (format!("there is no section [{unknown}]; there are {all}"), Vec::new());
    }
    let homes = homes(unknown);
    if !homes.is_empty() {
        let places: Vec<String> = homes.iter().map(|home| where_is(home)).collect();
        let meant = homes.iter().map(|home| full_name(home, unknown)).collect();
        return (format!("`{unknown}` belongs {}", places.join(" or ")), meant);
    }
    let known: Vec<&str> = known.iter().copied().filter(|name| !SECTIONS.contains(name)).collect();
    match nearest(unknown, &known) {
        Some(name) => {
            (format!("there is no key `{unknown}`; did you mean `{name}`?"), vec![full_name(section, name)])
        }
        None => (format!("there is no key `{unknown}` here; there are {}", known.join(", ")), Vec::new()),
    }
}

fn where_is(section: &str) -> String {
    if section.is_empty() {
        "at the top of the file, above the first [section]".into()
    } else {
        format!("under [{section}]")
    }
}

fn full_name(section: &str, name: &str) -> String {
    if section.is_empty() { name.to_owned() } else { format!("{section}.{name}") }
}

/// The sections that have a key of that name; the empty one is the top of the file. The example has every key.
fn homes(name: &str) -> Vec<&'static str> {
    let mut section = "";
    let mut homes = Vec::new();
    for line in EXAMPLE.lines() {
        let line = line.strip_prefix("# ").unwrap_or(line);
        if let Some(head) = line.strip_prefix('[').and_then(|rest| rest.split_once(']')) {
            section = head.0;
        } else if line.split_once(" = ").is_some_and(|(key, _)| key == name) {
            homes.push(section);
        }
    }
    homes
}

/// The known name that a text was probably to be.
pub(super) fn nearest<'a>(text: &str, known: &[&'a str]) -> Option<&'a str> {
    let likeness = |name: &&str| strsim::jaro_winkler(&text.to_lowercase(), &name.to_lowercase());
    let ranked = known.iter().map(|name| (likeness(name), *name)).filter(|(likeness, _)| *likeness > 0.8);
    ranked.max_by(|a, b| a.0.total_cmp(&b.0)).map(|(_, name)| name)
}

/// What to write instead of a value of the wrong type.
fn advice(name: &str, message: &str, value: Option<&DeValue<'_>>) -> String {
    let Some((_, expected)) = message.split_once(", expected ") else {
        return match message {
            "invalid socket address syntax" => ADDRESS.into(),
            "wanted string or table" => text_instead_of(name, value),
            key if key.starts_with("a key like") => format!("write {key}"),
            // A type of our own words its own.
            own => own.to_owned(),
        };
    };
    let echo = |text: &str| !SECRETS.contains(&name) && text.len() < 40;
    match (expected, value) {
        ("a sequence", Some(DeValue::String(text))) if echo(text) => {
            let words: Vec<&str> =
                if name.ends_with("_command") { text.split_whitespace().collect() } else { vec![text] };
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
        _ => text_instead_of(name, value),
    }
}

/// What to write instead of a value that is no text.
fn text_instead_of(name: &str, value: Option<&DeValue<'_>>) -> String {
    match value {
        Some(DeValue::Integer(number)) if !SECRETS.contains(&name) && number.radix() == 10 => {
            format!("write \"{}\", in quotes", number.as_str())
        }
        Some(DeValue::Array(_)) => "write one text in quotes, not a list".into(),
        _ => "write text in quotes, like \"…\"".into(),
    }
}

const ADDRESS: &str = "write an address and a port, like \"127.0.0.1:3978\"";
