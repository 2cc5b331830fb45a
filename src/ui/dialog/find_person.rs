use ratatui::buffer::Buffer;
use ratatui::layout::{Position, Rect};
use ratatui::style::Style;
use ratatui::text::Line;

use super::choices::window;
use super::frame::frame;
use super::input::draw_input;
use crate::app::{Candidate, FindPerson, PickObstacle, PickPurpose, Search, State, obstacle};
use crate::invitation::{Availability, Conversation, FoundPerson, Party};
use crate::ui::cells::{Cells, draw_line};
use crate::ui::fit::{fit, fit_middle, width, wrap};
use crate::ui::geometry::{take_bottom, take_top};
use crate::ui::{Look, words};

/// The maximum width of the dialog.
const MAX_WIDTH: u16 = 100;
/// The height of the dialog: with room for ten people, whoever was found, so that nothing jumps while the user types.
const HEIGHT: u16 = 15;
/// The inner width below which a row has a name alone, and the highlighted person's address stands below.
const NARROW: usize = 60;
/// The width of the longest mark or presence.
const STATUS: usize = 19;

/// Draws the choice of a person.
pub(in crate::ui) fn draw(
    buffer: &mut Buffer,
    area: Rect,
    dialog: &FindPerson,
    state: &State,
    look: &Look,
) -> Option<Position> {
    let size = (area.width.min(MAX_WIDTH), area.height.min(HEIGHT));
    let title = title(dialog.purpose, state, usize::from(size.0).saturating_sub(6));
    let mut inner = frame(buffer, area, size, (&title, None), look);
    let cursor = draw_input(buffer, take_top(&mut inner, 1), "> ", &dialog.line.input, look);
    let room = usize::from(inner.width);
    let (text, style) = match dialog.line.complaint {
        Some(complaint) => (format!("! {complaint}"), look.theme.bad),
        None => (note(dialog), look.theme.dim),
    };
    for text in wrap(&text, room.saturating_sub(2)) {
        let mut cells = Cells::default();
        cells.gap(1);
        cells.text(fit(&text, room.saturating_sub(2)).into_owned(), style);
        draw_line(buffer, take_top(&mut inner, 1), &cells.line(None));
    }
    let candidates = dialog.candidates();
    if room < NARROW
        && inner.height > 3
        && let Some(candidate) = candidates.get(dialog.highlighted)
    {
        draw_below(buffer, take_bottom(&mut inner, 2), candidate, look);
    }
    let shown = window(dialog.highlighted, candidates.len(), usize::from(inner.height));
    for (index, candidate) in candidates.iter().enumerate().skip(shown.start).take(shown.len()) {
        let involved = state.involved(dialog.purpose.account());
        let obstacle = obstacle(&involved, dialog.purpose, candidate.party().uri.as_str());
        let line = row(candidate, obstacle, room, index == dialog.highlighted, look);
        draw_line(buffer, take_top(&mut inner, 1), &line);
    }
    cursor
}

/// Returns the title, which names what the person is chosen for, shortened if it is wider than `room`.
fn title(purpose: PickPurpose, state: &State, room: usize) -> String {
    match purpose {
        PickPurpose::Invite(id) => {
            let conversation = state.conversations.get(id);
            let described =
                conversation.map_or_else(|| "the conversation".to_owned(), Conversation::described);
            let title = format!("Invite to {described}");
            match conversation.map(Conversation::title).filter(|it| !it.is_empty()) {
                Some(short) if width(&title) > room => format!("Invite to join {short}"),
                _ => title,
            }
        }
        PickPurpose::Start(id) => {
            let from = state.account(id).filter(|_| state.accounts.len() > 1);
            from.map_or_else(
                || "New conversation".to_owned(),
                |account| format!("New conversation from {}", account.label),
            )
        }
    }
}

/// Returns what to tell about the search.
fn note(dialog: &FindPerson) -> String {
    match &dialog.search {
        Search::Idle => {
            "a name, an address such as sip:dana@contoso.com, or a number such as +14255550100".into()
        }
        Search::Waiting(_) => "searching…".into(),
        Search::Found(found) if found.people.is_empty() => {
            "No one was found by that name. You can enter a whole address.".into()
        }
        Search::Found(found) if !found.is_complete => {
            format!("the first {}; type more of the name to see others", found.people.len())
        }
        Search::Found(found) if found.people.len() == 1 => "1 person found".into(),
        Search::Found(found) => format!("{} people found", found.people.len()),
        Search::Failed(why) => {
            format!("Can't search: {why}. You can still enter a whole address.")
        }
    }
}

/// Returns the row of a person.
fn row(
    candidate: &Candidate<'_>,
    obstacle: Option<PickObstacle>,
    room: usize,
    is_highlighted: bool,
    look: &Look,
) -> Line<'static> {
    let party = candidate.party();
    let (status, status_style) = status(candidate, obstacle, look);
    let end = room.saturating_sub(1);
    let mut cells = Cells::default();
    cells.text(if is_highlighted { "▸ " } else { "  " }, look.theme.accent);
    let is_suspicious = words::suspicious(&party);
    if is_suspicious && room < NARROW {
        cells.text(words::MIXED, look.theme.bad);
        cells.gap(1);
    }
    let status_room = STATUS.min(width(status));
    let left = end.saturating_sub(cells.used());
    if room < NARROW {
        name(&mut cells, &party, left.saturating_sub(status_room + 1));
        cells.up_to(end.saturating_sub(status_room));
        cells.text(fit(status, end.saturating_sub(cells.used())).into_owned(), status_style);
    } else {
        let left = left.saturating_sub(STATUS);
        let (names, addresses) = (left * 27 / 100, left * 38 / 100);
        name(&mut cells, &party, if party.name.is_empty() { names + addresses + 1 } else { names });
        cells.gap(1);
        if !party.name.is_empty() {
            let address = fit_middle(party.uri.as_str(), addresses).into_owned();
            cells.filled(address.into(), addresses, look.theme.dim);
            cells.gap(1);
        }
        let (position, style) = if is_suspicious {
            (words::MIXED.to_owned(), look.theme.bad)
        } else {
            (position(candidate), Style::new())
        };
        let left = end.saturating_sub(STATUS + 1).saturating_sub(cells.used());
        cells.text(fit(&position, left).into_owned(), style);
        cells.up_to(end.saturating_sub(STATUS));
        cells.text(fit(status, STATUS).into_owned(), status_style);
    }
    cells.up_to(room);
    cells.line(is_highlighted.then_some(look.theme.selected))
}

/// Appends the name, or else the address, filled up to `room` columns.
fn name(cells: &mut Cells<'static>, party: &Party, room: usize) {
    let text = party.label();
    let shown = if party.name.is_empty() { fit_middle(text, room) } else { fit(text, room) };
    cells.filled(shown.into_owned().into(), room, Style::new());
}

fn position(candidate: &Candidate<'_>) -> String {
    match candidate {
        Candidate::Typed(_) => "as typed".into(),
        Candidate::Found(person) => person.position(),
    }
}

/// Returns the mark of a person who can't be approached, or else their presence.
fn status(candidate: &Candidate<'_>, obstacle: Option<PickObstacle>, look: &Look) -> (&'static str, Style) {
    if let Some(obstacle) = obstacle {
        return (obstacle.mark(), look.theme.waiting);
    }
    match candidate {
        Candidate::Found(FoundPerson { availability: Some(availability), .. }) => {
            let is_available = matches!(availability, Availability::Online | Availability::IdleOnline);
            (availability.words(), if is_available { look.theme.good } else { look.theme.dim })
        }
        Candidate::Found(_) | Candidate::Typed(_) => ("", look.theme.dim),
    }
}

/// Draws the address and the position of the highlighted person.
fn draw_below(buffer: &mut Buffer, mut area: Rect, candidate: &Candidate<'_>, look: &Look) {
    let room = usize::from(area.width).saturating_sub(3);
    let party = candidate.party();
    for text in
        [fit_middle(party.uri.as_str(), room).into_owned(), fit(&position(candidate), room).into_owned()]
    {
        let mut cells = Cells::default();
        cells.gap(2);
        cells.text(text, look.theme.dim);
        draw_line(buffer, take_top(&mut area, 1), &cells.line(None));
    }
}
