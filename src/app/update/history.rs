//! The history of earlier runs, and the limit on the number of entries.

use crate::app::state::FIRST_PAST;
use crate::app::{State, Tone};
use crate::history::{HistoryEvent, Record};

/// Applies an event of the history.
pub(super) fn apply(state: &mut State, event: HistoryEvent) {
    match event {
        HistoryEvent::Loaded(records) => load(state, records),
        HistoryEvent::Failed(reason) => {
            let text = format!("The history is kept only until you quit: it can't be saved ({reason})");
            state.notify(&text, Tone::Problem);
        }
    }
}

/// Adds the entries of earlier runs, the oldest of which comes first in `records`.
fn load(state: &mut State, records: Vec<Record>) {
    // The latest entry gets the number right before the first one of this run.
    for (number, record) in (0..FIRST_PAST).rev().zip(records.into_iter().rev()) {
        state.history.upsert(record.into_past_invitation(number));
    }
    enforce_limit(state);
}

/// Removes the oldest entries while there are more than the limit. Relies on numbers without gaps.
pub(super) fn enforce_limit(state: &mut State) {
    while state.history.len() > state.settings.history_limit.max(1) {
        let oldest = state.next_past.saturating_sub(u64::try_from(state.history.len()).unwrap_or(u64::MAX));
        let removed = state.history.change_unasked(state.now.moment, |list| list.remove(u64::MAX - oldest));
        if removed.is_none() {
            break;
        }
    }
}
