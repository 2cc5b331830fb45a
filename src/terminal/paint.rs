//! From pictures of the screen to the bytes that turn what the terminal shows into them.

use std::io;
use std::time::Instant;

use crossterm::clipboard::CopyToClipboard;
use crossterm::cursor::{Hide, MoveTo, Show};
use crossterm::event::EnableBracketedPaste;
use crossterm::queue;
use crossterm::style::Print;
use crossterm::terminal::{
    BeginSynchronizedUpdate, Clear, ClearType, EndSynchronizedUpdate, EnterAlternateScreen,
};
use ratatui::backend::{Backend, CrosstermBackend};
use ratatui::buffer::Buffer;
use ratatui::layout::Position;

/// A whole screen.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Picture {
    /// What stands in each cell.
    pub cells: Buffer,
    /// Where the cursor is, if it is shown.
    pub cursor: Option<Position>,
    /// Whether nobody knows what the terminal shows, so that all of it must be written.
    pub anew: bool,
}

/// What is to be written next. There is one of each: a newer one takes the older one's place, so that a
/// terminal that takes nothing for an hour costs no memory.
#[derive(Debug, Default)]
pub(super) struct Pending {
    /// The alternate screen is to be entered.
    pub enter: bool,
    /// The bell is to be rung.
    pub bell: bool,
    /// This is to go into the clipboard of the terminal's machine.
    pub copy: Option<String>,
    /// This is to be shown.
    pub picture: Option<Picture>,
    /// When that, or the first of those whose place it took, was asked for.
    pub since: Option<Instant>,
}

impl Pending {
    pub(super) const NOTHING: Self =
        Self { enter: false, bell: false, copy: None, picture: None, since: None };

    pub(super) fn is_nothing(&self) -> bool {
        !self.enter && !self.bell && self.copy.is_none() && self.picture.is_none()
    }

    /// Puts a picture into the place of the one that waits, if any.
    pub(super) fn show(&mut self, mut picture: Picture) {
        picture.anew |= self.picture.as_ref().is_some_and(|older| older.anew);
        self.picture = Some(picture);
        self.since.get_or_insert_with(Instant::now);
    }
}

/// Knows what was written, and writes only what differs from it.
#[derive(Debug, Default)]
pub(super) struct Painter {
    shown: Option<Buffer>,
    cursor: Option<Position>,
}

impl Painter {
    /// Returns the bytes for what is pending; all of them must be written, or the alternate screen be entered
    /// again.
    ///
    /// # Errors
    /// When the bytes can't be made.
    pub(super) fn paint(&mut self, pending: Pending) -> io::Result<Vec<u8>> {
        let mut out = Vec::new();
        if pending.enter {
            queue!(out, EnterAlternateScreen, EnableBracketedPaste, Hide)?;
            *self = Self::default();
        }
        if pending.bell {
            queue!(out, Print('\x07'))?;
        }
        if let Some(text) = pending.copy {
            queue!(out, CopyToClipboard::to_clipboard_from(text))?;
        }
        if let Some(picture) = pending.picture {
            self.picture(&mut out, picture)?;
        }
        Ok(out)
    }

    fn picture(&mut self, out: &mut Vec<u8>, Picture { cells, cursor, anew }: Picture) -> io::Result<()> {
        let before = self.shown.take().filter(|before| !anew && before.area == cells.area);
        let all = before.is_none();
        let before = before.unwrap_or_else(|| Buffer::empty(cells.area));
        let changes = before.diff(&cells);
        if all || !changes.is_empty() || cursor != self.cursor {
            queue!(out, BeginSynchronizedUpdate)?;
            if all {
                queue!(out, Clear(ClearType::All))?;
            }
            if !changes.is_empty() {
                CrosstermBackend::new(&mut *out).draw(changes.into_iter())?;
            }
            match cursor {
                Some(Position { x, y }) => queue!(out, MoveTo(x, y), Show)?,
                None if self.cursor.is_some() => queue!(out, Hide)?,
                None => {}
            }
            queue!(out, EndSynchronizedUpdate)?;
        }
        self.shown = Some(cells);
        self.cursor = cursor;
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use ratatui::layout::Rect;
    use ratatui::style::{Color, Modifier, Style};

    use super::*;

    const SIZE: (u16, u16) = (12, 3);

    fn picture(lines: &[&str], cursor: Option<(u16, u16)>) -> Picture {
        let mut cells = Buffer::empty(Rect::new(0, 0, SIZE.0, SIZE.1));
        for (y, line) in (0..SIZE.1).zip(lines) {
            let style = match line.len() % 3 {
                0 => Style::new(),
                1 => Style::new().fg(Color::Red),
                _ => Style::new().add_modifier(Modifier::BOLD),
            };
            cells.set_stringn(0, y, line, SIZE.0.into(), style);
        }
        Picture { cells, cursor: cursor.map(Into::into), anew: false }
    }

    fn terminal() -> vt100::Parser {
        vt100::Parser::new(SIZE.1, SIZE.0, 0)
    }

    fn drawn(bytes: &[u8]) -> vt100::Parser {
        let mut terminal = terminal();
        terminal.process(bytes);
        terminal
    }

    fn entered() -> Pending {
        Pending { enter: true, ..Pending::default() }
    }

    #[test]
    fn what_is_shown_already_is_not_written_again() {
        let mut painter = Painter::default();
        let mut pending = entered();
        pending.show(picture(&["one"], None));
        assert!(!painter.paint(pending).unwrap().is_empty());
        let mut pending = Pending::default();
        pending.show(picture(&["one"], None));
        assert_eq!(painter.paint(pending).unwrap(), b"");
    }

    #[test]
    fn a_picture_that_must_be_drawn_in_full_is_even_if_a_newer_one_takes_its_place() {
        let mut painter = Painter::default();
        painter.paint(Pending { picture: Some(picture(&["one"], None)), ..entered() }).unwrap();
        let mut pending = Pending::default();
        pending.show(Picture { anew: true, ..picture(&["one"], None) });
        pending.show(picture(&["one"], None));
        let bytes = painter.paint(pending).unwrap();
        assert_eq!(drawn(&bytes).screen().contents(), "one");
    }

    /// What a person sees: whether a blank was ever written makes no difference.
    fn cells(terminal: &vt100::Parser) -> Vec<(String, bool)> {
        let places = (0..SIZE.1).flat_map(|y| (0..SIZE.0).map(move |x| (y, x)));
        let cell = |(y, x)| {
            let cell = terminal.screen().cell(y, x).unwrap();
            let text = cell.contents().trim_end().to_owned();
            let bold = cell.bold() && !text.is_empty();
            (text, bold)
        };
        places.map(cell).collect()
    }

    fn any_picture() -> impl Strategy<Value = Picture> {
        let line = prop::sample::select(vec!["", "ab", "abcdefghijkl", "日本", "x日本", "äöü é", "    z"]);
        let cursor = prop::option::of((0..SIZE.0, 0..SIZE.1));
        (prop::collection::vec(line, 3), cursor, prop::bool::weighted(0.1))
            .prop_map(|(lines, cursor, anew)| Picture { anew, ..picture(&lines, cursor) })
    }

    proptest! {
        /// Whichever pictures are left out because the terminal took nothing.
        #[test]
        fn the_screen_is_right_whichever_pictures_were_never_written(
            steps in prop::collection::vec((any_picture(), any::<bool>(), prop::bool::weighted(0.1)), 1..20)
        ) {
            let (mut painter, mut terminal, mut pending) = (Painter::default(), terminal(), entered());
            let mut newest = None;
            for (picture, stalled, enter) in steps {
                newest = Some(picture.clone());
                pending.show(picture);
                pending.enter |= enter;
                if !stalled {
                    terminal.process(&painter.paint(std::mem::take(&mut pending)).unwrap());
                }
            }
            terminal.process(&painter.paint(pending).unwrap());
            let newest = newest.unwrap();
            let mut fresh = Painter::default();
            let expected = drawn(&fresh.paint(Pending { picture: Some(newest.clone()), ..entered() }).unwrap());
            prop_assert_eq!(cells(&terminal), cells(&expected));
            prop_assert_eq!(terminal.screen().hide_cursor(), newest.cursor.is_none());
            if newest.cursor.is_some() {
                prop_assert_eq!(terminal.screen().cursor_position(), expected.screen().cursor_position());
            }
        }
    }
}
