//! Parsing the text of a configuration file. Keys that cannot be read are left out, so that all mistakes are reported
//! at once.

use std::collections::BTreeSet;
use std::ops::Range;

use serde::de::DeserializeOwned;
use toml::Spanned;
use toml::de::{DeTable, DeValue, Deserializer};

use super::error::{Diagnostic, Diagnostics};
use super::explain::{explain, full_name, sections_with};
use super::schema::{ACCOUNT, OneRule, Root, RuleSection, SECRET_KEYS, SECTIONS};
use super::syntax::SyntaxError;

/// The contents of a configuration file.
#[derive(Debug, Default)]
pub(super) struct Parsed {
    pub root: Root,
    pub diagnostics: Diagnostics,
    /// The keys whose values could not be read, like `token` and `ucwa.url`, and the keys that misspelled ones
    /// probably stand for. Their absence is no further mistake.
    pub unreadable: BTreeSet<String>,
    /// Whether the file has a key for a secret in any section.
    pub holds_a_secret: bool,
}

/// The section of a key, if any, and its name; in front of them, for a key of an account, `account` and its index.
type KeyPath = Vec<String>;

impl Parsed {
    /// Parses `text`; other sections than `sections` are ignored.
    ///
    /// # Errors
    /// Returns an error if the syntax is so broken that no key can be read with certainty.
    pub(super) fn from_text(text: &str, sections: Option<&[&str]>) -> Result<Self, Diagnostics> {
        let (mut table, errors) = DeTable::parse_recoverable(text);
        let mut parsed = Self::default();
        let mut unquoted = Vec::new();
        let mut errors: Vec<_> = errors.iter().map(|error| (error.span().unwrap_or(0..0), error)).collect();
        errors.sort_by_key(|(span, _)| span.start);
        for (span, error) in errors {
            let path = key_at(table.get_ref(), span.start);
            let key = path.as_ref().and_then(|path| path.last()).cloned();
            match SyntaxError::new(text, &span, error.message(), key.as_deref()) {
                SyntaxError::Unquoted(message) => unquoted.push((span.start, message)),
                SyntaxError::Duplicate(message) => parsed.report(text, span.start, message),
                SyntaxError::Line(message) => {
                    parsed.report(text, span.start, message);
                    match path {
                        Some(path) => parsed.remove(&mut table, &path),
                        None => parsed.note_key_of_line(text, span.start),
                    }
                }
                SyntaxError::Rest(message) => {
                    parsed.report(text, span.start, message);
                    return Err(parsed.diagnostics);
                }
            }
        }
        parsed.holds_a_secret = holds_a_secret(table.get_ref());
        if let Some(sections) = sections {
            let names: Vec<_> = table.get_ref().keys().map(|key| key.get_ref().to_string()).collect();
            for name in names.iter().filter(|name| !sections.contains(&name.as_str())) {
                table.get_mut().remove(name.as_str());
            }
        }
        let rules = parsed.rules(text, table.get_mut());
        parsed.check_sections(text, &mut table);
        parsed.root = parsed.deserialize(text, table).unwrap_or_default();
        parsed.root.rules = rules;
        for (offset, message) in unquoted {
            // A message about the type of the value, if there is one, is more precise.
            parsed.report(text, offset, message);
        }
        Ok(parsed)
    }

    /// Adds a mistake, unless its line has one already.
    fn report(&mut self, text: &str, offset: usize, message: String) {
        if !self.diagnostics.has_line_of(text, offset) {
            self.diagnostics.push(Diagnostic::at(text, offset, message));
        }
    }

    /// Takes the sections `[[rules]]` out of the table and deserializes each by itself, so that mistakes are found in its
    /// keys.
    fn rules(&mut self, text: &str, table: &mut DeTable<'_>) -> Vec<RuleSection> {
        let Some(value) = table.remove("rules") else { return Vec::new() };
        let start = value.span().start;
        let DeValue::Array(sections) = value.into_inner() else {
            let message = "write [[rules]], in double brackets, above the keys of each rule";
            self.report(text, start, message.into());
            return Vec::new();
        };
        let mut rules = Vec::new();
        for section in sections {
            let span = section.span();
            if !section.get_ref().is_table() {
                self.report(text, span.start, "write [[rules]] above the keys of each rule".into());
                continue;
            }
            let unreadable = std::mem::take(&mut self.unreadable);
            let mut alone = DeTable::new();
            alone.insert(Spanned::new(span.clone(), "rules".into()), section);
            let read: Option<OneRule> = self.deserialize(text, Spanned::new(span.clone(), alone));
            let is_whole = self.unreadable.is_empty() && read.is_some();
            self.unreadable.extend(unreadable);
            rules.push(RuleSection { start: span.start, is_whole, rule: read.unwrap_or_default().rules });
        }
        rules
    }

    /// Removes what should be a section and is none.
    fn check_sections(&mut self, text: &str, table: &mut Spanned<DeTable<'_>>) {
        for section in SECTIONS {
            let Some((key, value)) = table.get_ref().get_key_value(section) else { continue };
            if !value.get_ref().is_table() {
                let message =
                    format!("`{section}` is a section; write [{section}] once, on a line of its own");
                self.report(text, key.span().start, message);
                self.remove(table, &[section.to_owned()]);
            }
        }
        if let Some((key, value)) = table.get_ref().get_key_value(ACCOUNT)
            && !value.get_ref().is_array()
        {
            let message = format!("`{ACCOUNT}` is a list; write [[{ACCOUNT}]], once for each account");
            self.report(text, key.span().start, message);
            self.remove(table, &[ACCOUNT.to_owned()]);
        }
    }

    /// Deserializes a table, and removes the keys that prevent it one after the other.
    fn deserialize<T: DeserializeOwned>(&mut self, text: &str, mut table: Spanned<DeTable<'_>>) -> Option<T> {
        loop {
            let error = match T::deserialize(Deserializer::from(table.clone())) {
                Ok(read) => return Some(read),
                Err(error) => error,
            };
            let offset = error.span().map_or(0, |span| span.start);
            let Some(path) = key_at(table.get_ref(), offset) else {
                self.report(text, offset, error.message().to_owned());
                return None;
            };
            let (message, meant) = explain(table.get_ref(), &path, &error);
            self.report(text, offset, message);
            self.unreadable.extend(meant);
            self.remove(&mut table, &path);
        }
    }

    fn remove(&mut self, table: &mut Spanned<DeTable<'_>>, path: &[String]) {
        self.unreadable.insert(path.join("."));
        let Some((key, parents)) = path.split_last() else { return };
        let mut table = Some(table.get_mut());
        let mut parents = parents.iter();
        while let Some(name) = parents.next() {
            table = table.and_then(|table| match table.get_mut(name.as_str()).map(Spanned::get_mut) {
                Some(DeValue::Table(section)) => Some(section),
                Some(DeValue::Array(list)) => {
                    let index: usize = parents.next()?.parse().ok()?;
                    match list.get_mut(index).map(Spanned::get_mut) {
                        Some(DeValue::Table(account)) => Some(account),
                        _ => None,
                    }
                }
                _ => None,
            });
        }
        if let Some(table) = table {
            table.remove(key.as_str());
        }
    }

    /// Notes the key of a line that the parser skipped.
    fn note_key_of_line(&mut self, text: &str, offset: usize) {
        let start = text.get(..offset).and_then(|before| before.rfind('\n')).map_or(0, |end| end + 1);
        let line = text.get(start..).unwrap_or_default().trim_start();
        let key: String = line.chars().take_while(|c| c.is_alphanumeric() || *c == '_').collect();
        self.unreadable.extend(sections_with(&key).into_iter().map(|section| full_name(section, &key)));
    }
}

/// Returns the key that the byte `offset` belongs to, in the table, in one of its sections or in one of its accounts.
fn key_at(table: &DeTable<'_>, offset: usize) -> Option<KeyPath> {
    let contains = |span: Range<usize>| span.start <= offset && offset <= span.end;
    let inner = table.iter().find_map(|(key, value)| {
        let name = key.get_ref().to_string();
        let inner = match value.get_ref() {
            DeValue::Table(section) => key_at(section, offset)?.into_iter().take(1).collect(),
            DeValue::Array(accounts) if name == ACCOUNT => {
                accounts.iter().enumerate().find_map(|(index, account)| {
                    let inner = key_at(account.get_ref().as_table()?, offset)?;
                    Some([vec![index.to_string()], inner].concat())
                })?
            }
            _ => return None,
        };
        Some([vec![name], inner].concat())
    });
    inner.or_else(|| {
        let found = table.iter().find(|(key, value)| contains(key.span()) || contains(value.span()))?;
        Some(vec![found.0.get_ref().to_string()])
    })
}

fn holds_a_secret(table: &DeTable<'_>) -> bool {
    table.iter().any(|(key, value)| {
        SECRET_KEYS.contains(&key.get_ref().as_ref())
            || value.get_ref().as_table().is_some_and(holds_a_secret)
            || value.get_ref().as_array().is_some_and(|list| {
                list.iter().filter_map(|item| item.get_ref().as_table()).any(holds_a_secret)
            })
    })
}
