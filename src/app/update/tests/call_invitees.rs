//! People who are invited to calls that the bot has answered.

use super::*;
use crate::app::{Instruction, Place, Purpose, Reply};

const URI: &str = "user:112f7296-5fa4-42ca-bae8-6a692b15d4b8";

/// The only conversation is a call that takes further people.
fn on_the_line() -> TestApp {
    let mut app = TestApp::new();
    app.event(Event::Conversation(Box::new(Conversation { can_invite: true, ..conversation(2) })));
    app.effects.clear();
    app
}

fn sent(ticket: u64) -> Effect {
    let (ticket, conversation) = (Ticket(ticket), conversation_id(2));
    Effect::Provider(ACCOUNT, Command::Invite { ticket, conversation, uri: URI.into() })
}

fn complaint(app: &TestApp) -> Option<&'static str> {
    match &app.state.mode {
        Mode::Prompt(prompt) => prompt.line.complaint,
        other => panic!("no line is open: {other:?}"),
    }
}

#[test]
fn somebody_is_invited_to_a_call_by_their_id_or_number() {
    let mut app = on_the_line();
    app.press("3i");
    let Mode::Prompt(prompt) = &app.state.mode else { panic!("nothing asks whom") };
    assert_eq!(prompt.purpose, Purpose::InviteToCall(conversation_id(2)));
    app.press("joe@contoso.com\n");
    assert!(complaint(&app).unwrap().contains("GUID"));
    app.key(Key::ctrl('u'));
    app.press("112F7296-5fa4-42ca-bae8-6a692b15d4b8\n");
    assert_eq!(app.effects, [sent(0)]);
    app.press("i112f7296-5fa4-42ca-bae8-6a692b15d4b8\n");
    assert!(complaint(&app).unwrap().contains("already invited"));
    app.event(Event::ConversationEnded(conversation_id(2)));
    assert!(matches!(app.state.mode, Mode::Lists));
    assert!(app.notice().contains("no one was invited"), "{}", app.notice());
}

#[test]
fn nobody_is_invited_to_a_call_that_has_come_to_take_no_one() {
    let mut app = on_the_line();
    app.press("3i+14255550100");
    app.event(Event::Conversation(Box::new(conversation(2))));
    app.press("\n");
    assert!(complaint(&app).unwrap().contains("right now"));
    assert!(app.effects.is_empty());
}

#[test]
fn a_program_invites_to_a_call_by_an_id_and_not_by_a_mail_address() {
    let mut app = on_the_line();
    let invite = |app: &mut TestApp, number, to: &str| {
        let instruction = Instruction::Invite(Place::Conversation(conversation_id(2)), to.into());
        app.take(Message::Instruct { number, instruction });
    };
    invite(&mut app, 1, "joe@contoso.com");
    let [Effect::Reply { number: 1, reply: Reply::Failed(why) }] = app.effects.as_slice() else {
        panic!("{:?}", app.effects)
    };
    assert!(why.as_str().contains("GUID"), "{why}");
    app.effects.clear();
    invite(&mut app, 2, "112f7296-5fa4-42ca-bae8-6a692b15d4b8");
    assert_eq!(app.effects, [sent(0)]);
}
