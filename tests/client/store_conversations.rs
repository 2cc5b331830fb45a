//! What the events of a conversation and of its invitation change in the store.

use std::time::Duration;

use rsvp::invitation::{Decision, Moment, Stage};
use rsvp::provider::ucwa::store::{ConversationPart, Effects, Fetch, Store};
use rsvp::provider::{Event, Ticket};
use rsvp::text::DisplayText;

use crate::store::{ringing, store, tell};

fn second(seconds: u64) -> Moment {
    Moment(Duration::from_secs(seconds))
}

/// Returns an event of the conversation `/k/1` in a state, which links to its phone.
fn conversation(state: &str) -> String {
    format!(
        r#"{{"type":"updated","link":{{"rel":"conversation","href":"/k/1"}},"_embedded":{{"conversation":{{
          "rel":"conversation","state":"{state}","_links":{{"phoneAudio":{{"href":"/phone"}}}}}}}}}}"#
    )
}

/// Has somebody call by a kind of invitation to the conversation.
fn call(store: &mut Store, rel: &str) {
    let event = format!(
        r#"{{"type":"started","link":{{"rel":"{rel}","href":"/i/1"}},"_embedded":{{"{rel}":{{
          "rel":"{rel}","direction":"Incoming","state":"Connecting","_links":{{"conversation":{{"href":"/k/1"}}}}}}}}}}"#
    );
    tell(store, second(0), "/c", &event);
}

#[test]
fn the_phone_of_a_call_is_read_once_unless_an_event_has_told_of_it() {
    let phone = Fetch::Part("/k/1".into(), ConversationPart::PhoneAudio, "/phone".into());
    let on_phone = r#"{"type":"updated","link":{"rel":"phoneAudio","href":"/phone"},"_embedded":{"phoneAudio":{
      "rel":"phoneAudio","state":"Connected"}}}"#;
    for (rel, is_told, is_read) in [
        ("phoneAudioInvitation", false, true),
        ("audioVideoInvitation", false, true),
        ("phoneAudioInvitation", true, false),
        ("messagingInvitation", false, false),
    ] {
        let mut store = store();
        call(&mut store, rel);
        if is_told {
            tell(&mut store, second(1), "/k/1", on_phone);
        }
        let read = ["Incoming", "Connected", "Connected"].map(|state| {
            let effects = tell(&mut store, second(2), "/c", &conversation(state));
            effects.fetches.contains(&phone)
        });
        assert_eq!(read, [false, is_read, false], "{rel} {is_told}");
    }
}

#[test]
fn somebody_begins_and_stops_to_type() {
    let typing = |effects: &Effects| {
        let events = effects.events.iter().filter_map(|event| match event {
            Event::Typing { who, is_typing, .. } => Some((who.name.to_string(), *is_typing)),
            _ => None,
        });
        events.collect::<Vec<_>>()
    };
    let event = |kind: &str, title: &str| {
        format!(
            r#"{{"type":"{kind}","link":{{"rel":"participant","href":"/p/lena"{title}}},"in":{{"rel":"typingParticipants","href":"/t"}}}}"#
        )
    };
    let mut store = store();
    let titled = r#","title":"Lena""#;
    tell(&mut store, second(0), "/c", &conversation("Incoming"));
    assert_eq!(
        typing(&tell(&mut store, second(0), "/k/1", &event("added", titled))),
        [],
        "the user is not in it"
    );
    tell(&mut store, second(0), "/c", &conversation("Connected"));
    for (kind, is_typing) in [("added", true), ("updated", true), ("deleted", false)] {
        let effects = tell(&mut store, second(1), "/k/1", &event(kind, titled));
        assert_eq!(typing(&effects), [("Lena".into(), is_typing)]);
    }
    assert_eq!(typing(&tell(&mut store, second(2), "/k/1", &event("added", ""))), [], "nobody is named");
}

#[test]
fn what_rings_is_being_connected_from_the_answer_on_unless_it_is_refused() {
    let stage = |effects: &Effects| match effects.events.last() {
        Some(Event::Invitation(invitation)) => invitation.stage,
        other => panic!("{other:?}"),
    };
    let mut store = store();
    let effects = tell(&mut store, second(0), "/c", &ringing("/i/1"));
    assert_eq!(stage(&effects), Stage::Ringing);
    let Some(Event::Invitation(invitation)) = effects.events.last() else { panic!() };
    store.add_answer(invitation.id, Decision::Accept, Ticket(1));
    assert_eq!(stage(&tell(&mut store, second(1), "/c", &ringing("/i/1"))), Stage::Connecting);
    let team = ringing("/i/1").replace("Connecting", "TeamRing");
    assert_eq!(stage(&tell(&mut store, second(1), "/c", &team)), Stage::TeamRing);
    tell(&mut store, second(2), "/c", &ringing("/i/1"));
    let mut effects = Effects::default();
    store.remove_answer(invitation.id, &mut effects);
    assert_eq!(stage(&effects), Stage::Ringing);
}

#[test]
fn the_title_of_a_link_names_a_person_until_they_are_read_and_a_blank_one_does_not() {
    for (title, routes) in
        [(r#","title":"Kim""#, &["forwarded by Kim"][..]), (r#","title":" ""#, &[]), ("", &[])]
    {
        let event = format!(
            r#"{{"type":"started","link":{{"rel":"phoneAudioInvitation","href":"/i/1"}},"_embedded":{{"phoneAudioInvitation":{{
              "rel":"phoneAudioInvitation","direction":"Incoming","state":"Connecting",
              "_links":{{"forwardedBy":{{"href":"/p/kim"{title}}}}}}}}}}}"#
        );
        let effects = tell(&mut store(), second(0), "/c", &event);
        let [Event::Invitation(invitation)] = &effects.events[..] else { panic!("{:?}", effects.events) };
        let shown: Vec<&str> = invitation.routes.iter().map(DisplayText::as_str).collect();
        assert_eq!(shown, routes, "{title}");
        assert!(effects.fetches.contains(&Fetch::Person("/p/kim".into())));
    }
}
