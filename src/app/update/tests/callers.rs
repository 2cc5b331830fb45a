//! The contacts of callers and participants.

use super::*;
use crate::invitation::Contact;

#[test]
fn whom_the_user_looks_at_is_told_once_for_each_change_of_the_selection() {
    let mut app = TestApp::new();
    let of = |number, name| Invitation { from: somebody(name), ..invitation(number, Kind::Message) };
    app.see(of(1, "Lene"));
    app.see(of(2, "Joe"));
    app.see(of(2, "Joe"));
    assert_eq!(app.described, [(ACCOUNT, "sip:lene@x.example".to_owned())]);
    app.press("jjk");
    let names: Vec<&str> = app.described.iter().map(|(_, address)| address.as_str()).collect();
    assert_eq!(names, ["sip:lene@x.example", "sip:joe@x.example", "sip:lene@x.example"]);
    app.event(Event::Conversation(Box::new(Conversation {
        participants: vec![somebody("Dana")],
        ..conversation(1)
    })));
    app.press("3");
    assert_eq!(app.described.last().unwrap().1, "sip:dana@x.example");
}

#[test]
fn nobody_is_described_by_a_bot_or_while_offline() {
    let mut app = TestApp::new();
    app.state.accounts[0].is_bot = true;
    app.see(invitation(1, Kind::Call));
    app.state.accounts[0].is_bot = false;
    app.event(Event::Status(Status::Replaced));
    app.see(Invitation { from: somebody("Lene"), ..invitation(1, Kind::Message) });
    assert_eq!(app.described, []);
}

#[test]
fn what_is_known_of_a_person_outlasts_the_invitation() {
    let mut app = TestApp::ringing(&[Kind::Message]);
    let contact = Contact { title: "Engineer".into(), ..Contact::default() };
    app.event(Event::Contact { address: "sip:C@x.example".into(), contact: Box::new(contact.clone()) });
    app.over(1, Outcome::Missed);
    assert_eq!(app.state.contacts.get(ACCOUNT, "sip:c@x.example"), Some(&contact));
}
