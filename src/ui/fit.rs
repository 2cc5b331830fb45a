//! Fitting text into columns. Widths are display columns, and text is cut between graphemes.

use std::borrow::Cow;

use ratatui::buffer::CellWidth;
use unicode_segmentation::UnicodeSegmentation;

/// The sign for text that was cut.
const ELLIPSIS: &str = "…";

fn columns(grapheme: &str) -> usize {
    usize::from(grapheme.cell_width())
}

/// Returns the width of a text in columns.
pub(super) fn width(text: &str) -> usize {
    if text.is_ascii() { text.len() } else { text.graphemes(true).map(columns).sum() }
}

/// Returns the longest start of a text that fits.
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

/// Returns the longest end of a text that fits.
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

/// Cuts a text at its end if it does not fit.
pub(super) fn fit(text: &str, room: usize) -> Cow<'_, str> {
    if width(text) <= room {
        return Cow::Borrowed(text);
    }
    match room {
        0 => Cow::Borrowed(""),
        _ => Cow::Owned(format!("{}{ELLIPSIS}", head(text, room - 1).trim_end())),
    }
}

/// Cuts a text in its middle if it does not fit. Meant for addresses, whose end names the owner.
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

/// Wraps a text into lines of at most `room` columns, between words where possible.
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
                // A grapheme that is wider than the line takes a line of its own, or the loop would not end.
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

/// Wraps a text into at most `limit` lines; the last one ends with an ellipsis if there is more.
pub(super) fn wrap_at_most(text: &str, room: usize, limit: usize) -> Vec<String> {
    let mut wrapped = wrap(text, room);
    if wrapped.len() > limit {
        let rest = wrapped.split_off(limit.saturating_sub(1)).join(" ");
        wrapped.push(fit(&rest, room).into_owned());
    }
    wrapped
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use unicode_segmentation::UnicodeSegmentation;

    use crate::ui::fit::{fit, fit_middle, width, wrap};

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
            // A grapheme that is wider than the line takes a line of its own.
            prop_assert!(
                wrap(text.as_str(), room)
                    .iter()
                    .all(|line| width(line) <= room.max(1) || line.graphemes(true).count() == 1)
            );
        }
    }
}
