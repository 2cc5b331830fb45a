//! Keys, independent of the terminal library, and their names in the configuration.

use std::fmt;
use std::str::FromStr;
use std::time::Duration;

/// The time for which keys that answer are ignored after the screen changed without the user: they may be meant for
/// what was shown before.
pub const STRAY_KEY_GUARD: Duration = Duration::from_millis(400);

/// The key without its modifiers.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Code {
    /// A character. Shift is part of the character.
    Char(char),
    /// A function key, counted from 1.
    F(u8),
    /// The Enter key.
    Enter,
    /// The Escape key.
    Esc,
    /// The Tab key.
    Tab,
    /// The Backspace key.
    Backspace,
    /// The Delete key.
    Delete,
    /// The up arrow.
    Up,
    /// The down arrow.
    Down,
    /// The left arrow.
    Left,
    /// The right arrow.
    Right,
    /// The Page Up key.
    PageUp,
    /// The Page Down key.
    PageDown,
    /// The Home key.
    Home,
    /// The End key.
    End,
}

/// A key with its modifiers.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Key {
    /// The key without its modifiers.
    pub code: Code,
    /// Whether Ctrl is held.
    pub ctrl: bool,
    /// Whether Alt is held.
    pub alt: bool,
    /// Whether Shift is held; never set for characters.
    pub shift: bool,
}

impl Key {
    /// Creates a key without modifiers.
    #[must_use]
    pub const fn plain(code: Code) -> Self {
        Self { code, ctrl: false, alt: false, shift: false }
    }

    /// Creates a key for a character with Ctrl.
    #[must_use]
    pub const fn ctrl(character: char) -> Self {
        Self { code: Code::Char(character), ctrl: true, alt: false, shift: false }
    }
}

impl From<char> for Key {
    fn from(character: char) -> Self {
        Self::plain(Code::Char(character))
    }
}

/// The keys that are named by a word.
const NAMED: [(&str, Code); 15] = [
    ("Enter", Code::Enter),
    ("Esc", Code::Esc),
    ("Tab", Code::Tab),
    ("Backspace", Code::Backspace),
    ("Delete", Code::Delete),
    ("Up", Code::Up),
    ("Down", Code::Down),
    ("Left", Code::Left),
    ("Right", Code::Right),
    ("PageUp", Code::PageUp),
    ("PageDown", Code::PageDown),
    ("Home", Code::Home),
    ("End", Code::End),
    ("Space", Code::Char(' ')),
    ("Minus", Code::Char('-')),
];

impl fmt::Display for Key {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (on, name) in [(self.ctrl, "Ctrl-"), (self.alt, "Alt-"), (self.shift, "Shift-")] {
            if on {
                formatter.write_str(name)?;
            }
        }
        match (NAMED.iter().find(|(_, code)| *code == self.code), self.code) {
            (Some((name, _)), _) => formatter.write_str(name),
            (None, Code::Char(character)) => write!(formatter, "{character}"),
            (None, Code::F(number)) => write!(formatter, "F{number}"),
            (None, _) => Ok(()),
        }
    }
}

/// An error for a text that names no key.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("`{0}` is not a key; write it like `a`, `D`, `Ctrl-c`, `Alt-Enter`, `F5`, `Space` or `PageUp`")]
pub struct NoSuchKey(pub String);

impl FromStr for Key {
    type Err = NoSuchKey;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let unknown = || NoSuchKey(text.to_owned());
        let mut key = Self::plain(Code::Esc);
        let mut rest = text;
        while let Some((modifier, after)) = rest.split_once('-').filter(|(_, after)| !after.is_empty()) {
            match modifier.to_ascii_lowercase().as_str() {
                "ctrl" => key.ctrl = true,
                "alt" => key.alt = true,
                "shift" => key.shift = true,
                _ => return Err(unknown()),
            }
            rest = after;
        }
        let mut characters = rest.chars();
        key.code = match (characters.next(), characters.as_str()) {
            (Some(character), "") => Code::Char(character),
            (Some('F' | 'f'), number) if number.parse::<u8>().is_ok_and(|n| (1..=24).contains(&n)) => {
                Code::F(number.parse().map_err(|_| unknown())?)
            }
            _ => NAMED.iter().find(|(name, _)| name.eq_ignore_ascii_case(rest)).ok_or_else(unknown)?.1,
        };
        if let Code::Char(character) = key.code {
            if key.shift {
                key.code = Code::Char(character.to_uppercase().next().unwrap_or(character));
                key.shift = false;
            } else if key.ctrl {
                key.code = Code::Char(character.to_ascii_lowercase());
            }
        }
        Ok(key)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_reads_as_it_is_written() {
        for text in [
            "a",
            "D",
            "?",
            ":",
            "-",
            "Ctrl-c",
            "Alt-Enter",
            "Shift-Tab",
            "F5",
            "Space",
            "PageUp",
            "Ctrl-Alt-Delete",
        ] {
            let key: Key = text.parse().unwrap();
            assert_eq!(key.to_string().parse::<Key>().unwrap(), key, "{text}");
        }
        assert_eq!("ctrl-C".parse::<Key>().unwrap(), Key::ctrl('c'));
        assert_eq!("Shift-a".parse::<Key>().unwrap(), Key::from('A'));
    }

    #[test]
    fn nonsense_is_refused() {
        for text in ["", "Hyper-x", "ab", "F0", "F99", "Ctrl-"] {
            assert!(text.parse::<Key>().is_err(), "{text}");
        }
    }
}
