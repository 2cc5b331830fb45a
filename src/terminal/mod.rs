//! The terminal: taken, drawn on, asked for keys, and always given back.

mod input;
mod screen;
mod signals;

pub use input::{Input, Keyboard};
pub use screen::{Screen, restore};
pub use signals::{Signal, Signals};
