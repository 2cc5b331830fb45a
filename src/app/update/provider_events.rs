//! The events of the providers.

use std::collections::HashSet;
use std::sync::Arc;

use super::announcements::Conversations;
use super::invitations::{accepted_by, end_invitation, upsert};
use super::responses::{completed, refused, uncertain, unsettled};
use super::{
    announcements, dialogs, instructions, meetings, messages, missed_while_away, new_conversations, presence,
    rules, search,
};
use crate::app::{Account, Delivery, Effect, List, News, PendingRequest, State, Tone};
use crate::invitation::{AccountId, Conversation, ConversationId, Invitation, InvitationId, Outcome};
use crate::provider::Event;

/// Applies an event of the provider of `account`.
pub(super) fn apply(state: &mut State, account: AccountId, event: Event, effects: &mut Vec<Effect>) {
    match event {
        Event::Status(status) => {
            rules::after_connection_change(state, account, &status, effects);
            change_account(state, account, |account| account.status = status);
            announcements::connection(state, account, effects);
        }
        Event::Unheard(problem) => change_account(state, account, |account| account.unheard = problem),
        Event::SignedIn { me } => {
            change_account(state, account, |account| account.me = Some(me));
            presence::record(state, account, None);
        }
        Event::Contact { address, contact } => state.contacts.insert(account, address.as_str(), *contact),
        Event::ContactList(addresses) => state.contact_lists.set(account, &addresses),
        Event::MissedWhileAway(logs) => missed_while_away::find_new(state, account, logs, effects),
        Event::Presence(known) => presence::record(state, account, known),
        Event::Invitation(invitation) => upsert(state, invitation, effects),
        Event::Started { ticket, invitation } => new_conversations::started(state, ticket, invitation),
        Event::Found { ticket, people, is_complete } => search::found(state, ticket, people, is_complete),
        Event::PresenceFound { ticket, index, availability } => {
            search::found_presence(state, ticket, index, availability);
        }
        Event::Ended { id, outcome } => end_invitation(state, id, outcome, effects),
        Event::AcceptedBy { id, party } => accepted_by(state, id, &party, effects),
        Event::Conversation(conversation) => {
            let id = conversation.id;
            let before = meetings::Before::of(state, id);
            let former = Conversations::only(state, id);
            state.conversations.change_unasked(state.now.moment, |list| list.upsert(*conversation));
            former.announce_changes(state, &[id], effects);
            meetings::announce(state, id, &before, effects);
        }
        Event::Message(message) => messages::receive(state, *message, effects),
        Event::Delivered(ticket) => messages::set_delivery(state, ticket, &Delivery::Delivered),
        Event::NotDelivered { ticket, problem } => messages::fail(state, account, ticket, &problem, effects),
        Event::Typing { conversation, who, is_typing } => {
            messages::set_typing(state, conversation, *who, is_typing);
        }
        Event::MessagesMissing(conversation) => messages::add_gap(state, conversation, effects),
        Event::ConversationEnded(id) => {
            let former = Conversations::only(state, id);
            change_conversations(state, |conversations| {
                conversations.remove(id);
            });
            former.announce_changes(state, &[], effects);
            state.threads.remove(&id);
        }
        Event::Snapshot { invitations, conversations } => {
            replace_all(state, account, invitations, conversations, effects);
        }
        Event::Completed(_) | Event::Refused { .. } | Event::Uncertain { .. } | Event::Unsettled(_) => {
            respond(state, event, effects);
        }
        Event::Notice(text) => {
            state.notify(text.as_str(), Tone::Info);
            announcements::announce(state, account, News::Notice(text), effects);
        }
    }
}

/// Applies what became of a request.
fn respond(state: &mut State, event: Event, effects: &mut Vec<Effect>) {
    match event {
        Event::Completed(ticket) => {
            completed(state, ticket);
            instructions::completed(state, ticket, effects);
        }
        Event::Refused { ticket, problem } => {
            refused(state, ticket, &problem);
            instructions::refused(state, ticket, &problem, effects);
        }
        Event::Uncertain { ticket, problem } => {
            uncertain(state, ticket, &problem);
            instructions::uncertain(state, ticket, &problem, effects);
        }
        Event::Unsettled(ticket) => unsettled(state, ticket),
        _ => {}
    }
}

fn change_account(state: &mut State, id: AccountId, change: impl FnOnce(&mut Account)) {
    if let Some(account) = state.accounts.get_mut(usize::from(id.0)) {
        change(account);
    }
}

/// Replaces all invitations and conversations of an account. Those that are missing have ended unseen.
fn replace_all(
    state: &mut State,
    account: AccountId,
    invitations: Vec<Arc<Invitation>>,
    conversations: Vec<Conversation>,
    effects: &mut Vec<Effect>,
) {
    let listed: HashSet<InvitationId> = invitations.iter().map(|invitation| invitation.id).collect();
    let mut missing: Vec<InvitationId> = [&state.incoming, &state.outgoing]
        .into_iter()
        .flat_map(List::iter)
        .filter(|entry| entry.is_pending() && entry.invitation.id.account == account)
        .map(|entry| entry.invitation.id)
        .filter(|id| !listed.contains(id))
        .collect();
    missing.sort_unstable();
    for invitation in invitations {
        upsert(state, invitation, effects);
    }
    for id in missing {
        end_invitation(state, id, Outcome::Lost, effects);
    }
    let before: Vec<(ConversationId, meetings::Before)> =
        conversations.iter().map(|it| (it.id, meetings::Before::of(state, it.id))).collect();
    let former = Conversations::of(state, account);
    change_conversations(state, |list| {
        list.retain(|conversation| {
            conversation.id.account != account || conversations.iter().any(|kept| kept.id == conversation.id)
        });
        for conversation in conversations {
            list.upsert(conversation);
        }
    });
    let listed: Vec<ConversationId> = before.iter().map(|(id, _)| *id).collect();
    former.announce_changes(state, &listed, effects);
    for (id, before) in before {
        meetings::announce(state, id, &before, effects);
    }
    let listed = &state.conversations;
    state.threads.retain(|id, _| id.account != account || listed.get(*id).is_some());
}

/// Changes the conversations, closes the open dialog if its conversation has ended, and forgets lost requests to hang
/// up calls that have ended.
fn change_conversations(state: &mut State, change: impl FnOnce(&mut List<Conversation>)) {
    let needed = dialogs::conversation(state)
        .and_then(|(id, consequence)| Some((id, title(state.conversations.get(id)?), consequence)));
    state.conversations.change_unasked(state.now.moment, change);
    if let Some((id, title, consequence)) = needed
        && state.conversations.get(id).is_none()
    {
        dialogs::close_without_conversation(state, &title, consequence);
    }
    // The provider itself reports how a call ended.
    state.pending_requests.retain(|_, request| match request {
        PendingRequest::HangUp { conversation, is_lost: true, .. } => {
            state.conversations.get(*conversation).is_some()
        }
        _ => true,
    });
}

/// Returns the title of a conversation for a sentence.
fn title(conversation: &Conversation) -> String {
    Some(conversation.title()).filter(|title| !title.is_empty()).unwrap_or("Conversation").to_owned()
}
