//! Invitations that the next application sends again: which are the same, and which are new.

use std::collections::BTreeSet;

use rsvp::invitation::{AccountId, InvitationId, Moment};
use rsvp::provider::Event;
use rsvp::provider::ucwa::store::{Effects, Store};

use crate::store::{base, tell};

/// Returns the event of an instant message that rings; nobody is named by an empty name.
fn message(href: &str, from: &str, more: &str) -> String {
    let uri = if from.is_empty() { String::new() } else { format!("sip:{from}@contoso.example") };
    format!(
        r#"{{"type":"started","link":{{"rel":"messagingInvitation","href":"{href}"}},"_embedded":{{"messagingInvitation":{{
          "rel":"messagingInvitation","direction":"Incoming","state":"Connecting"{more},
          "_embedded":{{"from":{{"rel":"participant","name":"{from}","uri":"{uri}"}}}}}}}}}}"#
    )
}

fn id_in(effects: &Effects) -> InvitationId {
    let id = effects.events.iter().rev().find_map(|event| match event {
        Event::Invitation(invitation) => Some(invitation.id),
        _ => None,
    });
    id.unwrap()
}

/// Returns whether the next application continues an invitation by another one.
fn continues((from, more): (&str, &str), (other_from, other_more): (&str, &str)) -> bool {
    let mut store = Store::new(AccountId(0), base(1));
    let before = id_in(&tell(&mut store, Moment::default(), "/c", &message("/1/i", from, more)));
    let (mut store, _) = store.next_generation(base(2));
    let event = message("/2/i", other_from, other_more);
    before == id_in(&tell(&mut store, Moment::default(), "/c", &event))
}

#[test]
fn without_a_thread_an_invitation_goes_on_if_its_people_and_its_subject_are_the_same() {
    const LUNCH: &str = r#","subject":"Lunch""#;
    assert!(continues(("lena", LUNCH), ("lena", LUNCH)));
    assert!(continues(("lena", ""), ("lena", "")));
    assert!(!continues(("lena", LUNCH), ("lena", r#","subject":"Dinner""#)));
    assert!(!continues(("lena", LUNCH), ("kim", LUNCH)));
    assert!(!continues(("lena", LUNCH), ("", LUNCH)), "nobody is named");
}

#[test]
fn a_thread_tells_more_than_a_subject() {
    let thread = |thread: &str, subject: &str| format!(r#","threadId":"{thread}","subject":"{subject}""#);
    let (first, renamed, other) = (thread("1", "Lunch"), thread("1", "Dinner"), thread("2", "Lunch"));
    assert!(continues(("lena", &first), ("lena", &renamed)));
    assert!(
        continues(("lena", r#","subject":"Lunch""#), ("lena", &first)),
        "its thread was not known before"
    );
    assert!(!continues(("lena", &first), ("lena", &other)));
    assert!(
        !continues(("lena", &first), ("kim", &first)),
        "all invitations to a conversation share its thread"
    );
}

#[test]
fn the_ids_of_each_application_name_the_account_and_are_not_used_again() {
    let account = AccountId(3);
    let mut store = Store::new(account, base(1));
    let (mut invitations, mut conversations) = (BTreeSet::new(), BTreeSet::new());
    for generation in 1..=3 {
        let (caller, key) = (format!("caller{generation}"), format!("/{generation}/k"));
        let event = message(&format!("/{generation}/i"), &caller, "");
        invitations.insert(id_in(&tell(&mut store, Moment::default(), "/c", &event)));
        let event = format!(
            r#"{{"type":"added","link":{{"rel":"conversation","href":"{key}"}},"_embedded":{{"conversation":{{
              "rel":"conversation","state":"Connected"}}}}}}"#
        );
        tell(&mut store, Moment::default(), "/c", &event);
        let Some(Event::Conversation(told)) = store.conversation_event(&key.into()) else { panic!() };
        conversations.insert(told.id);
        (store, _) = store.next_generation(base(generation + 1));
    }
    assert!(invitations.len() == 3 && invitations.iter().all(|id| id.account == account), "{invitations:?}");
    assert!(conversations.len() == 3 && conversations.iter().all(|id| id.account == account));
}

fn snapshot(store: &mut Store) -> Vec<String> {
    let Event::Snapshot { invitations, .. } = store.snapshot() else { panic!() };
    invitations.iter().map(|invitation| invitation.from.name.to_string()).collect()
}

#[test]
fn an_invitation_that_ends_before_its_link_was_read_is_over() {
    let link = r#""link":{"rel":"messagingInvitation","href":"/2/i"}"#;
    for end in [
        format!(r#"{{"type":"completed","status":"Failure",{link}}}"#),
        format!(r#"{{"type":"completed","status":"Success",{link}}}"#),
        format!(r#"{{"type":"deleted",{link}}}"#),
    ] {
        let mut store = Store::new(AccountId(0), base(1));
        tell(&mut store, Moment::default(), "/c", &message("/1/i", "lena", ""));
        let (mut store, _) = store.next_generation(base(2));
        tell(&mut store, Moment::default(), "/c", &format!(r#"{{"type":"started",{link}}}"#));
        assert!(store.is_unclear(), "it may be the one that rang before");
        tell(&mut store, Moment::default(), "/c", &end);
        assert!(!store.is_unclear(), "{end}: nothing is left to read");
        assert_eq!(snapshot(&mut store), Vec::<String>::new(), "{end}");
        assert!(!store.has_pending(), "{end}");
        tell(&mut store, Moment::default(), "/c", &message("/2/i", "lena", ""));
        assert_eq!(snapshot(&mut store), Vec::<String>::new(), "{end}: it has ended");
    }
}

#[test]
fn an_invitation_that_the_next_application_does_not_send_again_is_over_and_a_new_one_rings() {
    let mut store = Store::new(AccountId(0), base(1));
    tell(&mut store, Moment::default(), "/c", &message("/1/i", "lena", ""));
    let (mut store, _) = store.next_generation(base(2));
    tell(&mut store, Moment::default(), "/c", &message("/2/i", "kim", ""));
    assert_eq!(snapshot(&mut store), ["kim"]);
}
