//! The only form of remote text that a view, a log or a notification accepts.

use std::fmt;
use std::sync::Arc;

use serde::{Deserialize, Serialize, Serializer};

use unicode_properties::{GeneralCategory, UnicodeGeneralCategory};
use unicode_security::MixedScript;

/// The maximum number of combining marks on one base character. Vietnamese and Thai need two.
const MAX_MARKS: usize = 2;

/// A line of text from a server or a file, sanitized for the terminal and the log.
///
/// The text has no control characters (C0, C1), no bidirectional controls, no zero-width and tag characters, and no
/// private-use or unassigned code points. Line breaks and tabs are single spaces, at most two combining marks follow a
/// character, and the length is limited. Clones share the text.
#[derive(Clone, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Deserialize)]
#[serde(from = "String")]
pub struct DisplayText(Arc<str>);

impl DisplayText {
    /// The limit for names, subjects and addresses, in characters. A UCWA subject has at most 250.
    pub const LINE: usize = 256;
    /// The limit for messages, in characters.
    pub const MESSAGE: usize = 2_000;

    /// Sanitizes `raw` and limits it to [`DisplayText::LINE`] characters.
    #[must_use]
    pub fn new(raw: &str) -> Self {
        Self::bounded(raw, Self::LINE)
    }

    /// Sanitizes `raw` and limits it to `limit` characters. The last character of a text that was cut is “…”.
    #[must_use]
    pub fn bounded(raw: &str, limit: usize) -> Self {
        if raw.len() <= limit && is_plain(raw) { Self(raw.into()) } else { Self(sanitize(raw, limit).into()) }
    }

    /// Returns the text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Returns whether the text is empty.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Returns whether the text is a name that a user has typed: sanitized like the text, and without regard to case.
    #[must_use]
    pub fn is_named(&self, typed: &str) -> bool {
        self.0.to_lowercase() == Self::new(typed).0.to_lowercase()
    }

    /// Returns whether a word mixes scripts that no single writing system mixes (Unicode TR 39), like a Cyrillic “а” among
    /// Latin letters.
    #[must_use]
    pub fn mixes_scripts(&self) -> bool {
        !self.0.is_ascii() && self.0.split(' ').any(|word| !word.is_single_script())
    }
}

impl From<String> for DisplayText {
    fn from(raw: String) -> Self {
        Self::bounded(&raw, Self::MESSAGE)
    }
}

impl Serialize for DisplayText {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&self.0)
    }
}

impl fmt::Display for DisplayText {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.pad(&self.0)
    }
}

impl fmt::Debug for DisplayText {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(&self.0, formatter)
    }
}

impl From<&str> for DisplayText {
    fn from(raw: &str) -> Self {
        Self::new(raw)
    }
}

/// Returns whether `raw` needs no change: printable ASCII words with single spaces between them.
fn is_plain(raw: &str) -> bool {
    let mut before = b' ';
    let all_plain = raw.bytes().all(|byte| {
        let is_plain = matches!(byte, b'!'..=b'~') || (byte == b' ' && before != b' ');
        before = byte;
        is_plain
    });
    all_plain && (raw.is_empty() || before != b' ')
}

fn sanitize(raw: &str, limit: usize) -> String {
    let mut clean = String::with_capacity(raw.len().min(limit * 4));
    let mut length = 0;
    let mut marks = 0;
    // White space counts only if something follows it.
    let mut space = false;
    for character in raw.chars() {
        let class = classify(character);
        match class {
            Class::Drop => continue,
            Class::Space => {
                (space, marks) = (length > 0, 0);
                continue;
            }
            Class::Mark if length == 0 || marks == MAX_MARKS => continue,
            Class::Mark | Class::Keep => {}
        }
        if length + usize::from(space) >= limit {
            if length == limit {
                clean.pop();
            }
            clean.push('…');
            break;
        }
        if std::mem::take(&mut space) {
            clean.push(' ');
            length += 1;
        }
        marks = if class == Class::Mark { marks + 1 } else { 0 };
        clean.push(character);
        length += 1;
    }
    clean
}

#[derive(PartialEq)]
enum Class {
    Keep,
    Mark,
    Space,
    Drop,
}

fn classify(character: char) -> Class {
    use GeneralCategory as Category;
    if matches!(character, '!'..='~') {
        return Class::Keep;
    }
    // These characters draw nothing, although their categories are those of letters, marks and symbols.
    if matches!(character,
        '\u{034F}' | '\u{115F}' | '\u{1160}' | '\u{17B4}' | '\u{17B5}' | '\u{180B}'..='\u{180F}' | '\u{2800}'
        | '\u{3164}' | '\u{FE00}'..='\u{FE0F}' | '\u{FFA0}' | '\u{13441}' | '\u{13442}' | '\u{1D159}'
        | '\u{E0000}'..='\u{E0FFF}')
    {
        return Class::Drop;
    }
    match character.general_category() {
        Category::SpaceSeparator | Category::LineSeparator | Category::ParagraphSeparator => Class::Space,
        Category::Control if matches!(character, '\t'..='\r' | '\u{85}') => Class::Space,
        Category::Control
        | Category::Format
        | Category::Surrogate
        | Category::PrivateUse
        | Category::Unassigned => Class::Drop,
        Category::NonspacingMark | Category::EnclosingMark | Category::SpacingMark => Class::Mark,
        _ => Class::Keep,
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn a_typed_name_is_compared_without_regard_to_case_and_to_what_is_never_shown() {
        let name = DisplayText::new("Büro  2");
        assert!(name.is_named("BÜRO 2") && name.is_named(" büro\t2 "));
        assert!(!name.is_named("Büro") && !name.is_named(""));
    }

    #[test]
    fn what_steers_a_terminal_or_hides_is_removed() {
        let cases = [
            ("plain", "plain"),
            ("\u{1b}[2Jboo\u{7}", "[2Jboo"),
            ("\u{9b}31mred", "31mred"),
            ("evil\u{202e}gnp.exe", "evilgnp.exe"),
            ("a\u{200b}b\u{feff}c\u{e0041}d\u{3164}e", "abcde"),
            ("two\r\nlines\u{2028}here", "two lines here"),
            ("  wide \t gaps  ", "wide gaps"),
            (" lead", "lead"),
            ("trail ", "trail"),
            ("two  gaps", "two gaps"),
            (" ", ""),
            ("", ""),
            ("Zoe\u{0308}\u{0301}\u{0301}\u{0301}!", "Zoe\u{0308}\u{0301}!"),
            ("\u{0301}alone", "alone"),
            ("日本語 Ünïcode", "日本語 Ünïcode"),
        ];
        for (raw, clean) in cases {
            assert_eq!(DisplayText::new(raw).as_str(), clean, "{raw:?}");
        }
    }

    #[test]
    fn what_looks_blank_is_empty() {
        // Braille, Hangul, Khmer, Mongolian, Egyptian and musical blanks; spaces; what has no width.
        let blanks = "\u{2800}\u{3164}\u{FFA0}\u{115F}\u{1160}\u{17B4}\u{17B5}\u{180B}\u{180E}\u{13441}\u{13442}\u{1D159}\
            \u{A0}\u{1680}\u{2003}\u{202F}\u{205F}\u{3000}\u{AD}\u{34F}\u{200B}\u{200D}\u{2060}\u{2064}\u{FE0F}\u{FEFF}\u{E0020}";
        assert!(DisplayText::new(blanks).is_empty());
        for blank in blanks.chars() {
            let text = DisplayText::new(&format!(" {blank}{blank} \u{301}{blank}"));
            assert!(text.is_empty(), "{blank:?}: {text:?}");
        }
    }

    #[test]
    fn a_message_is_as_long_after_it_was_kept() {
        let message = DisplayText::bounded(&"word ".repeat(300), DisplayText::MESSAGE);
        let kept = serde_json::to_string(&message).unwrap();
        assert_eq!(serde_json::from_str::<DisplayText>(&kept).unwrap(), message);
        assert!(message.as_str().len() > 1_000);
    }

    #[test]
    fn a_cut_is_told() {
        assert_eq!(DisplayText::bounded("abcdef", 4).as_str(), "abc…");
        assert_eq!(DisplayText::bounded("abcd", 4).as_str(), "abcd");
        assert_eq!(DisplayText::bounded("abc d", 4).as_str(), "abc…");
        assert_eq!(DisplayText::bounded("abcd \n ", 4).as_str(), "abcd", "nothing follows");
    }

    #[test]
    fn the_limit_is_the_same_for_every_script() {
        for (text, cut) in [("Zoë Ärö", "Zoë Ä…"), ("Анна Ли", "Анна …"), ("日本語日本語日", "日本語日本…")]
        {
            let exact = text.chars().count();
            let whole = DisplayText::bounded(text, exact);
            assert_eq!(whole.as_str(), text, "it has just {exact} characters");
            let limit = cut.chars().count();
            assert_eq!(DisplayText::bounded(text, limit).as_str(), cut);
        }
    }

    #[test]
    fn mixed_scripts_are_seen_word_by_word() {
        assert!(DisplayText::new("p\u{0430}ypal").mixes_scripts());
        assert!(!DisplayText::new("Анна Smith").mixes_scripts());
        assert!(!DisplayText::new("José 日本").mixes_scripts());
    }

    proptest! {
        #[test]
        fn nothing_harmful_survives(raw in "\\PC*|[\\x00-\\u{10FFFF}]*") {
            let clean = DisplayText::new(&raw);
            prop_assert!(clean.as_str().chars().count() <= DisplayText::LINE);
            prop_assert!(clean.as_str().chars().all(|c| c == ' ' || matches!(classify(c), Class::Keep | Class::Mark)));
            prop_assert_eq!(DisplayText::new(clean.as_str()), clean);
        }
    }
}
