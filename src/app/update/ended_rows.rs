//! Rows of ended invitations stay for a moment, so that the user sees the outcome and no other row slips under the
//! selection.

use std::time::Duration;

use crate::app::{Phase, State, Subject, Tab};
use crate::invitation::{InvitationId, Moment};

/// The time for which a row stays after its invitation has ended.
const LINGER_TIME: Duration = Duration::from_secs(5);

/// The maximum number of ended invitations in the incoming list.
const MAX_LINGERING: usize = 3;

/// Returns the time until which the row of an invitation that ends now stays.
pub(super) fn visible_until(state: &State) -> Moment {
    state.now.moment.after(LINGER_TIME)
}

/// Lets the row of an invitation that has ended stay until a time, and folds the oldest ended row if there are many.
pub(super) fn linger(state: &mut State, id: InvitationId, until: Moment) {
    state.lingering.push_back((until, id));
    let is_shown = |id: &InvitationId| state.incoming.is_shown(*id) && !is_looked_at(state, *id);
    // Older rows are folded already, so this stays cheap when many invitations end at once.
    let oldest = state.lingering.iter().rev().map(|(_, id)| *id).filter(is_shown).nth(MAX_LINGERING);
    if let Some(id) = oldest {
        state.incoming.change_unasked(state.now.moment, |list| list.fold(id));
    }
}

/// Removes the rows whose time is over, other than the one that the user looks at.
pub(super) fn remove_rows(state: &mut State) {
    let now = state.now.moment;
    while let Some((_, id)) = state.lingering.front().copied().filter(|(until, _)| *until <= now) {
        state.lingering.pop_front();
        if is_looked_at(state, id) {
            stay(state, id);
            continue;
        }
        for list in [&mut state.incoming, &mut state.outgoing] {
            list.change_unasked(now, |list| list.remove(id));
        }
        state.rulings.remove(id);
    }
    // In the place of a row that goes, there may be another one that has ended.
    let is_over = state.incoming.selected().is_some_and(|entry| !entry.is_pending());
    if is_over && state.incoming.moved_at(now) {
        let next = state.incoming.next_waiting(now, |_| true);
        state.incoming.change_unasked(now, |list| next.into_iter().for_each(|id| list.select(id)));
    }
}

/// Lets a row stay once more.
fn stay(state: &mut State, id: InvitationId) {
    let later = visible_until(state);
    state.change_entry(id, |entry| {
        if let Phase::Over { until, .. } = &mut entry.phase {
            *until = later;
        }
    });
    state.lingering.push_back((later, id));
}

/// Returns whether the user looks at an invitation: it was lately selected by hand in the current list, or its details take
/// the whole screen.
fn is_looked_at(state: &State, id: InvitationId) -> bool {
    let now = state.now.moment;
    let is_chosen = match state.tab {
        Tab::Incoming => state.incoming.is_looked_at(now),
        Tab::Outgoing => state.outgoing.is_looked_at(now),
        Tab::Conversations | Tab::History => false,
    };
    state.selected() == Some(Subject::Invitation(id)) && (is_chosen || state.details.is_full())
}
