//! The words that the screen uses for what the domain knows.

use std::time::Duration;

use crate::app::{Action, KeyMap, Progress, Settings, Sort, Tab};
use crate::invitation::{Certainty, Decision, Importance, Invitation, Kind, Moment, Party, Reason, Stage};
use crate::provider::Status;
use crate::text::DisplayText;

pub(super) const STALE: &str = "as of before the connection was lost";
pub(super) const STALE_SHORT: &str = "stale";
pub(super) const NO_NAME: &str = "no name";
pub(super) const NO_ADDRESS: &str = "no address";
/// How the origin, or the address, of a caller starts that only a bot with a permission can read.
pub(super) const ENCRYPTED: &str = "encrypted";
pub(super) const MIXED: &str = "mixed scripts";
pub(super) const MIXED_LONG: &str =
    "the name or address mixes letters of several scripts: check who it really is";
pub(super) const SENT_ONCE: &str = "nothing is sent twice";

pub(super) fn kind_long(kind: Kind) -> &'static str {
    match kind {
        Kind::Message => "IM",
        Kind::Phone => "Phone call",
        Kind::AudioVideo => "Audio/video call",
        Kind::Meeting => "Meeting",
        Kind::Participant => "Invitation",
        Kind::Call => "Call to the bot",
    }
}

pub(super) fn importance(importance: Importance) -> Option<&'static str> {
    match importance {
        Importance::Normal => None,
        Importance::Urgent => Some("urgent"),
        Importance::Emergency => Some("EMERGENCY"),
    }
}

pub(super) fn stage(stage: Stage) -> Option<&'static str> {
    match stage {
        Stage::Ringing => None,
        Stage::TeamRing => Some("rings for your team"),
        Stage::Forwarded => Some("forwarded"),
        Stage::Connecting => Some("connecting"),
    }
}

/// What an invitation is about, as far as one line tells: its words, else its way here, else what is known.
pub(super) fn about(invitation: &Invitation) -> &str {
    let texts = match invitation.kind {
        Kind::Message => [&invitation.message, &invitation.subject],
        _ => [&invitation.subject, &invitation.message],
    };
    texts
        .into_iter()
        .chain(&invitation.routes)
        .chain(invitation.facts.iter().map(|fact| &fact.value))
        .find(|text| !text.is_empty())
        .map_or("", DisplayText::as_str)
}

/// How far an answer is: in full, and for where that has no room.
pub(super) fn progress(decision: &Decision, progress: Progress) -> [&'static str; 2] {
    match (progress, decision) {
        (Progress::Sending, Decision::Accept | Decision::AcceptWithPhone) => ["accepting…", "accepting…"],
        (Progress::Sending, Decision::Decline(_)) => ["declining…", "declining…"],
        (Progress::Sending, Decision::Reject { .. }) => ["rejecting…", "rejecting…"],
        (Progress::Sending, Decision::Redirect(_)) => ["redirecting…", "redirecting…"],
        (Progress::Sending, Decision::Cancel) => ["cancelling…", "cancelling…"],
        (Progress::Sent, _) => ["sent, waiting for the server", "sent, waiting"],
        (Progress::Unknown, _) => ["unknown: waiting for evidence", "unknown, waiting"],
    }
}

/// What was decided, as a verb.
pub(super) fn decision(decision: &Decision) -> String {
    match decision {
        Decision::Accept => "accept".into(),
        Decision::AcceptWithPhone => "accept; the server calls your phone".into(),
        Decision::Decline(reason) => format!("decline, {}", reason.explanation()),
        Decision::Cancel => "cancel".into(),
        Decision::Reject { reason, callback: None } => format!("reject, {}", reason.name()),
        Decision::Reject { reason, callback: Some(to) } => {
            format!("reject, {}; later notifications go to {}", reason.name(), to.as_str())
        }
        Decision::Redirect(to) => format!("redirect to {to}"),
    }
}

/// Returns the time left in minutes and seconds; `≤0:30` where it may be less.
pub(super) fn countdown(invitation: &Invitation, now: Moment) -> String {
    let sign = match invitation.certainty {
        Certainty::Exact => "",
        Certainty::AtMost => "≤",
    };
    match seconds(invitation.deadline.left(now)) {
        0 => "due".into(),
        left => format!("{sign}{}:{:02}", left / 60, left % 60),
    }
}

/// Whole seconds, so that nothing is “0” before its time.
pub(super) fn seconds(left: Duration) -> u64 {
    left.as_secs() + u64::from(left.subsec_nanos() > 0)
}

/// How the key that declines at once is called, which depends on the reason that it gives.
pub(super) fn decline_now(call: bool, settings: &Settings) -> String {
    if call {
        return format!("reject: {}", settings.default_rejection.name());
    }
    match settings.default_reason {
        Reason::Local => "decline here only".into(),
        Reason::Global => "decline everywhere".into(),
        other => format!("decline: {}", other.name()),
    }
}

/// What accepting an invitation that rings does, where that is not plain, or why there is no key for it.
pub(super) fn accepting(invitation: &Invitation) -> Option<&'static str> {
    let offers = invitation.offers;
    match invitation.kind {
        Kind::Call if offers.accept => Some("the bot answers, not you; rsvp plays nothing to the caller"),
        Kind::Call => Some("the bot can't answer this call now"),
        _ if offers.accept => None,
        _ if offers.accept_with_phone => Some("accepting it makes the server call your phone"),
        Kind::Phone => Some("a phone call is answered on the phone, not here"),
        _ => Some("the server does not let this be accepted now"),
    }
}

/// What is said of one that still rings when its time is past.
pub(super) fn past_time(kind: Kind) -> &'static str {
    match kind {
        Kind::Call => "past its time: nothing is sent any more",
        _ => "past its time; the server has the last word",
    }
}

/// The header's symbol and words for a connection: what, and the rest that may go to lines of its own.
#[derive(Debug)]
pub(super) struct Connection {
    pub(super) sign: &'static str,
    pub(super) what: String,
    pub(super) more: String,
}

pub(super) fn connection(status: &Status, now: Moment, key: &str) -> Connection {
    let (sign, what, more) = match status {
        Status::Idle => ("○", "not connected yet".into(), String::new()),
        Status::Connecting(step) => ("○", format!("connecting: {step}"), String::new()),
        Status::Online { .. } => ("●", "online".into(), String::new()),
        Status::Retrying { at, problem } => {
            let what = match seconds(at.left(now)) {
                0 => "retrying now".into(),
                left => format!("retrying in {left} s"),
            };
            ("!", what, problem.to_string())
        }
        Status::Replaced => ("!", "replaced by another client".into(), format!("{key} takes it back")),
        Status::Stopped(problem) if problem.remedy.is_empty() => {
            ("×", "stopped".into(), format!("{} · {key} tries again", problem.message))
        }
        Status::Stopped(problem) => {
            ("×", "stopped".into(), format!("{} · {} · {key} tries again", problem.message, problem.remedy))
        }
        Status::SignedOut => ("○", "signed out".into(), String::new()),
    };
    Connection { sign, what, more }
}

impl Connection {
    pub(super) fn whole(&self) -> String {
        if self.more.is_empty() {
            format!("{} {}", self.sign, self.what)
        } else {
            let joint = if self.what.ends_with("client") { " · " } else { ": " };
            format!("{} {}{joint}{}", self.sign, self.what, self.more)
        }
    }
}

/// Why a list has nothing to show.
pub(super) fn nothing(tab: Tab, filtered: bool, online: bool) -> &'static str {
    match tab {
        _ if filtered => "Nothing here matches the filter.",
        Tab::Incoming if !online => {
            "Not online, so nothing can ring here yet. The first line says what is happening."
        }
        Tab::Incoming => "Nothing rings. Invitations appear here the moment they arrive.",
        Tab::Outgoing => {
            "Nobody is being invited. Select a conversation, or an invitation you accepted, to invite somebody into it."
        }
        Tab::Conversations if !online => "Not online, so no conversation is known yet.",
        Tab::Conversations => "You are in no conversation. Accepting an invitation starts one.",
        Tab::History => "Nothing is over yet. What you answer or miss is kept here.",
    }
}

/// A tab's title where there is little room.
pub(super) fn tab_short(tab: Tab) -> &'static str {
    match tab {
        Tab::Incoming => "In",
        Tab::Outgoing => "Out",
        Tab::Conversations => "Conv",
        Tab::History => "Hist",
    }
}

/// Whose invitation it is, for the title of a pane.
pub(super) fn title(invitation: &Invitation, who: &Party, outgoing: bool) -> String {
    let joint = if outgoing { "to" } else { "from" };
    format!("{} {joint} {}", kind_long(invitation.kind), who.label())
}

/// Whether a name or an address could be read as another.
pub(super) fn suspicious(party: &Party) -> bool {
    party.name.mixes_scripts() || party.uri.mixes_scripts()
}

/// Whether the name or address of anybody whom an invitation names could be read as another.
pub(super) fn names_somebody_suspicious(invitation: &Invitation) -> bool {
    let others = invitation.to.iter().chain(&invitation.accepted_by);
    std::iter::once(invitation.other_side()).chain(others).any(suspicious)
        || invitation.routes.iter().any(DisplayText::mixes_scripts)
}

pub(super) fn sorted(sort: Sort) -> String {
    format!("by {}", sort.name())
}

/// The keys of an action as a person reads them.
pub(super) fn keys(map: &KeyMap, action: Action) -> String {
    let keys: Vec<String> = map.keys(action).iter().map(ToString::to_string).collect();
    if keys.is_empty() { "no key".into() } else { keys.join(", ") }
}
