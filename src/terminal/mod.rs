//! The terminal: acquiring and restoring it, its output, its input, and the signals of its session.

mod choice;
mod clusters;
mod cursor;
mod device;
mod encode;
mod hangup;
mod input;
mod osc;
mod output;
mod paint;
mod password;
mod print;
mod reports;
mod screen;
mod signals;
#[cfg(test)]
mod tests;
mod unbuffered;

pub use choice::choose;
pub use cursor::Cursor;
pub use encode::styled_line;
pub use hangup::wait_until_closed;
pub use input::{Input, Keyboard};
pub use osc::{Osc, OscKind};
pub use password::read_password;
pub use print::print;
pub use reports::Reports;
pub use screen::{Screen, Surface, restore, stop};
pub use signals::{Signal, Signals};
pub use unbuffered::UnbufferedInput;
