//! The reducer: [`State`], [`Message`] -> [`update`] -> [`Effect`]s. Pure: no I/O, no clock, no task, no
//! channel. Time comes in with each message.

mod available;
mod bulk;
mod effect;
mod focus;
pub mod key;
mod keymap;
mod list;
mod message;
mod mode;
mod notice;
mod state;
mod update;
mod viewport;

pub use available::available;
pub use bulk::Bulk;
pub use effect::Effect;
pub use focus::{Focus, Subject};
pub use keymap::{Action, KeyMap};
pub use list::{BLINK, Entry, Item, List, Phase, Progress, Sort};
pub use message::{Message, Now};
pub use mode::{
    Answer, CALLBACK, Choice, Confirm, Decline, Mode, Palette, Picker, Prompt, Purpose, Reject, Targets,
};
pub use notice::{Notice, Tone, Until};
pub use state::{Account, Details, Finished, Flight, Settings, State, Tab};
pub use update::update;
pub use viewport::Viewport;
