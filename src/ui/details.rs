//! The details of the selected item.

use std::borrow::Cow;

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::style::Style;
use ratatui::text::Line;

use super::cells::{Cells, draw_line};
use super::countdown::{bar, countdown};
use super::fit::{fit, width, wrap};
use super::look::Look;
use super::thread::{self, ThreadLine};
use super::{presence, roster, rulings, words};
use crate::app::{Action, Entry, Phase, Progress, State, Tab};
use crate::invitation::PastInvitation;
use crate::invitation::{AccountId, Certainty, Conversation, Direction, Invitation, Kind, Party};

/// The width of a label.
const LABEL: usize = 9;

/// A label with its value.
struct Field {
    label: Cow<'static, str>,
    value: String,
    style: Style,
}

fn field(label: &'static str, value: impl Into<String>) -> Field {
    Field { label: label.into(), value: value.into(), style: Style::new() }
}

fn styled(label: &'static str, value: impl Into<String>, style: Style) -> Field {
    Field { label: label.into(), value: value.into(), style }
}

/// Returns the number of lines below the title.
pub(super) fn length(area: Rect, state: &State, look: &Look) -> usize {
    let room = usize::from(area.width);
    let fields = selected(state, look).map(|(_, fields)| fields).unwrap_or_default();
    fields.iter().map(|field| lines(field, room, look).len()).sum()
}

/// Draws the title and the fields, scrolled but never past their end.
pub(super) fn draw(buffer: &mut Buffer, area: Rect, state: &State, look: &Look) {
    let Some((title, fields)) = selected(state, look).filter(|_| !area.is_empty()) else { return };
    let room = usize::from(area.width);
    let lines: Vec<Line<'_>> = fields.iter().flat_map(|field| lines(field, room, look)).collect();
    let hidden = lines.len().saturating_sub(usize::from(area.height - 1));
    let start = usize::from(state.details_scrolled(u16::try_from(hidden).unwrap_or(u16::MAX)));
    let more =
        if state.details.is_full() { scroll_hint(state, start, hidden) } else { open_hint(state, hidden) };
    let time = time_left(&title, state, room, look);
    let titled = std::iter::once(title_line(&title, &more, time, room, look));
    for (line, y) in titled.chain(lines.into_iter().skip(start)).zip(area.y..area.bottom()) {
        draw_line(buffer, Rect { y, height: 1, ..area }, &line);
    }
}

/// Returns the hint how to see fields that do not fit beside the list, in variants from the longest to the shortest.
fn open_hint(state: &State, hidden: usize) -> Vec<String> {
    let key = state.settings.keys.preferred(Action::Details).filter(|_| hidden > 0);
    key.map(|key| format!("{key} shows more")).into_iter().collect()
}

/// Returns the hint how to see fields that do not fit on the whole screen, from the longest variant to the shortest.
fn scroll_hint(state: &State, start: usize, hidden: usize) -> Vec<String> {
    let (action, count, place) = match hidden - start {
        _ if hidden == 0 => return Vec::new(),
        0 => (Action::PageUp, start, "above"),
        below => (Action::PageDown, below, "below"),
    };
    let key = state.settings.keys.preferred(action).map(|key| format!("{key}: "));
    let words = format!("{count} more {place}");
    vec![format!("{}{words}", key.unwrap_or_default()), words, format!("+{count}")]
}

/// Returns the time left of the selected invitation with a bar, if there is room for that beside the title.
fn time_left(title: &str, state: &State, room: usize, look: &Look) -> Option<(String, Style)> {
    let entry = state.selected_entry()?;
    let time = countdown(entry, state, look)?;
    // A bar moves, and a number only counts.
    let bar = (!state.settings.still).then(|| format!("{} {}", time.number, bar(entry, state)));
    let fitting =
        bar.into_iter().chain([time.number]).find(|text| 4 + width(title) + 1 + width(text) + 4 <= room);
    Some((fitting?, time.style))
}

/// Returns the line above the fields, with a hint and the time left at its end.
fn title_line<'a>(
    title: &str,
    more: &[String],
    time: Option<(String, Style)>,
    room: usize,
    look: &Look,
) -> Line<'a> {
    let accent = look.theme.accent;
    let time_room = time.as_ref().map_or(0, |(time, _)| width(time) + 3);
    let used = 3 + width(title) + 1 + time_room;
    let more = more.iter().find(|more| used + width(more) + 5 <= room).or(more.get(2));
    let end = more.map_or(0, |more| width(more) + 3) + time_room;
    let mut cells = Cells::default();
    cells.text("── ", accent);
    cells.text(fit(title, room.saturating_sub(5 + end)).into_owned(), look.theme.title);
    cells.text(" ", accent);
    cells.text("─".repeat(room.saturating_sub(cells.used() + end)), accent);
    if let Some(more) = more {
        cells.text(format!(" {more} "), look.theme.dim);
        cells.text("─", accent);
    }
    if let Some((time, style)) = time {
        cells.gap(1);
        cells.text(time, style);
        cells.gap(1);
        cells.text("─", accent);
    }
    cells.line(None)
}

/// Returns the lines of a field.
fn lines<'a>(field: &'a Field, room: usize, look: &Look) -> Vec<Line<'a>> {
    let indent = 3 + LABEL + 1;
    let value_room = room.saturating_sub(indent + 1);
    let line = |(number, text): (usize, String)| {
        let mut cells = Cells::default();
        cells.gap(3);
        cells.cell(if number == 0 { &field.label } else { "" }, LABEL, look.theme.dim);
        cells.gap(1);
        cells.text(text, field.style);
        cells.line(None)
    };
    wrap(&field.value, value_room).into_iter().enumerate().map(line).collect()
}

/// Returns the title and the fields of the selected item.
fn selected(state: &State, look: &Look) -> Option<(String, Vec<Field>)> {
    match state.tab {
        Tab::Incoming => state.incoming.selected().map(|selected| entry(selected, state, look)),
        Tab::Outgoing => state.outgoing.selected().map(|selected| entry(selected, state, look)),
        Tab::Conversations => {
            state.conversations.selected().map(|selected| conversation(selected, state, look))
        }
        Tab::History => state.history.selected().map(|selected| past(selected, state, look)),
    }
}

fn party(label: &'static str, who: &Party) -> Field {
    let whole = if who.origin.is_empty() { who.full() } else { format!("{} · {}", who.full(), who.origin) };
    field(label, whole)
}

/// Returns the fields for what is known of a person besides the name and the address.
fn contact(account: AccountId, who: &Party, state: &State) -> Vec<Field> {
    let Some(contact) = state.contacts.get(account, who.uri.as_str()) else { return Vec::new() };
    let mut fields = Vec::new();
    let presence = presence::signed(&contact.presence).map(|presence| field("presence", presence));
    fields.extend(presence);
    let job = Some(contact.job()).filter(|job| !job.is_empty());
    fields.extend(job.map(|job| field("works as", job)));
    if !contact.note.is_empty() {
        let label = if contact.is_absent { "absent" } else { "note" };
        fields.push(field(label, format!("“{}”", contact.note)));
    }
    if !contact.location.is_empty() {
        fields.push(field("location", contact.location.as_str()));
    }
    if who.origin.is_empty() && !contact.origin.is_empty() {
        fields.push(field("network", contact.origin.as_str()));
    }
    fields
}

fn account(id: AccountId, state: &State) -> Option<Field> {
    let account = state.account(id).filter(|_| state.accounts.len() > 1)?;
    Some(field("account", account.label.as_str()))
}

/// Returns a warning for a name or address that can be mistaken for another.
fn warning(suspicious: bool, look: &Look) -> Option<Field> {
    suspicious.then(|| styled("warning", words::MIXED_LONG, look.theme.bad))
}

/// Returns the fields of an invitation, with the fields of its state after the remote party.
fn invitation_fields(
    invitation: &Invitation,
    standing: Vec<Field>,
    state: &State,
    look: &Look,
) -> Vec<Field> {
    let outgoing = invitation.direction == Direction::Outgoing;
    let who = invitation.other_side();
    let mut fields = vec![party(if outgoing { "to" } else { "from" }, who)];
    fields.extend(warning(words::suspicious(who), look));
    fields.extend(standing);
    if let Some(to) = invitation.to.as_ref().filter(|_| !outgoing) {
        fields.push(party("to", to));
        fields.extend(warning(words::suspicious(to), look));
    }
    for route in &invitation.routes {
        fields.push(field("via", route.as_str()));
        fields.extend(warning(route.mixes_scripts(), look));
    }
    if !invitation.message.is_empty() {
        fields.push(field("message", format!("“{}”", invitation.message)));
    }
    if !invitation.subject.is_empty() {
        fields.push(field("about", invitation.subject.as_str()));
    }
    fields.extend(contact(invitation.id.account, who, state));
    fields.extend(invitation.facts.iter().map(|fact| field(fact.label, fact.value.as_str())));
    if !invitation.meeting.is_empty() {
        fields.push(field("meeting", invitation.meeting.as_str()));
    }
    if let Some(conversation) = invitation.conversation.and_then(|id| state.conversations.get(id)) {
        fields.push(field("in", conversation.title()));
    }
    fields
}

fn entry(entry: &Entry, state: &State, look: &Look) -> (String, Vec<Field>) {
    let invitation = &entry.invitation;
    let outgoing = invitation.direction == Direction::Outgoing;
    let mut first = vec![standing(entry, state, look)];
    if let Phase::Over { .. } = entry.phase {
        first.extend(warning(invitation.accepted_by.as_ref().is_some_and(words::suspicious), look));
    }
    first.extend(rulings::ruling(entry, state).map(|words| styled("rule", words, look.theme.waiting)));
    let past = invitation.deadline <= state.now.moment;
    let call = invitation.kind == Kind::Call;
    let accepting = words::accepting(invitation).map(|what| field("accept", what));
    let accepting = accepting.filter(|_| entry.phase == Phase::Ringing && !outgoing && !(past && call));
    // Who answers a call is the most important fact about it. For other invitations it is the least: it explains a
    // missing key.
    let (before, after) = if call { (accepting, None) } else { (None, accepting) };
    first.extend(before);
    let mut fields = invitation_fields(invitation, first, state, look);
    fields.extend(after);
    let outdated = state.account(invitation.id.account).is_some_and(|account| !account.status.is_online());
    if outdated && entry.is_pending() {
        fields.push(styled("stale", words::STALE, look.theme.waiting));
    }
    fields.extend(account(invitation.id.account, state));
    (words::title(invitation, invitation.other_side(), outgoing), fields)
}

/// Returns the field for the state of an invitation.
fn standing(entry: &Entry, state: &State, look: &Look) -> Field {
    let invitation = &entry.invitation;
    match &entry.phase {
        Phase::Over { outcome, .. } => {
            let words = words::outcome(invitation, outcome);
            field("ended", format!("{} {words}", outcome.sign()))
        }
        Phase::Answering { .. } if words::waits_in_lobby(entry, state) => {
            styled("answer", format!("accepted; {}", words::WAITING[0]), look.theme.waiting)
        }
        Phase::Answering { decision, progress, .. } => {
            let [full, _] = words::progress(decision, *progress);
            let mut text = format!("{full} ({})", words::decision(decision));
            if *progress == Progress::Unknown {
                text.push_str("; ");
                text.push_str(words::SENT_ONCE);
            }
            styled("answer", text, look.theme.waiting)
        }
        Phase::Ringing => {
            let mut text = time_left_in_words(entry, state, look);
            let notes = [words::importance(invitation.importance), invitation.stage.words()];
            for note in notes.into_iter().flatten() {
                text.push_str(" · ");
                text.push_str(note);
            }
            field("rings", text)
        }
    }
}

/// Returns the time left of a ringing invitation, and the time of day until which it rings.
fn time_left_in_words(entry: &Entry, state: &State, look: &Look) -> String {
    let (invitation, now) = (&entry.invitation, state.now);
    let left = invitation.deadline.left(now.moment);
    if left.is_zero() {
        return words::overdue(invitation.kind).to_owned();
    }
    let until = jiff::SignedDuration::try_from(left).ok().and_then(|left| now.wall.checked_add(left).ok());
    let Some((until, time)) = until.zip(countdown(entry, state, look)) else { return "indefinitely".into() };
    let (left, until) = (time.number, until.strftime("%H:%M:%S"));
    match invitation.certainty {
        Certainty::Exact => format!("{left} left, until {until}"),
        Certainty::AtMost => format!("{left} left, until {until} at the latest (start time unknown)"),
    }
}

fn conversation(conversation: &Conversation, state: &State, look: &Look) -> (String, Vec<Field>) {
    let mut fields = Vec::new();
    if !conversation.note.is_empty() {
        fields.push(field("note", note(conversation, state)));
    }
    if !conversation.subject.is_empty() {
        fields.push(field("about", conversation.subject.as_str()));
    }
    match &conversation.meeting {
        Some(meeting) => {
            let lines = roster::lines(conversation, meeting, state, look);
            fields.extend(lines.into_iter().map(|line| styled(line.label, line.text, line.style)));
        }
        None => fields.extend(participants(conversation, state, look)),
    }
    fields.push(field("offers", offers(conversation, state)));
    fields.extend(account(conversation.id.account, state));
    let message = |line: ThreadLine| Field { label: line.time.into(), value: line.text, style: line.style };
    fields.extend(thread::lines(conversation.id, state, look).into_iter().map(message));
    (format!("{} {}", conversation_kind(conversation), conversation.title()), fields)
}

/// Returns the remark about the participation, with the key that repeats what failed.
fn note(conversation: &Conversation, state: &State) -> String {
    let key = state.settings.keys.preferred(Action::Reconnect).filter(|_| conversation.can_join);
    let remedy = key.map(|key| format!("; press {key} to try again")).unwrap_or_default();
    format!("{}{remedy}", conversation.note)
}

/// Returns the fields for the people of a conversation that is no meeting.
fn participants(conversation: &Conversation, state: &State, look: &Look) -> Vec<Field> {
    if conversation.participants.is_empty() {
        return vec![field("with", "no one else yet")];
    }
    let mut fields = Vec::new();
    for (number, who) in conversation.participants.iter().enumerate() {
        fields.push(party(if number == 0 { "with" } else { "" }, who));
        fields.extend(warning(words::suspicious(who), look));
        fields.extend(contact(conversation.id.account, who, state));
    }
    fields
}

/// Returns the words before the title of a conversation.
fn conversation_kind(conversation: &Conversation) -> &'static str {
    match &conversation.meeting {
        _ if conversation.can_hang_up() => "Call with",
        Some(_) => "Meeting:",
        None if conversation.is_on_phone => "Phone call:",
        None => "Conversation:",
    }
}

/// Returns what the user can and cannot do in a conversation.
fn offers(conversation: &Conversation, state: &State) -> String {
    if conversation.is_waiting() {
        return "you can leave".into();
    }
    let key = state.settings.keys.preferred(Action::Reconnect);
    let join = key.filter(|_| conversation.can_join && conversation.note.is_empty());
    let join = join.map(|key| format!("{key} joins the messages"));
    let phone = conversation.is_on_phone.then_some("you are on the phone");
    // Nobody expects to write into a call.
    let missing = |what| Some(what).filter(|_| !conversation.can_hang_up());
    let invite = if conversation.can_invite {
        Some("you can invite someone")
    } else {
        missing("you can't invite anyone right now")
    };
    let send = if conversation.can_send {
        Some("you can write a message")
    } else {
        missing("you can't send messages right now").filter(|_| join.is_none())
    };
    let hang_up = conversation.can_hang_up().then_some("you can hang up");
    let transfer = conversation.can_transfer.then_some("you can transfer it");
    let leave = conversation.can_leave.then_some("you can leave");
    [phone, hang_up, transfer, join.as_deref(), invite, send, leave]
        .into_iter()
        .flatten()
        .collect::<Vec<_>>()
        .join(" · ")
}

fn past(past: &PastInvitation, state: &State, look: &Look) -> (String, Vec<Field>) {
    let outgoing = past.invitation.direction == Direction::Outgoing;
    let accepted_by = past.invitation.accepted_by.as_ref();
    let ended = format!(
        "{} {} · {}",
        past.outcome.sign(),
        words::outcome(&past.invitation, &past.outcome),
        past.at.strftime("%Y-%m-%d %H:%M:%S")
    );
    let mut standing = vec![field("ended", ended)];
    standing.extend(warning(accepted_by.is_some_and(words::suspicious), look));
    standing.extend(past.rang.map(|rang| field("rang", format!("{:.1} s", rang.as_secs_f64()))));
    if !past.decision.is_empty() {
        standing.push(field("answer", past.decision.as_str()));
    }
    if !past.rule.is_empty() {
        standing.push(field("rule", past.rule.as_str()));
    }
    let mut fields = invitation_fields(&past.invitation, standing, state, look);
    if state.accounts.len() > 1 && !past.account.is_empty() {
        fields.push(field("account", past.account.as_str()));
    }
    (words::title(&past.invitation, past.other_side(), outgoing), fields)
}
