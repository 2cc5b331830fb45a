//! What earlier runs have left, and how much of it all is kept.

use crate::app::state::FIRST_PAST;
use crate::app::{State, Tone};
use crate::history::{HistoryEvent, Record};

pub(super) fn take(state: &mut State, news: HistoryEvent) {
    match news {
        HistoryEvent::Loaded(records) => load(state, records),
        HistoryEvent::Failed(why) => {
            let text = format!("The history is kept only until you quit: it can't be written ({why})");
            state.tell(&text, Tone::Problem);
        }
    }
}

fn load(state: &mut State, records: Vec<Record>) {
    // The latest ones stand right before the first one of this run.
    for (number, record) in (0..FIRST_PAST).rev().zip(records.into_iter().rev()) {
        state.history.put(record.into_past_invitation(number));
    }
    bound(state);
}

/// Lets the oldest go when there are too many; the numbers are without gaps.
pub(super) fn bound(state: &mut State) {
    while state.history.len() > state.settings.history_limit.max(1) {
        let oldest = state.next_past.saturating_sub(u64::try_from(state.history.len()).unwrap_or(u64::MAX));
        let removed = state.history.change_by_itself(state.now.moment, |list| list.remove(u64::MAX - oldest));
        if removed.is_none() {
            break;
        }
    }
}
