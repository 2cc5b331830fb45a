//! The history of earlier runs, the limit on the number of entries, and the missed invitations that are marked.

use crate::app::{Earlier, Effect, Item, State, Tab, Tone};
use crate::history::{HistoryEvent, PAGE, Record};
use crate::invitation::PastInvitation;

/// Applies an event of the history.
pub(super) fn apply(state: &mut State, event: HistoryEvent, effects: &mut Vec<Effect>) {
    match event {
        HistoryEvent::Loaded(records) => {
            let is_marked = |record: &&Record| record.is_missed() && !record.seen;
            state.unseen.extend(records.iter().filter(is_marked).map(|record| record.number));
            add_page(state, records);
        }
        HistoryEvent::Missed { account, entries } => {
            super::missed_while_away::add(state, account, entries, effects);
            enforce_limit(state);
        }
        HistoryEvent::Older(records) => add_page(state, records),
        HistoryEvent::Found { text, records } => {
            if text == state.history.filter() {
                add(state, records);
            }
        }
        HistoryEvent::Notice(text) => tell(state, &text, effects),
        HistoryEvent::Failed(reason) => {
            let text = format!("The history is kept only until you quit: it can't be saved ({reason})");
            tell(state, &text, effects);
        }
    }
}

/// Tells the user of a problem, whether or not there is a screen.
fn tell(state: &mut State, text: &str, effects: &mut Vec<Effect>) {
    state.notify(text, Tone::Problem);
    effects.push(Effect::Notice(text.into()));
}

/// Adds a page that follows what was read before.
fn add_page(state: &mut State, records: Vec<Record>) {
    let oldest = records.first().map(|record| record.number).filter(|_| records.len() >= PAGE);
    add(state, records);
    // Whatever the limit has removed is not read again.
    let is_full = state.history.len() >= limit(state);
    state.earlier =
        Earlier { oldest: oldest.filter(|_| !is_full), is_requested: false, ..state.earlier.clone() };
}

fn add(state: &mut State, records: Vec<Record>) {
    // The list selects the first entry that it gets, which is the latest.
    for record in records.into_iter().rev() {
        let past = record.into_past_invitation();
        state.history.change_unasked(state.now.moment, |list| list.upsert(past));
    }
    enforce_limit(state);
}

/// Adds an entry of this run. While another list is on the screen, the selection stays on the latest entry if it was there.
pub(super) fn add_past(state: &mut State, past: PastInvitation) {
    let follows = state.tab != Tab::History && state.history.position() == Some(0);
    if !past.seen {
        state.unseen.insert(past.number);
    }
    state.history.change_unasked(state.now.moment, |list| {
        list.upsert(past);
        if follows {
            list.select_at(0);
        }
    });
    enforce_limit(state);
}

fn limit(state: &State) -> usize {
    state.settings.history_limit.max(1)
}

/// Removes the oldest entries while there are more than the limit.
fn enforce_limit(state: &mut State) {
    while state.history.len() > limit(state) {
        // The ids of later entries are lower.
        let Some(oldest) = state.history.iter().map(Item::id).max() else { break };
        let removed = state.history.change_unasked(state.now.moment, |list| list.remove(oldest));
        state.unseen.remove(&removed.map_or(0, |past| past.number));
        state.earlier.oldest = None;
    }
}

/// Marks missed invitations as seen once the list is on the screen, searches older entries for the filter, and reads older ones
/// when the selection comes near the end of the list. To be called after each message.
pub(super) fn after_update(state: &mut State, tab_before: Tab, effects: &mut Vec<Effect>) {
    if state.tab != Tab::History {
        if tab_before == Tab::History {
            // The marks stay while the list is on the screen.
            state.unseen.clear();
        }
        return;
    }
    if tab_before != Tab::History && !state.unseen.is_empty() {
        state.history.select_at(0);
    }
    mark_seen(state, effects);
    let before = state.earlier.oldest;
    if state.history.filter() != state.earlier.searched {
        state.earlier.searched = state.history.filter().to_owned();
        if let Some(before) = before {
            forget_found(state, before);
            if !state.earlier.searched.is_empty() {
                effects.push(Effect::SearchHistory { text: state.earlier.searched.clone(), before });
            }
        }
    }
    let near_end = state
        .history
        .position()
        .is_some_and(|position| position + 1 + usize::from(state.viewport.rows) >= state.history.shown());
    if let Some(before) = before.filter(|_| near_end && !state.earlier.is_requested)
        && state.history.filter().is_empty()
    {
        state.earlier.is_requested = true;
        effects.push(Effect::ReadOlderHistory(before));
    }
}

/// Marks all entries as seen.
fn mark_seen(state: &mut State, effects: &mut Vec<Effect>) {
    let mut seen = Vec::new();
    for number in &state.unseen {
        state.history.change(u64::MAX - number, |past| {
            if !std::mem::replace(&mut past.seen, true) {
                seen.push(*number);
            }
        });
    }
    if !seen.is_empty() {
        super::missed_while_away::report_seen(state, &seen, effects);
        effects.push(Effect::MarkHistorySeen(seen));
    }
}

/// Removes what a former search has found among entries that were not read in order.
fn forget_found(state: &mut State, oldest: u64) {
    state.history.retain(|past| past.number >= oldest);
}
