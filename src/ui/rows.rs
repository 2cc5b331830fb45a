//! The rows of the lists: one line per item, or two on a narrow screen.

use std::borrow::Cow;

use ratatui::style::Style;
use ratatui::text::Line;

use super::cells::Cells;
use super::fit::{fit, fit_middle, width};
use super::look::Look;
use super::{thread, words};
use crate::app::{Entry, Phase, Progress, State, Tab};
use crate::invitation::PastInvitation;
use crate::invitation::{Conversation, Decision, Importance, Kind, Party, Stage};

/// The width below which an item takes two lines.
const NARROW: usize = 60;
/// The width of the cursor's sign, the mark and a blank.
const LEAD: usize = 3;
/// The width of the longest kind, “Meeting”.
const KIND: usize = 7;
/// The gap between two columns.
const GAP: usize = 2;
/// The width of the number of further participants: “+999”.
const MORE: usize = 4;
/// The label for hanging up.
const HANG_UP: &str = "hang up";
/// The longest action label of a conversation that is not a call.
const CAN_ALL: &str = "invite, message";
/// The seconds before a deadline that are highlighted.
const LAST: u64 = 5;
/// The seconds before them that are highlighted less.
const SOON: u64 = 10;

/// The widths of the columns of a list.
#[derive(Clone, Copy, Debug)]
pub(super) struct Columns {
    name: usize,
    address: usize,
    /// The end of the row. The last column stays blank: a terminal may draw foreign text wider than it should.
    end: usize,
    narrow: bool,
}

impl Columns {
    /// Divides a width into columns.
    pub(super) fn new(room: usize) -> Self {
        let end = room.saturating_sub(1);
        let narrow = room < NARROW;
        let rest = end.saturating_sub(LEAD + KIND + 3 * GAP);
        Self { name: rest * 23 / 100, address: rest * 34 / 100, end, narrow }
    }

    /// Returns the number of lines per item.
    pub(super) fn lines(self) -> usize {
        if self.narrow { 2 } else { 1 }
    }
}

/// Appends the signs at the start of a row.
fn row_prefix(cells: &mut Cells<'_>, look: &Look, selected: bool, marked: bool) {
    cells.text(if selected { "▸" } else { " " }, look.theme.accent);
    cells.text(if marked { "✓" } else { " " }, look.theme.accent);
    cells.gap(1);
}

/// Appends the columns for a person.
fn name_and_address<'a>(
    cells: &mut Cells<'a>,
    party: &'a Party,
    columns: Columns,
    look: &Look,
    style: Style,
) {
    let [name, address] = name_or_address(party);
    let style = if name == words::NO_NAME { look.theme.dim } else { style };
    // The end of an address is as important as its start.
    let shown = if party.name.is_empty() { fit_middle(name, columns.name) } else { fit(name, columns.name) };
    cells.filled(shown, columns.name, style);
    cells.gap(GAP);
    cells.filled(fit_middle(address, columns.address), columns.address, look.theme.dim);
    cells.gap(GAP);
}

/// Returns the texts for the name and the address. The address takes the place of a missing name.
fn name_or_address(party: &Party) -> [&str; 2] {
    match (party.name.as_str(), party.uri.as_str()) {
        ("", "") if party.origin.as_str().starts_with(words::ENCRYPTED) => [words::NO_NAME, words::ENCRYPTED],
        ("", uri) if uri.starts_with(words::ENCRYPTED) => [words::NO_NAME, uri],
        ("", "") => [words::NO_NAME, words::NO_ADDRESS],
        ("", uri) => [uri.split_once(':').map_or(uri, |(_, rest)| rest), words::NO_NAME],
        (name, "") => [name, words::NO_ADDRESS],
        (name, uri) => [name, uri],
    }
}

/// The text at the end of a row, which has precedence over the other texts: the progress or the time left.
struct RowStatus {
    /// The variants of the text, from the longest to the shortest.
    variants: Vec<Cow<'static, str>>,
    style: Style,
}

impl RowStatus {
    fn new(text: impl Into<Cow<'static, str>>, style: Style) -> Self {
        Self { variants: vec![text.into()], style }
    }

    /// Returns the longest variant that fits.
    fn fitting(&self, room: usize) -> Cow<'_, str> {
        let variant = self.variants.iter().find(|text| width(text) <= room).or(self.variants.last());
        variant.map_or(Cow::Borrowed(""), |text| fit(text, room))
    }
}

/// Returns the text for the state of an invitation.
fn row_status(entry: &Entry, state: &State, look: &Look) -> RowStatus {
    let theme = &look.theme;
    let now = state.now.moment;
    let deadline = entry.invitation.deadline;
    match &entry.phase {
        Phase::Over { outcome, .. } => {
            let style = if outcome.sign() == '+' { theme.good } else { Style::new() };
            let words = words::outcome(&entry.invitation, outcome);
            RowStatus::new(format!("{} {words}", outcome.sign()), style)
        }
        Phase::Answering { .. } if words::waits_in_lobby(entry, state) => {
            RowStatus { variants: words::WAITING.map(Cow::Borrowed).to_vec(), style: theme.waiting }
        }
        Phase::Answering { decision, progress, .. } => RowStatus {
            variants: words::progress(decision, *progress).map(Cow::Borrowed).to_vec(),
            style: theme.waiting,
        },
        Phase::Ringing => {
            let time = words::countdown(&entry.invitation, now);
            let outdated =
                state.account(entry.invitation.id.account).is_none_or(|account| !account.status.is_online());
            match words::ceil_seconds(deadline.left(now)) {
                _ if outdated => RowStatus::new(format!("~{}", time.trim_start_matches('≤')), theme.dim),
                left if left <= LAST => RowStatus::new(time, theme.urgent),
                left if left <= SOON => RowStatus::new(time, theme.soon),
                _ => RowStatus::new(time, Style::new()),
            }
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

/// A remark before the subject.
type Flag<'a> = (Cow<'a, str>, Style);

/// Returns the flags before the subject.
fn flags<'a>(entry: &'a Entry, state: &State, look: &Look) -> Vec<Flag<'a>> {
    let mut flags: Vec<Flag<'a>> = Vec::new();
    if words::names_somebody_suspicious(&entry.invitation) {
        flags.push((words::MIXED.into(), look.theme.bad));
    }
    if let Some(word) = words::importance(entry.invitation.importance) {
        let emergency = entry.invitation.importance == Importance::Emergency;
        flags.push((word.into(), if emergency { look.theme.urgent } else { look.theme.waiting }));
    }
    let routes = words::routes(&entry.invitation);
    // The route says more than “forwarded”, and the stage of an invitation that has ended does not matter.
    let has_stage = entry.is_pending() && !hides_connecting(entry) && !words::waits_in_lobby(entry, state);
    if has_stage && (routes.is_empty() || entry.invitation.stage != Stage::Forwarded) {
        flags.extend(words::stage(entry.invitation.stage).map(|word| (word.into(), look.theme.dim)));
    }
    flags.extend(routes.into_iter().map(|route| (route, look.theme.dim)));
    flags
}

/// Appends flags and text, and the status at the end of the row.
fn text_and_status<'a>(
    cells: &mut Cells<'a>,
    columns: Columns,
    flags: &[Flag<'_>],
    (text, style): (impl Into<Cow<'a, str>>, Style),
    row_status: &RowStatus,
) {
    let text = text.into();
    let room = columns.end.saturating_sub(cells.used());
    let right = row_status.fitting(room).into_owned();
    let end = columns.end.saturating_sub(width(&right));
    let limit = end.saturating_sub(GAP);
    for (index, (flag, style)) in flags.iter().enumerate() {
        let room = limit.saturating_sub(cells.used());
        if room < 3 {
            break;
        }
        cells.text(fit(flag, room).into_owned(), *style);
        if index + 1 == flags.len() && text.is_empty() {
            break;
        }
        if cells.used() + 4 >= limit {
            // Nothing more fits.
            cells.up_to(limit);
        } else {
            cells.text(" · ", style.remove_modifier(style.add_modifier));
        }
    }
    let room = limit.saturating_sub(cells.used());
    if room > 1 {
        let text = match text {
            Cow::Borrowed(text) => fit(text, room),
            Cow::Owned(text) => Cow::Owned(fit(&text, room).into_owned()),
        };
        cells.text(text, style);
    }
    cells.up_to(end);
    cells.text(right, row_status.style);
}

/// Builds a line of a row. Highlights keep their style in the selected row.
fn style_row<'a>(cells: Cells<'a>, selected: bool, pending: bool, look: &Look) -> Line<'a> {
    match (selected, pending) {
        (true, _) => cells.on(look.theme.selected, |style| look.theme.is_highlight(style)),
        (false, false) => cells.line(Some(look.theme.dim)),
        (false, true) => cells.line(None),
    }
}

/// Returns the row of an invitation, incoming or outgoing.
pub(super) fn entry<'a>(
    entry: &'a Entry,
    state: &'a State,
    look: &Look,
    columns: Columns,
    selected: bool,
) -> Vec<Line<'a>> {
    let invitation = &entry.invitation;
    let outgoing = state.tab == Tab::Outgoing;
    let who = invitation.other_side();
    let text = if outgoing { conversation_title(entry, state) } else { words::about(invitation) };
    let flags = flags(entry, state, look);
    let row_status = row_status(entry, state, look);
    let kind = invitation.kind.word();
    let plain = Style::new();
    let style_row = |cells| style_row(cells, selected, entry.is_pending(), look);
    let mut cells = Cells::default();
    row_prefix(&mut cells, look, selected, state.marked.contains(&invitation.id));
    if !columns.narrow {
        cells.cell(kind, KIND, plain);
        cells.gap(GAP);
        name_and_address(&mut cells, who, columns, look, plain);
        text_and_status(&mut cells, columns, &flags, (text, plain), &row_status);
        return vec![style_row(cells)];
    }
    cells.cell(kind, KIND, look.theme.dim);
    cells.gap(1);
    text_and_status(&mut cells, columns, &[], (name_or_address(who)[0], plain), &row_status);
    vec![style_row(cells), style_row(second_line(who, &flags, text, columns, look))]
}

/// Returns the second line of an invitation on a narrow screen.
fn second_line<'a>(
    who: &'a Party,
    flags: &[Flag<'_>],
    text: Cow<'a, str>,
    columns: Columns,
    look: &Look,
) -> Cells<'a> {
    let mut cells = Cells::default();
    cells.gap(LEAD);
    let room = columns.end.saturating_sub(LEAD);
    let nothing_more = text.is_empty() && flags.is_empty();
    let address_room = if nothing_more { room } else { room * 6 / 10 };
    cells.text(fit_middle(name_or_address(who)[1], address_room), look.theme.dim);
    cells.gap(GAP);
    text_and_status(&mut cells, columns, flags, (text, Style::new()), &RowStatus::new("", Style::new()));
    cells
}

/// Returns the message of an invitation that starts a conversation, or else the title of the conversation that somebody
/// is invited to.
fn conversation_title<'a>(entry: &'a Entry, state: &'a State) -> Cow<'a, str> {
    if entry.invitation.kind == Kind::Message {
        return words::about(&entry.invitation);
    }
    let conversation = entry.invitation.conversation.and_then(|id| state.conversations.get(id));
    conversation.map_or(entry.invitation.subject.as_str(), Conversation::title).into()
}

/// Returns the status of a conversation: who waits in a lobby, the number of its new messages, or else what it offers.
fn conversation_status(conversation: &Conversation, state: &State, look: &Look) -> RowStatus {
    if conversation.is_waiting() {
        return RowStatus { variants: words::WAITING.map(Cow::Borrowed).to_vec(), style: look.theme.waiting };
    }
    if let [first, others @ ..] = conversation.lobby() {
        let count = 1 + others.len();
        let all = if others.is_empty() {
            format!("{} waits", first.party.label())
        } else {
            format!("{count} wait")
        };
        let first_name = first.party.label().split(' ').next().unwrap_or_default();
        let short = if others.is_empty() { format!("{first_name} waits") } else { all.clone() };
        let variants = vec![all.into(), short.into(), format!("lobby {count}").into()];
        return RowStatus { variants, style: look.theme.waiting };
    }
    let unread = state.threads.get(&conversation.id).map_or(0, |thread| thread.unread);
    if unread > 0 {
        let variants = vec![format!("{unread} new").into(), format!("+{unread}").into()];
        return RowStatus { variants, style: look.theme.waiting };
    }
    if conversation.can_join && !conversation.note.is_empty() {
        return RowStatus::new("not joined", look.theme.bad);
    }
    let state_now = if conversation.is_on_phone { "on the phone" } else { "" };
    let hang_up = if conversation.can_hang_up() { HANG_UP } else { state_now };
    let can: Vec<&str> = [
        (conversation.is_on_phone, "on the phone"),
        (conversation.can_hang_up(), HANG_UP),
        (conversation.can_invite, "invite"),
        (conversation.can_send, "message"),
    ]
    .into_iter()
    .filter_map(|(can, word)| can.then_some(word))
    .collect();
    let variants = vec![can.join(", ").into(), hang_up.into(), "".into()];
    RowStatus { variants, style: look.theme.dim }
}

/// Returns the title and the last words of a conversation. A name that a column of its own has is left out.
fn conversation_text(conversation: &Conversation, state: &State, has_name: bool) -> String {
    let said = thread::last_words(conversation.id, state);
    let title = conversation.title();
    match said.is_empty() {
        true => title.to_owned(),
        false if title.is_empty() || (has_name && conversation.subject.is_empty()) => said,
        false => format!("{title} · {said}"),
    }
}

/// Returns the row of a conversation.
pub(super) fn conversation<'a>(
    conversation: &'a Conversation,
    state: &State,
    look: &Look,
    columns: Columns,
    selected: bool,
) -> Vec<Line<'a>> {
    let row_status = conversation_status(conversation, state, look);
    let title = conversation_text(conversation, state, !columns.narrow);
    let others = match conversation.participants.len() {
        0 => "none".to_owned(),
        1 => String::new(),
        all => format!("+{}", all - 1),
    };
    let style_row = |cells| style_row(cells, selected, true, look);
    let first = conversation.participants.first();
    let is_suspicious = conversation.participants.iter().any(words::suspicious);
    let flags: Vec<Flag<'_>> =
        is_suspicious.then(|| (words::MIXED.into(), look.theme.bad)).into_iter().collect();
    let mut cells = Cells::default();
    row_prefix(&mut cells, look, selected, false);
    if columns.narrow {
        text_and_status(&mut cells, columns, &flags, (title, Style::new()), &row_status);
        let mut below = Cells::default();
        below.gap(LEAD);
        if let Some(party) = first {
            let room = columns.end.saturating_sub(LEAD + GAP + others.len());
            below.text(fit_middle(name_or_address(party)[1], room), look.theme.dim);
            below.gap(GAP);
        }
        below.text(others, look.theme.dim);
        return vec![style_row(cells), style_row(below)];
    }
    let taken = LEAD + columns.name + columns.address + 3 * GAP + MORE + GAP + width(CAN_ALL);
    let about = columns.end.saturating_sub(taken);
    cells.filled(Cow::Owned(fit(&title, about).into_owned()), about, Style::new());
    cells.gap(GAP);
    match first {
        Some(party) => name_and_address(&mut cells, party, columns, look, Style::new()),
        None => cells.gap(columns.name + columns.address + 2 * GAP),
    }
    cells.filled(Cow::Owned(fit(&others, MORE).into_owned()), MORE, look.theme.dim);
    cells.gap(1);
    text_and_status(&mut cells, columns, &flags, ("", Style::new()), &row_status);
    vec![style_row(cells)]
}

/// Returns the row of an invitation that has ended.
pub(super) fn past<'a>(
    past: &'a PastInvitation,
    state: &State,
    look: &Look,
    columns: Columns,
    selected: bool,
) -> Vec<Line<'a>> {
    let format = if past.at.date() == state.now.wall.date() { "%H:%M" } else { "%b %d" };
    let when = past.at.strftime(format).to_string();
    let kind = past.invitation.kind.word();
    let style = match past.outcome.sign() {
        '+' => look.theme.good,
        '!' => look.theme.waiting,
        _ => Style::new(),
    };
    let words = words::outcome(&past.invitation, &past.outcome);
    let ended = format!("{} {words}", past.outcome.sign());
    let flag = |cells: &mut Cells<'_>| {
        if words::names_somebody_suspicious(&past.invitation) {
            cells.text(
                fit(words::MIXED, columns.end.saturating_sub(cells.used())).into_owned(),
                look.theme.bad,
            );
            cells.text(" · ", Style::new());
        }
    };
    let style_row = |cells| style_row(cells, selected, true, look);
    let mut cells = Cells::default();
    cells.text(if selected { "▸" } else { " " }, look.theme.accent);
    cells.text(if state.unseen.contains(&past.number) { "!" } else { " " }, look.theme.waiting);
    cells.filled(Cow::Owned(when), 6, look.theme.dim);
    cells.gap(1);
    if columns.narrow {
        let room = columns.end.saturating_sub(cells.used());
        let name = past.other_side().label();
        cells.text(fit(name, room * 4 / 10), Style::new());
        cells.gap(GAP);
        let room = columns.end.saturating_sub(cells.used());
        cells.text(fit_middle(name_or_address(past.other_side())[1], room), look.theme.dim);
        let mut below = Cells::default();
        below.gap(LEAD + 6);
        below.text(kind, look.theme.dim);
        below.gap(1);
        flag(&mut below);
        let room = columns.end.saturating_sub(below.used());
        below.text(fit(&ended, room).into_owned(), style);
        return vec![style_row(cells), style_row(below)];
    }
    cells.cell(kind, KIND, Style::new());
    cells.gap(GAP);
    name_and_address(&mut cells, past.other_side(), columns, look, Style::new());
    flag(&mut cells);
    let room = columns.end.saturating_sub(cells.used());
    cells.text(fit(&ended, room).into_owned(), style);
    cells.up_to(columns.end);
    vec![style_row(cells)]
}
