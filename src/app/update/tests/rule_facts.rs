//! The facts that rules ask for: who is in the contact list, and what is known of a person.

use super::rules::{DECLINE, answering, rule, with};
use super::*;
use crate::invitation::Contact;
use crate::rules::{Action as RuleAction, Condition, Network};

/// A rule for the user's contacts, and one that declines all others at once.
fn but_contacts() -> TestApp {
    with(vec![
        rule("contacts", vec![Condition::InContacts(true)], RuleAction::Ring),
        rule("rest", Vec::new(), answering(DECLINE, 0)),
    ])
}

/// Returns how often the provider was told to read the contact list.
fn reads(app: &TestApp) -> usize {
    let read = Effect::Provider(ACCOUNT, Command::ReadContactList);
    app.effects.iter().filter(|effect| **effect == read).count()
}

fn reconnect(app: &mut TestApp) {
    app.event(Event::Status(Status::Connecting("signing in")));
    app.event(Event::Status(Status::Online { since: app.moment }));
    app.event(Event::Status(Status::Online { since: app.moment }));
}

#[test]
fn each_session_reads_the_contact_list_once_if_a_rule_asks_for_it() {
    let mut app = but_contacts();
    reconnect(&mut app);
    assert_eq!(reads(&app), 1);
    reconnect(&mut app);
    assert_eq!(reads(&app), 2);
    let mut app = with(vec![rule("all", Vec::new(), RuleAction::Ring)]);
    reconnect(&mut app);
    assert_eq!(reads(&app), 0, "no rule asks");
    let mut app = but_contacts();
    app.state.accounts[0].is_bot = true;
    reconnect(&mut app);
    assert_eq!(reads(&app), 0, "a bot has none");
}

#[test]
fn of_a_caller_without_an_address_nobody_knows_whether_they_are_a_contact() {
    let mut app = but_contacts();
    app.event(Event::ContactList(vec!["sip:friend@x.example".into()]));
    app.see(Invitation { from: Party::default(), ..invitation(1, Kind::Message) });
    assert_eq!(app.answers(), [], "the address may be that of a friend");
    app.see(invitation(1, Kind::Message));
    assert_eq!(app.answers(), [(1, Decision::Decline(Reason::Global))]);
}

#[test]
fn the_network_of_an_invitation_without_one_is_that_of_the_person() {
    let federated = Condition::Network(vec![Network::parse("federated").unwrap()]);
    let mut app = with(vec![rule("federated", vec![federated], answering(DECLINE, 0))]);
    let contact = |origin: &str| Event::Contact {
        address: "sip:c@x.example".into(),
        contact: Box::new(Contact { origin: origin.into(), ..Contact::default() }),
    };
    app.see(invitation(1, Kind::Message));
    app.event(contact(""));
    assert_eq!(app.answers(), [], "it is not known yet");
    app.event(contact("federated"));
    assert_eq!(app.answers(), [(1, Decision::Decline(Reason::Global))]);
}

#[test]
fn a_delay_that_ends_with_the_invitation_or_later_is_too_long() {
    for delay in [15, 20] {
        let mut app = with(vec![rule("night", Vec::new(), answering(DECLINE, delay))]);
        let deadline = app.moment.after(Duration::from_secs(15));
        app.see(Invitation { deadline, ..invitation(1, Kind::Call) });
        app.pass(Duration::from_secs(15));
        assert_eq!(app.answers(), []);
        assert_eq!(app.notice(), "Caller 1: rule “night” came too late; give it a shorter delay", "{delay}");
    }
}

#[test]
fn what_a_rule_can_not_answer_without_a_connection_rings_after_a_moment() {
    let mut app = with(vec![rule("night", Vec::new(), answering(DECLINE, 0))]);
    app.event(Event::Status(Status::Connecting("signing in")));
    app.see(invitation(1, Kind::Message));
    let bells = |app: &TestApp| app.effects.iter().filter(|effect| **effect == Effect::Bell).count();
    assert_eq!((app.answers(), bells(&app)), (Vec::new(), 0), "the connection may be back at once");
    app.pass(app.state.rulings.due(app.moment).unwrap().left(app.moment));
    assert_eq!((app.answers(), bells(&app)), (Vec::new(), 1));
    app.pass(Duration::from_secs(1));
    assert_eq!(bells(&app), 1, "it rings once");
}

#[test]
fn the_network_that_an_invitation_names_counts_more_than_that_of_the_person() {
    let federated = Condition::Network(vec![Network::parse("federated").unwrap()]);
    let mut app = with(vec![rule("federated", vec![federated], answering(DECLINE, 0))]);
    let contact = Contact { origin: "your organization".into(), ..Contact::default() };
    app.event(Event::Contact { address: "sip:c@x.example".into(), contact: Box::new(contact) });
    let from = Party { origin: "federated".into(), ..invitation(1, Kind::Message).from };
    app.see(Invitation { from, ..invitation(1, Kind::Message) });
    assert_eq!(app.answers(), [(1, Decision::Decline(Reason::Global))]);
}

#[test]
fn the_caller_of_a_bot_is_nobodys_contact() {
    let mut app = but_contacts();
    app.event(Event::ContactList(vec!["sip:c@x.example".into()]));
    app.see(invitation(1, Kind::Call));
    assert_eq!(app.answers().len(), 1, "the list is that of a user");
    app.see(invitation(2, Kind::Message));
    assert_eq!(app.answers().len(), 1, "that is one of the user's contacts");
}
