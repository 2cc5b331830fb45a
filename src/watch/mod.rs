//! The client without its screen: events become lines, and lines become commands.

mod command;
mod inputs;
mod line_reader;
mod line_writer;
mod options;
mod progress;
mod run;
mod surface;

pub use inputs::Inputs;
pub use options::Options;
pub use run::{RunOutcome, WatchError, start};
pub use surface::WatchSurface;
