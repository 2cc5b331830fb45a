use jiff::civil::DateTime;

use crate::desktop::Desktop;
use crate::history::HistoryWriter;
use crate::hooks::Hooks;

/// The environment of the loop, apart from the providers: the terminal, the machine, the wall clock and the disk. In
/// tests none of them is real.
///
/// `signals`, `inputs` and `wakes` return one item per call. Their futures are cancel safe.
#[derive(Debug)]
pub struct Environment<S, G, I, M> {
    /// The surface that frames are drawn on.
    pub surface: S,
    /// The source of signals.
    pub signals: G,
    /// The source of keys, pastes and sizes. It is not called again after [`Input::Closed`](crate::terminal::Input::Closed).
    pub inputs: I,
    /// The source of wake-ups: the machine was asleep or its network changed, so that open connections are dead.
    pub wakes: M,
    /// Returns the local wall-clock time.
    pub wall: fn() -> DateTime,
    /// The notifications of the desktop, unless it shows none.
    pub desktop: Option<Desktop>,
    /// The history, unless none is kept.
    pub history: Option<HistoryWriter>,
    /// The programs that are run for events.
    pub hooks: Hooks,
}

/// Returns the local wall-clock time of the machine.
#[must_use]
pub fn wall() -> DateTime {
    jiff::Zoned::now().datetime()
}
