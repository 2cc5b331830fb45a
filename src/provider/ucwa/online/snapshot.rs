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

    /// Returns whether the snapshot is to be sent now, and takes it as sent. `held` is `Ok` if the poll has been held for [`QUIET_AFTER`],
    /// or `Err` with the time of the next check.
    pub fn take_due(&mut self, now: Instant, held: Result<(), Instant>) -> bool {
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn without_a_batch_the_snapshot_is_due_once_a_poll_was_held() {
        let (now, mut snapshot) = (Instant::now(), SnapshotSchedule::NoBatch(None));
        assert_eq!((snapshot.next_at(), snapshot.take_due(now, Ok(()))), (None, false), "nothing is polled");
        snapshot.poll_started(now);
        assert_eq!(snapshot.next_at(), Some(now + QUIET_AFTER));
        snapshot.poll_stopped();
        assert_eq!(snapshot.next_at(), None);
        snapshot.poll_started(now);
        assert!(!snapshot.take_due(now + QUIET_AFTER / 2, Ok(())), "it is too early");
        let later = now + QUIET_AFTER * 2;
        assert!(!snapshot.take_due(now + QUIET_AFTER, Err(later)), "the poll was sent late");
        assert_eq!(snapshot.next_at(), Some(later));
        assert!(snapshot.take_due(later, Ok(())));
        assert_eq!((snapshot.next_at(), snapshot.take_due(later, Ok(()))), (None, false), "it is sent once");
    }

    #[test]
    fn after_a_batch_the_snapshot_waits_for_what_has_to_be_read_but_not_for_ever() {
        let (now, second) = (Instant::now(), Duration::from_secs(1));
        let after = |is_unclear| {
            let mut snapshot = SnapshotSchedule::NoBatch(None);
            snapshot.batch_applied(is_unclear, now);
            snapshot
        };
        let mut clear = after(false);
        assert!(clear.take_due(now, Err(now + second)), "the batch has everything");
        clear.batch_applied(false, now);
        assert_eq!(clear.next_at(), None);
        let mut unclear = after(true);
        assert_eq!(unclear.next_at(), Some(now + MAX_UNCLEAR));
        unclear.fetch_applied(true, now + second);
        unclear.batch_applied(true, now + second);
        assert_eq!(unclear.next_at(), Some(now + MAX_UNCLEAR), "no longer than that");
        unclear.fetch_applied(false, now + second);
        assert!(unclear.take_due(now + second, Err(now)));
    }
}
