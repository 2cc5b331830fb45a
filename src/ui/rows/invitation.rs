//! The rows of invitations, incoming and outgoing.

use std::borrow::Cow;

use ratatui::style::Style;

use super::row::{Part, Row, Who};
use super::row_style::importance_style;
use crate::app::{Entry, Phase, Progress, State, Tab};
use crate::invitation::{Conversation, Decision, Importance, Invitation, Kind, Stage};
use crate::ui::countdown::countdown;
use crate::ui::look::Look;
use crate::ui::{account_sign, rulings, words};

/// Returns the row of an invitation.
pub(in crate::ui) fn entry<'a>(
    entry: &'a Entry,
    state: &'a State,
    look: &Look,
    is_selected: bool,
) -> Row<'a> {
    let invitation = &entry.invitation;
    let time = countdown(entry, state, look).map(|it| (format!("{}{}", it.number, it.sign).into(), it.style));
    let mut about: Vec<Part<'a>> = Vec::new();
    about.extend(account_sign::sign(invitation.id.account, state).map(|sign| (sign, look.theme.dim)));
    about.extend(flags(entry, state, look));
    if state.tab == Tab::Outgoing {
        about.extend(plain(conversation_title(entry, state)));
    } else {
        about.extend(words::about(invitation).into_iter().filter_map(plain));
    }
    Row {
        sign: sign(invitation.importance, look),
        is_marked: state.marked.contains(&invitation.id),
        is_selected,
        is_over: !entry.is_pending(),
        time: time.unwrap_or_default(),
        kind: invitation.kind.word(),
        who: Who::new(invitation.other_side()),
        about,
    }
}

/// Returns a text without a style of its own, unless it is empty.
pub(super) fn plain(text: Cow<'_, str>) -> Option<Part<'_>> {
    (!text.is_empty()).then_some((text, Style::new()))
}

/// Returns the sign of an importance that is not normal.
fn sign(importance: Importance, look: &Look) -> Option<(&'static str, Style)> {
    (importance > Importance::Normal).then(|| ("!", importance_style(importance, look)))
}

/// Returns the state of an invitation that does not simply ring.
fn status<'a>(entry: &Entry, state: &State, look: &Look) -> Option<Part<'a>> {
    match &entry.phase {
        Phase::Ringing => None,
        Phase::Over { outcome, .. } => {
            let style = if outcome.sign() == '+' { look.theme.good } else { Style::new() };
            let words = words::outcome(&entry.invitation, outcome);
            Some((format!("{} {words}", outcome.sign()).into(), style))
        }
        Phase::Answering { .. } if words::waits_in_lobby(entry, state) => {
            Some((words::WAITING[0].into(), look.theme.waiting))
        }
        Phase::Answering { decision, progress, .. } => {
            let [words, _] = words::progress(decision, *progress);
            Some((words.into(), look.theme.waiting))
        }
    }
}

/// Returns whether “connecting” would be misleading: the answer is not known to have taken effect, or the answer does
/// not connect the call.
fn hides_connecting(entry: &Entry) -> bool {
    let connects = match &entry.phase {
        Phase::Answering { decision, progress, .. } => {
            matches!(decision, Decision::Accept | Decision::AcceptWithPhone) && *progress == Progress::Sent
        }
        Phase::Ringing | Phase::Over { .. } => true,
    };
    entry.invitation.stage == Stage::Connecting && !connects
}

/// Returns the warning about somebody whose name can be mistaken for another.
pub(super) fn warning<'a>(is_suspicious: bool, look: &Look) -> Option<Part<'a>> {
    is_suspicious.then(|| (words::MIXED.into(), look.theme.bad))
}

/// Returns what comes before the subject: the importance first, then a warning, and the state.
fn flags<'a>(entry: &'a Entry, state: &State, look: &Look) -> Vec<Part<'a>> {
    let invitation: &Invitation = &entry.invitation;
    let mut flags: Vec<Part<'a>> = Vec::new();
    let importance = words::importance(invitation.importance);
    flags.extend(importance.map(|word| (word.into(), importance_style(invitation.importance, look))));
    flags.extend(warning(words::names_somebody_suspicious(invitation), look));
    flags.extend(status(entry, state, look));
    flags.extend(rulings::ruling(entry, state).map(|words| (words.into(), look.theme.waiting)));
    let routes = words::routes(invitation);
    // The route says more than “forwarded”, and the stage of an invitation that has ended does not matter.
    let has_stage = entry.is_pending() && !hides_connecting(entry) && !words::waits_in_lobby(entry, state);
    if has_stage && (routes.is_empty() || invitation.stage != Stage::Forwarded) {
        flags.extend(invitation.stage.words().map(|word| (word.into(), look.theme.dim)));
    }
    flags.extend(routes.into_iter().map(|route| (route, look.theme.dim)));
    flags
}

/// Returns the message of an invitation that starts a conversation, or else the title of the conversation that somebody
/// is invited to.
fn conversation_title<'a>(entry: &'a Entry, state: &'a State) -> Cow<'a, str> {
    if entry.invitation.kind == Kind::Message {
        return words::about(&entry.invitation).into_iter().next().unwrap_or_default();
    }
    let conversation = entry.invitation.conversation.and_then(|id| state.conversations.get(id));
    conversation.map_or(entry.invitation.subject.as_str(), Conversation::title).into()
}
