//! The styles of the screen. Colour is never the only carrier of a meaning: each also has a word or a sign.

use ratatui::style::{Color, Modifier, Style};

/// A style for each meaning. Foregrounds are never black or white, so that they are legible on any background.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Theme {
    /// The program's name and the titles of panes and dialogs.
    pub title: Style,
    /// Borders, the cursor's sign, and the current tab.
    pub accent: Style,
    /// Secondary text: addresses, labels, and invitations that have ended.
    pub dim: Style,
    /// The selected row.
    pub selected: Style,
    /// The keys in the footer and the help.
    pub key: Style,
    /// Urgent invitations and the last seconds before a deadline.
    pub urgent: Style,
    /// Success.
    pub good: Style,
    /// Work in progress, or something that needs attention.
    pub waiting: Style,
    /// Failure.
    pub bad: Style,
}

impl Default for Theme {
    fn default() -> Self {
        Self::TERMINAL
    }
}

/// Returns a style with this foreground.
const fn colour(colour: Color) -> Style {
    Style::new().fg(colour)
}

impl Theme {
    /// The names that [`Theme::named`] accepts.
    pub const NAMES: [&str; 4] = ["terminal", "dark", "light", "none"];

    /// The sixteen colours of the terminal.
    pub const TERMINAL: Self = Self {
        title: Style::new().add_modifier(Modifier::BOLD),
        accent: colour(Color::Cyan),
        dim: Style::new().add_modifier(Modifier::DIM),
        selected: Style::new().add_modifier(Modifier::REVERSED),
        key: colour(Color::Cyan).add_modifier(Modifier::BOLD),
        urgent: colour(Color::Red).add_modifier(Modifier::BOLD),
        good: colour(Color::Green),
        waiting: colour(Color::Yellow),
        bad: colour(Color::Red),
    };

    /// Soft colours for a dark background, out of 256.
    pub const DARK: Self = Self {
        accent: colour(Color::Indexed(74)),
        dim: colour(Color::Indexed(245)),
        selected: Style::new().bg(Color::Indexed(238)).add_modifier(Modifier::BOLD),
        key: colour(Color::Indexed(74)).add_modifier(Modifier::BOLD),
        urgent: colour(Color::Indexed(209)).add_modifier(Modifier::BOLD),
        good: colour(Color::Indexed(114)),
        waiting: colour(Color::Indexed(179)),
        bad: colour(Color::Indexed(203)),
        ..Self::TERMINAL
    };

    /// Dark colours for a light background, out of 256.
    pub const LIGHT: Self = Self {
        accent: colour(Color::Indexed(25)),
        dim: colour(Color::Indexed(242)),
        selected: Style::new().bg(Color::Indexed(253)).add_modifier(Modifier::BOLD),
        key: colour(Color::Indexed(25)).add_modifier(Modifier::BOLD),
        urgent: colour(Color::Indexed(124)).add_modifier(Modifier::BOLD),
        good: colour(Color::Indexed(28)),
        waiting: colour(Color::Indexed(94)),
        bad: colour(Color::Indexed(124)),
        ..Self::TERMINAL
    };

    /// No colours, as `NO_COLOR` asks for.
    pub const NONE: Self = Self {
        accent: Style::new(),
        key: Style::new().add_modifier(Modifier::BOLD),
        urgent: Style::new().add_modifier(Modifier::BOLD.union(Modifier::UNDERLINED)),
        good: Style::new(),
        waiting: Style::new(),
        bad: Style::new().add_modifier(Modifier::BOLD),
        ..Self::TERMINAL
    };

    /// Returns whether a style carries urgency, success or failure, unlike those that only set parts apart.
    #[must_use]
    pub fn is_highlight(&self, style: Style) -> bool {
        style != Style::new() && [self.urgent, self.good, self.waiting, self.bad].contains(&style)
    }

    /// Returns the theme with this name.
    #[must_use]
    pub fn named(name: &str) -> Option<Self> {
        match name {
            "terminal" => Some(Self::TERMINAL),
            "dark" => Some(Self::DARK),
            "light" => Some(Self::LIGHT),
            "none" => Some(Self::NONE),
            _ => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn styles(theme: Theme) -> [Style; 9] {
        let Theme { title, accent, dim, selected, key, urgent, good, waiting, bad } = theme;
        [title, accent, dim, selected, key, urgent, good, waiting, bad]
    }

    #[test]
    fn every_name_has_a_theme() {
        assert!(Theme::NAMES.iter().all(|name| Theme::named(name).is_some()));
        assert_eq!(Theme::named("neon"), None);
    }

    #[test]
    fn no_theme_draws_black_or_white_letters() {
        for theme in Theme::NAMES.iter().filter_map(|name| Theme::named(name)) {
            for style in styles(theme) {
                assert!(!matches!(
                    style.fg,
                    Some(Color::Black | Color::White | Color::Indexed(0 | 7 | 15 | 16 | 231))
                ));
            }
        }
    }

    #[test]
    fn the_colourless_theme_has_no_colour_and_still_shows_the_selection() {
        assert!(styles(Theme::NONE).iter().all(|style| style.fg.is_none() && style.bg.is_none()));
        assert_ne!(Theme::NONE.selected, Style::new());
    }
}
