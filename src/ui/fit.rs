//! Text into columns: what fits is decided by display width, and cut between graphemes.

use std::borrow::Cow;

use ratatui::buffer::CellWidth;
use ratatui::style::Style;
use ratatui::text::{Line, Span};
use unicode_segmentation::UnicodeSegmentation;

/// Tells that something was cut.
const ELLIPSIS: &str = "…";

fn columns(grapheme: &str) -> usize {
    usize::from(grapheme.cell_width())
}

/// How many columns the text takes.
pub(super) fn width(text: &str) -> usize {
    if text.is_ascii() { text.len() } else { text.graphemes(true).map(columns).sum() }
}

/// As much from the start as has room.
fn head(text: &str, room: usize) -> &str {
    if text.is_ascii() {
        return text.get(..room).unwrap_or(text);
    }
    let mut used = 0;
    let end = text.grapheme_indices(true).find_map(|(at, grapheme)| {
        used += columns(grapheme);
        (used > room).then_some(at)
    });
    end.and_then(|end| text.get(..end)).unwrap_or(text)
}

/// As much from the end as has room.
fn tail(text: &str, room: usize) -> &str {
    if text.is_ascii() {
        return text.get(text.len().saturating_sub(room)..).unwrap_or(text);
    }
    let mut used = 0;
    let start = text.grapheme_indices(true).rev().find_map(|(at, grapheme)| {
        used += columns(grapheme);
        (used > room).then_some(at + grapheme.len())
    });
    start.and_then(|start| text.get(start..)).unwrap_or(text)
}

/// The text, cut at its end if it has no room.
pub(super) fn fit(text: &str, room: usize) -> Cow<'_, str> {
    if width(text) <= room {
        return Cow::Borrowed(text);
    }
    match room {
        0 => Cow::Borrowed(""),
        _ => Cow::Owned(format!("{}{ELLIPSIS}", head(text, room - 1).trim_end())),
    }
}

/// The text, cut in its middle if it has no room. For addresses: who owns one stands at its end.
pub(super) fn fit_middle(text: &str, room: usize) -> Cow<'_, str> {
    if width(text) <= room {
        return Cow::Borrowed(text);
    }
    let end = room / 2;
    match room {
        0 => Cow::Borrowed(""),
        _ => Cow::Owned(format!("{}{ELLIPSIS}{}", head(text, room - 1 - end), tail(text, end))),
    }
}

/// The text in lines of that width, broken between words where they allow it.
pub(super) fn wrap(text: &str, room: usize) -> Vec<String> {
    let room = room.max(1);
    let mut lines = vec![String::new()];
    let mut used = 0;
    for mut word in text.split(' ') {
        let fits = used == 0 || used + 1 + width(word) <= room;
        if !fits {
            lines.push(String::new());
            used = 0;
        }
        while let Some(line) = lines.last_mut() {
            if used > 0 {
                line.push(' ');
                used += 1;
            }
            let part = match head(word, room - used.min(room)) {
                // A grapheme that is wider than the line is drawn nowhere; skip it rather than loop.
                "" => word.graphemes(true).next().unwrap_or_default(),
                part => part,
            };
            line.push_str(part);
            used += width(part);
            word = word.get(part.len()..).unwrap_or_default();
            if word.is_empty() {
                break;
            }
            lines.push(String::new());
            used = 0;
        }
    }
    lines
}

/// More than a line has on most screens.
const BLANK: &str =
    "                                                                                                    ";

/// A line that is put together from left to right in cells of known width.
#[derive(Debug, Default)]
pub(super) struct Cells<'a> {
    spans: Vec<Span<'a>>,
    used: usize,
}

impl<'a> Cells<'a> {
    /// The columns used so far.
    pub(super) fn used(&self) -> usize {
        self.used
    }

    /// Adds the text as it is.
    pub(super) fn text(&mut self, text: impl Into<Cow<'a, str>>, style: Style) {
        let text = text.into();
        self.used += width(&text);
        self.spans.push(Span::styled(text, style));
    }

    /// Adds columns of nothing.
    pub(super) fn gap(&mut self, room: usize) {
        let mut room = room;
        while room > 0 {
            let blank = BLANK.get(..room).unwrap_or(BLANK);
            self.text(blank, Style::new());
            room -= blank.len();
        }
    }

    /// Adds the text in exactly that many columns.
    pub(super) fn cell(&mut self, text: &'a str, room: usize, style: Style) {
        self.filled(fit(text, room), room, style);
    }

    /// Adds what already fits, and fills the rest of its room.
    pub(super) fn filled(&mut self, text: Cow<'a, str>, room: usize, style: Style) {
        let rest = room.saturating_sub(width(&text));
        self.text(text, style);
        self.gap(rest);
    }

    /// Fills up to a column, counted from the start of the line.
    pub(super) fn up_to(&mut self, column: usize) {
        self.gap(column.saturating_sub(self.used));
    }

    /// The line on a background of that style, over which only the styles show that are to be kept.
    pub(super) fn on(mut self, background: Style, keep: impl Fn(Style) -> bool) -> Line<'a> {
        for span in &mut self.spans {
            span.style = if keep(span.style) { background.patch(span.style) } else { background };
        }
        Line::from(self.spans)
    }

    /// The line; with a style given, all of it looks like that.
    pub(super) fn line(mut self, over: Option<Style>) -> Line<'a> {
        if let Some(style) = over {
            for span in &mut self.spans {
                span.style = style;
            }
        }
        Line::from(self.spans)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn a_cut_falls_between_graphemes_and_counts_columns() {
        assert_eq!(fit("Strategy", 8), "Strategy");
        assert_eq!(fit("Strategy", 5), "Stra…");
        assert_eq!(fit("日本語", 5), "日本…");
        assert_eq!(fit("日本語", 4), "日…");
        assert_eq!(fit("e\u{301}e\u{301}e\u{301}", 2), "e\u{301}…");
        assert_eq!(fit("abc", 0), "");
    }

    #[test]
    fn an_address_keeps_the_end_that_tells_whose_it_is() {
        assert_eq!(fit_middle("sip:lenea@contoso.com", 13), "sip:le…so.com");
    }

    #[test]
    fn lines_break_between_words_and_long_words_anywhere() {
        assert_eq!(wrap("next quarter is here", 12), ["next quarter", "is here"]);
        assert_eq!(wrap("abcdefgh ij", 5), ["abcde", "fgh", "ij"]);
        assert_eq!(wrap("日本", 1), ["日", "本"]);
        assert_eq!(wrap("", 5), [""]);
    }

    proptest! {
        #[test]
        fn what_is_fitted_fits(text in "\\PC{0,40}", room in 0_usize..30) {
            let text = crate::text::DisplayText::new(&text);
            prop_assert!(width(&fit(text.as_str(), room)) <= room);
            prop_assert!(width(&fit_middle(text.as_str(), room)) <= room);
            // A grapheme that is wider than the line has a line to itself.
            prop_assert!(
                wrap(text.as_str(), room)
                    .iter()
                    .all(|line| width(line) <= room.max(1) || line.graphemes(true).count() == 1)
            );
        }
    }
}
