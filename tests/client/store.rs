//! The store of a client: the changes of events and of fetched resources, without a connection.

use std::time::Duration;

use rsvp::invitation::{AccountId, Decision, Direction, Moment, Outcome, Reason};
use rsvp::provider::ucwa::store::{Effects, EventTime, Fetch, Store};
use rsvp::provider::ucwa::wire::json;
use rsvp::provider::{Event, Ticket};

use crate::support::POOL;

/// Returns the address of an application.
pub fn base(number: u32) -> url::Url {
    POOL.parse::<url::Url>().unwrap().join(&format!("/ucwa/{number}")).unwrap()
}

/// A store in which nothing is known yet.
pub fn store() -> Store {
    Store::new(AccountId(0), base(1))
}

#[test]
fn the_one_who_was_invited_is_not_somebody_else() {
    let mut store = store();
    let mut effects = Effects::default();
    let text = r#"{"_links":{"next":{"href":"/e?ack=2"}},"sender":[{"rel":"communication","href":"/c","events":[
      {"type":"started","link":{"rel":"participantInvitation","href":"/i/1"},"_embedded":{"participantInvitation":{
        "rel":"participantInvitation","direction":"Outgoing","to":"sip:kim@contoso.example","state":"Connecting"}}},
      {"type":"completed","status":"Success","link":{"rel":"participantInvitation","href":"/i/1"},"_embedded":{"participantInvitation":{
        "rel":"participantInvitation","direction":"Outgoing","to":"sip:kim@contoso.example","state":"Connected",
        "_links":{"acceptedByParticipant":[{"href":"/p/kim"}]}}}}]}]}"#;
    let batch = json::batch(text).unwrap();
    for change in &batch.changes {
        store.apply(change, EventTime::exact(Moment::default()), &mut effects);
    }
    let mut effects = Effects::default();
    let kim =
        json::resource(r#"{"rel":"participant","name":"Kim","uri":"sip:kim@contoso.example"}"#).unwrap();
    let fetch = Fetch::Person("/p/kim".into());
    store.apply_fetched(&fetch, &kim, Moment::default(), Moment::default(), &mut effects);
    assert!(effects.events.is_empty(), "{:?}", effects.events);
}

#[test]
fn another_link_is_another_person() {
    let mut store = store();
    let mut effects = Effects::default();
    let text = r#"{"_links":{"next":{"href":"/e?ack=2"}},"sender":[{"rel":"communication","href":"/c","events":[
      {"type":"started","link":{"rel":"phoneAudioInvitation","href":"/i/1"},"_embedded":{"phoneAudioInvitation":{
        "rel":"phoneAudioInvitation","direction":"Incoming","state":"Connecting",
        "_embedded":{"forwardedBy":{"rel":"contact","name":"Lena","uri":"sip:lena@x","_links":{"self":{"href":"/p/lena"}}}}}}},
      {"type":"updated","link":{"rel":"phoneAudioInvitation","href":"/i/1"},"_embedded":{"phoneAudioInvitation":{
        "rel":"phoneAudioInvitation","direction":"Incoming","state":"Connecting",
        "_links":{"forwardedBy":{"href":"/p/kim"}}}}}]}]}"#;
    for change in &json::batch(text).unwrap().changes {
        store.apply(change, EventTime::exact(Moment::default()), &mut effects);
    }
    assert!(
        effects.fetches.contains(&Fetch::Person("/p/kim".into())),
        "{:?} {:?}",
        effects.fetches,
        effects.events.last()
    );
}

#[test]
fn an_invitation_that_was_held_back_is_told_when_it_cannot_be_had() {
    let mut store = Store::new(AccountId(0), base(1));
    let mut effects = Effects::default();
    let event = |href: &str, embedded: &str| {
        format!(
            r#"{{"_links":{{"next":{{"href":"/e?ack=2"}}}},"sender":[{{"rel":"communication","href":"/c","events":[
      {{"type":"started","link":{{"rel":"messagingInvitation","href":"{href}"}}{embedded}}}]}}]}}"#
        )
    };
    let old = event(
        "/1/i",
        r#","_embedded":{"messagingInvitation":{"rel":"messagingInvitation","state":"Connecting"}}"#,
    );
    for change in &json::batch(&old).unwrap().changes {
        store.apply(change, EventTime::exact(Moment::default()), &mut effects);
    }
    let (mut store, _) = store.next_generation(base(2));
    for change in &json::batch(&event("/2/i", "")).unwrap().changes {
        store.apply(change, EventTime::exact(Moment::default()), &mut effects);
    }
    assert!(store.is_unclear(), "it may be the one that rang before");
    let Event::Snapshot { invitations, .. } = store.snapshot() else { panic!() };
    assert_eq!(invitations.len(), 1, "it rings, whatever it is");
    assert!(!store.is_unclear());
    let mut effects = Effects::default();
    store.apply_failure(
        &Fetch::Invitation("/2/i".into()),
        rsvp::provider::ucwa::store::FetchFailure { message: "refused", is_transient: false },
        Moment::default(),
        &mut effects,
    );
    assert!(store.has_pending(), "it has a row now");
    assert!(!effects.events.is_empty(), "and that is told");
}

#[test]
fn a_resource_that_was_asked_for_before_an_event_told_of_it_is_older_than_the_event() {
    let mut store = store();
    let second = |seconds| Moment(Duration::from_secs(seconds));
    let told = |store: &mut Store, at: Moment, event: &str| {
        let text = format!(
            r#"{{"_links":{{"next":{{"href":"/e?ack=2"}}}},"sender":[{{"rel":"communication","href":"/c","events":[{event}]}}]}}"#
        );
        let batch = json::batch(&text).unwrap();
        store.apply(&batch.changes[0], EventTime::exact(at), &mut Effects::default());
    };
    let conversation = |state: &str| {
        format!(r#"{{"rel":"conversation","state":"{state}","_links":{{"messaging":{{"href":"/m/1"}}}}}}"#)
    };
    let silent = r#"{"rel":"messaging","state":"Connecting","_links":{"conversation":{"href":"/k/1"}}}"#;
    let open = r#"{"rel":"messaging","state":"Connected","_links":{"conversation":{"href":"/k/1"},"sendMessage":{"href":"/s"}}}"#;
    let event = |rel: &str, href: &str, kind: &str, resource: &str| {
        format!(
            r#"{{"type":"{kind}","link":{{"rel":"{rel}","href":"{href}"}},"_embedded":{{"{rel}":{resource}}}}}"#
        )
    };
    told(&mut store, second(1), &event("conversation", "/k/1", "added", &conversation("Connected")));
    told(&mut store, second(3), &event("messaging", "/m/1", "updated", open));
    let key = "/k/1".into();
    let can_send = |store: &Store| match store.conversation_event(&key) {
        Some(Event::Conversation(conversation)) => conversation.can_send,
        other => panic!("{other:?}"),
    };
    let fetched = |store: &mut Store, fetch: Fetch, text: &str, sent_at: Moment| {
        let resource = json::resource(text).unwrap();
        store.apply_fetched(&fetch, &resource, sent_at, second(9), &mut Effects::default());
    };
    fetched(&mut store, Fetch::Messaging("/m/1".into()), silent, second(2));
    assert!(can_send(&store), "the event is newer");
    fetched(&mut store, Fetch::Messaging("/m/1".into()), silent, second(4));
    assert!(!can_send(&store), "the answer is newer");
    told(&mut store, second(4), &event("conversation", "/k/1", "updated", &conversation("Conferencing")));
    assert!(store.conversation_event(&key).is_some(), "it is being made a conference, and goes on");
    fetched(&mut store, Fetch::Conversation("/k/1".into()), &conversation("Incoming"), second(0));
    assert!(store.conversation_event(&key).is_some(), "the event is newer");
    told(&mut store, second(5), r#"{"type":"deleted","link":{"rel":"conversation","href":"/k/1"}}"#);
    fetched(&mut store, Fetch::Conversation("/k/1".into()), &conversation("Connected"), second(6));
    assert!(store.conversation_event(&key).is_none(), "what is over does not come back");
}

#[test]
fn thousands_of_participants_are_told_once() {
    let mut store = store();
    let added = |number| {
        format!(
            r#",{{"type":"added","link":{{"rel":"participant","href":"/p/{number}","title":"Somebody {number}"}}}}"#
        )
    };
    let events = (0..3_000).map(added).collect::<Vec<_>>().concat();
    let text = format!(
        r#"{{"_links":{{"next":{{"href":"/e?ack=2"}}}},"sender":[{{"rel":"conversation","href":"/v/1","events":[
      {{"type":"added","link":{{"rel":"conversation","href":"/v/1"}},"_embedded":{{"conversation":{{"rel":"conversation","state":"Conferenced"}}}}}}{events}]}}]}}"#
    );
    let batch = json::batch(&text).unwrap();
    let mut effects = Effects::default();
    for change in &batch.changes {
        store.apply(change, EventTime::exact(Moment::default()), &mut effects);
    }
    let parties: usize = effects
        .events
        .iter()
        .map(|event| match event {
            Event::Conversation(it) => it.participants.len(),
            _ => 0,
        })
        .sum();
    assert!(parties < 100_000, "{parties}");
    assert_eq!(effects.changed_conversations.len(), 1);
    assert!(
        matches!(store.conversation_event(&"/v/1".into()), Some(Event::Conversation(it)) if it.participants.len() == 3_000)
    );
}

#[test]
fn a_conversation_that_was_never_joined_leaves_no_row() {
    let mut store = store();
    let mut effects = Effects::default();
    let text = r#"{"_links":{"next":{"href":"/e?ack=2"}},"sender":[{"rel":"communication","href":"/c","events":[
      {"type":"added","link":{"rel":"conversation","href":"/v/1"},"_embedded":{"conversation":{"rel":"conversation","state":"Incoming"}}},
      {"type":"completed","status":"Success","link":{"rel":"onlineMeetingInvitation","href":"/i/1"},"_embedded":{"onlineMeetingInvitation":{
        "rel":"onlineMeetingInvitation","direction":"Incoming","_links":{"conversation":{"href":"/v/1"}}}}}]}]}"#;
    for change in &json::batch(text).unwrap().changes {
        store.apply(change, EventTime::exact(Moment::default()), &mut effects);
    }
    assert_eq!(effects.joins.len(), 1);
    let mut effects = Effects::default();
    store.finish_join(&"/v/1".into(), None, &mut effects);
    let row = effects.events.iter().any(|it| matches!(it, Event::Conversation(_)));
    let mut effects = Effects::default();
    let text = r#"{"_links":{"next":{"href":"/e?ack=3"}},"sender":[{"rel":"communication","href":"/c","events":[
      {"type":"deleted","link":{"rel":"conversation","href":"/v/1"}}]}]}"#;
    for change in &json::batch(text).unwrap().changes {
        store.apply(change, EventTime::exact(Moment::default()), &mut effects);
    }
    let gone = effects.events.iter().any(|it| matches!(it, Event::ConversationEnded(_)));
    assert_eq!(row, gone, "a row that came goes");
}

#[test]
fn a_caller_who_left_does_not_stand_in_for_those_who_are_not_known() {
    let mut store = store();
    let text = r#"{"_links":{"next":{"href":"/e?ack=2"}},"sender":[{"rel":"communication","href":"/c","events":[
      {"type":"started","link":{"rel":"messagingInvitation","href":"/i/1"},"_embedded":{"messagingInvitation":{
        "rel":"messagingInvitation","direction":"Incoming","state":"Connecting","_links":{"conversation":{"href":"/k/1"}},
        "_embedded":{"from":{"rel":"participant","name":"Lene","uri":"sip:lene@x"}}}}},
      {"type":"added","link":{"rel":"conversation","href":"/k/1"},"_embedded":{"conversation":{"rel":"conversation","state":"Connected"}}}]},
     {"rel":"conversation","href":"/k/1","events":[
      {"type":"added","link":{"rel":"participant","href":"/p/lene","title":"Lene"}},
      {"type":"deleted","link":{"rel":"participant","href":"/p/lene"}}]}]}"#;
    let batch = json::batch(text).unwrap();
    let key = "/k/1".into();
    let people = |store: &Store| match store.conversation_event(&key) {
        Some(Event::Conversation(conversation)) => conversation.participants.len(),
        other => panic!("{other:?}"),
    };
    for (change, expected) in batch.changes.iter().zip([None, Some(1), Some(1), Some(0)]) {
        store.apply(change, EventTime::exact(Moment::default()), &mut Effects::default());
        if let Some(expected) = expected {
            assert_eq!(people(&store), expected, "after {:?} of {}", change.kind, change.link.rel);
        }
    }
}

#[test]
fn a_link_that_may_be_what_the_user_has_just_sent_is_read_before_it_is_shown() {
    let mut store = store();
    store.add_outgoing("operation".into(), Ticket(7));
    let text = r#"{"_links":{"next":{"href":"/e?ack=2"}},"sender":[{"rel":"communication","href":"/c","events":[
      {"type":"started","link":{"rel":"messagingInvitation","href":"/i/1"}},
      {"type":"started","link":{"rel":"messagingInvitation","href":"/i/2"}}]}]}"#;
    let mut effects = Effects::default();
    for change in &json::batch(text).unwrap().changes {
        store.apply(change, EventTime::exact(Moment::default()), &mut effects);
    }
    assert!(effects.events.is_empty(), "nobody is known to call: {:?}", effects.events);
    let read = |store: &mut Store, href: &str, direction: &str, operation: &str| {
        let text = format!(
            r#"{{"rel":"messagingInvitation","direction":"{direction}","state":"Connecting"{operation}}}"#
        );
        let (mut effects, now) = (Effects::default(), Moment::default());
        let fetch = Fetch::Invitation(href.into());
        store.apply_fetched(&fetch, &json::resource(&text).unwrap(), now, now, &mut effects);
        effects
    };
    let sent = read(&mut store, "/i/1", "Outgoing", r#","operationId":"operation""#);
    assert!(
        matches!(&sent.events[..], [Event::Invitation(it)] if it.direction == Direction::Outgoing),
        "{:?}",
        sent.events
    );
    assert_eq!(sent.carried_out.iter().map(|(ticket, _)| *ticket).collect::<Vec<_>>(), [Ticket(7)]);
    let received = read(&mut store, "/i/2", "Incoming", "");
    assert!(
        matches!(&received.events[..], [Event::Invitation(it)] if it.direction == Direction::Incoming),
        "{:?}",
        received.events
    );
}

/// Applies the events of a sender at a time, and returns their effects.
pub fn tell(store: &mut Store, at: Moment, sender: &str, events: &str) -> Effects {
    let text = format!(
        r#"{{"_links":{{"next":{{"href":"/e?ack=2"}}}},"sender":[{{"rel":"any","href":"{sender}","events":[{events}]}}]}}"#
    );
    let mut effects = Effects::default();
    for change in &json::batch(&text).unwrap().changes {
        store.apply(change, EventTime::exact(at), &mut effects);
    }
    effects
}

/// Returns the event of an instant message from Lena that rings.
pub fn ringing(href: &str) -> String {
    format!(
        r#"{{"type":"started","link":{{"rel":"messagingInvitation","href":"{href}"}},"_embedded":{{"messagingInvitation":{{
          "rel":"messagingInvitation","direction":"Incoming","state":"Connecting","subject":"Lunch",
          "_links":{{"conversation":{{"href":"/k/1"}}}},
          "_embedded":{{"from":{{"rel":"participant","name":"Lena","uri":"sip:lena@contoso.example",
            "_links":{{"self":{{"href":"/p/lena"}},"contact":{{"href":"/people/lena"}}}}}}}}}}}}}}"#
    )
}

#[test]
fn somebody_who_was_not_read_in_time_is_read_when_they_call_again() {
    let mut store = store();
    let second = |seconds| Moment(Duration::from_secs(seconds));
    tell(&mut store, second(0), "/c", &ringing("/i/1"));
    assert_eq!(store.next_detail(second(31)), None, "it rings no longer");
    tell(&mut store, second(40), "/c", &ringing("/i/2"));
    assert_eq!(store.next_detail(second(41)), Some(Fetch::Contact("/people/lena".into())));
}

#[test]
fn a_message_whose_text_comes_later_is_told_with_it() {
    let mut store = store();
    let connected = r#"{"type":"added","link":{"rel":"conversation","href":"/k/1"},"_embedded":{"conversation":{
      "rel":"conversation","state":"Connected"}}}"#;
    tell(&mut store, Moment::default(), "/c", connected);
    let message = |kind: &str, body: &str| {
        format!(
            r#"{{"type":"{kind}","status":"Success","link":{{"rel":"message","href":"/k/1/messages/1"}},"_embedded":{{"message":{{
              "rel":"message","direction":"Incoming","_links":{{{body}}}}}}}}}"#
        )
    };
    let text = r#""plainMessage":{"href":"data:text/plain;charset=utf-8,Hello"}"#;
    let told = [("started", ""), ("completed", text), ("completed", text)].map(|(kind, body)| {
        let effects = tell(&mut store, Moment::default(), "/k/1", &message(kind, body));
        effects.events.iter().filter(|event| matches!(event, Event::Message(_))).count()
    });
    assert_eq!(told, [0, 1, 0]);
}

#[test]
fn a_conversation_keeps_the_subject_of_its_invitation_until_the_server_tells_another() {
    let mut store = store();
    tell(&mut store, Moment::default(), "/c", &ringing("/i/1"));
    let subject = |store: &mut Store, subject: &str| {
        let event = format!(
            r#"{{"type":"updated","link":{{"rel":"conversation","href":"/k/1"}},"_embedded":{{"conversation":{{
              "rel":"conversation","state":"Connected"{subject}}}}}}}"#
        );
        tell(store, Moment::default(), "/c", &event);
        let Some(Event::Conversation(told)) = store.conversation_event(&"/k/1".into()) else { panic!() };
        told.subject.to_string()
    };
    assert_eq!(subject(&mut store, ""), "Lunch");
    assert_eq!(subject(&mut store, r#","subject":"Dinner""#), "Dinner");
    assert_eq!(subject(&mut store, ""), "Dinner");
}

#[test]
fn an_answer_that_the_next_session_finds_carried_out_is_the_users_own() {
    let mut store = Store::new(AccountId(0), base(1));
    let effects = tell(&mut store, Moment::default(), "/c", &ringing("/1/i"));
    let id = effects.events.iter().find_map(|event| match event {
        Event::Invitation(invitation) => Some(invitation.id),
        _ => None,
    });
    store.add_answer(id.unwrap(), Decision::Decline(Reason::Local), Ticket(1));
    assert_eq!(store.mark_all_replies_lost(Moment::default()), [Ticket(1)]);
    let (mut store, _) = store.next_generation(base(2));
    tell(&mut store, Moment::default(), "/c", &ringing("/2/i"));
    let declined = r#"{"type":"completed","status":"Failure","reason":{"code":"LocalFailure","subcode":"Declined"},
      "link":{"rel":"messagingInvitation","href":"/2/i"}}"#;
    let effects = tell(&mut store, Moment::default(), "/c", declined);
    let ended = effects.events.iter().find_map(|event| match event {
        Event::Ended { id, outcome } => Some((*id, outcome.clone())),
        _ => None,
    });
    assert_eq!(ended, Some((id.unwrap(), Outcome::Declined(Reason::Local))), "nobody declined it elsewhere");
}

#[test]
fn a_late_event_or_answer_brings_no_invitation_back_that_has_ended() {
    const INVITATION: &str = r#"{"rel":"messagingInvitation","direction":"Incoming","state":"Connecting"}"#;
    let mut store = store();
    let mut told = |kind: &str| {
        let mut effects = Effects::default();
        let text = format!(
            r#"{{"_links":{{"next":{{"href":"/e?ack=2"}}}},"sender":[{{"rel":"communication","href":"/c","events":[
      {{"type":{kind},"link":{{"rel":"messagingInvitation","href":"/i/1"}},"_embedded":{{"messagingInvitation":{INVITATION}}}}}]}}]}}"#
        );
        for change in &json::batch(&text).unwrap().changes {
            store.apply(change, EventTime::exact(Moment::default()), &mut effects);
        }
        effects.events.len()
    };
    assert_eq!(told(r#""started""#), 1);
    assert_eq!(told(r#""completed","status":"Failure""#), 1);
    assert_eq!(
        (told(r#""updated""#), told(r#""started""#), told(r#""completed","status":"Success""#)),
        (0, 0, 0)
    );
    let mut effects = Effects::default();
    let fetch = Fetch::Invitation("/i/1".into());
    let (sent_at, now) = (Moment::default(), Moment(Duration::from_secs(1)));
    store.apply_fetched(&fetch, &json::resource(INVITATION).unwrap(), sent_at, now, &mut effects);
    assert!(effects.events.is_empty() && !store.has_pending(), "{:?}", effects.events);
}
