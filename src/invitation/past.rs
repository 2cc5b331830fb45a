use std::sync::Arc;
use std::time::Duration;

use super::{Direction, Invitation, Outcome, Party};
use crate::text::DisplayText;

/// An invitation that has ended, as an entry of the history.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PastInvitation {
    /// The number of the entry in this run; later entries have higher numbers.
    pub number: u64,
    /// The last known state.
    pub invitation: Arc<Invitation>,
    /// The way in which the invitation ended.
    pub outcome: Outcome,
    /// When the invitation ended, in local time.
    pub at: jiff::civil::DateTime,
    /// The time for which the invitation rang here, if that is known.
    pub rang: Option<Duration>,
    /// The name of the account; may be empty.
    pub account: DisplayText,
    /// The name of the user's decision here; empty if there was none.
    pub decision: DisplayText,
    /// The name of the rule that gave the answer; empty if none did.
    pub rule: DisplayText,
    /// Whether the user has seen the entry in the list. Only missed invitations start unseen.
    pub seen: bool,
}

impl PastInvitation {
    /// Creates an entry. It starts as seen unless the invitation was missed.
    #[must_use]
    pub fn new(
        number: u64,
        invitation: impl Into<Arc<Invitation>>,
        outcome: Outcome,
        at: jiff::civil::DateTime,
    ) -> Self {
        let invitation = invitation.into();
        let seen = invitation.direction == Direction::Outgoing || !outcome.is_missed();
        Self {
            number,
            invitation,
            outcome,
            at,
            rang: None,
            account: DisplayText::default(),
            decision: DisplayText::default(),
            rule: DisplayText::default(),
            seen,
        }
    }

    /// Returns the remote party: the sender of an incoming invitation, the recipient of an outgoing one.
    #[must_use]
    pub fn other_side(&self) -> &Party {
        self.invitation.other_side()
    }

    /// Returns whether any visible text or the name of the account contains `needle`, which is in lower case.
    #[must_use]
    pub fn matches(&self, needle: &str) -> bool {
        self.invitation.matches(needle)
            || [self.outcome.words().as_str(), self.account.as_str(), self.rule.as_str()]
                .iter()
                .any(|text| text.to_lowercase().contains(needle))
    }
}
