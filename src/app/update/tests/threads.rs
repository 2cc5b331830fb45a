//! Which messages are kept, and which of them are new.

use super::*;
use crate::invitation::{ChatMessage, MessageText};

/// The limit for conversations with messages that are not listed, as in the reducer.
const MAX_UNLISTED: usize = 64;

fn message(conversation: ConversationId, text: &str) -> Event {
    let text = MessageText::new(text);
    Event::Message(Box::new(ChatMessage { conversation, from: somebody("Lene"), text }))
}

/// Returns the number of messages of a conversation.
fn count(app: &TestApp, conversation: ConversationId) -> usize {
    app.state.threads.get(&conversation).map_or(0, |thread| thread.posts.len())
}

#[test]
fn a_snapshot_drops_the_messages_of_conversations_that_its_account_no_longer_has() {
    let mut app = TestApp::new();
    app.state.accounts.push(Account::default());
    let other = AccountId(1);
    let elsewhere = ConversationId { account: other, number: 1 };
    for number in [1, 3] {
        app.event(Event::Conversation(Box::new(conversation(number))));
        app.event(message(conversation_id(number), "Hello"));
    }
    // Messages may come before their conversation is listed.
    app.take(Message::Provider(other, message(elsewhere, "Hello")));
    app.event(Event::Snapshot { invitations: Vec::new(), conversations: vec![conversation(3)] });
    assert_eq!([conversation_id(1), conversation_id(3), elsewhere].map(|id| count(&app, id)), [0, 1, 1]);
}

#[test]
fn conversations_that_are_never_listed_make_room_for_others() {
    let mut app = TestApp::new();
    app.event(Event::Conversation(Box::new(conversation(1))));
    app.event(message(conversation_id(1), "Hello"));
    let unlisted = |number: usize| conversation_id(100 + u64::try_from(number).unwrap());
    for number in 0..=MAX_UNLISTED {
        app.event(message(unlisted(number), "Hello"));
    }
    assert_eq!(app.state.threads.len(), MAX_UNLISTED + 2, "each has its message");
    app.event(message(unlisted(0), "Hello again"));
    assert_eq!(app.state.threads.len(), 2, "the listed one, and the one that is needed now");
    assert_eq!((count(&app, conversation_id(1)), count(&app, unlisted(0))), (1, 2));
}

#[test]
fn the_line_above_what_is_new_stays_above_the_first_new_message() {
    let mut app = TestApp::new();
    for number in [1, 3] {
        app.event(Event::Conversation(Box::new(conversation(number))));
    }
    app.press("3G");
    let new = |app: &TestApp, number| app.state.threads[&conversation_id(number)].new;
    app.event(message(conversation_id(3), "Here"));
    assert_eq!(new(&app, 3), 0, "it is in front");
    app.event(message(conversation_id(1), "There"));
    app.event(message(conversation_id(1), "And there"));
    assert_eq!((new(&app, 1), app.state.unread()), (2, 2));
}
