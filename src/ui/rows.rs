//! One entry of a list as one line, or as two where the screen is narrow.

use std::borrow::Cow;

use ratatui::style::Style;
use ratatui::text::Line;

use super::fit::{Cells, fit, fit_middle, width};
use super::{Look, words};
use crate::app::{Entry, Phase, Progress, State, Tab};
use crate::invitation::PastInvitation;
use crate::invitation::{Conversation, Decision, Importance, Party, Stage};

/// Below this width an entry takes two lines.
const NARROW: usize = 60;
/// The cursor's sign, the mark and a space.
const LEAD: usize = 3;
/// “Meeting”
const KIND: usize = 7;
const GAP: usize = 2;
/// How many more there are in a conversation: “+999”
const MORE: usize = 4;
/// What a call offers that the bot has answered.
const HANG_UP: &str = "hang up";
/// All that any other conversation can offer.
const CAN_ALL: &str = "invite, message";
/// The last seconds, which are shown as pressing.
const LAST: u64 = 5;

/// How the columns of a list share its width.
#[derive(Clone, Copy, Debug)]
pub(super) struct Columns {
    name: usize,
    address: usize,
    /// All columns but the last, which stays free: text from elsewhere may be wider than it claims.
    end: usize,
    narrow: bool,
}

impl Columns {
    pub(super) fn new(room: usize) -> Self {
        let end = room.saturating_sub(1);
        let narrow = room < NARROW;
        let rest = end.saturating_sub(LEAD + KIND + 3 * GAP);
        Self { name: rest * 23 / 100, address: rest * 34 / 100, end, narrow }
    }

    /// Lines per entry.
    pub(super) fn lines(self) -> usize {
        if self.narrow { 2 } else { 1 }
    }
}

fn lead(cells: &mut Cells<'_>, look: &Look, selected: bool, marked: bool) {
    cells.text(if selected { "▸" } else { " " }, look.theme.accent);
    cells.text(if marked { "✓" } else { " " }, look.theme.accent);
    cells.gap(1);
}

fn name_and_address<'a>(
    cells: &mut Cells<'a>,
    party: &'a Party,
    columns: Columns,
    look: &Look,
    style: Style,
) {
    let [name, address] = who(party);
    let style = if name == words::NO_NAME { look.theme.dim } else { style };
    // The end of an address tells as much as its start.
    let shown = if party.name.is_empty() { fit_middle(name, columns.name) } else { fit(name, columns.name) };
    cells.filled(shown, columns.name, style);
    cells.gap(GAP);
    cells.filled(fit_middle(address, columns.address), columns.address, look.theme.dim);
    cells.gap(GAP);
}

/// Name and address; of somebody without a name, the address comes first, as it is all there is.
fn who(party: &Party) -> [&str; 2] {
    match (party.name.as_str(), party.uri.as_str()) {
        ("", "") if party.origin.as_str().starts_with(words::ENCRYPTED) => [words::NO_NAME, words::ENCRYPTED],
        ("", uri) if uri.starts_with(words::ENCRYPTED) => [words::NO_NAME, uri],
        ("", "") => [words::NO_NAME, words::NO_ADDRESS],
        ("", uri) => [uri.split_once(':').map_or(uri, |(_, rest)| rest), words::NO_NAME],
        (name, "") => [name, words::NO_ADDRESS],
        (name, uri) => [name, uri],
    }
}

/// Words that are worth more than the rest of a row: how far it is, or how much time is left.
struct Standing {
    /// From the longest to the shortest way to say it.
    ways: Vec<Cow<'static, str>>,
    style: Style,
}

impl Standing {
    fn new(words: impl Into<Cow<'static, str>>, style: Style) -> Self {
        Self { ways: vec![words.into()], style }
    }

    fn fitting(&self, room: usize) -> Cow<'_, str> {
        let way = self.ways.iter().find(|way| width(way) <= room).or(self.ways.last());
        way.map_or(Cow::Borrowed(""), |way| fit(way, room))
    }
}

fn standing(entry: &Entry, state: &State, look: &Look) -> Standing {
    let theme = &look.theme;
    let now = state.now.moment;
    let deadline = entry.invitation.deadline;
    match &entry.phase {
        Phase::Over { outcome, .. } => {
            let style = if outcome.sign() == '+' { theme.good } else { Style::new() };
            let words = outcome.words_with(entry.invitation.accepted_by.as_ref());
            Standing::new(format!("{} {words}", outcome.sign()), style)
        }
        Phase::Answering { decision, progress, .. } => Standing {
            ways: words::progress(decision, *progress).map(Cow::Borrowed).to_vec(),
            style: theme.waiting,
        },
        Phase::Ringing => {
            let time = words::countdown(&entry.invitation, now);
            let outdated =
                state.account(entry.invitation.id.account).is_none_or(|account| !account.status.is_online());
            match words::seconds(deadline.left(now)) {
                _ if outdated => Standing::new(format!("~{}", time.trim_start_matches('≤')), theme.dim),
                left if left <= LAST => Standing::new(time, theme.urgent),
                _ => Standing::new(time, Style::new()),
            }
        }
    }
}

/// Whether “connecting” would claim that an answer took effect of which that is not known, or that connects nothing.
fn is_connecting_unsaid(entry: &Entry) -> bool {
    let connects = match &entry.phase {
        Phase::Answering { decision, progress, .. } => {
            matches!(decision, Decision::Accept | Decision::AcceptWithPhone) && *progress == Progress::Sent
        }
        Phase::Ringing | Phase::Over { .. } => true,
    };
    entry.invitation.stage == Stage::Connecting && !connects
}

/// What comes before the subject, because it matters more.
fn flags(entry: &Entry, look: &Look) -> Vec<(&'static str, Style)> {
    let mut flags = Vec::new();
    if words::names_somebody_suspicious(&entry.invitation) {
        flags.push((words::MIXED, look.theme.bad));
    }
    if let Some(word) = words::importance(entry.invitation.importance) {
        let emergency = entry.invitation.importance == Importance::Emergency;
        flags.push((word, if emergency { look.theme.urgent } else { look.theme.waiting }));
    }
    // Where it came from says more than that it was forwarded, and how far it was matters to nobody afterwards.
    if entry.is_pending() && entry.invitation.routes.is_empty() && !is_connecting_unsaid(entry) {
        flags.extend(words::stage(entry.invitation.stage).map(|word| (word, look.theme.dim)));
    }
    flags
}

/// Flags, text and, at the right end, the standing; in what is left of the line.
fn rest<'a>(
    cells: &mut Cells<'a>,
    columns: Columns,
    flags: &[(&'static str, Style)],
    (text, style): (&'a str, Style),
    standing: &Standing,
) {
    let room = columns.end.saturating_sub(cells.used());
    let right = standing.fitting(room).into_owned();
    let end = columns.end.saturating_sub(width(&right));
    let limit = end.saturating_sub(GAP);
    for (flag, style) in flags {
        let room = limit.saturating_sub(cells.used());
        if room < 3 {
            break;
        }
        cells.text(fit(flag, room), *style);
        if cells.used() + 4 < limit && !text.is_empty() {
            cells.text(" · ", style.remove_modifier(style.add_modifier));
        }
    }
    let room = limit.saturating_sub(cells.used());
    if room > 1 {
        cells.text(fit(text, room), style);
    }
    cells.up_to(end);
    cells.text(right, standing.style);
}

/// Ends a row's line. Of the selected one, what presses keeps the style that says so.
fn finish<'a>(cells: Cells<'a>, selected: bool, pending: bool, look: &Look) -> Line<'a> {
    match (selected, pending) {
        (true, _) => cells.on(look.theme.selected, |style| look.theme.presses(style)),
        (false, false) => cells.line(Some(look.theme.dim)),
        (false, true) => cells.line(None),
    }
}

/// An invitation, incoming or outgoing.
pub(super) fn entry<'a>(
    entry: &'a Entry,
    state: &'a State,
    look: &Look,
    columns: Columns,
    selected: bool,
) -> Vec<Line<'a>> {
    let invitation = &entry.invitation;
    let outgoing = state.tab == Tab::Outgoing;
    let who = if outgoing { invitation.to.as_ref().unwrap_or(&invitation.from) } else { &invitation.from };
    let text = if outgoing { conversation_of(entry, state) } else { words::about(invitation) };
    let flags = flags(entry, look);
    let standing = standing(entry, state, look);
    let kind = invitation.kind.word();
    let plain = Style::new();
    let finish = |cells| finish(cells, selected, entry.is_pending(), look);
    let mut cells = Cells::default();
    lead(&mut cells, look, selected, state.marked.contains(&invitation.id));
    if !columns.narrow {
        cells.cell(kind, KIND, plain);
        cells.gap(GAP);
        name_and_address(&mut cells, who, columns, look, plain);
        rest(&mut cells, columns, &flags, (text, plain), &standing);
        return vec![finish(cells)];
    }
    cells.cell(kind, KIND, look.theme.dim);
    cells.gap(1);
    rest(&mut cells, columns, &[], (self::who(who)[0], plain), &standing);
    vec![finish(cells), finish(second(who, &flags, text, columns, look))]
}

/// The second line of a narrow entry.
fn second<'a>(
    who: &'a Party,
    flags: &[(&'static str, Style)],
    text: &'a str,
    columns: Columns,
    look: &Look,
) -> Cells<'a> {
    let mut cells = Cells::default();
    cells.gap(LEAD);
    let room = columns.end.saturating_sub(LEAD);
    let nothing_more = text.is_empty() && flags.is_empty();
    let address_room = if nothing_more { room } else { room * 6 / 10 };
    cells.text(fit_middle(self::who(who)[1], address_room), look.theme.dim);
    cells.gap(GAP);
    rest(&mut cells, columns, flags, (text, Style::new()), &Standing::new("", Style::new()));
    cells
}

fn conversation_of<'a>(entry: &'a Entry, state: &'a State) -> &'a str {
    let conversation = entry.invitation.conversation.and_then(|id| state.conversations.get(id));
    conversation.map_or(entry.invitation.subject.as_str(), Conversation::title)
}

/// A conversation.
pub(super) fn conversation<'a>(
    conversation: &'a Conversation,
    look: &Look,
    columns: Columns,
    selected: bool,
) -> Vec<Line<'a>> {
    let hang_up = if conversation.can_hang_up() { HANG_UP } else { "" };
    let can: Vec<&str> = [
        (conversation.can_hang_up(), HANG_UP),
        (conversation.can_invite, "invite"),
        (conversation.can_send, "message"),
    ]
    .into_iter()
    .filter_map(|(can, word)| can.then_some(word))
    .collect();
    let ways = vec![can.join(", ").into(), hang_up.into(), "".into()];
    let standing = Standing { ways, style: look.theme.dim };
    let others = match conversation.participants.len() {
        0 => "none".to_owned(),
        1 => String::new(),
        all => format!("+{}", all - 1),
    };
    let finish = |cells| finish(cells, selected, true, look);
    let first = conversation.participants.first();
    let flags: &[_] = if conversation.participants.iter().any(words::suspicious) {
        &[(words::MIXED, look.theme.bad)]
    } else {
        &[]
    };
    let mut cells = Cells::default();
    lead(&mut cells, look, selected, false);
    if columns.narrow {
        rest(&mut cells, columns, flags, (conversation.title(), Style::new()), &standing);
        let mut below = Cells::default();
        below.gap(LEAD);
        if let Some(party) = first {
            let room = columns.end.saturating_sub(LEAD + GAP + others.len());
            below.text(fit_middle(who(party)[1], room), look.theme.dim);
            below.gap(GAP);
        }
        below.text(others, look.theme.dim);
        return vec![finish(cells), finish(below)];
    }
    let taken = LEAD + columns.name + columns.address + 3 * GAP + MORE + GAP + width(CAN_ALL);
    let about = columns.end.saturating_sub(taken);
    cells.cell(conversation.title(), about, Style::new());
    cells.gap(GAP);
    match first {
        Some(party) => name_and_address(&mut cells, party, columns, look, Style::new()),
        None => cells.gap(columns.name + columns.address + 2 * GAP),
    }
    cells.filled(Cow::Owned(fit(&others, MORE).into_owned()), MORE, look.theme.dim);
    cells.gap(1);
    rest(&mut cells, columns, flags, ("", Style::new()), &standing);
    vec![finish(cells)]
}

/// What is over.
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
    let words = past.outcome.words_with(past.invitation.accepted_by.as_ref());
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
    let finish = |cells| finish(cells, selected, true, look);
    let mut cells = Cells::default();
    cells.text(if selected { "▸ " } else { "  " }, look.theme.accent);
    cells.filled(Cow::Owned(when), 6, look.theme.dim);
    cells.gap(1);
    if columns.narrow {
        let room = columns.end.saturating_sub(cells.used());
        let name = past.other_side().label();
        cells.text(fit(name, room * 4 / 10), Style::new());
        cells.gap(GAP);
        let room = columns.end.saturating_sub(cells.used());
        cells.text(fit_middle(who(past.other_side())[1], room), look.theme.dim);
        let mut below = Cells::default();
        below.gap(LEAD + 6);
        below.text(kind, look.theme.dim);
        below.gap(1);
        flag(&mut below);
        let room = columns.end.saturating_sub(below.used());
        below.text(fit(&ended, room).into_owned(), style);
        return vec![finish(cells), finish(below)];
    }
    cells.cell(kind, KIND, Style::new());
    cells.gap(GAP);
    name_and_address(&mut cells, past.other_side(), columns, look, Style::new());
    flag(&mut cells);
    let room = columns.end.saturating_sub(cells.used());
    cells.text(fit(&ended, room).into_owned(), style);
    cells.up_to(columns.end);
    vec![finish(cells)]
}
