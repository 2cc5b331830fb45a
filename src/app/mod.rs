//! The reducer: [`State`], [`Message`] -> [`update`] -> [`Effect`]s. Pure: no I/O, no clock, no task, no
//! channel. Time comes in with each message.

mod available;
mod effect;
pub mod key;
mod keymap;
mod list;
mod message;
mod mode;
mod state;
mod update;

pub use available::{available, is_available, why_not};
pub use effect::Effect;
pub use keymap::{Action, KeyMap};
pub use list::{Entry, Item, List, Phase, Progress, Sort};
pub use message::{Message, Now};
pub use mode::{CALLBACK, Choice, Decline, Mode, Picker, Prompt, Purpose, Reject};
pub use state::{Account, Finished, Flight, Notice, Past, Settings, State, Tab, Tone};
pub use update::update;
