//! The conversations that the user starts, from the choice of a person until somebody joins.

use std::sync::Arc;

use super::{messages, requests};
use crate::app::{
    Compose, Delivery, Effect, FindPerson, Focus, Mode, NewConversation, PendingRequest, Phase, PickPurpose,
    StartedConversation, State, Subject, Tab, Tone,
};
use crate::invitation::{AccountId, Invitation, InvitationId, MessageText, Outcome, Party};
use crate::provider::{Command, Ticket};
use crate::text::DisplayText;

/// Asks whom to start a conversation with.
pub(super) fn ask(state: &mut State, focus: &Focus) {
    match account(state, focus) {
        Ok(account) => {
            let me = state.account(account).and_then(|account| account.me.clone());
            state.mode = Mode::FindPerson(FindPerson::new(PickPurpose::Start(account), me));
        }
        Err(why) => state.notify(why, Tone::Info),
    }
}

/// Asks for the first message to a person, beginning with the unsent one to them, if there is one.
pub(super) fn compose(state: &mut State, account: AccountId, to: Party) {
    let kept = state.started.unsent.take_if(|kept| kept.account == account && kept.to.uri == to.uri);
    // A request whose reply was lost and that created no invitation may have to be sent again.
    let lost = state.started.unanswered.values().rev().find(|start| {
        start.invitation.is_none()
            && start.conversation.account == account
            && start.conversation.to.uri == to.uri
    });
    let conversation = kept
        .or_else(|| lost.map(|start| start.conversation.clone()))
        .unwrap_or_else(|| NewConversation { account, to, subject: String::new(), message: String::new() });
    state.mode = Mode::Compose(Compose::new(conversation, state.now.moment));
}

/// Keeps a conversation that was not started for the next time that the user writes to the same person.
pub(super) fn keep_unsent(state: &mut State, conversation: NewConversation) {
    if !conversation.message.is_empty() || !conversation.subject.is_empty() {
        state.started.unsent = Some(conversation);
    }
}

/// Starts a conversation, and shows the list in which it rings.
pub(super) fn start(state: &mut State, effects: &mut Vec<Effect>, conversation: NewConversation) {
    let (account, to) = (conversation.account, conversation.to.clone());
    let NewConversation { subject, message, .. } = conversation.clone();
    let uri = to.uri.to_string();
    let pending = PendingRequest::Start { account, to, is_lost: false };
    let ticket = requests::request(state, effects, account, pending, |ticket| Command::Start {
        ticket,
        to: uri,
        subject,
        message,
    });
    state.started.unanswered.insert(ticket, StartedConversation { conversation, invitation: None });
    state.tab = Tab::Outgoing;
}

/// Notes the invitation that a request has created, and selects it among those that the user sent.
pub(super) fn started(state: &mut State, ticket: Ticket, invitation: InvitationId) {
    if state.tab != Tab::Outgoing || matches!(state.mode, Mode::Lists) {
        state.outgoing.change_unasked(state.now.moment, |list| list.select(invitation));
    }
    let Some(start) = state.started.unanswered.get_mut(&ticket) else { return };
    start.invitation = Some(invitation);
    if let Some(mut entry) = state.outgoing.get(invitation).cloned() {
        complete(state, &mut entry.invitation);
        state.outgoing.change_unasked(state.now.moment, |list| list.upsert(entry));
    }
    if let Some(entry) = state.entry(invitation)
        && let Phase::Over { outcome, .. } = entry.phase.clone()
    {
        let invitation = entry.invitation.clone();
        settle(state, &invitation, &outcome);
    }
}

/// Adds the first message to an invitation if the server does not repeat it.
pub(super) fn complete(state: &State, invitation: &mut Arc<Invitation>) {
    let matches_invitation = |start: &&StartedConversation| start.invitation == Some(invitation.id);
    if invitation.message.is_empty()
        && let Some(start) = state.started.unanswered.values().find(matches_invitation)
    {
        let message = &mut Arc::make_mut(invitation).message;
        *message = DisplayText::bounded(&start.conversation.message, DisplayText::MESSAGE);
    }
}

/// Keeps what the user wrote if the request was refused, or if its outcome will never be known.
pub(super) fn give_up(state: &mut State, ticket: Ticket) {
    if let Some(start) = state.started.unanswered.remove(&ticket) {
        keep_unsent(state, start.conversation);
    }
}

/// Shows the first message in a conversation that somebody has joined, and prepares to bring the conversation to the
/// front if the user still looks at its invitation.
pub(super) fn settle(state: &mut State, invitation: &Invitation, outcome: &Outcome) {
    let matches_invitation = |start: &StartedConversation| start.invitation == Some(invitation.id);
    let ticket = state
        .started
        .unanswered
        .iter()
        .find(|(_, start)| matches_invitation(start))
        .map(|(ticket, _)| *ticket);
    let Some(ticket) = ticket else { return };
    let Some(start) = state.started.unanswered.remove(&ticket) else { return };
    let delivery = match outcome {
        Outcome::Joined => Delivery::Delivered,
        Outcome::Lost => Delivery::Unknown,
        _ => return,
    };
    let Some(conversation) = invitation.conversation else { return };
    if !start.conversation.message.is_empty() {
        let text = MessageText::new(&start.conversation.message);
        messages::keep_sent_first(state, conversation, ticket, text, delivery);
    }
    let is_selected =
        matches!(state.mode, Mode::Lists) && state.selected() == Some(Subject::Invitation(invitation.id));
    if is_selected && *outcome == Outcome::Joined {
        state.started.to_open = Some(conversation);
    }
}

/// Brings a conversation that somebody has joined to the front once it is listed, unless the user has turned to
/// something else.
pub(super) fn open(state: &mut State) {
    let Some(id) = state.started.to_open else { return };
    if state.tab != Tab::Outgoing || !matches!(state.mode, Mode::Lists) {
        state.started.to_open = None;
    } else if state.conversations.get(id).is_some() {
        state.started.to_open = None;
        state.tab = Tab::Conversations;
        state.conversations.change_unasked(state.now.moment, |list| list.select(id));
    }
}

/// Returns the account to start a conversation from: that of the selected item, or the only one that is online.
fn account(state: &State, focus: &Focus) -> Result<AccountId, &'static str> {
    let users: Vec<(AccountId, bool)> =
        state.user_accounts().map(|(id, account)| (id, account.status.is_online())).collect();
    let selected = focus.selected.and_then(|selected| match selected {
        Subject::Invitation(id) => Some(id.account),
        Subject::Conversation(id) => Some(id.account),
        Subject::Past(_) => None,
    });
    let online: Vec<AccountId> =
        users.iter().filter(|(_, is_online)| *is_online).map(|(account, _)| *account).collect();
    if let Some((account, _)) = users.iter().find(|(account, _)| Some(*account) == selected) {
        return Ok(*account);
    }
    match (online.as_slice(), users.as_slice()) {
        ([account], _) | ([], [(account, _)]) => Ok(*account),
        (_, []) => Err("A bot can't start conversations; that takes an account of Skype for Business"),
        ([], _) => Err("No account is connected"),
        _ => Err("Several accounts are connected; select an entry of the one to write from"),
    }
}
