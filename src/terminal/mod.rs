//! The terminal: taking it over and giving it back, what comes in from it, and the signals around it.

mod hangup;
mod input;
mod screen;
mod signals;
#[cfg(test)]
mod tests;

pub use input::{Input, Keyboard};
pub use screen::{Screen, restore};
pub use signals::{Signal, Signals};
