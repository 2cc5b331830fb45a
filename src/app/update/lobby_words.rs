//! The words for what became of an answer to somebody in the lobby of a meeting.

use crate::invitation::Admission;
use crate::text::DisplayText;

/// Returns the words for an answer that the server has accepted.
pub(super) fn done(who: &str, admission: Admission) -> String {
    match admission {
        Admission::Admit => format!("Admitted {who}"),
        Admission::Reject => format!("Rejected {who}"),
    }
}

/// Returns the words for an answer that was refused.
pub(super) fn refused(who: &str, admission: Admission, problem: &str) -> String {
    match admission {
        Admission::Admit => format!("{who} was not admitted: {problem}"),
        Admission::Reject => format!("{who} was not rejected: {problem}"),
    }
}

/// Returns the words for an answer whose response was lost.
pub(super) fn uncertain(who: &str, admission: Admission, reason: &DisplayText) -> String {
    match admission {
        Admission::Admit => {
            format!("Admitting {who} is not confirmed ({reason}); if they still wait, admit them again")
        }
        Admission::Reject => {
            format!("Rejecting {who} is not confirmed ({reason}); if they still wait, reject them again")
        }
    }
}
