use tui_input::{Input, InputRequest};

use crate::app::key::{Code, Key};

/// A line of text that the user edits.
#[derive(Clone, Debug, Default)]
pub struct Line {
    /// The text and the cursor.
    pub input: Input,
    /// The reason why the text was refused, until it is changed.
    pub complaint: Option<&'static str>,
}

impl Line {
    /// Creates a line with an initial text and the cursor at its end.
    #[must_use]
    pub fn new(text: String) -> Self {
        Self { input: Input::new(text), complaint: None }
    }

    /// Returns the text.
    #[must_use]
    pub fn text(&self) -> &str {
        self.input.value()
    }

    /// Applies a key. Returns false if the key does not edit.
    pub(super) fn press(&mut self, key: Key) -> bool {
        let edits = edit(&mut self.input, key);
        if edits {
            self.complaint = None;
        }
        edits
    }

    /// Inserts text at the cursor.
    pub(super) fn paste(&mut self, text: &str) {
        insert(&mut self.input, text);
        self.complaint = None;
    }
}

/// Applies a key to a line of text. Returns false if the key does not edit.
pub(super) fn edit(input: &mut Input, key: Key) -> bool {
    let Some(request) = request(key) else { return false };
    input.handle(request);
    true
}

/// Inserts text at the cursor.
pub(super) fn insert(input: &mut Input, text: &str) {
    for character in text.chars() {
        input.handle(InputRequest::InsertChar(character));
    }
}

fn request(key: Key) -> Option<InputRequest> {
    Some(match (key.code, key.ctrl || key.alt) {
        (Code::Char('a'), true) if key.ctrl => InputRequest::GoToStart,
        (Code::Char('e'), true) if key.ctrl => InputRequest::GoToEnd,
        (Code::Char('u'), true) if key.ctrl => InputRequest::DeleteLine,
        (Code::Char('k'), true) if key.ctrl => InputRequest::DeleteTillEnd,
        (Code::Char('w'), true) if key.ctrl => InputRequest::DeletePrevWord,
        (Code::Char(character), false) => InputRequest::InsertChar(character),
        (Code::Backspace, false) => InputRequest::DeletePrevChar,
        (Code::Backspace, true) => InputRequest::DeletePrevWord,
        (Code::Delete, _) => InputRequest::DeleteNextChar,
        (Code::Left, false) => InputRequest::GoToPrevChar,
        (Code::Right, false) => InputRequest::GoToNextChar,
        (Code::Left, true) => InputRequest::GoToPrevWord,
        (Code::Right, true) => InputRequest::GoToNextWord,
        (Code::Home, _) => InputRequest::GoToStart,
        (Code::End, _) => InputRequest::GoToEnd,
        _ => return None,
    })
}
