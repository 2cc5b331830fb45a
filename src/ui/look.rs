use ratatui::buffer::Buffer;

use super::theme::Theme;

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

/// Replaces the signs of the program by ASCII, and with [`Charset::Ascii`] all other characters by question marks.
pub(super) fn to_ascii(buffer: &mut Buffer, charset: Charset) {
    for cell in &mut buffer.content {
        let plain = match cell.symbol() {
            "●" => "*",
            "≤" => "<",
            "○" => "o",
            "×" | "✓" => "x",
            "▸" => ">",
            "─" | "·" => "-",
            "│" | "┤" | "├" => "|",
            "┌" | "┐" | "└" | "┘" => "+",
            // Unlike a dot, a tilde cannot be mistaken for a part of an address.
            "…" => "~",
            "“" | "”" => "\"",
            other if charset == Charset::Ascii && !other.is_ascii() => "?",
            _ => continue,
        };
        cell.set_symbol(plain);
    }
}
