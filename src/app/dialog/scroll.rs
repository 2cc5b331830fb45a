use crate::app::Viewport;
use crate::app::key::{Code, Key};

/// Returns the offset that a key scrolls to from `scrolled`, or `None` if the key does not scroll.
///
/// Offsets are in lines and never exceed what the last frame could scroll by.
pub fn scroll(scrolled: u16, key: Key, viewport: &Viewport) -> Option<u16> {
    let end = viewport.scrollable;
    let page = viewport.lines.saturating_sub(1).max(1);
    let from = scrolled.min(end);
    let to = match key.code {
        Code::Down | Code::Char('j') => from.saturating_add(1),
        Code::Up | Code::Char('k') => from.saturating_sub(1),
        Code::PageDown | Code::Char(' ') => from.saturating_add(page),
        Code::PageUp => from.saturating_sub(page),
        Code::Home | Code::Char('g') => 0,
        Code::End | Code::Char('G') => end,
        _ => return None,
    };
    Some(to.min(end))
}
