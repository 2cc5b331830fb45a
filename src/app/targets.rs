use crate::invitation::InvitationId;

/// The invitations that an answer is meant for, from the key that asked for the answer on.
///
/// Invitations that end before the answer is given are removed.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Targets {
    /// The invitations that have not ended.
    pub ids: Vec<InvitationId>,
    /// The number of invitations that have ended since.
    pub ended: usize,
}

impl Targets {
    /// Returns the original number of invitations.
    #[must_use]
    pub fn total(&self) -> usize {
        self.ids.len() + self.ended
    }

    /// Removes an invitation that has ended. Returns whether it was among the targets.
    pub fn remove(&mut self, id: InvitationId) -> bool {
        let before = self.ids.len();
        self.ids.retain(|target| *target != id);
        let ended = before - self.ids.len();
        self.ended += ended;
        ended > 0
    }
}

impl From<Vec<InvitationId>> for Targets {
    fn from(ids: Vec<InvitationId>) -> Self {
        Self { ids, ended: 0 }
    }
}
