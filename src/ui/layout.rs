//! The areas of the screen.

use ratatui::layout::Rect;

use super::geometry::{take_bottom, take_top};
use super::header::is_small;
use super::visible_rows;
use crate::app::State;

/// The width from which the details are beside the list.
const WIDE: u16 = 150;
/// The height from which there is room for notices. A row is reserved for them unless the screen is small, so that
/// nothing moves when one appears.
const NOTICE: u16 = 8;
/// The height of the body from which the details below the list always have their part of it.
const TALL: u16 = 14;

/// The height of the body from which the details below the list have a bigger part of it.
const HIGH: u16 = 30;

/// The areas of the screen from top to bottom, without the header.
pub(super) struct Areas {
    /// The bar of tabs.
    pub(super) tabs: Rect,
    /// The list and the details.
    pub(super) body: Rect,
    /// The row for notices; empty on a small screen, where notices cover the rows above it.
    pub(super) notice: Rect,
    /// Whether there is room for notices.
    pub(super) has_notices: bool,
    /// The last row.
    pub(super) footer: Rect,
    /// The area for dialogs: all but the footer.
    pub(super) dialog: Rect,
}

impl Areas {
    /// Divides the screen below a header of this many rows.
    pub(super) fn new(area: Rect, header: usize) -> Self {
        Self::divide(area, u16::try_from(header).unwrap_or(u16::MAX), 1)
    }

    /// Divides a small screen below one row with the header and the tabs.
    pub(super) fn below_tabs(area: Rect) -> Self {
        Self::divide(area, 1, 0)
    }

    fn divide(area: Rect, header: u16, tabs: u16) -> Self {
        let mut body = area;
        take_top(&mut body, header);
        let footer = take_bottom(&mut body, 1);
        let has_notices = area.height >= NOTICE;
        let notice = take_bottom(&mut body, u16::from(has_notices && !is_small(area)));
        let tabs = take_top(&mut body, tabs);
        let dialog = Rect { height: area.height - u16::from(area.height > 1), ..area };
        Self { tabs, body, notice, has_notices, footer, dialog }
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
        let wanted = u16::try_from(visible_rows::height(state, area.width)).unwrap_or(u16::MAX);
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
            (area.height * 2 / 5).min(if area.height >= HIGH { 14 } else { 9 })
        } else {
            area.height.saturating_sub(wanted.max(1))
        };
        let below = if below < 2 || wanted == 0 { 0 } else { below };
        let mut list = area;
        let details = take_bottom(&mut list, below);
        Self::List { list, details }
    }
}
