//! The rows of invitations that have ended.

use std::time::Duration;

use ratatui::style::Style;

use super::invitation::{plain, warning};
use super::row::{Part, Row, Who};
use crate::app::State;
use crate::invitation::PastInvitation;
use crate::ui::look::Look;
use crate::ui::{account_sign, words};

/// Returns the row of an invitation that has ended.
pub(in crate::ui) fn past<'a>(
    past: &'a PastInvitation,
    state: &State,
    look: &Look,
    is_selected: bool,
) -> Row<'a> {
    let format = if past.at.date() == state.now.wall.date() { "%H:%M" } else { "%b %d" };
    let when = format!("{} ", past.at.strftime(format));
    let style = match past.outcome.sign() {
        '+' => look.theme.good,
        '!' => look.theme.waiting,
        _ => Style::new(),
    };
    let mut about: Vec<Part<'a>> = Vec::new();
    about
        .extend(account_sign::sign_of_label(past.account.as_str(), state).map(|sign| (sign, look.theme.dim)));
    about.extend(warning(words::names_somebody_suspicious(&past.invitation), look));
    about.push((ended(past).into(), style));
    let rule = Some(&past.rule).filter(|rule| !rule.is_empty() && past.outcome.is_answer());
    about.extend(rule.map(|rule| (format!("by rule “{rule}”").into(), look.theme.dim)));
    about.extend(words::about(&past.invitation).into_iter().filter_map(plain));
    Row {
        sign: state.unseen.contains(&past.number).then_some(("!", look.theme.waiting)),
        is_selected,
        time: (when.into(), look.theme.dim),
        kind: past.invitation.kind.word(),
        who: Who::new(past.other_side()),
        about,
        ..Row::default()
    }
}

/// Returns how an invitation ended and how long it rang: “! missed after 0:28”.
fn ended(past: &PastInvitation) -> String {
    let words = words::outcome(&past.invitation, &past.outcome);
    let rang = past.rang.map(|rang| format!(" after {}", rounded(rang))).unwrap_or_default();
    format!("{} {words}{rang}", past.outcome.sign())
}

/// Returns a duration in minutes and seconds, rounded to whole seconds.
fn rounded(duration: Duration) -> String {
    let seconds = duration.saturating_add(Duration::from_millis(500)).as_secs();
    words::clock(seconds)
}
