//! The bytes that each change of the screen costs. On a line of 9,600 baud, 960 bytes take a second.

use std::sync::Arc;
use std::time::Duration;

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

use crate::app::key::{Code, Key};
use crate::app::{Message, Now, State, update};
use crate::invitation::{AccountId, Kind, Outcome};
use crate::provider::Event;
use crate::terminal::cursor::Cursor;
use crate::terminal::paint::{Frame, Painter, Pending};
use crate::terminal::reports::Reports;
use crate::theme::{ColorDepth, Theme};
use crate::ui::fixtures::{busy, desk, id, in_seconds, invitation, party};
use crate::ui::{self, Look};

/// A second at 9,600 baud.
const SECOND: usize = 960;

/// The screen of a user at the end of a line.
struct Line {
    state: State,
    look: Look,
    painter: Painter,
}

impl Line {
    fn new(state: State, theme: Theme) -> Self {
        let look = Look { theme, ..Look::default() };
        let mut line = Self { state, look, painter: Painter::default() };
        line.paint(Some(Reports::default()));
        line
    }

    /// Draws a frame and returns its bytes.
    fn paint(&mut self, enter: Option<Reports>) -> Vec<u8> {
        let mut cells = Buffer::empty(Rect::new(0, 0, 80, 24));
        let typed = ui::draw(&mut cells, &self.state, &self.look);
        let selected = ui::selection(cells.area, &self.state, &self.look);
        let cursor = typed.map(Cursor::Visible).or(selected.map(Cursor::Hidden)).unwrap_or_default();
        let frame = Some(Frame { cells, cursor, full: false });
        self.painter.paint(Pending { enter, frame, ..Pending::default() }).unwrap()
    }

    /// Returns the number of bytes that a message costs. Nothing may flicker.
    fn cost(&mut self, message: Message) -> usize {
        let now = self.state.now;
        update(&mut self.state, now, message);
        let bytes = self.paint(None);
        let text = String::from_utf8(bytes).unwrap();
        assert!(!text.contains("\x1b[2J"), "the screen is never erased: {text:?}");
        if !text.is_empty() {
            let whole = text.starts_with("\x1b[?2026h") && text.ends_with("\x1b[?2026l");
            assert!(whole, "a frame is shown at once: {text:?}");
        }
        text.len()
    }

    fn press(&mut self, key: impl Into<Key>) -> usize {
        self.cost(Message::Key(key.into()))
    }

    fn tell(&mut self, event: Event) -> usize {
        self.cost(Message::Provider(AccountId(0), event))
    }
}

/// Returns the themes with the colours of a terminal on a serial line.
fn themes() -> impl Iterator<Item = (&'static str, Theme)> {
    Theme::names().map(|name| (name, Theme::built_in(name).unwrap().with_depth(ColorDepth::Sixteen)))
}

#[test]
fn what_happens_while_forty_ring_takes_less_than_a_second_each() {
    for (name, theme) in themes() {
        let mut line = Line::new(desk(40), theme);
        for second in 1..8 {
            line.state.now = Now { moment: in_seconds(second), ..line.state.now };
            let bytes = line.cost(Message::Tick);
            assert!(bytes < SECOND, "{bytes} bytes for a tick in {name}");
        }
        let mut new = invitation(50, Kind::AudioVideo, party("Anna Lidman", "sip:anna@contoso.com"));
        new.deadline = in_seconds(9);
        let bytes = line.tell(Event::Invitation(Arc::new(new)));
        assert!(0 < bytes && bytes < SECOND, "{bytes} bytes for an invitation in {name}");
        let bytes = line.tell(Event::Ended { id: id(5), outcome: Outcome::Missed });
        assert!(0 < bytes && bytes < SECOND, "{bytes} bytes for an end in {name}");
    }
}

#[test]
fn a_key_on_a_row_takes_less_than_a_second() {
    for (name, theme) in themes() {
        let mut line = Line::new(desk(40), theme);
        for key in ['j', 'j', 'k', ' ', ' ', 'd', '1'] {
            let bytes = line.press(key);
            assert!(bytes < SECOND, "{bytes} bytes for {key:?} in {name}");
        }
        for key in ['/', 'm', 'o'] {
            let bytes = line.press(key);
            assert!(bytes < SECOND, "{bytes} bytes for {key:?} in {name}");
        }
    }
}

#[test]
fn another_page_costs_little_more_than_its_characters() {
    let escape = Key::plain(Code::Esc);
    for (name, theme) in themes() {
        let mut line = Line::new(busy(), theme);
        let keys = ['2', '3', '4', '1', '?'].map(Key::from).into_iter();
        for key in keys.chain([escape, ':'.into(), escape, Key::plain(Code::Enter), escape]) {
            let bytes = line.press(key);
            assert!(bytes < 3 * SECOND, "{bytes} bytes for {key:?} in {name}");
        }
    }
}

#[test]
fn a_screen_without_news_costs_nothing() {
    let mut line = Line::new(State { incoming: desk(0).incoming, ..busy() }, Theme::default());
    for second in 1..120 {
        let now = line.state.now;
        line.state.now = Now { moment: now.moment.after(Duration::from_secs(second)), ..now };
        assert_eq!(line.cost(Message::Tick), 0);
    }
}
