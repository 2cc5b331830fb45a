//! Inviting and writing to somebody who is approached elsewhere, too.

use super::*;

const SECOND: Duration = Duration::from_secs(1);

/// Returns the conversations that somebody was invited to, in order.
fn invited_to(app: &TestApp) -> Vec<ConversationId> {
    let to = |effect: &Effect| match effect {
        Effect::Provider(_, Command::Invite { conversation, .. }) => Some(*conversation),
        _ => None,
    };
    app.effects.iter().filter_map(to).collect()
}

#[test]
fn somebody_can_be_invited_to_two_conversations_but_not_twice_to_one() {
    let mut app = TestApp::new();
    for number in [1, 3] {
        app.event(Event::Conversation(Box::new(conversation(number))));
    }
    app.press("3gito@x.example\n");
    app.press("Gito@x.example\n");
    assert_eq!(invited_to(&app), [conversation_id(1), conversation_id(3)]);
    let Ticket(latest) = app.request();
    for (ticket, number) in [(latest - 1, 1), (latest, 3)] {
        app.event(Event::Completed(Ticket(ticket)));
        let conversation = Some(conversation_id(number));
        app.see(Invitation { conversation, ..invitation(number, Kind::Participant) });
    }
    app.event(Event::Conversation(Box::new(conversation(5))));
    app.press("Gito@x.example\n");
    assert_eq!(invited_to(&app).len(), 3, "it rings for other conversations");
    app.press("gito@x.example\n");
    assert_eq!(invited_to(&app).len(), 3, "it rings for this one");
    let Mode::FindPerson(dialog) = &app.state.mode else { panic!("{:?}", app.state.mode) };
    let complaint = "This person is already invited; the list of outgoing invitations has more";
    assert_eq!(dialog.line.complaint, Some(complaint));
}

#[test]
fn a_message_that_may_have_been_lost_is_offered_again_to_its_recipient_alone() {
    let mut app = TestApp::new();
    app.press("ndana@x.example\n");
    app.pass(SECOND);
    app.press("Hi\n");
    app.event(Event::Uncertain { ticket: app.request(), problem: Problem::new("lost", "") });
    for (to, text) in [("joe@x.example", ""), ("dana@x.example", "Hi")] {
        app.press(&format!("n{to}\n"));
        let Mode::Compose(compose) = &app.state.mode else { panic!("{:?}", app.state.mode) };
        assert_eq!(compose.message.text(), text, "{to}");
        app.press("\u{1b}");
    }
}
