//! A row: its content and its layout. The styles of its parts come with the content; that of the whole row is in
//! [`super::row_style`].

use std::borrow::Cow;

use ratatui::style::Style;
use ratatui::text::Line;

use super::columns::{Columns, Widths};
use super::row_style::row_style;
use crate::invitation::Party;
use crate::ui::cells::Cells;
use crate::ui::fit::{fit, fit_middle, width};
use crate::ui::look::Look;
use crate::ui::words;

/// The text between two parts of the text about an item.
const JOINT: &str = " · ";
/// The narrowest part of a text that is worth showing.
const LEAST: usize = 3;

/// A text with its style.
pub(in crate::ui) type Part<'a> = (Cow<'a, str>, Style);

/// The content of a row.
#[derive(Debug, Default)]
pub(in crate::ui) struct Row<'a> {
    /// The sign of an urgent item, and its style.
    pub(super) sign: Option<(&'static str, Style)>,
    pub(super) is_marked: bool,
    pub(super) is_selected: bool,
    /// Whether the item has ended, so that the row is secondary.
    pub(super) is_over: bool,
    /// The time left, the time of the end, or the number of new messages, with a sign of one column at its end.
    pub(super) time: Part<'a>,
    pub(super) kind: &'static str,
    pub(super) who: Who<'a>,
    /// The subject and the message of the item, the more important part first.
    pub(super) about: Vec<Part<'a>>,
}

/// The person of a row.
#[derive(Debug, Default)]
pub(super) struct Who<'a> {
    pub(super) name: Cow<'a, str>,
    /// Whether the address stands in for the name.
    pub(super) is_address: bool,
    /// The address without its scheme, if that says nothing.
    pub(super) address: Cow<'a, str>,
}

impl<'a> Who<'a> {
    /// Returns the texts for a person. The address takes the place of a missing name.
    pub(super) fn new(party: &'a Party) -> Self {
        let uri = party.uri.as_str();
        let [name, address] = match (party.name.as_str(), uri) {
            ("", "") if party.origin.as_str().starts_with(words::ENCRYPTED) => {
                [words::NO_NAME, words::ENCRYPTED]
            }
            ("", uri) if uri.starts_with(words::ENCRYPTED) => [words::NO_NAME, uri],
            ("", "") => [words::NO_NAME, words::NO_ADDRESS],
            ("", uri) => [uri.split_once(':').map_or(uri, |(_, rest)| rest), words::NO_NAME],
            (name, "") => [name, words::NO_ADDRESS],
            (name, uri) => [name, uri.strip_prefix("sip:").unwrap_or(uri)],
        };
        let is_address = party.name.is_empty() && name != words::NO_NAME;
        Self { name: name.into(), is_address, address: address.into() }
    }
}

impl<'a> Row<'a> {
    /// Returns the widths of the row's texts.
    pub(in crate::ui) fn widths(&self) -> Widths {
        Widths {
            time: width(&self.time.0),
            kind: width(self.kind),
            who: width(&self.who.name),
            about: self.about_width(),
            address: width(&self.who.address),
        }
    }

    /// Returns the width of all that the row says about its item.
    fn about_width(&self) -> usize {
        let joints = self.about.len().saturating_sub(1) * width(JOINT);
        self.about.iter().map(|(text, _)| width(text)).sum::<usize>() + joints
    }

    /// Returns the lines of the row.
    pub(in crate::ui) fn lines(self, columns: &Columns, look: &Look) -> Vec<Line<'a>> {
        let (is_selected, is_over) = (self.is_selected, self.is_over);
        let mut cells = Cells::default();
        self.lead(&mut cells, look);
        let room = columns.time.saturating_sub(width(&self.time.0));
        cells.gap(room);
        cells.text(self.time.0.clone(), self.time.1);
        cells.gap(1);
        let lines = if columns.is_narrow {
            self.narrow(cells, columns, look)
        } else {
            vec![self.wide(cells, columns, look)]
        };
        lines.into_iter().map(|cells| row_style(cells, is_selected, is_over, look)).collect()
    }

    /// Appends the cursor, the mark and the sign of something urgent, from the left without gaps.
    fn lead(&self, cells: &mut Cells<'a>, look: &Look) {
        let cursor = self.is_selected.then_some(("▸", look.theme.accent));
        let mark = self.is_marked.then_some(("✓", look.theme.accent));
        let mut signs = vec![cursor.or(self.sign).unwrap_or((" ", Style::new()))];
        let rest = self.sign.filter(|_| self.is_selected);
        signs.push(mark.or(rest).unwrap_or((" ", Style::new())));
        signs.push(rest.filter(|_| self.is_marked).unwrap_or((" ", Style::new())));
        for (sign, style) in signs {
            cells.text(sign, style);
        }
    }

    fn wide(self, mut cells: Cells<'a>, columns: &Columns, look: &Look) -> Cells<'a> {
        cells.filled(fit(self.kind, columns.kind), columns.kind, Style::new());
        cells.gap(Columns::GAP);
        who(&mut cells, &self.who, columns.who, look);
        cells.gap(Columns::GAP);
        let end = cells.used() + columns.about;
        about(&mut cells, self.about, end);
        if columns.address > 0 {
            cells.up_to(end + Columns::GAP);
            let address = fit_middle(&self.who.address, columns.address).into_owned();
            cells.text(address, look.theme.dim);
        }
        cells.up_to(columns.end);
        cells
    }

    fn narrow(self, mut cells: Cells<'a>, columns: &Columns, look: &Look) -> Vec<Cells<'a>> {
        let indent = cells.used();
        let kind = fit(self.kind, columns.kind);
        let start = columns.end.saturating_sub(width(&kind));
        let room = start.saturating_sub(cells.used() + 1);
        who(&mut cells, &self.who, room, look);
        cells.up_to(start);
        cells.text(kind, look.theme.dim);
        let mut below = Cells::default();
        below.gap(indent);
        let wanted = self.about_width();
        about(&mut below, self.about, columns.end);
        let room = columns.end.saturating_sub(below.used() + if wanted == 0 { 0 } else { Columns::GAP });
        if wanted == 0 || room >= width(&self.who.address) {
            below.up_to(columns.end - room);
            below.text(fit_middle(&self.who.address, room).into_owned(), look.theme.dim);
        }
        below.up_to(columns.end);
        cells.up_to(columns.end);
        vec![cells, below]
    }
}

/// Appends a name, or the address that stands in for it.
fn who<'a>(cells: &mut Cells<'a>, who: &Who<'a>, room: usize, look: &Look) {
    let style = if who.name == words::NO_NAME { look.theme.dim } else { Style::new() };
    // The end of an address is as important as its start.
    let name = if who.is_address { fit_middle(&who.name, room) } else { fit(&who.name, room) };
    cells.filled(name.into_owned().into(), room, style);
}

/// Appends the parts of a text up to the column `end`.
fn about<'a>(cells: &mut Cells<'a>, parts: Vec<Part<'a>>, end: usize) {
    for (number, (text, style)) in parts.into_iter().enumerate() {
        if number > 0 {
            if cells.used() + width(JOINT) + LEAST > end {
                break;
            }
            cells.text(JOINT, Style::new());
        }
        let room = end.saturating_sub(cells.used());
        let fits = width(&text) <= room;
        cells.text(if fits { text } else { fit(&text, room).into_owned().into() }, style);
    }
}
