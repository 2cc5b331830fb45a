//! The words that the screen uses for states of the domain.

use std::borrow::Cow;
use std::time::Duration;

use crate::app::{Action, Entry, KeyMap, Progress, Settings, Sort, State, Tab};
use crate::invitation::{
    Certainty, Conversation, Decision, Direction, Importance, Invitation, Kind, Moment, Outcome, Party,
    Reason,
};
use crate::provider::Status;
use crate::text::DisplayText;

/// The note on a list while an account is offline.
pub(super) const STALE: &str = "last known state, offline";
/// [`STALE`] for narrow screens.
pub(super) const STALE_SHORT: &str = "stale";
/// The stand-in for a missing name.
pub(super) const NO_NAME: &str = "no name";
/// The stand-in for a missing address.
pub(super) const NO_ADDRESS: &str = "no address";
/// The prefix of the origin, or the address, of a caller whom only a bot with a further permission can identify.
pub(super) const ENCRYPTED: &str = "encrypted";
/// The flag for a name or address that mixes scripts.
pub(super) const MIXED: &str = "mixed scripts";
/// The explanation of [`MIXED`].
pub(super) const MIXED_LONG: &str =
    "the name or address mixes letters of different scripts: check who this really is";
/// The note on an answer whose response was lost.
pub(super) const SENT_ONCE: &str = "it is not sent again";

/// The state of a user who waits in the lobby of a meeting, in full and for where there is little room.
pub(super) const WAITING: [&str; 2] = ["waiting to be admitted", "in the lobby"];

/// Returns whether an invitation led to the lobby of a meeting, in which the user waits.
pub(super) fn waits_in_lobby(entry: &Entry, state: &State) -> bool {
    let conversation = entry.invitation.conversation.and_then(|id| state.conversations.get(id));
    conversation.is_some_and(Conversation::is_waiting)
}

/// Returns the name of a kind in full.
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

/// Returns the flag for an importance; `None` for a normal one.
pub(super) fn importance(importance: Importance) -> Option<&'static str> {
    match importance {
        Importance::Normal => None,
        Importance::Urgent => Some("urgent"),
        Importance::Emergency => Some("EMERGENCY"),
    }
}

/// Returns what an invitation is about: its subject and its message, or else a detail.
pub(super) fn about(invitation: &Invitation) -> Vec<Cow<'_, str>> {
    let texts = [&invitation.subject, &invitation.message];
    let given = texts.into_iter().filter(|text| !text.is_empty()).map(|text| text.as_str().into());
    let given: Vec<Cow<'_, str>> = given.collect();
    if given.is_empty() { vec![detail(invitation)] } else { given }
}

/// Returns the phone that rings, or else another detail of an invitation without a subject.
fn detail(invitation: &Invitation) -> Cow<'_, str> {
    // The people because of whom it rings here have flags.
    if !invitation.routes.is_empty() {
        return Cow::Borrowed("");
    }
    if let Some(number) = invitation.phone_number() {
        return format!("rings {}", number.as_str().trim_start_matches("tel:")).into();
    }
    let other = invitation.facts.iter().find(|fact| fact.label != Invitation::LINE);
    other.map_or(Cow::Borrowed(""), |fact| fact.value.as_str().into())
}

/// Returns the people because of whom an invitation rings here, without their addresses: “forwarded by Dana Birkby”.
pub(super) fn routes(invitation: &Invitation) -> Vec<Cow<'_, str>> {
    let mut routes: Vec<Cow<'_, str>> = invitation
        .routes
        .iter()
        .map(|route| route.as_str().rsplit_once(" <").map_or(route.as_str(), |(name, _)| name).into())
        .collect();
    // Nobody but the other person to whom the call was made explains why it rings here.
    let is_call = matches!(invitation.kind, Kind::Phone | Kind::AudioVideo);
    let target = invitation.to.as_ref().filter(|_| routes.is_empty() && is_call);
    let target = target.filter(|_| invitation.direction == Direction::Incoming);
    routes.extend(target.map(|to| Cow::Owned(format!("for {}", to.label()))));
    if invitation.is_on_private_line() {
        routes.push("private line".into());
    }
    routes
}

/// Returns how an invitation ended, in words for the user.
pub(super) fn outcome(invitation: &Invitation, outcome: &Outcome) -> String {
    match (outcome, invitation.kind, &invitation.accepted_by) {
        (Outcome::Accepted, Kind::Phone, None) => "answered on the phone".into(),
        (Outcome::Declined(_), Kind::Meeting, _) => {
            format!("{}; the meeting goes on without you", outcome.words())
        }
        (_, _, accepted_by) => outcome.words_with(accepted_by.as_ref()),
    }
}

/// Returns the progress of an answer, in full and for where there is little room.
pub(super) fn progress(decision: &Decision, progress: Progress) -> [&'static str; 2] {
    match (progress, decision) {
        (Progress::Sending, Decision::Accept | Decision::AcceptWithPhone) => ["accepting…", "accepting…"],
        (Progress::Sending, Decision::Decline(_)) => ["declining…", "declining…"],
        (Progress::Sending, Decision::Reject { .. }) => ["rejecting…", "rejecting…"],
        (Progress::Sending, Decision::Redirect(_)) => ["redirecting…", "redirecting…"],
        (Progress::Sending, Decision::Cancel) => ["cancelling…", "cancelling…"],
        (Progress::Sent, Decision::AcceptWithPhone) => ["sent, your phone will ring", "phone will ring"],
        (Progress::Sent, _) => ["sent, waiting for the server", "sent, waiting"],
        (Progress::Unknown, _) => ["not confirmed yet", "not confirmed yet"],
    }
}

/// Returns a decision as a verb with its details.
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

/// Returns the time left in minutes and seconds; “≤0:30” if that is only an upper bound.
pub(super) fn countdown(invitation: &Invitation, now: Moment) -> String {
    let sign = match invitation.certainty {
        Certainty::Exact => "",
        Certainty::AtMost => "≤",
    };
    match ceil_seconds(invitation.deadline.left(now)) {
        0 => "due".into(),
        left => format!("{sign}{}", clock(left)),
    }
}

/// Returns seconds as minutes and seconds: “1:05”.
pub(super) fn clock(seconds: u64) -> String {
    format!("{}:{:02}", seconds / 60, seconds % 60)
}

/// Rounds up to whole seconds, so that zero means that the time is up.
pub(super) fn ceil_seconds(left: Duration) -> u64 {
    left.as_secs() + u64::from(left.subsec_nanos() > 0)
}

/// Returns the label of the key that declines at once, which depends on the default reason.
pub(super) fn decline_now_label(is_bot_call: bool, settings: &Settings) -> String {
    if is_bot_call {
        return format!("reject: {}", settings.default_rejection.name());
    }
    match settings.default_reason {
        Reason::Local => "decline here only".into(),
        Reason::Global => "decline everywhere".into(),
        other => format!("decline: {}", other.name()),
    }
}

/// Returns what accepting a ringing invitation does if that is not obvious, or why it cannot be accepted.
pub(super) fn accepting(invitation: &Invitation) -> Option<Cow<'static, str>> {
    let offers = invitation.offers;
    let what = match invitation.kind {
        Kind::Call if offers.accept => Some("the bot answers, not you; rsvp plays nothing to the caller"),
        Kind::Call => Some("the bot can't answer this call now"),
        Kind::Phone if offers.accept => {
            Some("the server connects the call to your phone; rsvp plays nothing")
        }
        _ if offers.accept => None,
        _ if offers.accept_with_phone => Some("the server calls your phone"),
        Kind::Phone => match invitation.phone_number() {
            Some(number) => {
                return Some(format!("pick up {number}; a phone call is not answered here").into());
            }
            None => Some("a phone call is answered on the phone, not here"),
        },
        _ => Some("the server does not allow accepting it now"),
    };
    what.map(Cow::Borrowed)
}

/// Returns the state of an invitation that rings past its deadline.
pub(super) fn overdue(kind: Kind) -> &'static str {
    match kind {
        Kind::Call => "time is up: the call can no longer be answered",
        _ => "time is up; waiting for the server to end it",
    }
}

/// The words for a connection in the header.
#[derive(Debug)]
pub(super) struct Connection {
    /// The sign.
    pub(super) sign: &'static str,
    /// The state.
    pub(super) what: String,
    /// Details, which may go to lines of their own; may be empty.
    pub(super) more: String,
}

/// Returns the words for a connection; `key` reconnects.
pub(super) fn connection(status: &Status, now: Moment, key: &str) -> Connection {
    let (sign, what, more) = match status {
        Status::Idle => ("○", "not connected yet".into(), String::new()),
        Status::Connecting(step) => ("○", format!("connecting: {step}"), String::new()),
        Status::Online { .. } => ("●", "online".into(), String::new()),
        Status::Retrying { at, problem } => {
            let what = match ceil_seconds(at.left(now)) {
                0 => "retrying now".into(),
                left => format!("retrying in {left} s"),
            };
            ("!", what, problem.to_string())
        }
        Status::Replaced => ("!", "replaced by another client".into(), format!("press {key} to take over")),
        Status::Stopped(problem) if problem.remedy.is_empty() => {
            ("×", "stopped".into(), format!("{}; press {key} to retry", problem.message))
        }
        Status::Stopped(problem) => {
            ("×", "stopped".into(), format!("{}; {}, then press {key}", problem.message, problem.remedy))
        }
        Status::SignedOut => ("○", "signed out".into(), String::new()),
    };
    Connection { sign, what, more }
}

impl Connection {
    /// Returns all words in one line.
    pub(super) fn whole(&self) -> String {
        if self.more.is_empty() {
            format!("{} {}", self.sign, self.what)
        } else {
            let joint = if self.what.ends_with("client") { "; " } else { ": " };
            format!("{} {}{joint}{}", self.sign, self.what, self.more)
        }
    }
}

/// Returns the text for a list without items; `online` tells whether any account is.
pub(super) fn empty_list(tab: Tab, online: bool) -> &'static str {
    match tab {
        Tab::Incoming if !online => "Offline: no invitations can arrive yet.",
        Tab::Incoming => "No one is calling. Invitations appear here the moment they arrive.",
        Tab::Outgoing => {
            "No outgoing invitations. Start a conversation, or select one and invite someone to it."
        }
        Tab::Conversations if !online => "Offline: your conversations are not known yet.",
        Tab::Conversations => "No conversations. Start one, or accept an invitation.",
        Tab::History => "No past invitations. Those that you answer or miss are kept here.",
    }
}

/// Returns the title of a tab where there is little room.
pub(super) fn tab_short(tab: Tab) -> &'static str {
    match tab {
        Tab::Incoming => "In",
        Tab::Outgoing => "Out",
        Tab::Conversations => "Conv",
        Tab::History => "Hist",
    }
}

/// Returns the title of the details of an invitation.
pub(super) fn title(invitation: &Invitation, who: &Party, outgoing: bool) -> String {
    let joint = if outgoing { "to" } else { "from" };
    format!("{} {joint} {}", kind_long(invitation.kind), who.label())
}

/// Returns whether a name or an address can be mistaken for another.
pub(super) fn suspicious(party: &Party) -> bool {
    party.name.mixes_scripts() || party.uri.mixes_scripts()
}

/// Returns whether the name or address of anybody in an invitation can be mistaken for another.
pub(super) fn names_somebody_suspicious(invitation: &Invitation) -> bool {
    let others = invitation.to.iter().chain(&invitation.accepted_by);
    std::iter::once(invitation.other_side()).chain(others).any(suspicious)
        || invitation.routes.iter().any(DisplayText::mixes_scripts)
}

/// Returns the note on a sort order.
pub(super) fn sorted(sort: Sort) -> String {
    format!("by {}", sort.name())
}

/// Returns the keys of an action, separated by commas.
pub(super) fn keys(map: &KeyMap, action: Action) -> String {
    let keys: Vec<String> = map.keys(action).iter().map(ToString::to_string).collect();
    if keys.is_empty() { "no key".into() } else { keys.join(", ") }
}
