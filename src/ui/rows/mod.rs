//! The rows of the lists: one line per item, or two on a narrow screen.

mod columns;
mod conversation;
mod invitation;
mod past;
mod row;
mod row_style;

pub(super) use columns::{Columns, is_narrow, lines_per_item};
pub(super) use conversation::conversation;
pub(super) use invitation::entry;
pub(super) use past::past;
pub(super) use row::Row;
