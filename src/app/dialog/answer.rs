use crate::app::Action;

/// An answer that can be given to several invitations at once.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Answer {
    /// Accept.
    Accept,
    /// Decline after choosing a reason.
    Decline,
    /// Decline with the default reason.
    DeclineNow,
}

impl Answer {
    /// Returns the action that asks for this answer.
    #[must_use]
    pub fn action(self) -> Action {
        match self {
            Self::Accept => Action::Accept,
            Self::Decline => Action::Decline,
            Self::DeclineNow => Action::DeclineNow,
        }
    }
}
