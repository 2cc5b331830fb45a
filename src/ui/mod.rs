//! The view: it draws the [`State`](crate::app::State) into a buffer. The cost of a frame depends on the size of the
//! screen, not on the number of entries.

mod account_sign;
mod advice;
mod banner;
mod cells;
mod click_targets;
mod countdown;
mod details;
mod dialog;
mod empty;
mod farewell;
mod fit;
#[cfg(test)]
pub(crate) mod fixtures;
mod footer;
mod geometry;
mod header;
mod layout;
mod list;
mod look;
mod most_urgent;
mod notices;
mod presence;
mod roster;
mod rows;
mod rulings;
mod screen;
mod summary;
mod tabs;
#[cfg(test)]
mod tests;
mod thread;
mod title;
mod visible_rows;
mod words;

pub use farewell::farewell;
pub use look::{Charset, Look};
pub use screen::{draw, selection, viewport};
pub use title::title;
