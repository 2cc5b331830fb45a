//! The client without its screen: events become lines, and lines become commands.

mod command;
mod front;
mod inputs;
mod line_reader;
mod lines;
mod options;
mod progress;
mod run;

pub use front::Front;
pub use inputs::Inputs;
pub use options::Options;
pub use run::{Run, WatchError, start};
