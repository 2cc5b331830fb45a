use ratatui::buffer::Buffer;
use ratatui::style::Color;

use crate::theme::Theme;

/// The look of the screen, independent of its content.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Look {
    /// The styles.
    pub theme: Theme,
    /// The characters that the terminal can show.
    pub charset: Charset,
}

/// The characters that may be drawn.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Charset {
    /// All characters.
    #[default]
    Unicode,
    /// ASCII for the signs and lines of the program; text from elsewhere stays as it is.
    AsciiSigns,
    /// ASCII only: the terminal does not support UTF-8.
    Ascii,
}

/// Gives the cells that have no colours of their own those of the theme.
pub(super) fn fill(buffer: &mut Buffer, theme: &Theme) {
    let text = theme.text;
    if text.fg.is_none() && text.bg.is_none() {
        return;
    }
    for cell in &mut buffer.content {
        if cell.fg == Color::Reset {
            cell.fg = text.fg.unwrap_or_default();
        }
        if cell.bg == Color::Reset {
            cell.bg = text.bg.unwrap_or_default();
        }
    }
}

/// Replaces the signs of the program by ASCII, and with [`Charset::Ascii`] all other characters by question marks.
pub(super) fn to_ascii(buffer: &mut Buffer, charset: Charset) {
    for cell in &mut buffer.content {
        let plain = match cell.symbol() {
            "●" => "*",
            "≤" => "<",
            "○" => "o",
            "⊖" => "!",
            "×" | "✓" => "x",
            "▸" => ">",
            "▲" => "^",
            "▼" => "v",
            "■" | "▮" | "┃" => "#",
            "▯" => ".",
            "─" | "·" => "-",
            "│" | "┤" | "├" => "|",
            "┌" | "┐" | "└" | "┘" | "◉" | "◎" => "+",
            // Unlike a dot, a tilde cannot be mistaken for a part of an address.
            "…" | "◔" | "◑" => "~",
            "“" | "”" => "\"",
            other if charset == Charset::Ascii && !other.is_ascii() => "?",
            _ => continue,
        };
        cell.set_symbol(plain);
    }
}
