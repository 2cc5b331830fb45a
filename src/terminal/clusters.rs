//! Cells of several characters: letters with marks, flags, families of emoji. Terminals disagree about their widths.

use ratatui::buffer::{Buffer, Cell, CellWidth};

/// A cell to write, after its column and row.
pub(super) type Change<'a> = (u16, u16, &'a Cell);

/// Returns whether a cell has several characters.
pub(super) fn is_cluster(cell: &Cell) -> bool {
    cell.symbol().chars().nth(1).is_some()
}

/// Adds the rest of each row in which a cluster changes: a terminal may have drawn the cluster over it.
pub(super) fn with_rests<'a>(
    changes: Vec<Change<'a>>,
    before: &Buffer,
    cells: &'a Buffer,
) -> Vec<Change<'a>> {
    let mut all = Vec::with_capacity(changes.len());
    let mut finished = None;
    for change in changes {
        let (mut x, y, cell) = change;
        if finished == Some(y) {
            continue;
        }
        all.push(change);
        if is_cluster(cell) || before.cell((x, y)).is_some_and(is_cluster) {
            finished = Some(y);
            x = x.saturating_add(cell.cell_width().max(1));
            while let Some(cell) = cells.cell((x, y)) {
                all.push((x, y, cell));
                x = x.saturating_add(cell.cell_width().max(1));
            }
        }
    }
    all
}
