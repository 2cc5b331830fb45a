//! The terminal: taking it over and giving it back, what goes out to it, what comes in from it, and the
//! signals around it.

mod device;
mod hangup;
mod input;
mod output;
mod paint;
mod print;
mod screen;
mod signals;
#[cfg(test)]
mod tests;

pub use input::{Input, Keyboard};
pub use print::print;
pub use screen::{Screen, Surface, restore};
pub use signals::{Signal, Signals};
