//! The bytes that turn the contents of the terminal into the next frame.

use std::io;
use std::time::{Duration, Instant};

use crossterm::clipboard::CopyToClipboard;
use crossterm::cursor::{Hide, MoveTo, Show};
use crossterm::event::{EnableBracketedPaste, EnableFocusChange};
use crossterm::queue;
use crossterm::style::Print;
use crossterm::terminal::{
    BeginSynchronizedUpdate, Clear, ClearType, EndSynchronizedUpdate, EnterAlternateScreen, SetTitle,
};
use ratatui::buffer::Buffer;

use super::cursor::Cursor;
use super::encode::{drop_invisible_styles, encode_changes};
use super::reports::Reports;

/// The shortest time between two rings of the bell: many callers at once must not make it drone.
const BELL_INTERVAL: Duration = Duration::from_secs(1);

/// The maximum number of notifications that wait for the terminal.
const MAX_NOTIFICATIONS: usize = 4;

/// Saves the title of the terminal's window, and restores it (XTWINOPS of xterm). Terminals that can't, ignore both.
const SAVE_TITLE: &str = "\x1b[22;0t";
pub(super) const RESTORE_TITLE: &str = "\x1b[23;0t";

/// Makes the terminal report clicks and the wheel, with positions in SGR format; and stops that. Unlike crossterm's command,
/// it asks for no report of mere movements.
const REPORT_MOUSE: &str = "\x1b[?1000h\x1b[?1006h";
pub(super) const IGNORE_MOUSE: &str = "\x1b[?1006l\x1b[?1000l";

/// A frame.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Frame {
    /// The cells of the screen.
    pub cells: Buffer,
    /// The cursor.
    pub cursor: Cursor,
    /// Whether all cells must be written, because the contents of the terminal are unknown.
    pub full: bool,
}

/// The pending output. It holds one of each kind, or a few: newer output replaces older, so that a terminal that accepts nothing
/// for an hour costs no memory.
#[derive(Debug, Default)]
pub(super) struct Pending {
    /// Whether to enter the alternate screen, with what the terminal is to report then.
    pub enter: Option<Reports>,
    /// The escape sequences of notifications, the latest ones.
    pub notifications: Vec<String>,
    /// Whether to ring the bell.
    pub bell: bool,
    /// The text for the clipboard of the terminal's machine.
    pub copy: Option<String>,
    /// The title for the terminal's window.
    pub title: Option<String>,
    /// The frame to show.
    pub frame: Option<Frame>,
    /// When the frame was requested, or the first of the frames that it replaced.
    pub since: Option<Instant>,
}

impl Pending {
    /// No output.
    pub(super) const NOTHING: Self = Self {
        enter: None,
        notifications: Vec::new(),
        bell: false,
        copy: None,
        title: None,
        frame: None,
        since: None,
    };

    /// Returns whether there is no output.
    pub(super) fn is_nothing(&self) -> bool {
        let is_plain = self.enter.is_none() && !self.bell && self.notifications.is_empty();
        is_plain && self.copy.is_none() && self.title.is_none() && self.frame.is_none()
    }

    /// Adds the escape sequence of a notification, in place of the oldest one if there are too many.
    pub(super) fn notify(&mut self, sequence: String) {
        if self.notifications.len() == MAX_NOTIFICATIONS {
            self.notifications.remove(0);
        }
        self.notifications.push(sequence);
    }

    /// Sets the frame to show, in place of an earlier one.
    pub(super) fn show(&mut self, mut frame: Frame) {
        frame.full |= self.frame.as_ref().is_some_and(|older| older.full);
        self.frame = Some(frame);
        self.since.get_or_insert_with(Instant::now);
    }
}

/// Encodes output as the difference to what was written before.
#[derive(Debug, Default)]
pub(super) struct Painter {
    shown: Option<Buffer>,
    cursor: Cursor,
    /// The title of the window, if it was set.
    title: Option<String>,
    /// When the bell was last rung.
    rang_at: Option<Instant>,
}

impl Painter {
    /// Returns the bytes for pending output. All of them must be written, or else the alternate screen must be entered
    /// again.
    ///
    /// # Errors
    ///
    /// Returns an error if a command cannot be encoded.
    pub(super) fn paint(&mut self, mut pending: Pending) -> io::Result<Vec<u8>> {
        let mut out = Vec::new();
        if let Some(reports) = pending.enter {
            queue!(out, Print(SAVE_TITLE), EnterAlternateScreen, EnableBracketedPaste, Hide)?;
            if reports.focus {
                queue!(out, EnableFocusChange)?;
            }
            if reports.mouse {
                queue!(out, Print(REPORT_MOUSE))?;
            }
            let before = std::mem::take(self);
            self.rang_at = before.rang_at;
            pending.title = pending.title.or(before.title);
        }
        if let Some(title) = pending.title.filter(|title| self.title.as_ref() != Some(title)) {
            queue!(out, SetTitle(&title))?;
            self.title = Some(title);
        }
        if pending.bell && self.rang_at.is_none_or(|at| at.elapsed() >= BELL_INTERVAL) {
            self.rang_at = Some(Instant::now());
            queue!(out, Print('\x07'))?;
        }
        for sequence in pending.notifications {
            queue!(out, Print(sequence))?;
        }
        if let Some(text) = pending.copy {
            queue!(out, CopyToClipboard::to_clipboard_from(text))?;
        }
        if let Some(frame) = pending.frame {
            self.frame(&mut out, frame)?;
        }
        Ok(out)
    }

    fn frame(&mut self, out: &mut Vec<u8>, Frame { mut cells, cursor, full }: Frame) -> io::Result<()> {
        drop_invisible_styles(&mut cells);
        let before = self.shown.take().filter(|before| !full && before.area == cells.area);
        let all = before.is_none();
        let changes = encode_changes(&before.unwrap_or_else(|| Buffer::empty(cells.area)), &cells);
        if all || !changes.is_empty() || cursor != self.cursor {
            queue!(out, BeginSynchronizedUpdate)?;
            if all {
                queue!(out, Clear(ClearType::All))?;
            }
            out.extend_from_slice(changes.as_bytes());
            if self.cursor.is_visible() && !cursor.is_visible() {
                queue!(out, Hide)?;
            }
            match cursor {
                Cursor::Anywhere => {}
                Cursor::Hidden(position) => queue!(out, MoveTo(position.x, position.y))?,
                Cursor::Visible(position) => queue!(out, MoveTo(position.x, position.y), Show)?,
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
    use ratatui::layout::{Position, Rect};
    use ratatui::style::{Color, Modifier, Style};

    use super::*;

    const SIZE: (u16, u16) = (12, 3);

    fn frame(lines: &[&str], cursor: Cursor) -> Frame {
        let mut cells = Buffer::empty(Rect::new(0, 0, SIZE.0, SIZE.1));
        for (y, line) in (0..SIZE.1).zip(lines) {
            let style = match line.len() % 3 {
                0 => Style::new(),
                1 => Style::new().fg(Color::Red),
                _ => Style::new().add_modifier(Modifier::BOLD),
            };
            cells.set_stringn(0, y, line, SIZE.0.into(), style);
        }
        Frame { cells, cursor, full: false }
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
        Pending { enter: Some(Reports::default()), ..Pending::default() }
    }

    #[test]
    fn what_is_shown_already_is_not_written_again() {
        let mut painter = Painter::default();
        let mut pending = entered();
        pending.show(frame(&["one"], Cursor::Anywhere));
        assert!(!painter.paint(pending).unwrap().is_empty());
        let mut pending = Pending::default();
        pending.show(frame(&["one"], Cursor::Anywhere));
        assert_eq!(painter.paint(pending).unwrap(), b"");
    }

    #[test]
    fn a_picture_that_must_be_drawn_in_full_is_even_if_a_newer_one_takes_its_place() {
        let mut painter = Painter::default();
        painter.paint(Pending { frame: Some(frame(&["one"], Cursor::Anywhere)), ..entered() }).unwrap();
        let mut pending = Pending::default();
        pending.show(Frame { full: true, ..frame(&["one"], Cursor::Anywhere) });
        pending.show(frame(&["one"], Cursor::Anywhere));
        let bytes = painter.paint(pending).unwrap();
        assert_eq!(drawn(&bytes).screen().contents(), "one");
    }

    #[test]
    fn the_bell_rings_once_for_many_callers_and_the_title_is_written_when_it_changes() {
        let mut painter = Painter::default();
        let ringing = |title: &str| Pending { bell: true, title: Some(title.into()), ..Pending::default() };
        let first = painter.paint(ringing("(1) rsvp")).unwrap();
        assert!(first.ends_with(b"\x07") && first.windows(8).any(|part| part == b"(1) rsvp"));
        assert_eq!(painter.paint(ringing("(1) rsvp")).unwrap(), b"", "it rang within the last second");
        let second = painter.paint(ringing("(2) rsvp")).unwrap();
        assert!(second.windows(8).any(|part| part == b"(2) rsvp"));
        painter.rang_at = Instant::now().checked_sub(BELL_INTERVAL);
        assert_eq!(painter.paint(ringing("(2) rsvp")).unwrap(), b"\x07");
    }

    #[test]
    fn the_cursor_follows_its_position_though_no_cell_changes() {
        let (mut painter, mut terminal) = (Painter::default(), terminal());
        let at = |x| Position { x, y: 1 };
        terminal.process(&painter.paint(entered()).unwrap());
        for (position, is_visible) in
            [(at(3), true), (at(5), true), (at(7), false), (at(2), false), (at(2), true)]
        {
            let cursor = if is_visible { Cursor::Visible(position) } else { Cursor::Hidden(position) };
            let mut pending = Pending::default();
            pending.show(frame(&["one"], cursor));
            terminal.process(&painter.paint(pending).unwrap());
            assert_eq!(terminal.screen().cursor_position(), (position.y, position.x), "{cursor:?}");
            assert_eq!(terminal.screen().hide_cursor(), !is_visible, "{cursor:?}");
        }
    }

    #[test]
    fn a_cursor_that_is_nowhere_any_more_is_hidden() {
        let (mut painter, mut terminal) = (Painter::default(), terminal());
        for cursor in [Cursor::Visible(Position { x: 1, y: 1 }), Cursor::Anywhere] {
            let mut pending = entered();
            pending.enter = pending.enter.filter(|_| cursor.is_visible());
            pending.show(frame(&["one"], cursor));
            terminal.process(&painter.paint(pending).unwrap());
            assert_eq!(terminal.screen().hide_cursor(), !cursor.is_visible());
        }
    }

    #[test]
    fn the_rest_of_a_line_that_becomes_blank_has_no_background() {
        let (mut painter, mut terminal) = (Painter::default(), terminal());
        let mut pending = entered();
        pending.show(frame(&["abcdefghijkl"], Cursor::Anywhere));
        terminal.process(&painter.paint(pending).unwrap());
        let mut next = frame(&[], Cursor::Anywhere);
        next.cells.set_string(0, 0, "xy", Style::new().bg(Color::Red));
        let mut pending = Pending::default();
        pending.show(next);
        terminal.process(&painter.paint(pending).unwrap());
        let background = |x| terminal.screen().cell(0, x).unwrap().bgcolor();
        assert!((0..2).all(|x| background(x) == vt100::Color::Idx(1)));
        assert!((2..SIZE.0).all(|x| background(x) == vt100::Color::Default));
        assert_eq!(terminal.screen().contents(), "xy");
    }

    /// Returns what a person sees: a blank looks the same whether or not it was written.
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

    fn any_frame() -> impl Strategy<Value = Frame> {
        let line = prop::sample::select(vec!["", "ab", "abcdefghijkl", "日本", "x日本", "äöü é", "    z"]);
        let position = (0..SIZE.0, 0..SIZE.1).prop_map(Position::from);
        let cursor = prop_oneof![
            Just(Cursor::Anywhere),
            position.clone().prop_map(Cursor::Hidden),
            position.prop_map(Cursor::Visible),
        ];
        (prop::collection::vec(line, 3), cursor, prop::bool::weighted(0.1))
            .prop_map(|(lines, cursor, full)| Frame { full, ..frame(&lines, cursor) })
    }

    proptest! {
        /// Frames are skipped while the terminal accepts nothing.
        #[test]
        fn the_screen_is_right_whichever_pictures_were_never_written(
            steps in prop::collection::vec((any_frame(), any::<bool>(), prop::bool::weighted(0.1)), 1..20)
        ) {
            let (mut painter, mut terminal, mut pending) = (Painter::default(), terminal(), entered());
            let mut newest = None;
            for (frame, stalled, enter) in steps {
                newest = Some(frame.clone());
                pending.show(frame);
                pending.enter = pending.enter.or(enter.then(Reports::default));
                if !stalled {
                    terminal.process(&painter.paint(std::mem::take(&mut pending)).unwrap());
                }
            }
            terminal.process(&painter.paint(pending).unwrap());
            let newest = newest.unwrap();
            let mut fresh = Painter::default();
            let expected = drawn(&fresh.paint(Pending { frame: Some(newest.clone()), ..entered() }).unwrap());
            prop_assert_eq!(cells(&terminal), cells(&expected));
            prop_assert_eq!(terminal.screen().hide_cursor(), !newest.cursor.is_visible());
            if newest.cursor != Cursor::Anywhere {
                prop_assert_eq!(terminal.screen().cursor_position(), expected.screen().cursor_position());
            }
        }
    }
}
