use std::sync::Arc;

use crate::invitation::{Decision, Invitation, Moment, Outcome};
use crate::provider::Ticket;

/// An invitation in a list.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Entry {
    /// The last known state of the invitation.
    pub invitation: Arc<Invitation>,
    /// The progress of the user's answer.
    pub phase: Phase,
}

impl Entry {
    /// Returns whether the invitation has not ended.
    #[must_use]
    pub fn is_pending(&self) -> bool {
        !matches!(self.phase, Phase::Over { .. })
    }
}

/// The phase of an invitation.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Phase {
    /// The invitation waits for an answer.
    Ringing,
    /// The user has answered, and the server has not reported the outcome yet.
    Answering {
        /// The user's decision.
        decision: Decision,
        /// The request that carries the decision.
        ticket: Ticket,
        /// The progress of that request.
        progress: Progress,
    },
    /// The invitation has ended. Its row stays for a few seconds, so that no other row slips under the selection.
    Over {
        /// The outcome.
        outcome: Outcome,
        /// The time at which the row is removed.
        until: Moment,
    },
}

/// The progress of a request.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Progress {
    /// The request has not been answered yet.
    Sending,
    /// The server has accepted the request; its effect is reported by a later event.
    Sent,
    /// The response was lost: a later event shows whether the request was carried out.
    Unknown,
}
