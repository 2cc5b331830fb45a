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

    /// Returns the name of the choice in requests or in the configuration.
    fn name(self) -> &'static str;

    /// Returns the name of the choice for users.
    fn label(self) -> &'static str {
        self.name()
    }

    /// Returns one line that says what the choice does.
    fn explanation(self) -> &'static str;

    /// Returns the digit that chooses at once while nothing is typed.
    fn digit(self) -> Option<char> {
        None
    }

    /// Returns the heading under which the choice is listed while nothing is typed.
    fn heading(self) -> Option<&'static str> {
        None
    }
}

/// Returns the digit of a choice by its position, from 1 to 9.
fn nth_digit<T: Choice>(choice: T) -> Option<char> {
    T::all().zip('1'..='9').find(|(other, _)| *other == choice).map(|(_, digit)| digit)
}

impl Choice for Reason {
    fn all() -> impl Iterator<Item = Self> {
        Self::ALL.into_iter()
    }

    fn name(self) -> &'static str {
        self.name()
    }

    fn label(self) -> &'static str {
        self.label()
    }

    fn explanation(self) -> &'static str {
        self.effect()
    }

    /// Only the everyday reasons have digits: a wrong key must not report a technical failure to the caller.
    fn digit(self) -> Option<char> {
        nth_digit(self).filter(|_| !self.is_technical())
    }

    fn heading(self) -> Option<&'static str> {
        self.is_technical().then_some("Technical reasons")
    }
}

impl Choice for Rejection {
    fn all() -> impl Iterator<Item = Self> {
        Self::ALL.into_iter()
    }

    fn name(self) -> &'static str {
        self.name()
    }

    fn label(self) -> &'static str {
        self.label()
    }

    fn explanation(self) -> &'static str {
        self.explanation()
    }

    fn digit(self) -> Option<char> {
        nth_digit(self)
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

    fn label(self) -> &'static str {
        self.description()
    }

    fn explanation(self) -> &'static str {
        ""
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

    /// Returns whether typed text narrows the choices down.
    #[must_use]
    pub fn is_filtered(&self) -> bool {
        !self.input.value().trim().is_empty()
    }

    /// Returns the choice that a digit chooses at once.
    fn by_digit(&self, key: Key) -> Option<T> {
        let Code::Char(digit) = key.code else { return None };
        let is_text = !self.input.value().is_empty() || key.ctrl || key.alt;
        T::all().find(|choice| !is_text && choice.digit() == Some(digit))
    }

    /// Handles a key. Returns `None` while the picker stays open.
    pub(super) fn press(&mut self, key: Key) -> Option<Picked<T>> {
        if let Some(choice) = self.by_digit(key) {
            return Some(Picked::Choice(choice));
        }
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
        let mut scored: Vec<((bool, bool, u32), T)> = T::all()
            .filter_map(|choice| {
                let text = format!("{} {} {}", choice.label(), choice.name(), choice.explanation());
                let score = pattern.score(Utf32Str::new(&text, &mut buffer), &mut matcher)?;
                // A complete name comes first, even if it is the end of a longer name; then what the text begins.
                let is_whole = choice.name().eq_ignore_ascii_case(typed);
                let start = choice.label().get(..typed.len());
                let begins = start.is_some_and(|start| start.eq_ignore_ascii_case(typed));
                Some(((is_whole, begins, score), choice))
            })
            .collect();
        scored.sort_by_key(|(score, _)| std::cmp::Reverse(*score));
        self.choices = scored.into_iter().map(|(_, choice)| choice).collect();
        self.highlighted = 0;
    }
}
