use nucleo_matcher::pattern::{CaseMatching, Normalization, Pattern};
use nucleo_matcher::{Config, Matcher, Utf32Str};
use tui_input::Input;

use super::line::{edit, insert};
use crate::app::key::{Code, Key};
use crate::app::{Action, PresenceChoice};
use crate::invitation::{Reason, Rejection};

/// A choice that a [`Picker`] offers.
pub trait Choice: Copy + PartialEq + 'static {
    /// Iterates over all choices in the order in which they are offered.
    fn all() -> impl Iterator<Item = Self>;

    /// Returns the name of the choice.
    fn name(self) -> &'static str;

    /// Returns one line that says what the choice does.
    fn explanation(self) -> &'static str;
}

impl Choice for Reason {
    fn all() -> impl Iterator<Item = Self> {
        Self::ALL.into_iter()
    }

    fn name(self) -> &'static str {
        self.name()
    }

    fn explanation(self) -> &'static str {
        self.explanation()
    }
}

impl Choice for Rejection {
    fn all() -> impl Iterator<Item = Self> {
        Self::ALL.into_iter()
    }

    fn name(self) -> &'static str {
        self.name()
    }

    fn explanation(self) -> &'static str {
        self.explanation()
    }
}

impl Choice for PresenceChoice {
    fn all() -> impl Iterator<Item = Self> {
        Self::all()
    }

    fn name(self) -> &'static str {
        self.words()
    }

    fn explanation(self) -> &'static str {
        self.explanation()
    }
}

impl Choice for Action {
    fn all() -> impl Iterator<Item = Self> {
        Self::all().filter(|action| *action != Self::Palette)
    }

    fn name(self) -> &'static str {
        self.name()
    }

    fn explanation(self) -> &'static str {
        self.description()
    }
}

/// A list of choices that typing narrows down.
#[derive(Clone, Debug)]
pub struct Picker<T> {
    /// The typed text.
    pub input: Input,
    /// The choices that match the text, the best match first.
    pub choices: Vec<T>,
    /// The index of the highlighted choice.
    pub highlighted: usize,
}

/// A key by which the user leaves a picker.
pub(super) enum Picked<T> {
    Nothing,
    Choice(T),
}

impl<T: Choice> Picker<T> {
    /// Creates a picker that offers all choices and highlights one of them.
    #[must_use]
    pub fn at(highlighted: T) -> Self {
        let choices: Vec<T> = T::all().collect();
        let highlighted = choices.iter().position(|choice| *choice == highlighted).unwrap_or(0);
        Self { input: Input::default(), choices, highlighted }
    }

    /// Handles a key. Returns `None` while the picker stays open.
    pub(super) fn press(&mut self, key: Key) -> Option<Picked<T>> {
        let last = self.choices.len().saturating_sub(1);
        match key.code {
            Code::Esc => return Some(Picked::Nothing),
            Code::Enter => return self.choices.get(self.highlighted).copied().map(Picked::Choice),
            Code::Down | Code::Tab if !key.shift => self.highlighted = (self.highlighted + 1).min(last),
            Code::Up | Code::Tab => self.highlighted = self.highlighted.saturating_sub(1),
            Code::Char('n') if key.ctrl => self.highlighted = (self.highlighted + 1).min(last),
            Code::Char('p') if key.ctrl => self.highlighted = self.highlighted.saturating_sub(1),
            Code::PageDown => self.highlighted = last,
            Code::PageUp => self.highlighted = 0,
            _ => {
                if edit(&mut self.input, key) {
                    self.narrow();
                }
            }
        }
        None
    }

    /// Inserts text at the cursor.
    pub(super) fn paste(&mut self, text: &str) {
        insert(&mut self.input, text);
        self.narrow();
    }

    /// Keeps the choices that match the typed text, the best match first, and highlights the first one.
    fn narrow(&mut self) {
        let pattern = Pattern::parse(self.input.value(), CaseMatching::Ignore, Normalization::Smart);
        let mut matcher = Matcher::new(Config::DEFAULT);
        let mut buffer = Vec::new();
        let typed = self.input.value().trim();
        let mut scored: Vec<((bool, u32), T)> = T::all()
            .filter_map(|choice| {
                let text = format!("{} {}", choice.name(), choice.explanation());
                let score = pattern.score(Utf32Str::new(&text, &mut buffer), &mut matcher)?;
                // A complete name comes first, even if it is the end of a longer name.
                Some(((choice.name().eq_ignore_ascii_case(typed), score), choice))
            })
            .collect();
        scored.sort_by_key(|(score, _)| std::cmp::Reverse(*score));
        self.choices = scored.into_iter().map(|(_, choice)| choice).collect();
        self.highlighted = 0;
    }
}
