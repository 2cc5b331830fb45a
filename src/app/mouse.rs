//! The mouse, independent of the terminal library.

use std::ops::Range;

use super::key::Key;
use super::{Subject, Tab};

/// An input of the mouse at a position, in columns and rows from 0.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Mouse {
    /// The column.
    pub column: u16,
    /// The row.
    pub row: u16,
    /// The kind of the input.
    pub action: MouseAction,
}

/// The kind of an input of the mouse.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum MouseAction {
    /// The left button was pressed.
    Click,
    /// The wheel was turned up by a notch.
    WheelUp,
    /// The wheel was turned down by a notch.
    WheelDown,
}

/// A place on the screen that can be clicked.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Spot {
    /// The columns of the place.
    pub columns: Range<u16>,
    /// The rows of the place.
    pub rows: Range<u16>,
    /// The thing that the place shows.
    pub target: Target,
}

/// A thing that can be clicked.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Target {
    /// A key in the footer.
    Key(Key),
    /// A tab.
    Tab(Tab),
    /// The row of an item of the current list.
    Item(Subject),
}
