//! The time left as a number and as a bar.

use ratatui::style::Style;

use super::look::Look;
use super::words;
use crate::app::{Entry, Phase, State};

/// The seconds before a deadline that are highlighted.
const LAST: u64 = 5;
/// The seconds before them that are highlighted less.
const SOON: u64 = 10;
/// The number of cells of a bar.
const CELLS: u32 = 8;

/// The time left until an invitation expires.
pub(super) struct Countdown {
    /// The minutes and seconds.
    pub(super) number: String,
    /// A sign of one column for the last seconds, so that their colour is not needed; otherwise a blank.
    pub(super) sign: &'static str,
    /// The style of the number.
    pub(super) style: Style,
}

/// Returns the time left of an invitation that waits for an answer.
pub(super) fn countdown(entry: &Entry, state: &State, look: &Look) -> Option<Countdown> {
    if entry.phase != Phase::Ringing {
        return None;
    }
    let now = state.now.moment;
    let number = words::countdown(&entry.invitation, now);
    let account = state.account(entry.invitation.id.account);
    if account.is_none_or(|account| !account.status.is_online()) {
        let number = format!("~{}", number.trim_start_matches('≤'));
        return Some(Countdown { number, sign: " ", style: look.theme.dim });
    }
    let (sign, style) = match words::ceil_seconds(entry.invitation.deadline.left(now)) {
        left if left <= LAST => ("!", look.theme.urgent),
        left if left <= SOON => ("*", look.theme.soon),
        _ => (" ", Style::new()),
    };
    Some(Countdown { number, sign, style })
}

/// Returns a bar for the part of the time that is left.
pub(super) fn bar(entry: &Entry, state: &State) -> String {
    let invitation = &entry.invitation;
    let all = invitation.deadline.left(invitation.arrived).as_millis().max(1);
    let left = invitation.deadline.left(state.now.moment).as_millis().min(all);
    // Rounded up, so that the bar is empty only when the time is up.
    let full = (left * u128::from(CELLS)).div_ceil(all);
    (0..u128::from(CELLS)).map(|cell| if cell < full { '▮' } else { '▯' }).collect()
}
