//! The files that define themes.

use ratatui::style::{Color, Modifier, Style};
use serde::Deserialize;
use toml::Spanned;

use super::error::ThemeError;
use super::styles::Theme;

/// A file that defines a theme: the styles that differ from those of another theme.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct ThemeFile {
    /// The name of the theme whose styles this one changes.
    extends: Option<Spanned<String>>,
    background: Option<FileColor>,
    text: Option<FileStyle>,
    title: Option<FileStyle>,
    accent: Option<FileStyle>,
    dim: Option<FileStyle>,
    selected: Option<FileStyle>,
    key: Option<FileStyle>,
    soon: Option<FileStyle>,
    urgent: Option<FileStyle>,
    good: Option<FileStyle>,
    waiting: Option<FileStyle>,
    bad: Option<FileStyle>,
    #[serde(skip)]
    text_of_file: String,
}

/// A style: the colour of the letters, or more.
#[derive(Clone, Copy, Debug, Deserialize)]
#[serde(
    untagged,
    expecting = "a colour like \"#6cb6eb\" or \"cyan\", or a style like { fg = \"cyan\", bold = true }"
)]
enum FileStyle {
    Color(FileColor),
    Style(FullStyle),
}

#[derive(Clone, Copy, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
#[expect(
    clippy::struct_excessive_bools,
    reason = "each is an attribute of the text that the terminal can combine"
)]
struct FullStyle {
    fg: Option<FileColor>,
    bg: Option<FileColor>,
    bold: bool,
    dim: bool,
    italic: bool,
    underline: bool,
    reverse: bool,
}

/// A colour: `#rrggbb`, one of the sixteen names of ANSI, a number of the palette of 256, or `terminal` for the
/// terminal's own.
#[derive(Clone, Copy, Debug)]
struct FileColor(Color);

impl<'de> Deserialize<'de> for FileColor {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        let colour = if text == "terminal" { Some(Color::Reset) } else { text.parse().ok() };
        colour.map(Self).ok_or_else(|| {
            let advice = "write \"#rrggbb\", a name like \"cyan\" or \"bright-red\", or \"0\" to \"255\"";
            serde::de::Error::custom(format!("unknown colour \"{text}\"; {advice}"))
        })
    }
}

impl FileStyle {
    fn style(self) -> Style {
        let full = match self {
            Self::Color(colour) => FullStyle { fg: Some(colour), ..FullStyle::default() },
            Self::Style(full) => full,
        };
        let modifiers = [
            (full.bold, Modifier::BOLD),
            (full.dim, Modifier::DIM),
            (full.italic, Modifier::ITALIC),
            (full.underline, Modifier::UNDERLINED),
            (full.reverse, Modifier::REVERSED),
        ];
        let modifiers = modifiers.into_iter().filter(|(is_set, _)| *is_set).map(|(_, modifier)| modifier);
        Style {
            fg: full.fg.map(|colour| colour.0),
            bg: full.bg.map(|colour| colour.0),
            ..Style::new().add_modifier(modifiers.collect())
        }
    }
}

impl ThemeFile {
    /// Parses the text of a file.
    ///
    /// # Errors
    /// Returns an error with the line of the first mistake.
    pub(super) fn parse(text: &str) -> Result<Self, ThemeError> {
        let file: Self = toml::from_str(text).map_err(|error| {
            let line = error.span().map(|span| line_of(text, span.start));
            invalid(line, error.message().trim_end().to_owned())
        })?;
        Ok(Self { text_of_file: text.to_owned(), ..file })
    }

    /// Returns the name of the theme that the file changes, if it names one.
    pub(super) fn extends(&self) -> Option<&str> {
        self.extends.as_ref().map(|name| name.get_ref().as_str())
    }

    /// Returns the error for a mistake in `extends`.
    pub(super) fn error_in_extends(&self, message: String) -> ThemeError {
        let line = self.extends.as_ref().map(|name| line_of(&self.text_of_file, name.span().start));
        invalid(line, message)
    }

    /// Returns the theme: `base` with the styles of the file.
    pub(super) fn theme(&self, base: Theme) -> Theme {
        let style = |own: Option<FileStyle>, other: Style| own.map_or(other, FileStyle::style);
        let mut text = style(self.text, base.text);
        text.bg = self.background.map_or(text.bg.or(base.text.bg), |colour| Some(colour.0));
        Theme {
            text,
            title: style(self.title, base.title),
            accent: style(self.accent, base.accent),
            dim: style(self.dim, base.dim),
            selected: style(self.selected, base.selected),
            key: style(self.key, base.key),
            soon: style(self.soon, base.soon),
            urgent: style(self.urgent, base.urgent),
            good: style(self.good, base.good),
            waiting: style(self.waiting, base.waiting),
            bad: style(self.bad, base.bad),
        }
    }
}

fn invalid(line: Option<usize>, message: String) -> ThemeError {
    ThemeError::Invalid { path: std::path::PathBuf::new(), line, message }
}

/// Returns the number, from 1, of the line that contains the byte `offset`.
fn line_of(text: &str, offset: usize) -> usize {
    text.get(..offset).unwrap_or_default().matches('\n').count() + 1
}
