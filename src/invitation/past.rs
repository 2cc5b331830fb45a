use super::{Invitation, Outcome, Party};

/// An invitation that has ended, as an entry of the history.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PastInvitation {
    /// The number of the entry in this run; later entries have higher numbers.
    pub number: u64,
    /// The last known state.
    pub invitation: Invitation,
    /// How the invitation ended.
    pub outcome: Outcome,
    /// When the invitation ended, in local time.
    pub at: jiff::civil::DateTime,
}

impl PastInvitation {
    /// Returns the remote party: the sender of an incoming invitation, the recipient of an outgoing one.
    #[must_use]
    pub fn other_side(&self) -> &Party {
        self.invitation.other_side()
    }
}
