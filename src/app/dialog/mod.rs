//! The dialogs that are opened over the lists.
//!
//! A dialog is a type that implements [`Dialog`]. It changes only itself: its methods return a [`Step`], which
//! `update` carries out. To add one, write a file in this module and one in the view, and list it in
//! [`Mode`](super::Mode).

mod answer;
mod compose;
mod confirm;
mod contract;
mod decline;
mod find_person;
mod help;
mod line;
mod menu;
mod palette;
mod picker;
mod presence;
mod prompt;
mod reject;
mod scroll;

pub use answer::Answer;
pub use compose::{Compose, Field};
pub use confirm::Confirm;
pub(super) use contract::{Context, Dialog, Operation, Remaining, Step};
pub use decline::Decline;
pub use find_person::{Candidate, FindPerson};
pub use help::Help;
pub use line::Line;
pub use menu::{Menu, MenuItem};
pub use palette::Palette;
pub use picker::{Choice, Picker};
pub use presence::PresenceDialog;
pub use prompt::{Prompt, Purpose};
pub use reject::{CALLBACK, Reject};
pub(super) use scroll::scroll;
