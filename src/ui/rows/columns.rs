//! The widths of the columns, which follow from what the visible rows contain.

use ratatui::text::Line;

use crate::app::Tab;
use crate::ui::cells::Cells;
use crate::ui::fit::{fit, width};
use crate::ui::look::Look;

/// The width below which an item takes two lines.
const NARROW: usize = 60;
/// The width of the cursor's sign, the mark, and the sign of something urgent.
const LEAD: usize = 3;
/// The width of a short time with its sign: “0:04!”.
const TIME: usize = 5;
/// The width of a kind that is worth a column of its own: “Meeting”.
const KIND: usize = 7;
/// The least width of a column with a heading: “ABOUT”.
const HEADED: usize = 5;
/// The width of the text about an item that precedes the addresses.
const ABOUT: usize = 60;
/// The least width of a column for addresses that are cut.
const ADDRESS: usize = 18;
/// The greatest width that names have if there is not room for everything.
const NAME: usize = 28;

/// The widths of the texts of a row.
#[derive(Clone, Copy, Debug)]
pub(in crate::ui) struct Widths {
    pub(super) time: usize,
    pub(super) kind: usize,
    pub(super) who: usize,
    pub(super) about: usize,
    pub(super) address: usize,
}

/// The widths of the columns of a list.
#[derive(Clone, Copy, Debug)]
pub(in crate::ui) struct Columns {
    pub(super) time: usize,
    pub(super) kind: usize,
    pub(super) who: usize,
    pub(super) about: usize,
    /// Zero without a column for addresses.
    pub(super) address: usize,
    /// The end of the row. The last column stays blank: a terminal may draw foreign text wider than it should.
    pub(super) end: usize,
    pub(super) is_narrow: bool,
}

/// Returns whether an item takes two lines.
pub(in crate::ui) fn is_narrow(room: usize) -> bool {
    room < NARROW
}

/// Returns the number of lines per item.
pub(in crate::ui) fn lines_per_item(room: usize) -> usize {
    if is_narrow(room) { 2 } else { 1 }
}

impl Columns {
    /// The gap between two columns.
    pub(super) const GAP: usize = 2;

    /// Divides a width into columns for these rows. If not everything fits, addresses are cut first and then left out,
    /// before names or what the items are about are cut.
    pub(in crate::ui) fn new(room: usize, rows: &[Widths]) -> Self {
        let end = room.saturating_sub(1);
        let is_narrow = is_narrow(room);
        let longest = |of: fn(&Widths) -> usize| rows.iter().map(of).max().unwrap_or(0);
        let time = longest(|it| it.time).max(TIME);
        let kind = if is_narrow { longest(|it| it.kind) } else { KIND };
        let taken = LEAD + time + 1 + kind + Self::GAP;
        let rest = end.saturating_sub(taken);
        let name = longest(|it| it.who).max(HEADED);
        let about = longest(|it| it.about).max(HEADED);
        let address = longest(|it| it.address);
        let (who, address) = divide(rest, name, about, address);
        let others = if address == 0 { 0 } else { address + Self::GAP };
        let about =
            rest.saturating_sub(who + Self::GAP + others).min(if address == 0 { usize::MAX } else { about });
        Self { time, kind, who, about, address, end, is_narrow }
    }

    /// Returns the line with the names of the columns.
    pub(in crate::ui) fn heading<'a>(&self, tab: Tab, look: &Look) -> Line<'a> {
        let [time, who, about] = match tab {
            Tab::Incoming => ["LEFT", "WHO", "ABOUT"],
            Tab::Outgoing => ["LEFT", "TO", "ABOUT"],
            Tab::Conversations => ["NEW", "WITH", "ABOUT"],
            Tab::History => ["WHEN", "WHO", "ABOUT"],
        };
        let mut cells = Cells::default();
        cells.gap(LEAD);
        // The last column of a time is for its sign.
        cells.gap(self.time.saturating_sub(width(time) + 1));
        cells.text(time, look.theme.dim);
        cells.up_to(LEAD + self.time + 1);
        for (name, room) in
            [("KIND", self.kind), (who, self.who), (about, self.about), ("ADDRESS", self.address)]
        {
            if room > 0 {
                let start = cells.used();
                cells.text(fit(name, room), look.theme.dim);
                cells.up_to(start + room + Self::GAP);
            }
        }
        cells.line(None)
    }
}

/// Returns the widths for names and addresses, given the widths that names, texts and addresses would like to have.
fn divide(rest: usize, name: usize, about: usize, address: usize) -> (usize, usize) {
    let gap = Columns::GAP;
    let all = name + gap + about + gap + address;
    if all <= rest {
        return (name, address);
    }
    let who = name.min(NAME);
    // A single long text does not take the room of all addresses.
    let left = rest.saturating_sub(who + gap + about.min(ABOUT) + gap);
    if left >= address.min(ADDRESS) && address > 0 {
        return (who, left.min(address));
    }
    // Names may have what the texts leave.
    let most = (rest * 2 / 5).max(rest.saturating_sub(gap + about));
    (name.min(most), 0)
}
