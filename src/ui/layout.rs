//! The areas of the screen.

use ratatui::layout::Rect;

use super::geometry::{take_bottom, take_top};
use super::list;
use crate::app::State;

/// The width from which the details are beside the list.
const WIDE: u16 = 120;
/// The height from which a row is reserved for notices, so that nothing moves when one appears.
const NOTICE: u16 = 8;
/// The height of the body from which the details below the list always have their part of it.
const TALL: u16 = 14;

/// The areas of the screen from top to bottom, without the header.
pub(super) struct Areas {
    /// The bar of tabs.
    pub(super) tabs: Rect,
    /// The list and the details.
    pub(super) body: Rect,
    /// The row for notices; empty on a low screen.
    pub(super) notice: Rect,
    /// The last row.
    pub(super) footer: Rect,
    /// The area for dialogs: all but the footer.
    pub(super) dialog: Rect,
}

impl Areas {
    /// Divides the screen below a header of this many rows.
    pub(super) fn new(area: Rect, header: usize) -> Self {
        let mut body = area;
        take_top(&mut body, u16::try_from(header).unwrap_or(u16::MAX));
        let footer = take_bottom(&mut body, 1);
        let notice = take_bottom(&mut body, u16::from(area.height >= NOTICE));
        let tabs = take_top(&mut body, 1);
        let dialog = Rect { height: area.height - u16::from(area.height > 1), ..area };
        Self { tabs, body, notice, footer, dialog }
    }
}

/// The division of the body into list and details.
#[derive(Clone, Copy)]
pub(super) enum Body {
    /// The details take all of it.
    Details(Rect),
    /// The list, and the details beside it, below it, or empty.
    List { list: Rect, details: Rect },
}

impl Body {
    /// Divides the body.
    pub(super) fn new(area: Rect, state: &State) -> Self {
        let wanted = u16::try_from(list::height(state, area.width)).unwrap_or(u16::MAX);
        if state.details.is_full() && wanted > 0 {
            return Self::Details(area);
        }
        if area.width >= WIDE {
            let beside = area.width * 2 / 5;
            let list = Rect { width: area.width - beside - 1, ..area };
            return Self::List { list, details: Rect { x: list.right() + 1, width: beside, ..area } };
        }
        // On a low screen the list comes first, and the details get the rest.
        let below = if area.height >= TALL {
            (area.height * 2 / 5).min(9)
        } else {
            area.height.saturating_sub(wanted.max(1))
        };
        let below = if below < 2 || wanted == 0 { 0 } else { below };
        let mut list = area;
        let details = take_bottom(&mut list, below);
        Self::List { list, details }
    }
}
