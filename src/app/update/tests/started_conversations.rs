//! The conversations that the user starts: what stands in their way, and what is selected and opened.

use super::*;
use crate::app::Subject;

const OTHER: AccountId = AccountId(1);

/// Returns an invitation to a conversation that the user has started with Dana.
fn to_dana() -> Invitation {
    Invitation {
        direction: Direction::Outgoing,
        to: Some(somebody("Dana")),
        conversation: Some(conversation_id(5)),
        ..invitation(7, Kind::Message)
    }
}

/// Creates an app in which Dana was sent a message while another invitation of the user rings, which is selected.
fn started() -> TestApp {
    let mut app = TestApp::new();
    app.see(invitation(3, Kind::Participant));
    app.press("ndana@x.example\n");
    app.press("Hi\n");
    app.see(to_dana());
    app
}

/// Reports that the message to Dana created her invitation.
fn tell_started(app: &mut TestApp) {
    let ticket = app.request();
    app.event(Event::Started { ticket, invitation: id(7) });
}

/// Creates an app that has selected the invitation that rings at Dana's.
fn ringing_at_dana() -> TestApp {
    let mut app = started();
    tell_started(&mut app);
    assert_eq!(app.state.selected(), Some(Subject::Invitation(id(7))));
    app
}

/// Reports that Dana has joined, and returns the list in front once the conversation is listed.
fn tab_after_dana_joined(app: &mut TestApp) -> Tab {
    app.over(7, Outcome::Joined);
    app.event(Event::Conversation(Box::new(conversation(5))));
    app.state.tab
}

/// Returns a second account that is online, with a conversation that is selected.
fn select_conversation_of_other_account(app: &mut TestApp) {
    app.state.accounts.push(app.state.accounts[0].clone());
    let id = ConversationId { account: OTHER, number: 1 };
    app.take(Message::Provider(OTHER, Event::Conversation(Box::new(Conversation::new(id)))));
    app.press("3");
}

#[test]
fn a_message_is_refused_only_while_another_one_to_the_person_rings_from_the_same_account() {
    let is_refused = |app: &mut TestApp, keys: &str| {
        app.press(keys);
        let is_refused = matches!(app.state.mode, Mode::FindPerson(_));
        app.press("\u{1b}");
        is_refused
    };
    let mut app = TestApp::new();
    app.see(to_dana());
    assert!(is_refused(&mut app, "2ndana@x.example\n"));
    assert!(!is_refused(&mut app, "njoe@x.example\n"));
    select_conversation_of_other_account(&mut app);
    assert!(!is_refused(&mut app, "ndana@x.example\n"));
}

#[test]
fn a_message_that_may_have_been_lost_is_not_offered_to_another_account() {
    let mut app = started();
    app.event(Event::Uncertain { ticket: app.request(), problem: Problem::new("lost", "") });
    select_conversation_of_other_account(&mut app);
    app.press("ndana@x.example\n");
    let Mode::Compose(compose) = &app.state.mode else { panic!("{:?}", app.state.mode) };
    assert_eq!((compose.account, compose.message.text()), (OTHER, ""));
}

#[test]
fn the_invitation_that_a_message_created_is_selected_unless_a_dialog_is_open_above_the_list() {
    for (keys, selected) in [("", 7), ("1", 7), ("1?", 7), ("?", 3)] {
        let mut app = started();
        app.state.outgoing.select(id(3));
        app.press(keys);
        tell_started(&mut app);
        app.press("\u{1b}2");
        assert_eq!(app.state.selected(), Some(Subject::Invitation(id(selected))), "{keys:?}");
    }
}

#[test]
fn the_conversation_opens_if_its_invitation_is_still_selected() {
    assert_eq!(tab_after_dana_joined(&mut ringing_at_dana()), Tab::Conversations);
    let mut app = ringing_at_dana();
    app.press("k");
    assert_eq!(tab_after_dana_joined(&mut app), Tab::Outgoing, "another one is selected");
    let mut app = ringing_at_dana();
    app.press(":");
    assert_eq!(tab_after_dana_joined(&mut app), Tab::Outgoing, "the user chooses an action");
    assert!(app.is_idle(), "there is no invitation left for the action");
}

#[test]
fn the_conversation_does_not_open_if_the_user_shows_another_list_before_it_is_listed() {
    let mut app = ringing_at_dana();
    app.over(7, Outcome::Joined);
    app.press("1");
    app.event(Event::Conversation(Box::new(conversation(5))));
    assert_eq!(app.state.tab, Tab::Incoming);
}
