//! The roster of a meeting: its participants and the people in its lobby.

use ratatui::style::Style;

use super::look::Look;
use super::{presence, words};
use crate::app::{Action, State};
use crate::invitation::{AccountId, Conversation, Meeting, MeetingRole, OwnPlace, Party, Waiting};

/// A line about the people of a meeting.
pub(super) struct RosterLine {
    pub label: &'static str,
    pub text: String,
    pub style: Style,
}

/// Returns the lines about a meeting: those who wait, the user, the others, and the addresses of the meeting.
pub(super) fn lines(
    conversation: &Conversation,
    meeting: &Meeting,
    state: &State,
    look: &Look,
) -> Vec<RosterLine> {
    let mut lines = vec![RosterLine {
        label: "you",
        text: own(meeting, state),
        style: if meeting.is_waiting() { look.theme.waiting } else { Style::new() },
    }];
    for (number, waiting) in meeting.lobby.iter().enumerate() {
        let label = if number == 0 { "lobby" } else { "" };
        lines.push(RosterLine { label, text: waits(waiting), style: look.theme.waiting });
        lines.extend(warning(&waiting.party, look));
    }
    lines.extend(keys(meeting, state, look));
    if conversation.participants.is_empty() {
        lines.push(RosterLine { label: "with", text: "no one else yet".into(), style: Style::new() });
    }
    for (number, who) in conversation.participants.iter().enumerate() {
        let role = meeting.roles.get(number).copied().flatten().map(role);
        let account = conversation.id.account;
        let text = [with_remark(who, role)].into_iter().chain(known(account, who, state));
        let text = text.collect::<Vec<_>>().join(" · ");
        lines.push(RosterLine { label: if number == 0 { "with" } else { "" }, text, style: Style::new() });
        lines.extend(warning(who, look));
    }
    // Beside the list, the room is for the messages.
    let has_room = state.details.is_full() || !state.shows_messages();
    for (label, address) in [("meeting", &meeting.uri), ("link", &meeting.join_url)] {
        if !address.is_empty() && has_room {
            lines.push(RosterLine { label, text: address.to_string(), style: Style::new() });
        }
    }
    lines
}

/// Returns the user's own place in a meeting.
fn own(meeting: &Meeting, state: &State) -> String {
    match meeting.own_place {
        OwnPlace::Lobby => match state.settings.keys.preferred(Action::HangUp) {
            Some(key) => format!("waiting to be admitted; {key} gives up"),
            None => "waiting to be admitted".into(),
        },
        OwnPlace::Inside(Some(MeetingRole::Attendee)) => "an attendee".into(),
        OwnPlace::Inside(Some(MeetingRole::Presenter)) => "a presenter".into(),
        OwnPlace::Inside(Some(MeetingRole::Organizer)) => "the organizer".into(),
        OwnPlace::Inside(None) => "in the meeting".into(),
    }
}

/// Returns the name of a role.
fn role(role: MeetingRole) -> &'static str {
    match role {
        MeetingRole::Attendee => "attendee",
        MeetingRole::Presenter => "presenter",
        MeetingRole::Organizer => "organizer",
    }
}

fn waits(waiting: &Waiting) -> String {
    let remark = (!waiting.can_admit && !waiting.can_reject).then_some("a presenter decides");
    with_remark(&waiting.party, remark)
}

/// Returns the keys that answer those who wait, if the user may.
fn keys(meeting: &Meeting, state: &State, look: &Look) -> Option<RosterLine> {
    let key = |action, verb: &str, is_possible: bool| {
        let key = state.settings.keys.preferred(action).filter(|_| is_possible)?;
        Some(format!("{key} {verb}"))
    };
    let admit = key(Action::Accept, "admits", meeting.lobby.iter().any(|it| it.can_admit));
    let reject = key(Action::Decline, "rejects", meeting.lobby.iter().any(|it| it.can_reject));
    let text = admit.into_iter().chain(reject).collect::<Vec<_>>().join(", ");
    (!text.is_empty()).then_some(RosterLine { label: "", text, style: look.theme.dim })
}

fn with_remark(who: &Party, remark: Option<&str>) -> String {
    let origin = Some(who.origin.as_str()).filter(|origin| !origin.is_empty());
    let parts = [Some(who.full()), remark.map(str::to_owned), origin.map(str::to_owned)];
    parts.into_iter().flatten().collect::<Vec<_>>().join(" · ")
}

/// Returns what is known of a person besides the name and the address: the presence and the work.
fn known(account: AccountId, who: &Party, state: &State) -> Vec<String> {
    let Some(contact) = state.contacts.get(account, who.uri.as_str()) else { return Vec::new() };
    let job = Some(contact.job()).filter(|job| !job.is_empty());
    presence::signed(&contact.presence).into_iter().chain(job).collect()
}

/// Returns a warning for a name or address that can be mistaken for another.
fn warning(who: &Party, look: &Look) -> Option<RosterLine> {
    words::suspicious(who).then(|| RosterLine {
        label: "warning",
        text: words::MIXED_LONG.into(),
        style: look.theme.bad,
    })
}
