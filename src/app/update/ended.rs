//! The rows of invitations that have ended: they stay for a moment, so that the user sees how an invitation ended and no
//! other row moves under the cursor unseen.

use std::time::Duration;

use crate::app::{Entry, Phase, State, Subject, Tab};
use crate::invitation::{Decision, InvitationId, Moment};

/// The time for which a row stays after its invitation has ended.
const DURATION: Duration = Duration::from_secs(5);

/// The number of ended invitations that the list of incoming ones shows.
const SHOWN: usize = 3;

/// Returns the time until which the row of an invitation that ends now stays.
pub(super) fn until(state: &State) -> Moment {
    state.now.moment.after(DURATION)
}

/// Lets the row of an invitation that has ended stay until a time, and folds the oldest ended row if there are many.
pub(super) fn linger(state: &mut State, id: InvitationId, until: Moment) {
    state.lingering.push_back((until, id));
    let is_shown = |id: &InvitationId| state.incoming.is_shown(*id) && !is_looked_at(state, *id);
    // Older rows are folded already, so that many ends at once cost no more than few.
    let oldest = state.lingering.iter().rev().map(|(_, id)| *id).filter(is_shown).nth(SHOWN);
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

/// Returns whether an invitation can be given the answer that another one is being given.
fn can_be_answered_like(other: &Entry, answered: &Entry) -> bool {
    let Phase::Answering { decision, .. } = &answered.phase else { return true };
    let offers = other.invitation.offers;
    match decision {
        Decision::Accept | Decision::AcceptWithPhone => offers.accept || offers.accept_with_phone,
        Decision::Decline(_) | Decision::Reject { .. } => offers.decline || offers.reject,
        Decision::Cancel | Decision::Redirect(_) => true,
    }
}

/// Lets a row stay once more.
fn stay(state: &mut State, id: InvitationId) {
    let later = until(state);
    for list in [&mut state.incoming, &mut state.outgoing] {
        list.change(id, |entry| {
            if let Phase::Over { until, .. } = &mut entry.phase {
                *until = later;
            }
        });
    }
    state.lingering.push_back((later, id));
}

/// Returns whether the user looks at an invitation: it was lately selected by hand in the list in front, or its details take
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

/// Lets the cursor leave an incoming invitation that the user has answered, for the next one that waits for an answer, now
/// or as soon as there is one. It stays while the details take the whole screen, and for an answer that was refused.
pub(super) fn leave_answered(state: &mut State) {
    let Some(entry) = state.incoming.selected().filter(|_| state.incoming.is_answered()) else { return };
    if entry.phase == Phase::Ringing {
        state.incoming.set_answered(false);
    } else if state.tab != Tab::Incoming || !state.details.is_full() {
        let (now, answered) = (state.now.moment, entry.invitation.id);
        if let Some(next) = state.incoming.next_waiting(now, |other| can_be_answered_like(other, entry)) {
            state.incoming.change_unasked(now, |list| list.select(next));
            state.left_behind = Some(answered);
        }
    }
}

/// Takes the cursor back to an invitation whose answer was refused, if the answer moved it and the user has pressed no key
/// since: who tries again means that one.
pub(super) fn take_back(state: &mut State, refused: InvitationId) {
    if state.left_behind != Some(refused) {
        return;
    }
    state.left_behind = None;
    let now = state.now.moment;
    if state.incoming.moved_at(now) {
        // No frame has shown the next one as selected.
        state.incoming.select(refused);
        state.incoming.set_answered(false);
    } else {
        state.incoming.change_unasked(now, |list| list.select(refused));
    }
}
