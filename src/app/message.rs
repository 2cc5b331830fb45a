use super::key::Key;
use crate::history;
use crate::invitation::{AccountId, Moment};
use crate::provider::Event;

/// Something happened.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Message {
    /// A key was pressed.
    Key(Key),
    /// Text was pasted.
    Paste(String),
    /// The screen has this many columns and rows.
    Resize(u16, u16),
    /// A second passed while something on the screen depended on it.
    Tick,
    /// The history said something.
    History(history::HistoryEvent),
    /// A provider said something.
    Provider(AccountId, Event),
}

/// When it happened.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Now {
    /// By the clock that nobody sets; everything that counts depends on this one.
    pub moment: Moment,
    /// By the wall clock; for display only.
    pub wall: jiff::civil::DateTime,
}
