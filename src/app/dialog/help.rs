use tui_input::Input;

use super::contract::{Context, Dialog, Step};
use super::line::{edit, insert};
use super::scroll::scroll;
use crate::app::key::{Code, Key};

/// The help, which typing narrows down.
#[derive(Clone, Debug, Default)]
pub struct Help {
    /// The typed text.
    pub input: Input,
    /// The scroll offset in lines.
    pub scrolled: u16,
}

impl Help {
    /// Returns the typed words in lower case; none if the whole help is shown.
    #[must_use]
    pub fn words(&self) -> Vec<String> {
        self.input.value().split_whitespace().map(str::to_lowercase).collect()
    }
}

impl Dialog for Help {
    fn press(&mut self, key: Key, context: &Context<'_>) -> Step {
        let is_empty = self.input.value().is_empty();
        match key.code {
            Code::Esc | Code::Enter | Code::F(_) => return Step::Close,
            // The key that opens the help closes it as well.
            Code::Char('?') if is_empty => return Step::Close,
            Code::Char(_) | Code::Backspace | Code::Delete | Code::Left | Code::Right => {
                if edit(&mut self.input, key) {
                    self.scrolled = 0;
                }
            }
            _ => {
                if let Some(scrolled) = scroll(self.scrolled, key, context.viewport) {
                    self.scrolled = scrolled;
                }
            }
        }
        Step::Stay
    }

    fn paste(&mut self, text: &str) -> Step {
        insert(&mut self.input, text);
        self.scrolled = 0;
        Step::Stay
    }
}
