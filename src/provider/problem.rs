//! Problems: what went wrong, in words for the user.

use std::fmt;

use crate::text::DisplayText;

/// A problem and what the user can do about it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Problem {
    /// The problem in words.
    pub message: DisplayText,
    /// The remedy; may be empty.
    pub remedy: DisplayText,
    /// Whether a running client has to reconnect after the remedy.
    pub needs_reconnect: bool,
}

impl Problem {
    /// Creates a problem with a remedy, which may be empty. Control characters in either text are removed.
    #[must_use]
    pub fn new(message: &str, remedy: &str) -> Self {
        Self { message: DisplayText::new(message), remedy: DisplayText::new(remedy), needs_reconnect: false }
    }

    /// Marks the problem as one after whose remedy the user has to reconnect.
    #[must_use]
    pub fn then_reconnect(self) -> Self {
        Self { needs_reconnect: true, ..self }
    }

    /// Returns the problem as text for a user whose key for reconnecting is `key`.
    #[must_use]
    pub fn with_key(&self, key: Option<&str>) -> String {
        let joint = if self.remedy.is_empty() { "; " } else { ", then " };
        match (self.needs_reconnect, key) {
            (false, _) => self.to_string(),
            (true, Some(key)) => format!("{self}{joint}press {key}"),
            (true, None) => format!("{self}{joint}reconnect"),
        }
    }
}

/// Formats the message and the remedy. Reconnecting is left out: [`Problem::with_key`] knows the key for it.
impl fmt::Display for Problem {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.remedy.is_empty() {
            write!(formatter, "{}", self.message)
        } else {
            write!(formatter, "{}; {}", self.message, self.remedy)
        }
    }
}
