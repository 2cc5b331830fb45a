//! Whole frames in two emulators of terminals, which disagree about the widths of some characters.

use ratatui::buffer::{Buffer, CellWidth};
use ratatui::layout::Rect;

use crate::app::{Item, Phase, State};
use crate::invitation::{InvitationId, Kind};
use crate::terminal::cursor::Cursor;
use crate::terminal::paint::{Frame, Painter, Pending};
use crate::terminal::reports::Reports;
use crate::ui::fixtures::{entry, invitation, party, quiet};
use crate::ui::{self, Look};

/// Names in which the number of columns is not the number of characters.
const NAMES: [&str; 12] = [
    "山田太郎と申しますどうぞよろしく",
    "🎉 Party 🎉",
    "👨\u{200d}👩\u{200d}👧 Family",
    "🇩🇪 Flag 🏴\u{e0067}\u{e0062}\u{e0065}\u{e006e}\u{e0067}\u{e007f}",
    "דנה לוי",
    "مريم الأحمد",
    "Zoe\u{308}\u{301} O\u{323}\u{302}",
    "क्षत्रिय नमस्ते",
    "กำลังโทร",
    "☎\u{fe0f} 1\u{fe0f}\u{20e3} ❤\u{fe0f}",
    "ＦＵＬＬ　ｗｉｄｔｈ",
    "한국어 이름",
];

/// An emulator of a terminal.
trait Emulator {
    fn feed(&mut self, bytes: &[u8]);
    /// Returns the text of the cell in that column and row.
    fn cell(&self, x: u16, y: u16) -> String;
    fn cursor(&self) -> (u16, u16);
}

impl Emulator for vt100::Parser {
    fn feed(&mut self, bytes: &[u8]) {
        self.process(bytes);
    }

    fn cell(&self, x: u16, y: u16) -> String {
        self.screen().cell(y, x).unwrap().contents().to_owned()
    }

    fn cursor(&self) -> (u16, u16) {
        let (y, x) = self.screen().cursor_position();
        (x, y)
    }
}

impl Emulator for avt::Terminal {
    fn feed(&mut self, bytes: &[u8]) {
        avt::Terminal::feed(self, std::str::from_utf8(bytes).unwrap());
    }

    fn cell(&self, x: u16, y: u16) -> String {
        let line = self.screen().visible_lines().nth(y.into()).unwrap();
        line.cells()[usize::from(x)].char().to_string()
    }

    fn cursor(&self) -> (u16, u16) {
        let cursor = avt::Terminal::cursor(self);
        (cursor.col.try_into().unwrap(), cursor.row.try_into().unwrap())
    }
}

fn emulators((width, height): (u16, u16)) -> [(&'static str, Box<dyn Emulator>); 2] {
    let avt = avt::Terminal::new(width.into(), height.into()).unwrap();
    [("vt100", Box::new(vt100::Parser::new(height, width, 0))), ("avt", Box::new(avt))]
}

fn strange_names() -> State {
    let mut state = quiet();
    for (number, name) in (1..).zip(NAMES) {
        let mut invitation = invitation(number, Kind::Message, party(name, "sip:someone@contoso.com"));
        invitation.subject = format!("Subject {number} of the list").as_str().into();
        state.incoming.upsert(entry(invitation, Phase::Ringing));
    }
    state
}

fn frame(state: &State, (width, height): (u16, u16)) -> Frame {
    let mut cells = Buffer::empty(Rect::new(0, 0, width, height));
    let look = Look::default();
    ui::draw(&mut cells, state, &look);
    let cursor = ui::selection(cells.area, state, &look).map_or(Cursor::Anywhere, Cursor::Hidden);
    Frame { cells, cursor, full: false }
}

/// Asserts that each letter, digit, line and blank of the frame is in its column.
fn assert_columns(name: &str, emulator: &dyn Emulator, frame: &Frame) {
    for y in 0..frame.cells.area.height {
        let mut covered = 0;
        for x in 0..frame.cells.area.width {
            let symbol = frame.cells[(x, y)].symbol();
            let is_plain = symbol.chars().all(|it| it.is_ascii() || "─│┤├▸".contains(it));
            // The further columns of a wide character are blank cells of the frame, too.
            if is_plain && covered == 0 {
                assert_eq!(emulator.cell(x, y).trim(), symbol.trim(), "{name} in column {x} of row {y}");
            }
            covered = if covered > 0 { covered - 1 } else { frame.cells[(x, y)].cell_width().max(1) - 1 };
        }
    }
}

#[test]
fn columns_are_straight_whatever_the_names_are_made_of() {
    for size in [(40, 12), (80, 24), (120, 40)] {
        for (name, mut emulator) in emulators(size) {
            let mut state = strange_names();
            let mut painter = Painter::default();
            for step in 0..=NAMES.len() {
                state.incoming.select_at(step);
                let frame = frame(&state, size);
                let enter = step == 0;
                let pending = Pending {
                    enter: enter.then(Reports::default),
                    frame: Some(frame.clone()),
                    ..Pending::default()
                };
                emulator.feed(&painter.paint(pending).unwrap());
                assert_columns(name, emulator.as_ref(), &frame);
            }
            let ids: Vec<InvitationId> = state.incoming.page(0).map(Item::id).collect();
            for id in ids.into_iter().step_by(2) {
                state.incoming.remove(id);
                let frame = frame(&state, size);
                let pending = Pending { frame: Some(frame.clone()), ..Pending::default() };
                emulator.feed(&painter.paint(pending).unwrap());
                assert_columns(name, emulator.as_ref(), &frame);
            }
        }
    }
}

#[test]
fn the_cursor_of_the_terminal_is_on_the_selected_row() {
    let size = (80, 24);
    for (name, mut emulator) in emulators(size) {
        let (mut state, mut painter) = (strange_names(), Painter::default());
        for step in [0, 3, 7, 11, 2] {
            state.incoming.select_at(step);
            let enter = step == 0;
            let pending = Pending {
                enter: enter.then(Reports::default),
                frame: Some(frame(&state, size)),
                ..Pending::default()
            };
            emulator.feed(&painter.paint(pending).unwrap());
            let (x, y) = emulator.cursor();
            assert_eq!((x, emulator.cell(x, y).as_str()), (0, "▸"), "{name}");
        }
        let again = Pending { frame: Some(frame(&state, size)), ..Pending::default() };
        assert!(painter.paint(again).unwrap().is_empty(), "nothing is written twice");
    }
}
