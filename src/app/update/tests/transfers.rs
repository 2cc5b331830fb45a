//! Calls that the bot has answered, transferred to somebody else.

use super::*;
use crate::app::{Instruction, Place, Purpose, Reply};
use crate::invitation::Destination;

fn phone() -> Destination {
    Destination::Phone("+14255550100".into())
}

/// The only conversation is a call that can be transferred.
fn on_the_line() -> TestApp {
    let mut app = TestApp::new();
    app.event(Event::Conversation(Box::new(Conversation { can_transfer: true, ..conversation(2) })));
    app.effects.clear();
    app
}

fn begin(app: &mut TestApp) {
    app.event(Event::Conversation(Box::new(conversation(2))));
}

fn sent(ticket: u64) -> Effect {
    let (ticket, conversation) = (Ticket(ticket), conversation_id(2));
    Effect::Provider(ACCOUNT, Command::Transfer { ticket, conversation, to: phone() })
}

#[test]
fn a_call_is_transferred_to_somebody_who_can_be_called() {
    let mut app = on_the_line();
    app.press("3f\n");
    let Mode::Prompt(prompt) = &app.state.mode else { panic!("nothing asks whom to") };
    assert_eq!(prompt.purpose, Purpose::Transfer(conversation_id(2)));
    assert!(prompt.line.complaint.is_some());
    app.press("+1 425 555 0100\n");
    assert_eq!(app.effects, [sent(0)]);
    begin(&mut app);
    app.press("f");
    assert_eq!(app.effects.len(), 1, "not while it is under way");
    app.event(Event::Completed(Ticket(0)));
    assert_eq!(app.notice(), "The call with Talk is on its way to +14255550100");
    assert!(app.state.pending_requests.is_empty());
}

#[test]
fn what_the_provider_told_before_the_reply_stays() {
    let mut app = on_the_line();
    app.press("3f+14255550100\n");
    app.event(Event::Notice("The call with Talk was transferred to +14255550100".into()));
    app.event(Event::ConversationEnded(conversation_id(2)));
    app.event(Event::Completed(Ticket(0)));
    assert_eq!(app.notice(), "The call with Talk was transferred to +14255550100");
}

#[test]
fn a_transfer_that_is_refused_or_lost_is_told_with_the_reason() {
    let mut app = on_the_line();
    app.press("3f+14255550100\n");
    app.refused(0);
    assert_eq!(app.notice(), "The call with Talk was not transferred to +14255550100: no");
    app.press("f+14255550100\n");
    let problem = Problem::new("the line broke", "");
    app.event(Event::Uncertain { ticket: Ticket(1), problem });
    let words = "The transfer of the call with Talk to +14255550100 is not confirmed yet (the line broke)";
    assert_eq!(app.notice(), words);
    app.press("f+14255550100\n");
    app.event(Event::ConversationEnded(conversation_id(2)));
    app.refused(2);
    assert_eq!(app.notice(), "The call with Talk had already ended");
}

#[test]
fn the_line_closes_when_the_call_is_over_and_takes_nothing_while_it_is_being_transferred() {
    let mut app = on_the_line();
    app.press("3f+14255550100");
    begin(&mut app);
    app.press("\n");
    let Mode::Prompt(prompt) = &app.state.mode else { panic!("the line is closed") };
    assert!(prompt.line.complaint.unwrap().contains("can't be transferred right now"));
    app.event(Event::ConversationEnded(conversation_id(2)));
    assert!(matches!(app.state.mode, Mode::Lists));
    assert!(app.notice().contains("it was not transferred"), "{}", app.notice());
    assert!(app.effects.is_empty());
}

#[test]
fn where_there_is_no_call_the_key_says_so() {
    let mut app = TestApp::new();
    app.event(Event::Conversation(Box::new(conversation(1))));
    app.press("3f");
    assert!(app.notice().starts_with("Only a call that the bot has answered"), "{}", app.notice());
}

#[test]
fn a_program_transfers_a_call_by_its_id() {
    let mut app = on_the_line();
    let place = Place::Conversation(conversation_id(2));
    let transfer = |app: &mut TestApp, number| {
        app.take(Message::Instruct { number, instruction: Instruction::Transfer(place, phone()) });
    };
    transfer(&mut app, 1);
    assert_eq!(app.effects, [sent(0)]);
    app.event(Event::Completed(Ticket(0)));
    begin(&mut app);
    transfer(&mut app, 2);
    let replies: Vec<&Effect> = app.effects.iter().filter(|it| matches!(it, Effect::Reply { .. })).collect();
    let refused = Reply::Failed("the conversation does not allow that now".into());
    assert_eq!(
        replies,
        [
            &Effect::Reply { number: 1, reply: Reply::Done("accepted by the server".into()) },
            &Effect::Reply { number: 2, reply: refused }
        ]
    );
}
