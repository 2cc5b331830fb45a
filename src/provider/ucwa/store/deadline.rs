//! The deadline of an invitation, and when it is read because no event has ended it.

use std::time::Duration;

use crate::invitation::Moment;

/// The time after which an unanswered invitation fails, according to the UCWA reference of `participantInvitation`.
pub const RING_TIMEOUT: Duration = Duration::from_secs(30);

/// The wait after an invitation's deadline before it is read, if no event has ended it.
const READ_AFTER_DEADLINE: Duration = Duration::from_secs(4);

/// Returns the latest deadline of an invitation that arrived at a time.
pub(super) fn of(arrived: Moment) -> Moment {
    arrived.after(RING_TIMEOUT)
}

/// Returns when to read an invitation that has not ended at its deadline.
pub(super) fn next_read(deadline: Moment) -> Moment {
    deadline.after(READ_AFTER_DEADLINE)
}
