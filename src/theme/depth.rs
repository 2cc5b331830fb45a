//! The number of colours of a terminal, and the colours of the 256 that are nearest to others.

use ratatui::style::Color;

/// The number of colours that a terminal can show.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum ColorDepth {
    /// No colours, or none wanted.
    None,
    /// The sixteen colours of ANSI, which the user has chosen.
    Sixteen,
    /// The palette of 256 colours of xterm.
    Indexed,
    /// Any colour, as red, green and blue.
    TrueColor,
}

/// The words in `TERM` of terminals that show any colour but may not say so, as over ssh, which drops `COLORTERM`.
const TRUE_COLOUR_TERMINALS: [&str; 6] = ["direct", "kitty", "alacritty", "ghostty", "foot", "wezterm"];

/// The steps of red, green and blue in the colour cube of xterm, whose colours have the numbers from 16 to 231.
const CUBE: [u8; 6] = [0, 95, 135, 175, 215, 255];

impl ColorDepth {
    /// Returns the depth that the environment indicates, given the value of a variable. `NO_COLOR` (see no-color.org)
    /// takes precedence, then `COLORTERM`, then `TERM`.
    #[must_use]
    pub fn of_environment(variable: impl Fn(&str) -> Option<String>) -> Self {
        let value = |name| variable(name).unwrap_or_default().to_ascii_lowercase();
        let (terminal, colours) = (value("TERM"), value("COLORTERM"));
        if !value("NO_COLOR").is_empty() || terminal == "dumb" {
            Self::None
        } else if ["truecolor", "24bit"].contains(&colours.as_str())
            || TRUE_COLOUR_TERMINALS.iter().any(|name| terminal.contains(name))
            || (cfg!(windows) && terminal.is_empty())
        {
            Self::TrueColor
        } else if terminal.contains("256color") {
            Self::Indexed
        } else {
            Self::Sixteen
        }
    }
}

/// Returns whether a colour is not one of the sixteen of ANSI.
pub(super) fn is_beyond_sixteen(colour: Color) -> bool {
    matches!(colour, Color::Rgb(..) | Color::Indexed(16..))
}

/// Returns the nearest of the 256 colours of xterm.
pub(super) fn to_indexed(colour: Color) -> Color {
    let Color::Rgb(red, green, blue) = colour else { return colour };
    let wanted = [red, green, blue];
    let step = |value: u8| {
        let nearest = CUBE.iter().zip(0_u8..).min_by_key(|(step, _)| step.abs_diff(value));
        nearest.map_or((0, 0), |(step, number)| (*step, number))
    };
    let [(r, red), (g, green), (b, blue)] = wanted.map(step);
    let grey_number = (wanted.iter().map(|value| u16::from(*value)).sum::<u16>() / 3).saturating_sub(3) / 10;
    let grey_number = u8::try_from(grey_number.min(23)).unwrap_or_default();
    let grey = 8 + 10 * grey_number;
    if distance(wanted, [grey; 3]) < distance(wanted, [r, g, b]) {
        Color::Indexed(232 + grey_number)
    } else {
        Color::Indexed(16 + 36 * red + 6 * green + blue)
    }
}

fn distance(one: [u8; 3], other: [u8; 3]) -> u32 {
    one.iter().zip(other).map(|(one, other)| u32::from(one.abs_diff(other)).pow(2)).sum()
}
