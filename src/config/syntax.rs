//! Messages for syntax errors, in words that need no knowledge of TOML.

use std::ops::Range;

/// A syntax error, by how much of the file it affects.
pub(super) enum SyntaxError {
    /// A text without quotes. The value's type may deserve a better message.
    Unquoted(String),
    /// A key or a section that appears twice. Both can be read.
    Duplicate(String),
    /// A line that cannot be read.
    Line(String),
    /// An error after which nothing can be read with certainty.
    Rest(String),
}

impl SyntaxError {
    /// Translates a message of the parser about `span` in `text`; `key` is the name of the key there, if known.
    pub(super) fn new(text: &str, span: &Range<usize>, message: &str, key: Option<&str>) -> Self {
        let found = text.get(span.clone()).unwrap_or_default();
        let of_key = |what: &str| key.map_or_else(|| what.to_owned(), |key| format!("`{key}`: {what}"));
        if message.starts_with("string values must be quoted") {
            match found {
                "" => Self::Line(of_key("the value after = is missing")),
                curly if curly.contains(['“', '”', '„', '‘', '’']) => {
                    Self::Line(of_key("use straight quotes, like \"…\""))
                }
                _ => Self::Unquoted(of_key("write text in quotes, like \"…\"")),
            }
        } else if message.starts_with("duplicate key") {
            Self::Duplicate(duplicate(text, span.start, found))
        } else if message.contains("escaped value") || message.contains("unicode") {
            Self::Line(of_key(
                "a backslash in \"…\" starts an escape sequence; write the text in '…', or double each backslash",
            ))
        } else if message.starts_with("invalid basic string") || message.starts_with("invalid literal string")
        {
            Self::Line(of_key("the closing quote is missing"))
        } else if message.starts_with("key with no value") {
            Self::Line(of_key("the = is missing; write key = \"value\""))
        } else if message.starts_with("unquoted keys cannot be empty") {
            Self::Line("the key before = is missing".into())
        } else if message.starts_with("invalid unquoted key") {
            Self::Line(format!("`{found}` is not allowed in a key; write key = \"value\""))
        } else if message.starts_with("invalid multi-line") {
            Self::Rest(of_key("the closing quotes are missing"))
        } else if message.contains("array") {
            Self::Rest("the list is not closed, or a comma is missing in it".into())
        } else if message.starts_with("unclosed table") {
            Self::Rest("the ] after the section's name is missing".into())
        } else {
            Self::Rest("syntax error; write key = \"value\" or [section]".into())
        }
    }
}

/// Returns the message for the second appearance of a key or a section, at the byte `offset`.
fn duplicate(text: &str, offset: usize, name: &str) -> String {
    let header = format!("[{name}]");
    let is_section = text.get(..offset).is_some_and(|before| before.trim_end_matches(' ').ends_with('['));
    match text.lines().position(|line| line.trim_start().starts_with(&header)).filter(|_| is_section) {
        Some(first) => {
            format!("{header} appears twice, first in line {}; put all its keys under one heading", first + 1)
        }
        None => format!("`{name}` appears twice; keep one of them"),
    }
}
