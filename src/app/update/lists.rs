//! Moving in the lists, and filtering, sorting and marking their items.

use crate::app::current_list::with_list;
use crate::app::dialog::scroll;
use crate::app::key::{Code, Key};
use crate::app::{Action, Details, Focus, Item, List, Phase, State, Subject, Tab, Tone, available};
use crate::invitation::InvitationId;

/// Moves the selection of the current list by `step` items.
pub(super) fn select_by(state: &mut State, step: isize) {
    let now = state.now.moment;
    with_list!(&mut state, list => list.select_by(step, now));
}

/// Brings the incoming invitations to the front and selects the most urgent one.
pub(super) fn select_most_urgent(state: &mut State) {
    let Some(id) = state.incoming.most_urgent(state.now.moment) else {
        let hidden = state.incoming.unfiltered() > state.incoming.shown();
        let why_not = if hidden { "Nothing that the filter shows is ringing" } else { "Nothing is ringing" };
        return state.notify(why_not, Tone::Info);
    };
    state.tab = Tab::Incoming;
    state.incoming.choose(id, state.now.moment);
}

/// Selects an item of the current list on behalf of the user.
pub(super) fn choose(state: &mut State, item: Subject) {
    let now = state.now.moment;
    match (state.tab, item) {
        (Tab::Incoming, Subject::Invitation(id)) => state.incoming.choose(id, now),
        (Tab::Outgoing, Subject::Invitation(id)) => state.outgoing.choose(id, now),
        (Tab::Conversations, Subject::Conversation(id)) => state.conversations.choose(id, now),
        (Tab::History, Subject::Past(id)) => state.history.choose(id, now),
        _ => {}
    }
}

/// Returns whether there are full-screen details to scroll.
pub(super) fn scrolls_details(state: &State) -> bool {
    state.details.is_full() && state.selected().is_some()
}

/// Scrolls full-screen details as a key would scroll a text.
pub(super) fn scroll_details(state: &mut State, key: Key) {
    let end = state.viewport.scrollable;
    let scrolled = scroll(state.details_scrolled(end), key, &state.viewport);
    let is_following = state.shows_messages() && scrolled == Some(end);
    state.details = Details::Full { of: state.selected(), scrolled: scrolled.filter(|_| !is_following) };
}

/// Scrolls full-screen details up by a page, or else moves the selection up by a page.
pub(super) fn page_up(state: &mut State) {
    if scrolls_details(state) {
        scroll_details(state, Key::plain(Code::PageUp));
    } else {
        select_by(state, -state.viewport.page());
    }
}

/// Scrolls full-screen details down by a page, or else moves the selection down by a page.
pub(super) fn page_down(state: &mut State) {
    if scrolls_details(state) {
        scroll_details(state, Key::plain(Code::PageDown));
    } else {
        select_by(state, state.viewport.page());
    }
}

/// Brings the tab to the front that comes `step` places after the current one, in a circle.
pub(super) fn switch_tab(state: &mut State, step: usize) {
    let position = Tab::ALL.iter().position(|tab| *tab == state.tab).unwrap_or(0);
    if let Some(tab) = Tab::ALL.get((position + step) % Tab::ALL.len()) {
        state.tab = *tab;
    }
}

/// Returns the filter of the current list.
pub(super) fn filter(state: &State) -> &str {
    with_list!(&state, list => list.filter())
}

/// Sets the filter of the current list, which also finds accounts by their names.
pub(super) fn set_filter(state: &mut State, filter: &str) {
    let accounts = state.accounts_named(filter);
    with_list!(&mut state, list => list.set_filter(filter, &accounts));
}

/// Sorts the current list by the next order.
pub(super) fn sort(state: &mut State) {
    fn next<T: Item>(list: &mut List<T>) -> &'static str {
        list.set_sort(list.sort().next());
        list.sort().name()
    }
    let name = with_list!(&mut state, list => next(list));
    state.notify(&format!("Sorted by {name}"), Tone::Info);
}

/// Handles Escape: closes full-screen details, or else removes the marks, or else the filter.
pub(super) fn go_back(state: &mut State) {
    if state.details.is_full() {
        state.details = Details::Beside;
    } else if !state.marked.is_empty() {
        state.marked.clear();
    } else {
        set_filter(state, "");
    }
}

/// Marks or unmarks the selected invitation and selects the next one.
pub(super) fn mark(state: &mut State, focus: &Focus) {
    if focus.tab != Tab::Incoming {
        return state.notify(&available::only_incoming(state), Tone::Info);
    }
    let is_ringing = |id: &InvitationId| state.entry(*id).is_some_and(|entry| entry.phase == Phase::Ringing);
    let Some(id) = focus.invitation().filter(is_ringing) else {
        let why_not = available::why_not(state, focus, Action::Mark);
        state.notify(&why_not, Tone::Info);
        return select_by(state, 1);
    };
    if !state.marked.remove(&id) {
        state.marked.insert(id);
    }
    if focus.selected == state.selected() {
        select_by(state, 1);
    }
}
