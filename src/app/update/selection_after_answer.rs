//! The selection after an answer: it goes on to the next invitation that waits, and comes back if the answer was refused.

use crate::app::{Entry, Phase, State, Tab};
use crate::invitation::{Decision, InvitationId};

/// Lets the selection leave an incoming invitation that the user has answered, for the next one that waits for an answer, now
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

/// Takes the selection back to an invitation whose answer was refused, if the answer moved it and the user has pressed no key
/// since, so that a second attempt goes to the same invitation.
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
