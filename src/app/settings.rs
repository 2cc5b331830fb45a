use super::{Alerts, KeyMap};
use crate::invitation::{Reason, Rejection};
use crate::rules::Rules;

/// The user's settings for the screen and the keys.
#[derive(Clone, Debug, Default)]
#[expect(clippy::struct_excessive_bools, reason = "each is a setting of its own")]
pub struct Settings {
    /// The key bindings.
    pub keys: KeyMap,
    /// The reason that is preselected for declining, and given by [`Action::DeclineNow`](super::Action::DeclineNow).
    pub default_reason: Reason,
    /// The preselected reason for rejecting calls to a bot.
    pub default_rejection: Rejection,
    /// Whether a new invitation rings the terminal's bell.
    pub bell: bool,
    /// The user's rules.
    pub rules: Rules,
    /// The ways in which the user is alerted otherwise, with their limits.
    pub alerts: Alerts,
    /// Whether nothing but numbers and signs of the time left changes on the screen without news.
    pub still: bool,
    /// Whether the terminal reports the mouse.
    pub mouse: bool,
    /// Whether the header says that this is a demonstration.
    pub demo: bool,
    /// The maximum number of history entries.
    pub history_limit: usize,
}
