use ratatui::style::{Color, Modifier, Style};

/// A style for each meaning.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Theme {
    /// The background and the colour of ordinary text; without them, those of the terminal.
    pub text: Style,
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
    /// The last ten seconds before a deadline.
    pub soon: Style,
    /// Urgent invitations and the last five seconds before a deadline.
    pub urgent: Style,
    /// Success.
    pub good: Style,
    /// Work in progress, or something that needs attention.
    pub waiting: Style,
    /// Failure.
    pub bad: Style,
}

impl Theme {
    /// No colours, as `NO_COLOR` asks for.
    pub const NONE: Self = Self {
        text: Style::new(),
        title: Style::new().add_modifier(Modifier::BOLD),
        accent: Style::new(),
        dim: Style::new().add_modifier(Modifier::DIM),
        selected: Style::new().add_modifier(Modifier::REVERSED),
        key: Style::new().add_modifier(Modifier::BOLD),
        soon: Style::new().add_modifier(Modifier::BOLD),
        urgent: Style::new().add_modifier(Modifier::BOLD.union(Modifier::UNDERLINED)),
        good: Style::new(),
        waiting: Style::new(),
        bad: Style::new().add_modifier(Modifier::BOLD),
    };

    /// Returns all styles with their names in a theme file.
    #[must_use]
    pub fn styles(&self) -> [(&'static str, Style); 11] {
        let Self { text, title, accent, dim, selected, key, soon, urgent, good, waiting, bad } = *self;
        [
            ("text", text),
            ("title", title),
            ("accent", accent),
            ("dim", dim),
            ("selected", selected),
            ("key", key),
            ("soon", soon),
            ("urgent", urgent),
            ("good", good),
            ("waiting", waiting),
            ("bad", bad),
        ]
    }

    /// Returns whether a style carries urgency, success or failure, unlike those that only set parts apart.
    #[must_use]
    pub fn is_highlight(&self, style: Style) -> bool {
        style != Style::new() && [self.soon, self.urgent, self.good, self.waiting, self.bad].contains(&style)
    }

    /// Returns the colours of all styles.
    pub(super) fn colours(&self) -> impl Iterator<Item = Color> + use<> {
        self.styles().into_iter().flat_map(|(_, style)| [style.fg, style.bg]).flatten()
    }

    /// Returns the theme with other colours.
    pub(super) fn map(self, colour: fn(Color) -> Color) -> Self {
        let style = |style: Style| Style { fg: style.fg.map(colour), bg: style.bg.map(colour), ..style };
        Self {
            text: style(self.text),
            title: style(self.title),
            accent: style(self.accent),
            dim: style(self.dim),
            selected: style(self.selected),
            key: style(self.key),
            soon: style(self.soon),
            urgent: style(self.urgent),
            good: style(self.good),
            waiting: style(self.waiting),
            bad: style(self.bad),
        }
    }
}
