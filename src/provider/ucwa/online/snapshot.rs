//! The time of the snapshot that replaces what an earlier generation of the application has shown.

use std::time::Duration;

use tokio::time::Instant;

/// The time for which the first poll has to be held before it is certain that nothing is pending.
pub(super) const QUIET_AFTER: Duration = Duration::from_secs(2);

/// The time for which the snapshot waits for invitations that the server has sent only as links.
const MAX_UNCLEAR: Duration = Duration::from_secs(8);

/// When the snapshot is due.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum SnapshotSchedule {
    /// No batch has arrived. The snapshot is due at this time if the poll is being held then.
    NoBatch(Option<Instant>),
    /// A batch has arrived. The snapshot is due at this time.
    Due(Instant),
    /// The snapshot was sent.
    Sent,
}

impl SnapshotSchedule {
    /// Returns the time of the next check.
    pub fn next_at(self) -> Option<Instant> {
        match self {
            Self::NoBatch(at) => at,
            Self::Due(at) => Some(at),
            Self::Sent => None,
        }
    }

    /// Notes that a poll starts.
    pub fn poll_started(&mut self, now: Instant) {
        if let Self::NoBatch(at) = self {
            *at = Some(now + QUIET_AFTER);
        }
    }

    /// Notes that polling stops after a failure, so that nothing is certain.
    pub fn poll_stopped(&mut self) {
        if let Self::NoBatch(at) = self {
            *at = None;
        }
    }

    /// Notes that a batch was applied. `is_unclear` is whether invitations have to be read before the snapshot.
    pub fn batch_applied(&mut self, is_unclear: bool, now: Instant) {
        match self {
            Self::NoBatch(_) if is_unclear => *self = Self::Due(now + MAX_UNCLEAR),
            Self::NoBatch(_) => *self = Self::Due(now),
            Self::Due(_) | Self::Sent => self.fetch_applied(is_unclear, now),
        }
    }

    /// Notes that a fetched resource was applied.
    pub fn fetch_applied(&mut self, is_unclear: bool, now: Instant) {
        if let Self::Due(at) = self
            && !is_unclear
        {
            *at = now;
        }
    }

    /// Returns whether the snapshot is to be sent now. `held` is `Ok` if the poll has been held for [`QUIET_AFTER`],
    /// or `Err` with the time of the next check.
    pub fn is_due(&mut self, now: Instant, held: Result<(), Instant>) -> bool {
        if self.next_at().is_none_or(|at| at > now) {
            return false;
        }
        if let (Self::NoBatch(at), Err(later)) = (&mut *self, held) {
            *at = Some(later);
            return false;
        }
        *self = Self::Sent;
        true
    }
}
