//! The person whom the selected item shows, about whom the provider fetches more.

use crate::app::{Effect, State, Subject};
use crate::invitation::AccountId;
use crate::provider::Command;
use crate::text::DisplayText;

/// Has the provider fetch more about the person whom the selected item shows, once for each change of the selection.
pub(super) fn describe_selected_person(state: &mut State, effects: &mut Vec<Effect>) {
    let shown = shown(state);
    if shown == state.described {
        return;
    }
    state.described.clone_from(&shown);
    let Some((account, address)) = shown else { return };
    let has_people = |id| state.account(id).is_some_and(|it| !it.is_bot && it.status.is_online());
    if has_people(account) {
        effects.push(Effect::Provider(account, Command::Describe(address)));
    }
}

/// Returns the address of the person whom the selected item shows first, and the account by which they are known.
fn shown(state: &State) -> Option<(AccountId, DisplayText)> {
    let (account, party) = match state.selected()? {
        Subject::Invitation(id) => (id.account, state.entry(id)?.invitation.other_side()),
        Subject::Conversation(id) => (id.account, state.conversations.get(id)?.participants.first()?),
        Subject::Past(_) => return None,
    };
    Some(party).filter(|party| !party.uri.is_empty()).map(|party| (account, party.uri.clone()))
}
