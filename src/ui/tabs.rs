//! The bar of tabs: the lists with their lengths, the filter, and notes on the current list.

use ratatui::style::Style;
use ratatui::text::Line;

use super::cells::{Cells, Span};
use super::fit::{fit, width};
use super::look::Look;
use super::words;
use crate::app::current_list::with_list;
use crate::app::{Item, List, Sort, State, Tab};

/// The greatest width of a filter in the bar.
const FILTER: usize = 24;

/// Returns the number of items of a list in the long and the short form, with a leading blank; empty if the list is empty.
fn count<T: Item>(list: &List<T>) -> [String; 2] {
    match (list.filter().is_empty(), list.unfiltered()) {
        (true, 0) => [String::new(), String::new()],
        (true, all) => [format!(" {all}"), format!(" {all}")],
        (false, all) => [format!(" {} of {all}", list.shown()), format!(" {}/{all}", list.shown())],
    }
}

/// Returns the number of items for a tab in the long and the short form.
fn counts(state: &State, tab: Tab) -> [String; 2] {
    match tab {
        Tab::Incoming => count(&state.incoming),
        Tab::Outgoing => count(&state.outgoing),
        Tab::Conversations => {
            let news = Some(state.unread()).filter(|unread| *unread > 0).map(|unread| format!(" +{unread}"));
            let news = news.unwrap_or_default();
            count(&state.conversations).map(|count| format!("{count}{news}"))
        }
        // The length of the history is of interest only while the user searches it.
        Tab::History if !state.history.filter().is_empty() => count(&state.history),
        Tab::History if state.tab != Tab::History && !state.unseen.is_empty() => {
            let unseen = format!(" !{}", state.unseen.len());
            [unseen.clone(), unseen]
        }
        Tab::History => [String::new(), String::new()],
    }
}

/// Returns the filter of the current list after a slash; `None` if the list is not filtered.
pub(super) fn filter(state: &State) -> Option<String> {
    let filter = with_list!(&state, list => list.filter());
    (!filter.is_empty()).then(|| format!("/{}", fit(filter, FILTER)))
}

/// Returns the shortest title of a tab.
pub(super) fn short_title(state: &State, tab: Tab) -> String {
    let [_, count] = counts(state, tab);
    format!("{}{count}", words::tab_short(tab))
}

/// Returns the titles of all tabs, in variants from the longest to the shortest.
fn titles(state: &State) -> [[String; 4]; 3] {
    let titles = |name: fn(Tab) -> &'static str, is_long: bool, has_filter: bool| {
        Tab::ALL.map(|tab| {
            let [long, short] = counts(state, tab);
            let count = if is_long && tab == state.tab { long } else { short };
            let filter = filter(state).filter(|_| has_filter && tab == state.tab);
            format!("{}{count}{}", name(tab), filter.map(|it| format!("  {it}")).unwrap_or_default())
        })
    };
    [
        titles(Tab::title, true, true),
        titles(words::tab_short, false, true),
        titles(words::tab_short, false, false),
    ]
}

/// Returns the sort order and the length of the current list.
fn order(state: &State) -> (Sort, usize) {
    with_list!(&state, list => (list.sort(), list.unfiltered()))
}

/// Returns the bar of tabs, with notes on the current list at its end, and the columns of each tab in it.
pub(super) fn line<'a>(state: &State, look: &Look, room: usize) -> (Line<'a>, Vec<Span<Tab>>) {
    let fits = |titles: &[String; 4]| titles.iter().map(|title| width(title) + 4).sum::<usize>() <= room;
    let [whole, medium, least] = titles(state);
    let titles = [whole, medium].into_iter().find(fits).unwrap_or(least);
    let accent = look.theme.accent;
    let (mut cells, mut spots) = (Cells::default(), Vec::new());
    for (tab, title) in Tab::ALL.into_iter().zip(titles) {
        let (current, start) = (tab == state.tab, cells.used());
        if cells.used() + width(&title) + 4 > room {
            continue;
        }
        cells.text(if current { "─┤ " } else { "── " }, accent);
        let has_news = tab == Tab::Incoming && !state.newcomers.is_empty();
        let style = match (current, has_news) {
            (true, _) => look.theme.title.patch(accent),
            (false, true) => look.theme.title,
            (false, false) => Style::new(),
        };
        cells.text(title, style);
        cells.text(if current { " ├" } else { " ─" }, accent);
        spots.push((start..cells.used(), tab));
    }
    let (sort, len) = order(state);
    let mut notes = Vec::new();
    if len > 0
        && state.tab != Tab::History
        && state.accounts.iter().any(|account| !account.status.is_online())
    {
        notes.push(words::STALE.to_owned());
    }
    // Conversations and the history have no deadlines: their order of arrival is the usual one.
    let is_told = match state.tab {
        Tab::Incoming | Tab::Outgoing => len > 0,
        Tab::Conversations | Tab::History => matches!(sort, Sort::Importance | Sort::Name),
    };
    if is_told {
        notes.push(words::sorted(sort));
    }
    if notes.iter().map(|note| width(note) + 4).sum::<usize>() + cells.used() > room {
        for note in &mut notes {
            if note == words::STALE {
                words::STALE_SHORT.clone_into(note);
            }
        }
    }
    let end: usize = notes.iter().map(|note| width(note) + 3).sum::<usize>() + 1;
    if cells.used() + end <= room {
        cells.text("─".repeat(room - end - cells.used()), accent);
        for note in notes {
            cells.text(" ", accent);
            let style = if note.starts_with("by ") { look.theme.dim } else { look.theme.waiting };
            cells.text(note, style);
            cells.text(" ─", accent);
        }
    }
    let rest = room.saturating_sub(cells.used());
    cells.text("─".repeat(rest), accent);
    (cells.line(None), spots)
}
