//! The numbers and times up to which something is allowed, kept or ignored.

use super::*;
use crate::app::key::STRAY_KEY_GUARD;
use crate::app::{PostKind, Search};
use crate::invitation::{ChatMessage, FoundPerson, MessageText};

const NANOSECOND: Duration = Duration::from_nanos(1);

/// Returns the longest time that is shorter than `limit`.
fn just_under(limit: Duration) -> Duration {
    limit.saturating_sub(NANOSECOND)
}

/// Creates an app in front of a conversation.
fn talking() -> TestApp {
    let mut app = TestApp::new();
    app.event(Event::Conversation(Box::new(conversation(1))));
    app.press("3");
    app
}

fn message(text: &str) -> Event {
    let (conversation, from) = (conversation_id(1), somebody("Lene"));
    Event::Message(Box::new(ChatMessage { conversation, from, text: MessageText::new(text) }))
}

fn typing(name: &str) -> Event {
    let (conversation, who) = (conversation_id(1), Box::new(somebody(name)));
    Event::Typing { conversation, who, is_typing: true }
}

/// Returns how many people are shown to type.
fn people_typing(app: &TestApp) -> usize {
    app.state.threads[&conversation_id(1)].typing.len()
}

#[test]
fn a_subject_has_at_most_250_characters() {
    for (length, is_started) in [(250, true), (251, false)] {
        let mut app = TestApp::new();
        app.press("ndana@x.example\n");
        app.key(Key::plain(Code::Tab));
        app.take(Message::Paste("é".repeat(length)));
        app.pass(STRAY_KEY_GUARD);
        app.press("\n");
        assert_eq!(app.is_idle(), is_started, "{length}");
    }
}

#[test]
fn a_text_of_at_most_256_characters_is_searched_for() {
    for (length, is_searched) in [(256, true), (257, false)] {
        let mut app = talking();
        app.press("i");
        app.take(Message::Paste("é".repeat(length)));
        let Mode::FindPerson(dialog) = &app.state.mode else { panic!("{:?}", app.state.mode) };
        assert_eq!(matches!(dialog.search, Search::Waiting(_)), is_searched, "{length}");
    }
}

#[test]
fn enter_starts_no_conversation_without_a_message_until_the_dialog_has_been_open_for_a_moment() {
    let mut app = TestApp::new();
    app.press("ndana@x.example\n");
    app.pass(just_under(STRAY_KEY_GUARD));
    app.press("\n");
    assert!(matches!(app.state.mode, Mode::Compose(_)), "{:?}", app.state.mode);
    app.pass(NANOSECOND);
    app.press("\n");
    assert!(app.is_idle());
}

#[test]
fn enter_chooses_nobody_who_was_found_until_the_list_has_been_shown_for_a_moment() {
    let mut app = talking();
    app.press("ida");
    let people = vec![FoundPerson { party: somebody("Dana"), ..FoundPerson::default() }];
    app.event(Event::Found { ticket: Ticket(1), people, is_complete: true });
    app.pass(just_under(STRAY_KEY_GUARD));
    app.press("\n");
    assert!(!app.is_idle());
    app.pass(NANOSECOND);
    app.press("\n");
    assert!(app.is_idle());
}

#[test]
fn a_conversation_keeps_its_latest_500_messages() {
    let mut app = talking();
    for number in 0..=500 {
        app.event(message(&number.to_string()));
    }
    let posts = &app.state.threads[&conversation_id(1)].posts;
    assert_eq!(posts.len(), 500);
    assert_eq!(posts[0].kind, PostKind::Received(somebody("Lene"), MessageText::new("1")));
}

#[test]
fn at_most_16_people_are_shown_to_type() {
    let mut app = talking();
    for number in 0..17 {
        app.event(typing(&format!("Lene{number}")));
    }
    assert_eq!(people_typing(&app), 16);
}

#[test]
fn typing_that_is_not_confirmed_is_shown_for_20_seconds() {
    let mut app = talking();
    app.event(typing("Lene"));
    app.pass(just_under(Duration::from_secs(20)));
    assert_eq!(people_typing(&app), 1);
    app.pass(NANOSECOND);
    assert_eq!(people_typing(&app), 0);
}

#[test]
fn the_others_are_told_every_5_seconds_that_the_user_types() {
    let mut app = talking();
    app.press("mH");
    app.pass(just_under(Duration::from_secs(5)));
    app.press("e");
    assert_eq!(app.effects.len(), 1);
    app.pass(NANOSECOND);
    app.press("l");
    let typing = Effect::Provider(ACCOUNT, Command::Typing(conversation_id(1)));
    assert_eq!(app.effects, [typing.clone(), typing]);
}
