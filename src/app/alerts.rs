use jiff::civil::DateTime;

use crate::invitation::{Importance, Invitation, Kind};
use crate::rules::{Days, Hours, Schedule};

/// When, and about which invitations, the user is alerted, and by which notifications. The bell obeys the same limits;
/// `Settings::bell` turns it on.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Alerts {
    /// Whether the terminal shows notifications (OSC 9, 777 or 99).
    pub osc: bool,
    /// Whether the desktop shows notifications.
    pub desktop: bool,
    /// Whether nothing alerts the user while the terminal has the focus.
    pub only_unfocused: bool,
    /// The kinds of invitations that alert the user; empty for all.
    pub kinds: Vec<Kind>,
    /// The least importance of an invitation that alerts the user.
    pub importance: Importance,
    /// The hours in which nothing alerts the user.
    pub quiet_hours: Vec<Hours>,
}

impl Alerts {
    /// Returns whether the user may be alerted now. A terminal that has not told whether it has the focus counts as one that
    /// has not.
    #[must_use]
    pub fn allow_at(&self, at: DateTime, has_focus: Option<bool>) -> bool {
        let quiet = Schedule { hours: self.quiet_hours.clone(), days: Days::ALL };
        let is_quiet = !self.quiet_hours.is_empty() && quiet.contains(at);
        let is_watched = self.only_unfocused && has_focus == Some(true);
        !is_quiet && !is_watched
    }

    /// Returns whether an invitation is one that the user is alerted to.
    #[must_use]
    pub fn cover(&self, invitation: &Invitation) -> bool {
        invitation.importance >= self.importance
            && (self.kinds.is_empty() || self.kinds.contains(&invitation.kind))
    }
}
