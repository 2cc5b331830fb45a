//! The last line of a list: what is not on the screen.

use ratatui::style::Style;
use ratatui::text::Line;

use super::cells::Cells;
use super::fit::{fit, width};
use super::look::Look;
use super::most_urgent;
use super::visible_rows::VisibleRows;
use super::words;
use crate::app::{State, Tab, Unseen};

/// Returns the line that sums up the items before and after those on the screen.
pub(super) fn line<'a>(visible: &VisibleRows, state: &State, look: &Look) -> Line<'a> {
    let room = usize::from(visible.summary.width).saturating_sub(1);
    let unseen = unseen(visible, state);
    let all = parts(visible, unseen, state, look);
    let without_urgent = parts(visible, Unseen { urgent: 0, ..unseen }, state, look);
    let only_emergencies = parts(visible, Unseen { urgent: 0, next: None, ..unseen }, state, look);
    let variants = [all, without_urgent, only_emergencies.clone()];
    let fits = |parts: &Vec<Part>| parts.iter().map(|(text, _)| width(text) + 3).sum::<usize>() < room + 3;
    let parts = variants.into_iter().find(fits).unwrap_or(only_emergencies);
    // Where one row fits, the most urgent one counts more than how many there are.
    let urgent = most_urgent::note(state, look, room.saturating_sub(1)).filter(|_| visible.whole == 1);
    let parts: Vec<Part> = urgent.into_iter().chain(parts).collect();
    let mut cells = Cells::default();
    cells.gap(1);
    for (number, (text, style)) in parts.into_iter().enumerate() {
        if number > 0 && cells.used() + 3 >= room {
            break;
        }
        if number > 0 {
            cells.text(" · ", look.theme.dim);
        }
        let left = room.saturating_sub(cells.used());
        cells.text(fit(&text, left).into_owned(), style);
    }
    cells.line(None)
}

/// A text with its style.
type Part = (String, Style);

fn parts(visible: &VisibleRows, unseen: Unseen, state: &State, look: &Look) -> Vec<Part> {
    let place = match visible.hidden(state) {
        (above, 0) => format!("▲ {above} more"),
        (0, below) => format!("▼ {below} more"),
        (above, below) => format!("▲ {above} ▼ {below} more"),
    };
    let emergencies = match unseen.emergencies {
        0 => None,
        1 => Some("1 emergency".to_owned()),
        count => Some(format!("{count} emergencies")),
    };
    let urgent = (unseen.urgent > 0).then(|| format!("{} urgent", unseen.urgent));
    let next = unseen.next.map(|next| {
        let left = words::ceil_seconds(next.left(state.now.moment));
        format!("next {}", words::clock(left))
    });
    [
        (Some(place), look.theme.accent),
        (emergencies, look.theme.urgent),
        (urgent, look.theme.waiting),
        (next, Style::new()),
    ]
    .into_iter()
    .filter_map(|(text, style)| Some((text?, style)))
    .collect()
}

/// Returns the most urgent thing among the items that are not on the screen.
fn unseen(visible: &VisibleRows, state: &State) -> Unseen {
    let now = state.now.moment;
    match state.tab {
        Tab::Incoming => state.incoming.unseen(visible.start, visible.whole, now),
        Tab::Outgoing => state.outgoing.unseen(visible.start, visible.whole, now),
        Tab::Conversations | Tab::History => Unseen::default(),
    }
}
