use std::time::Duration;

use crate::invitation::{Reason, Rejection};

/// The action of a rule on an invitation.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Action {
    /// The invitation rings, as without a rule.
    Ring,
    /// The invitation is listed, but does not ring.
    Silence,
    /// The invitation is answered.
    Answer {
        /// The answer.
        answer: Answer,
        /// The time that the user has to do something else.
        delay: Duration,
    },
}

impl Action {
    /// Returns the name in the configuration.
    #[must_use]
    pub fn name(&self) -> &'static str {
        match self {
            Self::Ring => "ring",
            Self::Silence => "silence",
            Self::Answer { answer: Answer::Accept, .. } => "accept",
            Self::Answer { answer: Answer::Decline { .. }, .. } => "decline",
        }
    }
}

/// The answer that a rule gives.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Answer {
    /// Accept the invitation in the way that it offers.
    Accept,
    /// Decline the invitation, or reject the call to a bot.
    Decline {
        /// The reason for an invitation.
        reason: Reason,
        /// The reason for a call to a bot.
        rejection: Rejection,
    },
}

impl Answer {
    /// Returns what the answer does, after the name of the rule: “declines”.
    #[must_use]
    pub fn verb(self) -> &'static str {
        match self {
            Self::Accept => "accepts",
            Self::Decline { .. } => "declines",
        }
    }
}
