//! The words for what a rule does about an invitation.

use super::words;
use crate::app::{Entry, Phase, Ruling, State};

/// Returns what a rule does or has done about an invitation: “rule “night” declines in 0:05”; `None` if none does
/// anything.
pub(super) fn ruling(entry: &Entry, state: &State) -> Option<String> {
    match (state.rulings.get(entry.invitation.id)?, &entry.phase) {
        (Ruling::Waiting { rule, answer, at, .. }, Phase::Ringing) => {
            let seconds = words::ceil_seconds(at.left(state.now.moment));
            let time = (seconds > 0).then(|| format!(" in {}", words::clock(seconds)));
            Some(format!("rule “{rule}” {}{}", answer.verb(), time.unwrap_or_default()))
        }
        (Ruling::Silenced { rule }, Phase::Ringing) => Some(format!("silenced by rule “{rule}”")),
        (Ruling::Answered { rule }, Phase::Answering { .. }) => Some(format!("by rule “{rule}”")),
        (Ruling::Answered { rule }, Phase::Over { outcome, .. }) if outcome.is_answer() => {
            Some(format!("by rule “{rule}”"))
        }
        _ => None,
    }
}
