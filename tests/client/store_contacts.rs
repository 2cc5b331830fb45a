//! The contacts that a store has read: whose, in which order, and when again.

use std::time::Duration;

use rsvp::invitation::Moment;
use rsvp::provider::Event;
use rsvp::provider::ucwa::http::caching::Caching;
use rsvp::provider::ucwa::store::{ContactPart, Effects, Fetch, Store};
use rsvp::provider::ucwa::wire::json;
use rsvp::text::DisplayText;

use crate::store::{store, tell};

fn second(seconds: u64) -> Moment {
    Moment(Duration::from_secs(seconds))
}

/// Has somebody call, who is the contact `/people/NAME`.
fn call(store: &mut Store, at: u64, name: &str, importance: &str) {
    let event = format!(
        r#"{{"type":"started","link":{{"rel":"messagingInvitation","href":"/i/{name}/{at}"}},"_embedded":{{"messagingInvitation":{{
          "rel":"messagingInvitation","direction":"Incoming","state":"Connecting","importance":"{importance}",
          "_embedded":{{"from":{{"rel":"participant","name":"{name}","uri":"{}",
            "_links":{{"self":{{"href":"/p/{name}"}},"contact":{{"href":"/people/{name}"}}}}}}}}}}}}}}"#,
        address(name)
    );
    tell(store, second(at), "/c", &event);
}

fn address(name: &str) -> DisplayText {
    DisplayText::new(&format!("sip:{name}@contoso.example"))
}

fn describe(store: &mut Store, at: u64, name: &str) -> Vec<Event> {
    let mut effects = Effects::default();
    store.describe(&address(name), second(at), &mut effects);
    effects.events
}

fn contact(name: &str) -> Fetch {
    Fetch::Contact(format!("/people/{name}").into())
}

/// Takes all fetches that wait.
fn waiting(store: &mut Store, at: u64) -> Vec<Fetch> {
    let mut fetches = Vec::new();
    while store.has_waiting_details() {
        fetches.extend(store.next_detail(second(at)));
    }
    fetches
}

/// Applies a contact with a title and its parts, which is fresh for that long.
fn read(store: &mut Store, at: u64, name: &str, fresh_for: Option<u64>) -> Effects {
    let body = r#"{"rel":"contact","title":"Engineer","_links":{"contactPresence":{"href":"/presence"},
      "contactNote":{"href":"/note"},"contactLocation":{"href":"/location"}}}"#;
    let (fetch, mut effects) = (contact(name), Effects::default());
    store.keep(
        &fetch,
        Caching { tag: Some("1".into()), fresh_for: fresh_for.map(Duration::from_secs) },
        second(at),
    );
    store.apply_fetched(&fetch, &json::resource(body).unwrap(), second(at), second(at), &mut effects);
    effects
}

#[test]
fn the_most_urgent_callers_are_read_first() {
    let mut store = store();
    for (name, importance) in [("kim", "Normal"), ("lena", "Urgent"), ("joe", "Emergency"), ("ann", "Normal")]
    {
        call(&mut store, 0, name, importance);
    }
    assert_eq!(waiting(&mut store, 1), ["joe", "lena", "kim", "ann"].map(contact));
}

#[test]
fn the_person_whom_the_user_looks_at_is_read_before_all_others_and_once() {
    let mut store = store();
    for name in ["kim", "lena", "joe"] {
        call(&mut store, 0, name, "Emergency");
    }
    describe(&mut store, 1, "joe");
    assert_eq!(waiting(&mut store, 1), ["joe", "kim", "lena"].map(contact));
    describe(&mut store, 2, "kim");
    assert!(!store.has_waiting_details(), "it is being read");
    describe(&mut store, 2, "nobody");
    assert!(!store.has_waiting_details(), "there is no such contact");
}

#[test]
fn a_person_is_read_again_once_what_is_known_is_no_longer_fresh() {
    // What was read at 100 s is fresh for that long; a call or a look at that time has it read again.
    for (fresh_for, looks, at, is_read) in [
        (None, false, 399, false),
        (None, false, 400, true),
        (None, true, 399, false),
        (Some(0), false, 129, false),
        (Some(0), false, 130, true),
        (Some(0), true, 104, false),
        (Some(0), true, 105, true),
        (Some(60), true, 159, false),
        (Some(60), true, 160, true),
    ] {
        let mut store = store();
        call(&mut store, 99, "lena", "Normal");
        assert_eq!(waiting(&mut store, 100), [contact("lena")]);
        read(&mut store, 100, "lena", fresh_for);
        if looks {
            describe(&mut store, at, "lena");
        } else {
            call(&mut store, at, "lena", "Normal");
        }
        assert_eq!(store.has_waiting_details(), is_read, "{fresh_for:?} {looks} {at}");
    }
}

#[test]
fn a_contact_that_has_not_changed_is_fresh_again_and_read_by_its_entity_tag() {
    let mut store = store();
    call(&mut store, 0, "lena", "Normal");
    assert_eq!((waiting(&mut store, 0), store.tag(&contact("lena"))), (vec![contact("lena")], None));
    read(&mut store, 0, "lena", None);
    for at in [300, 600] {
        assert_eq!(store.tag(&contact("lena")), Some("1"));
        call(&mut store, at, "lena", "Normal");
        assert_eq!(waiting(&mut store, at), [contact("lena")]);
        store.keep(&contact("lena"), Caching { tag: Some("1".into()), fresh_for: None }, second(at));
        store.apply_unchanged(&contact("lena"), second(at), &mut Effects::default());
        call(&mut store, at + 299, "lena", "Normal");
        assert_eq!(waiting(&mut store, at + 299), []);
    }
}

#[test]
fn a_part_of_a_contact_is_read_with_it_and_again_when_an_event_tells_of_it() {
    let mut store = store();
    call(&mut store, 0, "lena", "Normal");
    waiting(&mut store, 0);
    let parts = [
        (ContactPart::Presence, "contactPresence", "/presence"),
        (ContactPart::Note, "contactNote", "/note"),
        (ContactPart::Location, "contactLocation", "/location"),
    ];
    let fetches = parts.map(|(part, _, href)| Fetch::ContactPart(part, href.into()));
    assert_eq!(read(&mut store, 0, "lena", None).fetches, fetches);
    for ((_, rel, href), fetch) in parts.into_iter().zip(fetches) {
        let mut told = |kind: &str, href: &str| {
            let event = format!(r#"{{"type":"{kind}","link":{{"rel":"{rel}","href":"{href}"}}}}"#);
            tell(&mut store, second(1), "/people", &event).fresh_fetches
        };
        assert_eq!(told("updated", href), [fetch]);
        assert_eq!(told("deleted", href), []);
        assert_eq!(told("updated", "/of/somebody/else"), []);
    }
}

#[test]
fn what_is_known_of_a_contact_is_told_for_each_address_under_which_they_are_shown() {
    let mut store = store();
    call(&mut store, 0, "lena", "Normal");
    waiting(&mut store, 0);
    let lena = r#"{"type":"added","link":{"rel":"participant","href":"/p/phone"},"_embedded":{"participant":{
      "rel":"participant","uri":"tel:+1425","_links":{"contact":{"href":"/people/lena"}}}}}"#;
    tell(&mut store, second(1), "/k/1", lena);
    let told = |events: &[Event]| -> Vec<String> {
        let addresses = events.iter().filter_map(|event| match event {
            Event::Contact { address, .. } => Some(address.to_string()),
            _ => None,
        });
        addresses.collect()
    };
    assert_eq!(told(&read(&mut store, 1, "lena", None).events), ["sip:lena@contoso.example"]);
    let mut effects = Effects::default();
    store.describe(&DisplayText::new("tel:+1425"), second(2), &mut effects);
    assert_eq!(told(&effects.events), ["tel:+1425"], "it is known already");
    assert_eq!(told(&read(&mut store, 400, "lena", None).events), ["sip:lena@contoso.example", "tel:+1425"]);
}

#[test]
fn the_presence_of_callers_and_partners_is_of_interest_and_those_who_ring_longest_go_first() {
    let mut store = store();
    assert!(store.people_of_interest(9).is_empty());
    for (at, name) in ["joe", "ann", "kim"].into_iter().enumerate() {
        call(&mut store, at as u64, name, "Normal");
    }
    for event in [
        r#"{"type":"added","link":{"rel":"conversation","href":"/k/1"},"_embedded":{"conversation":{"rel":"conversation","state":"Connected"}}}"#,
        r#"{"type":"added","link":{"rel":"participant","href":"/p/1"},"_embedded":{"participant":{"rel":"participant","uri":"sip:lena@contoso.example"}}}"#,
        r#"{"type":"added","link":{"rel":"participant","href":"/p/2"},"_embedded":{"participant":{"rel":"participant","uri":"tel:+1425"}}}"#,
    ] {
        tell(&mut store, second(3), "/k/1", event);
    }
    let names = |count: usize| {
        let people = store.people_of_interest(count);
        people
            .iter()
            .map(|it| it.trim_start_matches("sip:").split('@').next().unwrap().to_owned())
            .collect::<Vec<_>>()
    };
    assert_eq!(names(9), ["ann", "joe", "kim", "lena"]);
    assert_eq!(names(2), ["ann", "joe"]);
}

#[test]
fn the_participants_of_a_conversation_are_read_once_the_user_takes_part() {
    let mut store = store();
    let conversation = |state: &str| {
        format!(
            r#"{{"type":"updated","link":{{"rel":"conversation","href":"/k/1"}},"_embedded":{{"conversation":{{
              "rel":"conversation","state":"{state}"}}}}}}"#
        )
    };
    let lena = format!(
        r#"{{"type":"added","link":{{"rel":"participant","href":"/p/lena"}},"_embedded":{{"participant":{{
          "rel":"participant","uri":"{}","_links":{{"contact":{{"href":"/people/lena"}}}}}}}}}}"#,
        address("lena")
    );
    tell(&mut store, second(0), "/c", &conversation("Incoming"));
    tell(&mut store, second(0), "/k/1", &lena);
    tell(&mut store, second(0), "/c", &conversation("Incoming"));
    assert_eq!(waiting(&mut store, 0), []);
    tell(&mut store, second(1), "/c", &conversation("Connected"));
    assert_eq!(waiting(&mut store, 1), [contact("lena")]);
}

#[test]
fn of_a_flood_of_callers_the_latest_are_read() {
    let mut store = store();
    for number in 0..600 {
        call(&mut store, 0, &format!("caller{number}"), "Normal");
    }
    let waiting = waiting(&mut store, 1);
    assert_eq!((waiting.len(), waiting.last()), (512, Some(&contact("caller599"))));
}
