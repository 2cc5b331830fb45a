//! The dialogs: a file for each, and what they share.

mod choices;
pub(super) mod compose;
pub(super) mod confirm;
pub(super) mod decline;
pub(super) mod find_person;
mod frame;
pub(super) mod help;
mod help_topics;
mod input;
pub(super) mod menu;
pub(super) mod palette;
pub(super) mod presence;
pub(super) mod prompt;
pub(super) mod reject;
mod targets;
