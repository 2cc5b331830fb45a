//! The escape sequences that write cells in few bytes: the line to the terminal may be slow.

use std::fmt::Write as _;

use ratatui::buffer::{Buffer, Cell, CellWidth};
use ratatui::style::{Color, Modifier};

use super::clusters::{Change, is_cluster, with_rests};

/// The number of blanks at the end of a row from which erasing them is shorter than writing them.
const ERASE_FROM: usize = 4;

/// The modifiers that a blank shows.
const SEEN_ON_BLANKS: Modifier = Modifier::UNDERLINED.union(Modifier::REVERSED).union(Modifier::CROSSED_OUT);

/// The modifiers with their parameters of SGR (ECMA-48, 8.3.117).
const MODIFIERS: [(Modifier, u8); 9] = [
    (Modifier::BOLD, 1),
    (Modifier::DIM, 2),
    (Modifier::ITALIC, 3),
    (Modifier::UNDERLINED, 4),
    (Modifier::SLOW_BLINK, 5),
    (Modifier::RAPID_BLINK, 6),
    (Modifier::REVERSED, 7),
    (Modifier::HIDDEN, 8),
    (Modifier::CROSSED_OUT, 9),
];

/// Takes from blank cells the colour and the modifiers that nobody sees on a blank, so that they make no difference.
pub(super) fn drop_invisible_styles(cells: &mut Buffer) {
    for cell in &mut cells.content {
        if cell.symbol() == " " && !cell.modifier.intersects(SEEN_ON_BLANKS) {
            cell.fg = Color::Reset;
            cell.modifier = Modifier::empty();
        }
    }
}

/// Returns the text that changes the contents of a terminal from `before` to `cells`, both after [`drop_invisible_styles`]. It
/// begins and ends with the default style. It is empty if nothing changes.
pub(super) fn encode_changes(before: &Buffer, cells: &Buffer) -> String {
    let changes = with_rests(before.diff(cells), before, cells);
    let mut encoder = Encoder { cells, pen: Pen::default(), position: None };
    for row in changes.chunk_by(|(_, one, _), (_, other, _)| one == other) {
        encoder.row(row);
    }
    encoder.pen.set(SgrStyle::default());
    encoder.pen.out
}

/// Returns the text that prints a row of cells as a line, without the blanks at its end.
#[must_use]
pub fn styled_line(row: &[Cell]) -> String {
    let is_blank = |cell: &Cell| cell.symbol() == " " && SgrStyle::of(cell) == SgrStyle::default();
    let end = row.iter().rposition(|cell| !is_blank(cell)).map_or(0, |last| last.saturating_add(1));
    let mut pen = Pen::default();
    let mut covered = 0_u16;
    for cell in row.iter().take(end) {
        // Wide characters are followed by blank cells.
        covered = if let Some(rest) = covered.checked_sub(1) {
            rest
        } else {
            pen.write(cell);
            cell.cell_width().max(1) - 1
        };
    }
    pen.set(SgrStyle::default());
    pen.out
}

/// The parameters of SGR that end modifiers.
const ENDS: [(Modifier, u8); 7] = [
    (Modifier::BOLD.union(Modifier::DIM), 22),
    (Modifier::ITALIC, 23),
    (Modifier::UNDERLINED, 24),
    (Modifier::SLOW_BLINK.union(Modifier::RAPID_BLINK), 25),
    (Modifier::REVERSED, 27),
    (Modifier::HIDDEN, 28),
    (Modifier::CROSSED_OUT, 29),
];

/// The style of the characters that a terminal writes next.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
struct SgrStyle {
    fg: Color,
    bg: Color,
    modifier: Modifier,
}

impl SgrStyle {
    fn of(cell: &Cell) -> Self {
        Self { fg: cell.fg, bg: cell.bg, modifier: cell.modifier }
    }

    /// Returns whether a cell written in this style looks as it should.
    fn suits(self, cell: &Cell) -> bool {
        let blank = cell.symbol() == " " && !(cell.modifier | self.modifier).intersects(SEEN_ON_BLANKS);
        if blank { self.bg == cell.bg } else { self == Self::of(cell) }
    }
}

/// A writer of styled characters.
#[derive(Debug, Default)]
struct Pen {
    out: String,
    style: SgrStyle,
}

impl Pen {
    /// Writes the characters of a cell.
    fn write(&mut self, cell: &Cell) {
        if !self.style.suits(cell) {
            self.set(SgrStyle::of(cell));
        }
        self.out.push_str(cell.symbol());
    }

    /// Sets the style.
    fn set(&mut self, style: SgrStyle) {
        if self.style == style {
            return;
        }
        let afresh = format!("0;{}", codes(SgrStyle::default(), style).join(";"));
        let changed = codes(self.style, style).join(";");
        let shorter = if afresh.len() <= changed.len() { afresh.trim_end_matches(';') } else { &changed };
        let _ = write!(self.out, "\x1b[{}m", if shorter == "0" { "" } else { shorter });
        self.style = style;
    }
}

/// The writer of one frame.
struct Encoder<'a> {
    cells: &'a Buffer,
    pen: Pen,
    /// The column and the row of the terminal's cursor, where it is known.
    position: Option<(u16, u16)>,
}

impl Encoder<'_> {
    /// Writes the changes of one row.
    fn row(&mut self, changes: &[Change<'_>]) {
        let Some(&(_, y, _)) = changes.first() else { return };
        let end = self.end(y);
        let tail = changes.iter().filter(|(x, ..)| *x >= end).count();
        let erase = tail >= ERASE_FROM;
        for &(x, _, cell) in changes.iter().filter(|(x, ..)| !erase || *x < end) {
            self.move_to(x, y);
            self.cell(cell);
        }
        if erase {
            self.move_to(end, y);
            if self.pen.style.bg != Color::Reset {
                self.pen.set(SgrStyle::default());
            }
            self.pen.out.push_str("\x1b[K");
        }
    }

    /// Returns the column from which on a row is blank and without a background.
    fn end(&self, y: u16) -> u16 {
        let (mut x, mut end) = (0_u16, 0);
        while let Some(cell) = self.cells.cell((x, y)) {
            x = x.saturating_add(cell.cell_width().max(1));
            if cell.symbol() != " " || SgrStyle::of(cell) != SgrStyle::default() {
                end = x;
            }
        }
        end
    }

    /// Moves the cursor, over cells that are right already by writing them again where that is shorter.
    fn move_to(&mut self, x: u16, y: u16) {
        if self.position == Some((x, y)) {
            return;
        }
        let from = self.position.filter(|(column, row)| *row == y && *column < x);
        self.position = Some((x, y));
        let Some((column, _)) = from else {
            let _ = match (x.saturating_add(1), y.saturating_add(1)) {
                (1, row) => write!(self.pen.out, "\x1b[{row}H"),
                (column, row) => write!(self.pen.out, "\x1b[{row};{column}H"),
            };
            return;
        };
        let skip = match x - column {
            1 => "\x1b[C".to_owned(),
            distance => format!("\x1b[{distance}C"),
        };
        let between: Vec<&Cell> = (column..x).filter_map(|column| self.cells.cell((column, y))).collect();
        let is_plain = |cell: &&Cell| cell.symbol().is_ascii() && self.pen.style.suits(cell);
        if between.len() <= skip.len() && between.iter().all(is_plain) {
            self.pen.out.extend(between.into_iter().map(Cell::symbol));
        } else {
            self.pen.out.push_str(&skip);
        }
    }

    /// Writes a cell at the cursor.
    fn cell(&mut self, cell: &Cell) {
        self.pen.write(cell);
        // Terminals disagree about the widths of clusters, and about where the cursor is after the last column.
        self.position = self.position.filter(|_| !is_cluster(cell)).and_then(|(x, y)| {
            let next = x.saturating_add(cell.cell_width().max(1));
            (next < self.cells.area.width).then_some((next, y))
        });
    }
}

/// Returns the parameters of SGR that turn one style into another.
fn codes(from: SgrStyle, to: SgrStyle) -> Vec<String> {
    let mut codes = Vec::new();
    let (mut gone, mut added) = (from.modifier - to.modifier, to.modifier - from.modifier);
    for (modifiers, code) in ENDS {
        if gone.intersects(modifiers) {
            // One parameter ends both bold and dim, both kinds of blinking.
            added |= to.modifier & modifiers;
            gone -= modifiers;
            codes.push(code.to_string());
        }
    }
    codes.extend(MODIFIERS.iter().filter(|(it, _)| added.contains(*it)).map(|(_, code)| code.to_string()));
    if to.fg != from.fg {
        codes.push(color(to.fg, 30));
    }
    if to.bg != from.bg {
        codes.push(color(to.bg, 40));
    }
    codes
}

/// Returns the parameters of SGR for a colour; `base` is 30 for the foreground and 40 for the background.
fn color(color: Color, base: u8) -> String {
    let named = |offset: u8| (base + offset).to_string();
    match color {
        Color::Reset => named(9),
        Color::Black => named(0),
        Color::Red => named(1),
        Color::Green => named(2),
        Color::Yellow => named(3),
        Color::Blue => named(4),
        Color::Magenta => named(5),
        Color::Cyan => named(6),
        Color::Gray => named(7),
        Color::DarkGray => named(60),
        Color::LightRed => named(61),
        Color::LightGreen => named(62),
        Color::LightYellow => named(63),
        Color::LightBlue => named(64),
        Color::LightMagenta => named(65),
        Color::LightCyan => named(66),
        Color::White => named(67),
        Color::Indexed(index) => format!("{};5;{index}", base + 8),
        Color::Rgb(red, green, blue) => format!("{};2;{red};{green};{blue}", base + 8),
    }
}
