use super::Mouse;
use super::key::Key;
use super::{Instruction, NotificationChoice};
use crate::history;
use crate::invitation::{AccountId, InvitationId, Moment};
use crate::provider::Event;
use crate::text::DisplayText;

/// An input of the reducer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Message {
    /// A key was pressed.
    Key(Key),
    /// The mouse was used.
    Mouse(Mouse),
    /// Text was pasted.
    Paste(String),
    /// The terminal got the focus, or lost it.
    Focus(bool),
    /// The user answered an invitation in its notification.
    Chosen(InvitationId, NotificationChoice),
    /// The terminal was resized to this number of columns and rows.
    Resize(u16, u16),
    /// A frame has shown messages that were unread; sent when [`State::shows_unread`](super::State::shows_unread) returns
    /// true after drawing.
    Seen,
    /// A second has passed; sent while [`State::needs_tick`](super::State::needs_tick) returns true.
    Tick,
    /// A program that uses the client without its screen gave an instruction.
    Instruct {
        /// The number that its outcome is reported under.
        number: u64,
        /// The instruction.
        instruction: Instruction,
    },
    /// A part of the program other than the providers and the history has failed, in words for the user.
    Problem(DisplayText),
    /// The history was loaded, or could not be written.
    History(history::HistoryEvent),
    /// The provider of an account emitted an event.
    Provider(AccountId, Event),
}

/// The time at which a [`Message`] arrived.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Now {
    /// The monotonic time; all deadlines and durations depend on this clock.
    pub moment: Moment,
    /// The local wall-clock time, for display only.
    pub wall: jiff::civil::DateTime,
}
