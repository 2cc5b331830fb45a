//! The search for people on behalf of the open dialog.

use crate::app::search::MAX_QUERY;
use crate::app::{Effect, Found, Mode, Search, State};
use crate::invitation::{AccountId, Availability, FoundPerson};
use crate::provider::{Command, Problem, Ticket};
use crate::text::DisplayText;

/// Searches for the text of the open dialog.
pub(super) fn request(state: &mut State, account: AccountId, text: String, effects: &mut Vec<Effect>) {
    let is_online = state.account(account).is_some_and(|account| account.status.is_online());
    let Mode::FindPerson(dialog) = &mut state.mode else { return };
    let why_not = if text.chars().count() > MAX_QUERY {
        Some("the text is too long to search for")
    } else if !is_online {
        Some("not connected")
    } else {
        None
    };
    if text.is_empty() || why_not.is_some() {
        dialog.search = why_not.map_or(Search::Idle, |why| Search::Failed(DisplayText::new(why)));
        return end(state, effects);
    }
    let ticket = state.tickets.take();
    dialog.search = Search::Waiting(ticket);
    state.searching = Some(account);
    effects.push(Effect::Provider(account, Command::Search { ticket, text }));
}

/// Shows the people whom a search has found, if the open dialog waits for them.
pub(super) fn found(state: &mut State, ticket: Ticket, people: Vec<FoundPerson>, is_complete: bool) {
    let at = state.now.moment;
    if let Mode::FindPerson(dialog) = &mut state.mode {
        dialog.show(Found { ticket, people, is_complete, at });
    }
}

/// Shows the presence of a person whom a search has found.
pub(super) fn found_presence(state: &mut State, ticket: Ticket, index: usize, availability: Availability) {
    if let Mode::FindPerson(dialog) = &mut state.mode {
        dialog.show_presence(ticket, index, availability);
    }
}

/// Shows why a request failed if it was the search of the open dialog.
pub(super) fn failed(state: &mut State, ticket: Ticket, problem: &Problem) {
    if let Mode::FindPerson(dialog) = &mut state.mode {
        dialog.fail(ticket, &problem.to_string());
    }
}

/// Ends the search of a dialog that was closed.
pub(super) fn end_abandoned_search(state: &mut State, effects: &mut Vec<Effect>) {
    if !matches!(state.mode, Mode::FindPerson(_)) {
        end(state, effects);
    }
}

fn end(state: &mut State, effects: &mut Vec<Effect>) {
    if let Some(account) = state.searching.take() {
        effects.push(Effect::Provider(account, Command::EndSearch));
    }
}
