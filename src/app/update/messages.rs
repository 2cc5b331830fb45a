//! The messages of conversations: those that arrive, those that the user writes, and what becomes of them.

use std::time::Duration;

use super::announcements::announce;
use crate::app::{Action, Condition, Delivery, Effect, News, Post, PostKind, State, Tab, Thread, Tone};
use crate::invitation::{
    AccountId, ChatMessage, Conversation, ConversationId, Invitation, MessageText, Moment, Party,
};
use crate::provider::{Command, Problem, Ticket};
use crate::text::DisplayText;

/// The time after which the others are told again that the user types.
const TYPING_INTERVAL: Duration = Duration::from_secs(5);

/// The number of conversations that are not listed yet and whose messages are kept: the server may send a message
/// first.
const MAX_UNLISTED: usize = 64;

/// Adds a message of another participant. Unless its conversation is on the screen, the user is told of it.
pub(super) fn receive(state: &mut State, message: ChatMessage, effects: &mut Vec<Effect>) {
    let ChatMessage { conversation, from, text } = message.clone();
    let at = state.now.wall;
    let words = format!("{}: {}", from.label(), text.one_line());
    let is_visible = is_visible(state, conversation);
    let is_news = thread(state, conversation).receive(at, from, text, is_visible);
    if !is_news {
        return;
    }
    let title = state.conversations.get(conversation).map(Conversation::described).unwrap_or_default();
    let news = News::Message { message: Box::new(message), title, is_visible };
    announce(state, conversation.account, news, effects);
    if is_visible {
        return;
    }
    let key = state.settings.keys.preferred(Action::Conversations).map(|key| key.to_string());
    let hint = key.filter(|_| state.tab != Tab::Conversations).map(|key| format!(" ({key} shows it)"));
    let text = format!("{words}{}", hint.unwrap_or_default());
    state.notify_while(&text, Tone::Info, Condition::Unread(conversation));
}

/// Keeps the message that came with an accepted invitation as the first one of its conversation.
pub(super) fn keep_first(state: &mut State, invitation: &Invitation) {
    let Some(conversation) = invitation.conversation.filter(|_| !invitation.message.is_empty()) else {
        return;
    };
    let (from, text) = (invitation.from.clone(), MessageText::from(&invitation.message));
    let at = state.now.wall;
    let thread = thread(state, conversation);
    let is_there = |kind: &PostKind| matches!(kind, PostKind::Received(..) | PostKind::Preview(..));
    if !thread.posts.iter().any(|post| is_there(&post.kind)) {
        thread.posts.push_front(Post { at, kind: PostKind::Preview(from, text) });
    }
}

/// Adds the user's own message with which a conversation was started, as its first one.
pub(super) fn keep_sent_first(
    state: &mut State,
    conversation: ConversationId,
    ticket: Ticket,
    text: MessageText,
    delivery: Delivery,
) {
    let at = state.now.wall;
    let kind = PostKind::Sent { ticket, text, delivery };
    thread(state, conversation).posts.push_front(Post { at, kind });
}

/// Adds a message of the user that a request sends.
pub(super) fn send(state: &mut State, conversation: ConversationId, ticket: Ticket, text: &str) {
    let at = state.now.wall;
    let thread = thread(state, conversation);
    thread.draft.clear();
    thread.new = 0;
    thread.push(at, PostKind::Sent { ticket, text: MessageText::new(text), delivery: Delivery::Sending });
}

/// Sets the progress of the message that a request sent.
pub(super) fn set_delivery(state: &mut State, ticket: Ticket, delivery: &Delivery) {
    for thread in state.threads.values_mut() {
        if thread.set_delivery(ticket, delivery.clone()) {
            return;
        }
    }
}

/// Records that a message did not reach everyone.
pub(super) fn fail(
    state: &mut State,
    account: AccountId,
    ticket: Ticket,
    problem: &Problem,
    effects: &mut Vec<Effect>,
) {
    set_delivery(state, ticket, &Delivery::Failed(problem.message.clone()));
    let text = format!("Your message was not delivered: {problem}");
    state.notify(&text, Tone::Problem);
    announce(state, account, News::Notice(DisplayText::new(&text)), effects);
}

/// Notes that a participant began or stopped to type.
pub(super) fn set_typing(state: &mut State, conversation: ConversationId, who: Party, is_typing: bool) {
    let now = state.now.moment;
    thread(state, conversation).set_typing(who, is_typing, now);
}

/// Marks the place at which messages of a conversation may be missing, unless it has no messages.
pub(super) fn add_gap(state: &mut State, id: ConversationId, effects: &mut Vec<Effect>) {
    let at = state.now.wall;
    // A conversation that is not listed yet was joined while events were lost.
    let can_have_messages = state.conversations.get(id).is_none_or(|conversation| conversation.can_send);
    if can_have_messages || state.threads.contains_key(&id) {
        thread(state, id).push(at, PostKind::Gap);
        let title = state.conversations.get(id).map_or("a conversation".into(), Conversation::described);
        let text = format!("Messages of {title} may be missing");
        announce(state, id.account, News::Notice(DisplayText::new(&text)), effects);
    }
}

/// Tells the others that the user writes into a conversation, unless they were told lately.
pub(super) fn report_typing(state: &mut State, conversation: ConversationId, effects: &mut Vec<Effect>) {
    let now: Moment = state.now.moment;
    let is_recent = state
        .typing_reported
        .is_some_and(|(other, at)| other == conversation && now < at.after(TYPING_INTERVAL));
    if !is_recent {
        state.typing_reported = Some((conversation, now));
        effects.push(Effect::Provider(conversation.account, Command::Typing(conversation)));
    }
}

/// Keeps what the user has begun to write.
pub(super) fn keep_draft(state: &mut State, conversation: ConversationId, text: &str) {
    if !text.is_empty() || state.threads.contains_key(&conversation) {
        text.clone_into(&mut thread(state, conversation).draft);
    }
}

/// Marks the messages that the last frame showed as read, and ends typing that was not confirmed for a while.
pub(super) fn mark_shown_as_read(state: &mut State) {
    let now = state.now.moment;
    state.threads.values_mut().for_each(|thread| thread.expire(now));
    let front = state.conversations.selected().map(|conversation| conversation.id);
    let front = front.filter(|_| state.tab == Tab::Conversations);
    let before = std::mem::replace(&mut state.conversation_in_front, front).filter(|id| front != Some(*id));
    if let Some(thread) = before.and_then(|id| state.threads.get_mut(&id)).filter(|thread| thread.unread == 0)
    {
        thread.new = 0;
    }
    if let Some(id) = front.filter(|id| is_visible(state, *id))
        && let Some(thread) = state.threads.get_mut(&id)
    {
        thread.unread = 0;
    }
}

/// Returns whether the latest message of a conversation is on the screen.
fn is_visible(state: &State, conversation: ConversationId) -> bool {
    let selected = state.conversations.selected().filter(|_| state.tab == Tab::Conversations);
    selected.is_some_and(|selected| selected.id == conversation)
        && state.viewport.conversation == Some(conversation)
}

/// Returns the messages of a conversation. Those of conversations that never came to be listed make room for others.
fn thread(state: &mut State, conversation: ConversationId) -> &mut Thread {
    if state.threads.len() > state.conversations.len() + MAX_UNLISTED {
        let listed = &state.conversations;
        state.threads.retain(|id, _| *id == conversation || listed.get(*id).is_some());
    }
    state.threads.entry(conversation).or_default()
}
