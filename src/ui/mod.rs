//! The view: [`State`] -> frame. Pure; what it costs depends on the screen, not on how much there is to show.

mod details;
mod farewell;
mod fit;
#[cfg(test)]
mod fixtures;
mod footer;
mod header;
mod help;
mod list;
mod popup;
mod prompt;
mod rows;
#[cfg(test)]
mod tests;
mod theme;
mod words;

use ratatui::Frame;
use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::style::Style;
use ratatui::text::Line;
use ratatui::widgets::{Clear, Widget};

pub use farewell::farewell;
pub use theme::Theme;

use crate::app::{Mode, State, Tone};
use fit::{Cells, fit, wrap};

/// How the screen looks, whatever it shows.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Look {
    /// The style of each meaning.
    pub theme: Theme,
    /// What the terminal can show.
    pub charset: Charset,
}

/// The characters that may be drawn.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Charset {
    /// All.
    #[default]
    Unicode,
    /// Signs and lines of our own are drawn with ASCII; what others wrote stays as it is.
    AsciiSigns,
    /// Nothing but ASCII: the terminal takes no UTF-8.
    Ascii,
}

/// From this width on, the details stand beside the list.
const WIDE: u16 = 120;
/// From this height on, a line is kept free for notices, so that nothing moves when one comes.
const NOTICE: u16 = 8;
/// From this height of the body on, the details always have their part of it.
const TALL: u16 = 14;

/// Draws everything.
pub fn draw(frame: &mut Frame, state: &State, look: &Look) {
    let area = frame.area();
    if area.is_empty() {
        return;
    }
    let buffer = frame.buffer_mut();
    let room = usize::from(area.width);
    let header = header::lines(state, look, area);
    let mut rest = area;
    for line in &header {
        put(buffer, take_top(&mut rest, 1), line);
    }
    put(buffer, take_bottom(&mut rest, 1), &footer::line(state, look, room));
    let notice = take_bottom(&mut rest, u16::from(area.height >= NOTICE));
    put(buffer, take_top(&mut rest, 1), &header::tabs(state, look, room));
    body(buffer, rest, state, look);
    notices(buffer, notice, rest, state, look);
    let mut above = area;
    take_bottom(&mut above, u16::from(area.height > 1));
    let cursor = match &state.mode {
        Mode::Lists => None,
        Mode::Decline(declining) => popup::decline(buffer, above, declining, state, look),
        Mode::Reject(rejecting) => popup::reject(buffer, above, rejecting, state, look),
        Mode::Palette(picker) => popup::palette(buffer, above, picker, state, look),
        Mode::Prompt(prompt) => prompt::draw(buffer, above, prompt, state, look),
        Mode::Help(scrolled) => help::draw(buffer, above, *scrolled, state, look),
    };
    if look.charset != Charset::Unicode {
        to_ascii(buffer, look.charset);
    }
    if let Some(cursor) = cursor {
        frame.set_cursor_position(cursor);
    }
}

fn body(buffer: &mut Buffer, area: Rect, state: &State, look: &Look) {
    if state.details && list::wanted(state, area.width) > 0 {
        details::draw(buffer, area, state, look);
        return;
    }
    if area.width >= WIDE {
        let beside = area.width * 2 / 5;
        let left = Rect { width: area.width - beside - 1, ..area };
        let right = Rect { x: left.right() + 1, width: beside, ..area };
        for y in area.top()..area.bottom() {
            buffer.set_string(left.right(), y, "│", look.theme.accent);
        }
        list::draw(buffer, left, state, look);
        details::draw(buffer, right, state, look);
        return;
    }
    // Where there is little room the list comes first, and the details get what it leaves.
    let wanted = u16::try_from(list::wanted(state, area.width)).unwrap_or(u16::MAX);
    let below = if area.height >= TALL {
        (area.height * 2 / 5).min(9)
    } else {
        area.height.saturating_sub(wanted.max(1))
    };
    let below = if below < 2 || wanted == 0 { 0 } else { below };
    let mut rest = area;
    let bottom = take_bottom(&mut rest, below);
    list::draw(buffer, rest, state, look);
    if below > 0 {
        details::draw(buffer, bottom, state, look);
    }
}

/// What the user is told: in its own line, and where that has no room for it, over the lines above.
fn notices(buffer: &mut Buffer, own: Rect, above: Rect, state: &State, look: &Look) {
    let Some(notice) = &state.notice else { return };
    let (sign, style) = match notice.tone {
        Tone::Info => (" ", Style::new()),
        Tone::Problem => ("!", look.theme.bad),
    };
    let room = usize::from(own.width).saturating_sub(3);
    let mut texts = wrap(notice.text.as_str(), room);
    let most = 1 + usize::from((above.height / 4).min(2));
    if texts.len() > most {
        // What is left out is told by the last line's end.
        let rest = texts.split_off(most - 1).join(" ");
        texts.push(fit(&rest, room).into_owned());
    }
    let mut rest = Rect { height: above.height + own.height, ..above };
    for (number, text) in texts.iter().enumerate().rev() {
        let mut cells = Cells::default();
        cells.text(if number == 0 { sign } else { " " }, style);
        cells.gap(1);
        cells.text(text.as_str(), style);
        let line = take_bottom(&mut rest, u16::from(own.height > 0));
        Clear.render(line, buffer);
        put(buffer, line, &cells.line(None));
    }
}

/// Draws a line into the first row of an area, which may be empty.
fn put(buffer: &mut Buffer, area: Rect, line: &Line<'_>) {
    if area.is_empty() {
        return;
    }
    let mut x = area.x;
    for span in line {
        let style = line.style.patch(span.style);
        let room = area.right().saturating_sub(x);
        // Most of what is drawn is ASCII, which needs no segmentation.
        x = if span.content.is_ascii() {
            put_ascii(buffer, (x, area.y), &span.content, room, style)
        } else {
            buffer.set_stringn(x, area.y, &span.content, room.into(), style).0
        };
    }
}

fn put_ascii(buffer: &mut Buffer, (x, y): (u16, u16), text: &str, room: u16, style: Style) -> u16 {
    let columns = (x..x.saturating_add(room)).zip(text.chars().filter(|it| !it.is_ascii_control()));
    let mut end = x;
    for (x, character) in columns {
        if let Some(cell) = buffer.cell_mut((x, y)) {
            cell.set_char(character).set_style(style);
        }
        end = x + 1;
    }
    end
}

fn take_top(area: &mut Rect, height: u16) -> Rect {
    let height = height.min(area.height);
    let taken = Rect { height, ..*area };
    area.y += height;
    area.height -= height;
    taken
}

fn take_bottom(area: &mut Rect, height: u16) -> Rect {
    let height = height.min(area.height);
    area.height -= height;
    Rect { y: area.bottom(), height, ..*area }
}

/// Replaces the signs that this module draws, and the letters that the terminal can't show.
fn to_ascii(buffer: &mut Buffer, charset: Charset) {
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
            "…" => ".",
            "“" | "”" => "\"",
            other if charset == Charset::Ascii && !other.is_ascii() => "?",
            _ => continue,
        };
        cell.set_symbol(plain);
    }
}
