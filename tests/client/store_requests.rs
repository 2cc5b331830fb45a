//! The resources that a store has read again, and those that it does not: people, contacts and the contact list.

use std::time::Duration;

use rsvp::invitation::Moment;
use rsvp::provider::Event;
use rsvp::provider::ucwa::store::{Effects, Fetch, FetchFailure, Store};
use rsvp::provider::ucwa::wire::json;
use rsvp::text::DisplayText;

use crate::store::{ringing, store, tell};

fn second(seconds: u64) -> Moment {
    Moment(Duration::from_secs(seconds))
}

/// Has a fetch fail for good, or in a way that may pass.
fn fail(store: &mut Store, fetch: &Fetch, is_transient: bool, at: Moment) -> Effects {
    let mut effects = Effects::default();
    store.apply_failure(fetch, FetchFailure { message: "refused", is_transient }, at, &mut effects);
    effects
}

/// Returns the event of a call that Kim, of whom only a link is known, has forwarded.
fn forwarded(href: &str) -> String {
    format!(
        r#"{{"type":"started","link":{{"rel":"phoneAudioInvitation","href":"{href}"}},"_embedded":{{"phoneAudioInvitation":{{
          "rel":"phoneAudioInvitation","direction":"Incoming","state":"Connecting","_links":{{"forwardedBy":{{"href":"/p/kim"}}}}}}}}}}"#
    )
}

#[test]
fn a_person_who_was_refused_is_not_asked_for_again_and_one_who_failed_is_when_they_are_named_again() {
    for is_transient in [false, true] {
        let mut store = store();
        let kim = Fetch::Person("/p/kim".into());
        assert!(tell(&mut store, second(0), "/c", &forwarded("/i/1")).fetches.contains(&kim));
        fail(&mut store, &kim, is_transient, second(1));
        let again = tell(&mut store, second(2), "/c", &forwarded("/i/2")).fetches;
        assert_eq!(again.contains(&kim), is_transient, "{again:?}");
    }
}

#[test]
fn a_contact_that_was_refused_is_left_alone_for_minutes_and_one_that_failed_is_read_for_the_next_call() {
    for is_transient in [false, true] {
        let mut store = store();
        let lena = Fetch::Contact("/people/lena".into());
        tell(&mut store, second(0), "/c", &ringing("/i/1"));
        assert_eq!(store.next_detail(second(0)), Some(lena.clone()));
        fail(&mut store, &lena, is_transient, second(1));
        for (at, href) in [(40, "/i/2"), (290, "/i/3")] {
            tell(&mut store, second(at), "/c", &ringing(href));
            let asked = store.next_detail(second(at));
            assert_eq!(asked, is_transient.then(|| lena.clone()), "after {at} s");
            if is_transient {
                fail(&mut store, &lena, is_transient, second(at));
            }
        }
        tell(&mut store, second(302), "/c", &ringing("/i/4"));
        assert_eq!(store.next_detail(second(302)), Some(lena), "things may have changed");
    }
}

#[test]
fn an_event_about_messages_overrules_an_earlier_request_although_the_conversation_has_no_link_to_them() {
    let mut store = store();
    let connected = r#"{"type":"added","link":{"rel":"conversation","href":"/k/1"},"_embedded":{"conversation":{
      "rel":"conversation","state":"Connected"}}}"#;
    tell(&mut store, second(1), "/c", connected);
    let open = r#"{"type":"updated","link":{"rel":"messaging","href":"/m/1"},"_embedded":{"messaging":{"rel":"messaging",
      "_links":{"conversation":{"href":"/k/1"},"sendMessage":{"href":"/s"}}}}}"#;
    tell(&mut store, second(3), "/k/1", open);
    let silent = r#"{"rel":"messaging","_links":{"conversation":{"href":"/k/1"}}}"#;
    let (fetch, mut effects) = (Fetch::Messaging("/m/1".into()), Effects::default());
    store.apply_fetched(&fetch, &json::resource(silent).unwrap(), second(2), second(4), &mut effects);
    let Some(Event::Conversation(told)) = store.conversation_event(&"/k/1".into()) else { panic!() };
    assert!(told.can_send, "the event is newer");
}

/// Returns the events that follow from reading the contact list.
fn listed(body: &str) -> Vec<Event> {
    let mut effects = Effects::default();
    let fetch = Fetch::ContactList("/people/contacts".into());
    store().apply_fetched(&fetch, &json::resource(body).unwrap(), second(0), second(0), &mut effects);
    effects.events
}

#[test]
fn a_contact_list_of_nobody_is_known_and_one_of_mere_links_is_not() {
    for (body, expected) in [
        (r#"{"rel":"myContacts"}"#, Some(vec![])),
        (
            r#"{"rel":"myContacts","_links":{"contact":[{"href":"/people/kim"},{"href":"/people/lena"}]},"_embedded":{"contact":[
              {"rel":"contact","uri":"sip:kim@x.example","mobilePhoneNumber":"tel:+1425"},{"rel":"contact","uri":"sip:lena@x.example"}]}}"#,
            Some(vec!["sip:kim@x.example", "tel:+1425", "sip:lena@x.example"]),
        ),
        (r#"{"rel":"myContacts","_links":{"contact":{"href":"/people/kim"}}}"#, None),
    ] {
        match (&listed(body)[..], expected) {
            ([Event::ContactList(addresses)], Some(expected)) => {
                let addresses: Vec<&str> = addresses.iter().map(DisplayText::as_str).collect();
                assert_eq!(addresses, expected, "{body}");
            }
            ([Event::Notice(text)], None) => assert!(text.as_str().contains("can't be read"), "{text}"),
            (events, _) => panic!("{body}: {events:?}"),
        }
    }
}
