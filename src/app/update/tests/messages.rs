//! The messages of conversations.

use super::*;
use crate::app::PostKind;
use crate::invitation::{ChatMessage, MessageText};

/// Returns a message of Lene in the conversation of that number.
fn message(number: u64, text: &str) -> Event {
    let conversation = conversation_id(number);
    Event::Message(Box::new(ChatMessage {
        conversation,
        from: somebody("Lene"),
        text: MessageText::new(text),
    }))
}

/// Creates an app with two conversations, the second of which is the current one.
fn talking() -> TestApp {
    let mut app = TestApp::new();
    for number in [1, 3] {
        app.event(Event::Conversation(Box::new(conversation(number))));
    }
    app.press("3G");
    app
}

/// Returns the texts of a conversation, each with a sign of what it is.
fn posts(app: &TestApp, number: u64) -> Vec<String> {
    let thread = &app.state.threads[&conversation_id(number)];
    let words = |kind: &PostKind| match kind {
        PostKind::Preview(from, text) => format!("({}: {})", from.label(), text.one_line()),
        PostKind::Received(from, text) => format!("{}: {}", from.label(), text.one_line()),
        PostKind::Sent { text, delivery, .. } => format!("{} {delivery:?}", text.one_line()),
        PostKind::Gap => "gap".into(),
    };
    thread.posts.iter().map(|post| words(&post.kind)).collect()
}

/// Returns the effects other than those that tell the others that the user types.
fn effects(app: &TestApp) -> Vec<Effect> {
    let is_typing = |effect: &&Effect| matches!(effect, Effect::Provider(_, Command::Typing(_)));
    app.effects.iter().filter(|effect| !is_typing(effect)).cloned().collect()
}

#[test]
fn a_message_elsewhere_rings_is_told_and_counts_as_unread_until_it_is_in_front() {
    let mut app = talking();
    app.event(message(3, "Here"));
    assert_eq!(app.state.threads[&conversation_id(3)].unread, 0, "it is in front");
    assert_eq!(app.effects, []);
    app.event(message(1, "There"));
    assert_eq!(app.effects, [Effect::Bell]);
    assert_eq!(app.notice(), "Lene: There");
    assert_eq!(app.state.threads[&conversation_id(1)].unread, 1);
    app.press("k");
    assert_eq!(app.state.threads[&conversation_id(1)].unread, 0);
    assert_eq!(app.notice(), "", "it has been seen");
    app.press("1");
    app.event(message(1, "Again"));
    assert_eq!(app.notice(), "Lene: Again (3 shows it)");
}

#[test]
fn a_message_that_does_not_fit_on_the_screen_is_unread_until_it_is_shown() {
    let mut app = talking();
    app.resize(40, 6);
    app.event(message(3, "Here"));
    assert_eq!(app.state.unread(), 1, "the list leaves no room for the messages");
    assert_eq!(app.effects, [Effect::Bell]);
    app.press("l");
    app.press("");
    app.resize(40, 7);
    assert_eq!(app.state.unread(), 0);
    assert_eq!(
        app.state.threads[&conversation_id(3)].new,
        1,
        "the line above what is new stays while it is read"
    );
    for number in 0..30 {
        app.event(message(3, &format!("Line {number}")));
    }
    assert_eq!(app.state.unread(), 0, "the end is followed");
    app.resize(40, 8);
    app.key(Key::plain(Code::PageUp));
    app.resize(40, 7);
    let place = app.state.details_scrolled(u16::MAX);
    app.event(message(3, "While reading what was said before"));
    app.resize(40, 7);
    assert_eq!((app.state.unread(), app.state.details_scrolled(u16::MAX)), (1, place), "nothing moves");
    for _ in 0..4 {
        app.key(Key::plain(Code::PageDown));
    }
    app.resize(40, 7);
    assert_eq!(app.state.unread(), 0);
}

#[test]
fn whoever_leaves_without_having_read_all_is_asked() {
    let mut app = talking();
    app.event(Event::Conversation(Box::new(Conversation { can_leave: true, ..conversation(3) })));
    app.resize(40, 6);
    app.event(message(3, "Wait!"));
    app.effects.clear();
    app.press("x");
    assert_eq!(effects(&app), [], "first the question");
    app.press("1");
    assert!(app.state.details.is_full() && effects(&app).is_empty(), "the message is shown instead");
    app.press("l");
    app.event(message(3, "Please"));
    app.press("x2");
    assert!(matches!(effects(&app)[..], [Effect::Bell, Effect::Provider(_, Command::Leave { .. })]));
}

#[test]
fn what_became_of_a_message_of_ours_stands_beside_it_and_a_failed_one_is_sent_again() {
    let mut app = talking();
    app.press("mHello\n");
    assert_eq!(posts(&app, 3), ["Hello Sending"]);
    app.event(Event::Completed(Ticket(0)));
    assert_eq!(posts(&app, 3), ["Hello Accepted"]);
    app.event(Event::Delivered(Ticket(0)));
    assert_eq!(posts(&app, 3), ["Hello Delivered"]);
    app.press("mOne more\n");
    app.event(Event::NotDelivered { ticket: Ticket(1), problem: Problem::new("too late", "") });
    assert_eq!(posts(&app, 3), ["Hello Delivered", "One more Failed(\"too late\")"]);
    app.effects.clear();
    app.press("r");
    let text = "One more".to_owned();
    let send = Command::Send { ticket: Ticket(2), conversation: conversation_id(3), text };
    assert_eq!(app.effects, [Effect::Provider(ACCOUNT, send)]);
    assert_eq!(posts(&app, 3), ["Hello Delivered", "One more Sending"]);
    app.event(Event::Uncertain { ticket: Ticket(2), problem: Problem::new("lost", "") });
    assert_eq!(posts(&app, 3)[1], "One more Unknown");
}

#[test]
fn of_several_messages_that_failed_the_latest_is_sent_again_first() {
    let mut app = talking();
    for (text, ticket) in [("One", 0), ("Two", 1)] {
        app.press(&format!("m{text}\n"));
        app.event(Event::NotDelivered { ticket: Ticket(ticket), problem: Problem::new("too late", "") });
    }
    app.press("rr");
    assert_eq!(posts(&app, 3), ["Two Sending", "One Sending"]);
}

#[test]
fn the_text_of_the_invitation_is_the_first_message_and_is_shown_once() {
    let mut app = TestApp::new();
    let first = Invitation {
        message: "Hi there".into(),
        conversation: Some(conversation_id(1)),
        ..invitation(1, Kind::Message)
    };
    app.see(first);
    app.press("a");
    app.over(1, Outcome::Accepted);
    app.event(Event::Conversation(Box::new(conversation(1))));
    assert_eq!(posts(&app, 1), ["(Caller 1: Hi there)"]);
    app.effects.clear();
    app.event(message(1, "Hi there"));
    assert_eq!(posts(&app, 1), ["Lene: Hi there"]);
    assert_eq!(app.effects, [], "it was read before");
    assert_eq!(app.state.threads[&conversation_id(1)].unread, 0);
}

#[test]
fn a_draft_survives_and_the_others_are_told_now_and_then_that_we_type() {
    let mut app = talking();
    app.press("mHel");
    let typing = Effect::Provider(ACCOUNT, Command::Typing(conversation_id(3)));
    assert_eq!(app.effects, std::slice::from_ref(&typing));
    app.press("\u{1b}");
    app.pass(Duration::from_secs(6));
    app.press("m");
    app.key(Key { alt: true, ..Key::plain(Code::Enter) });
    app.press("lo");
    assert_eq!(app.effects, [typing.clone(), typing]);
    app.press("\n");
    let text = "Hel\nlo".to_owned();
    let send = Command::Send { ticket: Ticket(0), conversation: conversation_id(3), text };
    assert_eq!(effects(&app), [Effect::Provider(ACCOUNT, send)]);
    assert_eq!(app.state.threads[&conversation_id(3)].draft, "");
}

#[test]
fn typing_is_shown_until_a_message_or_for_a_while() {
    let mut app = talking();
    let typing = |is_typing| Event::Typing {
        conversation: conversation_id(3),
        who: Box::new(somebody("Lene")),
        is_typing,
    };
    for end in [typing(false), message(3, "Hi")] {
        app.event(typing(true));
        assert_eq!(app.state.threads[&conversation_id(3)].typing.len(), 1);
        assert!(app.state.needs_tick());
        app.event(end);
        assert_eq!(app.state.threads[&conversation_id(3)].typing.len(), 0);
    }
    app.event(typing(true));
    app.pass(Duration::from_secs(21));
    assert_eq!(app.state.threads[&conversation_id(3)].typing.len(), 0);
}

#[test]
fn where_messages_may_be_missing_is_told_once_in_its_place() {
    let mut app = talking();
    app.event(Event::MessagesMissing(conversation_id(3)));
    app.event(message(3, "One"));
    for _ in 0..2 {
        app.event(Event::MessagesMissing(conversation_id(3)));
    }
    app.event(message(3, "Two"));
    assert_eq!(
        posts(&app, 3),
        ["gap", "Lene: One", "gap", "Lene: Two"],
        "the first ones may be missing, too"
    );
    let silent = Conversation { can_send: false, ..conversation(4) };
    app.event(Event::Conversation(Box::new(silent)));
    app.event(Event::MessagesMissing(conversation_id(4)));
    assert!(!app.state.threads.contains_key(&conversation_id(4)), "a call has no messages");
    app.event(Event::ConversationEnded(conversation_id(3)));
    assert!(!app.state.threads.contains_key(&conversation_id(3)));
}

#[test]
fn a_conversation_is_left() {
    let mut app = talking();
    app.event(Event::Conversation(Box::new(Conversation { can_leave: true, ..conversation(3) })));
    app.press("x");
    let leave = Command::Leave { ticket: Ticket(0), conversation: conversation_id(3) };
    assert_eq!(app.effects, [Effect::Provider(ACCOUNT, leave)]);
    app.press("x");
    assert_eq!(app.effects.len(), 1, "it is left once");
    assert_eq!(app.notice(), "Already leaving “Talk”");
    app.event(Event::Completed(Ticket(0)));
    assert_eq!(app.notice(), "You left “Talk”");
}

#[test]
fn while_the_account_is_offline_the_key_reconnects_although_a_message_failed() {
    let mut app = talking();
    app.press("mHello\n");
    app.refused(0);
    app.event(Event::Status(Status::Retrying { at: app.moment, problem: Problem::new("no", "") }));
    app.effects.clear();
    app.press("r");
    assert_eq!(app.effects, [Effect::Provider(ACCOUNT, Command::Reconnect)]);
    assert_eq!(posts(&app, 3), ["Hello Failed(\"no\")"]);
}

#[test]
fn messages_of_conversations_that_are_not_listed_are_kept_for_a_few_and_counted_for_none() {
    let mut app = talking();
    for number in 0..1_000 {
        app.event(message(1_001 + number, "Spam"));
    }
    app.event(message(1, "Hello"));
    assert_eq!(app.state.unread(), 1);
    assert!(app.state.threads.len() < 100, "{}", app.state.threads.len());
    app.event(Event::Conversation(Box::new(conversation(2_000))));
    assert_eq!(app.state.unread(), 2, "the message came before its conversation");
}

#[test]
fn the_others_of_each_conversation_are_told_that_we_type() {
    let mut app = talking();
    app.press("mHel\u{1b}");
    app.press("g");
    app.pass(Duration::from_secs(1));
    app.press("mJo");
    let told = [3, 1].map(|number| Effect::Provider(ACCOUNT, Command::Typing(conversation_id(number))));
    assert_eq!(app.effects, told, "within the interval of the first one");
}

#[test]
fn the_state_of_one_account_takes_no_messages_away_from_another() {
    let mut app = talking();
    let other = AccountId(1);
    app.state.accounts.push(Account::default());
    let early = ConversationId { account: other, number: 7 };
    app.take(Message::Provider(
        other,
        Event::Message(Box::new(ChatMessage {
            conversation: early,
            from: somebody("Lene"),
            text: MessageText::new("Hello"),
        })),
    ));
    app.event(Event::Snapshot { invitations: Vec::new(), conversations: Vec::new() });
    let listed = Conversation { can_send: true, ..Conversation::new(early) };
    app.take(Message::Provider(other, Event::Conversation(Box::new(listed))));
    let posts = app.state.threads.get(&early).map(|thread| thread.posts.len());
    assert_eq!(posts, Some(1), "the message came before its conversation");
}

#[test]
fn a_failed_message_is_sent_again_only_from_its_conversation_and_while_that_takes_messages() {
    let closed = || Event::Conversation(Box::new(Conversation { can_send: false, ..conversation(3) }));
    for (keys, event) in [("1", None), ("", Some(closed()))] {
        let mut app = talking();
        app.press("mHello\n");
        app.refused(0);
        app.press(keys);
        if let Some(event) = event {
            app.event(event);
        }
        app.effects.clear();
        app.press("r");
        assert_eq!(app.effects, [Effect::Provider(ACCOUNT, Command::Reconnect)], "{keys:?}");
    }
}

#[test]
fn escape_from_a_message_filters_no_list() {
    let mut app = talking();
    app.press("mzebra\u{1b}m\u{1b}");
    assert!(app.is_idle());
    assert_eq!((app.state.conversations.filter(), app.state.conversations.shown()), ("", 2));
}

#[test]
fn an_invitation_that_was_not_accepted_leaves_no_message() {
    let mut app = TestApp::ringing(&[Kind::Message]);
    app.over(1, Outcome::AnsweredElsewhere);
    assert!(app.state.threads.is_empty());
}

#[test]
fn the_line_above_what_is_new_goes_when_the_user_has_read_it_and_shows_something_else() {
    let mut app = talking();
    let new = |app: &TestApp, number| app.state.threads[&conversation_id(number)].new;
    app.event(message(1, "There"));
    app.press("k");
    assert_eq!(new(&app, 1), 1, "while it is read");
    app.press("j");
    assert_eq!(new(&app, 1), 0);
    app.resize(40, 6);
    app.event(message(3, "Not in sight"));
    app.press("k");
    assert_eq!(new(&app, 3), 1, "it was not read");
}

#[test]
fn whoever_leaves_is_told_how_many_messages_are_unread() {
    for (count, words) in [(1, "1 message is unread"), (2, "2 messages are unread")] {
        let mut app = talking();
        app.event(Event::Conversation(Box::new(Conversation { can_leave: true, ..conversation(3) })));
        app.resize(40, 6);
        for _ in 0..count {
            app.event(message(3, "Wait!"));
        }
        app.press("x");
        let Mode::Menu(menu) = &app.state.mode else { panic!("{:?}", app.state.mode) };
        assert_eq!(menu.items[0].text, words);
    }
}
