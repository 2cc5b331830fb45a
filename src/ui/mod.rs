//! The view: it draws the [`State`](crate::app::State) into a buffer. The cost of a frame depends on the size of the
//! screen, not on the number of entries.

mod account_sign;
mod advice;
mod banner;
mod cells;
mod compact;
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
mod header_line;
mod layout;
mod list;
mod look;
mod notices;
mod presence;
mod pressing;
mod roster;
mod rows;
mod rulings;
mod screen;
mod several_accounts;
mod spots;
mod summary;
mod tabs;
#[cfg(test)]
mod tests;
mod thread;
mod title;
mod window;
mod words;

pub use farewell::farewell;
pub use look::{Charset, Look};
pub use screen::{draw, selection, viewport};
pub use title::title;
