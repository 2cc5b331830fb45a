//! The style of a row, which depends on its state, and the colour of an importance.

use ratatui::style::Style;
use ratatui::text::Line;

use crate::invitation::Importance;
use crate::ui::cells::Cells;
use crate::ui::look::Look;

/// Builds a line of a row in the style of the whole row: the selected row is highlighted, one that is over is dim.
pub(super) fn row_style<'a>(cells: Cells<'a>, is_selected: bool, is_over: bool, look: &Look) -> Line<'a> {
    match (is_selected, is_over) {
        (true, _) => cells.on(look.theme.selected, |style| look.theme.is_highlight(style)),
        (false, true) => cells.line(Some(look.theme.dim)),
        (false, false) => cells.line(None),
    }
}

/// Returns the style of the sign and of the word of an importance that is not normal.
pub(super) fn importance_style(importance: Importance, look: &Look) -> Style {
    if importance == Importance::Emergency { look.theme.urgent } else { look.theme.waiting }
}
