use super::{ConversationId, Party};
use crate::text::DisplayText;

/// The maximum number of lines of a message.
const MAX_LINES: usize = 200;

/// A message of another participant of a conversation.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ChatMessage {
    /// The conversation.
    pub conversation: ConversationId,
    /// The participant who sent it.
    pub from: Party,
    /// The text.
    pub text: MessageText,
}

/// The text of a message, sanitized line by line.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct MessageText(Vec<DisplayText>);

impl MessageText {
    /// Sanitizes `raw`. Empty lines at its beginning and its end are left out, and what exceeds 200 lines is replaced by “…”.
    #[must_use]
    pub fn new(raw: &str) -> Self {
        let line = |text: &str| DisplayText::bounded(text, DisplayText::MESSAGE);
        let mut lines: Vec<DisplayText> = raw.trim().lines().take(MAX_LINES).map(line).collect();
        if raw.trim().lines().nth(MAX_LINES).is_some() {
            lines.push(DisplayText::new("…"));
        }
        Self(lines)
    }

    /// Returns the lines.
    pub fn lines(&self) -> impl Iterator<Item = &str> {
        self.0.iter().map(DisplayText::as_str)
    }

    /// Returns the text in one line.
    #[must_use]
    pub fn one_line(&self) -> String {
        self.lines().filter(|line| !line.is_empty()).collect::<Vec<_>>().join(" ")
    }

    /// Returns whether there is no text.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.0.iter().all(DisplayText::is_empty)
    }
}

impl From<&DisplayText> for MessageText {
    fn from(text: &DisplayText) -> Self {
        Self(vec![text.clone()])
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_line_is_sanitized_and_a_flood_is_cut() {
        let text = MessageText::new("\r\n one\u{1b}[31m\ttwo \n\nthree\n\n");
        assert_eq!(text.lines().collect::<Vec<_>>(), ["one[31m two", "", "three"]);
        assert_eq!(text.one_line(), "one[31m two three");
        assert!(!text.is_empty());
        let flood = MessageText::new(&"x\n".repeat(1_000));
        assert_eq!(flood.lines().count(), MAX_LINES + 1);
        assert_eq!(flood.lines().last(), Some("…"));
        assert!(MessageText::new(" \n\t\n").is_empty());
    }
}
