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

use ratatui::buffer::Buffer;
use ratatui::layout::{Position, Rect};
use ratatui::style::Style;
use ratatui::text::Line;
use ratatui::widgets::{Clear, Widget};

pub use farewell::farewell;
pub use theme::Theme;

use crate::app::{Item, Mode, State, Tone, Viewport};
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

/// Draws everything, and returns where the cursor is, if it is to be shown.
pub fn draw(buffer: &mut Buffer, state: &State, look: &Look) -> Option<Position> {
    let area = buffer.area;
    if area.is_empty() {
        return None;
    }
    let header = header::lines(state, look, area);
    let parts = Parts::new(area, header.len());
    let mut top = area;
    for line in &header {
        put(buffer, take_top(&mut top, 1), line);
    }
    put(buffer, parts.footer, &footer::line(state, look, usize::from(area.width)));
    put(buffer, parts.tabs, &header::tabs(state, look, usize::from(area.width)));
    body(buffer, &parts, state, look);
    notices(buffer, &parts, state, look);
    let above = parts.above;
    let cursor = match &state.mode {
        Mode::Lists => None,
        Mode::Decline(declining) => popup::decline(buffer, above, declining, state, look),
        Mode::Reject(rejecting) => popup::reject(buffer, above, rejecting, state, look),
        Mode::Palette(palette) => popup::palette(buffer, above, palette, state, look),
        Mode::Confirm(confirm) => popup::confirm(buffer, above, confirm, state, look),
        Mode::Prompt(prompt) => prompt::draw(buffer, above, prompt, state, look),
        Mode::Help(scrolled) => help::draw(buffer, above, *scrolled, state, look),
    };
    if look.charset != Charset::Unicode {
        to_ascii(buffer, look.charset);
    }
    cursor
}

/// Returns what a frame of the state has room for. Dialogs hide nothing here: they name what they are about.
#[must_use]
pub fn viewport(state: &State, look: &Look) -> Viewport {
    let area = Rect::new(0, 0, state.size.0, state.size.1);
    if area.is_empty() {
        return Viewport::default();
    }
    let parts = Parts::new(area, header::lines(state, look, area).len());
    let body = Body::new(parts.body, state);
    let (invitations, rows) = match body {
        Body::Details(_) => (state.selected_entry().map(Item::id).into_iter().collect(), 0),
        Body::List { list, .. } => (list::in_sight(state, list, parts.clear(list, state)), list::rows(list)),
    };
    let above = parts.above;
    let (all, lines) = match (&state.mode, body) {
        (Mode::Help(_), _) => help::length(above, state, look),
        (Mode::Confirm(confirm), _) => popup::confirm_length(above, confirm, state, look),
        (_, Body::Details(area)) => (details::length(area, state, look), area.height.saturating_sub(1)),
        _ => (0, 0),
    };
    let scrollable = u16::try_from(all.saturating_sub(lines.into())).unwrap_or(u16::MAX);
    Viewport { invitations, rows, scrollable, lines, behind: false }
}

/// Where the parts of the screen are.
struct Parts {
    tabs: Rect,
    body: Rect,
    /// The line for notices; empty where the screen is low.
    notice: Rect,
    footer: Rect,
    /// What dialogs are laid over: all but the footer.
    above: Rect,
}

impl Parts {
    fn new(area: Rect, header: usize) -> Self {
        let mut body = area;
        take_top(&mut body, u16::try_from(header).unwrap_or(u16::MAX));
        let footer = take_bottom(&mut body, 1);
        let notice = take_bottom(&mut body, u16::from(area.height >= NOTICE));
        let tabs = take_top(&mut body, 1);
        let above = Rect { height: area.height - u16::from(area.height > 1), ..area };
        Self { tabs, body, notice, footer, above }
    }

    /// The upper part of an area that what the user is told does not cover.
    fn clear(&self, area: Rect, state: &State) -> Rect {
        let lines = u16::try_from(told(self, state).len()).unwrap_or(u16::MAX);
        let covered = self.notice.bottom().saturating_sub(lines);
        Rect { height: area.bottom().min(covered).saturating_sub(area.y), ..area }
    }
}

/// How the list and the details share the body.
#[derive(Clone, Copy)]
enum Body {
    /// The details take all of it.
    Details(Rect),
    /// The list, and what it leaves for the details: beside it after a line, or below, or nothing.
    List { list: Rect, details: Rect },
}

impl Body {
    fn new(area: Rect, state: &State) -> Self {
        let wanted = u16::try_from(list::wanted(state, area.width)).unwrap_or(u16::MAX);
        if state.details.is_full() && wanted > 0 {
            return Self::Details(area);
        }
        if area.width >= WIDE {
            let beside = area.width * 2 / 5;
            let list = Rect { width: area.width - beside - 1, ..area };
            return Self::List { list, details: Rect { x: list.right() + 1, width: beside, ..area } };
        }
        // Where there is little room the list comes first, and the details get what it leaves.
        let below = if area.height >= TALL {
            (area.height * 2 / 5).min(9)
        } else {
            area.height.saturating_sub(wanted.max(1))
        };
        let below = if below < 2 || wanted == 0 { 0 } else { below };
        let mut list = area;
        let details = take_bottom(&mut list, below);
        Self::List { list, details }
    }
}

fn body(buffer: &mut Buffer, parts: &Parts, state: &State, look: &Look) {
    match Body::new(parts.body, state) {
        Body::Details(area) => details::draw(buffer, area, state, look),
        Body::List { list, details } => {
            // Below the list, the details begin with a line of their own.
            if details.y == list.y {
                for y in list.top()..list.bottom() {
                    buffer.set_string(list.right(), y, "│", look.theme.accent);
                }
            }
            list::draw(buffer, list, parts.clear(list, state), state, look);
            details::draw(buffer, details, state, look);
        }
    }
}

/// What the user is told, in lines.
fn told(parts: &Parts, state: &State) -> Vec<String> {
    let Some(notice) = &state.notice else { return Vec::new() };
    let room = usize::from(parts.notice.width).saturating_sub(3);
    let mut texts = wrap(notice.text.as_str(), room);
    let most = 1 + usize::from((parts.body.height / 4).min(2));
    if texts.len() > most {
        // What is left out is told by the last line's end.
        let rest = texts.split_off(most - 1).join(" ");
        texts.push(fit(&rest, room).into_owned());
    }
    texts
}

/// Draws what the user is told: in its own line, and where that has no room for it, over the lines above.
fn notices(buffer: &mut Buffer, parts: &Parts, state: &State, look: &Look) {
    let (sign, style) = match state.notice.as_ref().map(|notice| notice.tone) {
        Some(Tone::Problem) => ("!", look.theme.bad),
        Some(Tone::Info) | None => (" ", Style::new()),
    };
    let own = parts.notice.height;
    let mut rest = Rect { height: parts.body.height + own, ..parts.body };
    for (number, text) in told(parts, state).iter().enumerate().rev() {
        let mut cells = Cells::default();
        cells.text(if number == 0 { sign } else { " " }, style);
        cells.gap(1);
        cells.text(text.as_str(), style);
        let line = take_bottom(&mut rest, u16::from(own > 0));
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
            // Unlike a dot, it is no part of an address.
            "…" => "~",
            "“" | "”" => "\"",
            other if charset == Charset::Ascii && !other.is_ascii() => "?",
            _ => continue,
        };
        cell.set_symbol(plain);
    }
}
