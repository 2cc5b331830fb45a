//! The themes by their names: those of the program, and the user's own.

use std::path::Path;

use super::depth::{self, ColorDepth};
use super::error::ThemeError;
use super::file::ThemeFile;
use super::styles::Theme;
use crate::nearest::nearest;

/// A theme with the name by which the configuration knows it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NamedTheme {
    /// The name.
    pub name: String,
    /// The styles.
    pub theme: Theme,
}

impl Default for NamedTheme {
    fn default() -> Self {
        Self { name: Theme::DEFAULT.into(), theme: Theme::default() }
    }
}

/// The themes of the program, each as the file that defines it, in the order of `rsvp theme`.
const BUILT_IN: [(&str, &str); 5] = [
    (Theme::DEFAULT, include_str!("../../assets/themes/terminal.toml")),
    ("dark", include_str!("../../assets/themes/dark.toml")),
    ("light", include_str!("../../assets/themes/light.toml")),
    ("high-contrast", include_str!("../../assets/themes/high-contrast.toml")),
    ("colour-blind", include_str!("../../assets/themes/colour-blind.toml")),
];

/// The name of the theme without colours.
const NONE: &str = "none";

impl Default for Theme {
    fn default() -> Self {
        Self::built_in(Self::DEFAULT).unwrap_or(Self::NONE)
    }
}

impl Theme {
    /// The name of the theme that is used unless the configuration names another.
    pub const DEFAULT: &str = "terminal";

    /// Returns the names of the program's own themes.
    pub fn names() -> impl Iterator<Item = &'static str> {
        BUILT_IN.iter().map(|(name, _)| *name).chain([NONE])
    }

    /// Returns the theme of the program with this name.
    #[must_use]
    pub fn built_in(name: &str) -> Option<Self> {
        if name == NONE {
            return Some(Self::NONE);
        }
        ThemeFile::parse(Self::source(name)?).ok().map(|file| file.theme(Self::NONE))
    }

    /// Returns the file of the program's own theme with this name, to start an own one from.
    #[must_use]
    pub fn source(name: &str) -> Option<&'static str> {
        BUILT_IN.iter().find(|(known, _)| *known == name).map(|(_, text)| *text)
    }

    /// Returns the theme with this name: one of the program, or that of the file `NAME.toml` in `directory`, which
    /// takes precedence.
    ///
    /// # Errors
    /// Returns an error if there is no such theme, or if its file can't be read or used.
    pub fn load(name: &str, directory: &Path) -> Result<Self, ThemeError> {
        let is_file_name = !name.is_empty() && name.chars().all(|c| c.is_alphanumeric() || "-_".contains(c));
        let path = directory.join(format!("{name}.toml"));
        if !is_file_name || !path.is_file() {
            return Self::built_in(name).ok_or_else(|| ThemeError::Unknown {
                name: name.into(),
                hint: hint(name),
                path: directory.join(format!("{name}.toml")),
            });
        }
        let text = std::fs::read_to_string(&path)
            .map_err(|error| ThemeError::Unreadable { path: path.clone(), reason: error.to_string() })?;
        let file = ThemeFile::parse(&text).map_err(|error| error.in_file(&path))?;
        // A file with the name of one of the program's themes changes that one.
        let base = file
            .extends()
            .map_or_else(|| Self::built_in(name).or_else(|| Some(Self::default())), Self::built_in);
        base.map(|base| file.theme(base)).ok_or_else(|| {
            let base = file.extends().unwrap_or_default();
            file.error_in_extends(format!("there is no theme `{base}`{}", hint(base))).in_file(&path)
        })
    }

    /// Returns the theme with the colours that a terminal of that depth can show.
    ///
    /// Sixteen colours are too few to choose the nearest ones, and their actual colours are not known: a theme with
    /// others makes way for the default one.
    #[must_use]
    pub fn with_depth(self, depth: ColorDepth) -> Self {
        match depth {
            ColorDepth::None => Self::NONE,
            ColorDepth::Indexed => self.map(depth::to_indexed),
            ColorDepth::Sixteen if self.colours().any(depth::is_beyond_sixteen) => Self::default(),
            ColorDepth::Sixteen | ColorDepth::TrueColor => self,
        }
    }
}

/// Returns what the user may have meant by a name, or the names that there are.
fn hint(name: &str) -> String {
    let names: Vec<&str> = Theme::names().collect();
    nearest(name, &names).map_or_else(
        || format!(" (there are {})", names.join(", ")),
        |meant| format!(" (did you mean `{meant}`?)"),
    )
}
