//! The logs of what was missed, which a store reads one by one.

use std::time::Duration;

use rsvp::invitation::{AccountId, Moment};
use rsvp::provider::Event;
use rsvp::provider::ucwa::store::{ApplicationLinks, Effects, Fetch, Store};
use rsvp::provider::ucwa::wire::json;

use crate::store::{base, store};

fn apply(store: &mut Store, fetch: &Fetch, body: &str) -> Effects {
    let (now, mut effects) = (Moment::default(), Effects::default());
    store.apply_fetched(fetch, &json::resource(body).unwrap(), now, now, &mut effects);
    effects
}

fn links() -> ApplicationLinks {
    ApplicationLinks {
        missed_items: Some("/missedItems".into()),
        conversation_logs: Some("/logs".into()),
        ..ApplicationLinks::default()
    }
}

/// Returns a log of a message that somebody sent, with the status of its conversation.
fn log(minute: u32, status: &str, mark: &str) -> String {
    format!(
        r#"{{"rel":"conversationLog","status":"{status}","direction":"Incoming","creationTime":"2026-01-05T09:{minute:02}:00Z",
          "_links":{{"self":{{"href":"/log"}}{mark}}}}}"#
    )
}

#[test]
fn each_log_is_read_and_what_was_missed_is_told_in_the_order_of_time() {
    let mut store = store();
    store.set_links(&links());
    let counts = Fetch::MissedItems("/missedItems".into());
    assert!(store.begin_full_reload().contains(&counts));
    assert!(!store.has_waiting_details());
    let fetches =
        apply(&mut store, &counts, r#"{"rel":"missedItems","unreadMissedConversationsCount":3}"#).fetches;
    let [list @ Fetch::Logs(href)] = &fetches[..] else { panic!("{fetches:?}") };
    assert_eq!(href.as_ref(), "/logs?limit=100");
    apply(
        &mut store,
        list,
        r#"{"rel":"conversationLogs","_links":{"self":{"href":"/logs"},"conversationLog":[{"href":"/log/1"},{"href":"/log/2"},{"href":"/log/3"},{"href":"/log/4"}]}}"#,
    );
    let mut waiting = Vec::new();
    while store.has_waiting_details() {
        waiting.extend(store.next_detail(Moment::default()));
    }
    assert_eq!(waiting, [1, 2, 3, 4].map(|number| Fetch::Log(format!("/log/{number}").into())));
    let mark = r#","markAsRead":{"href":"/log/1/mark"}"#;
    assert!(apply(&mut store, &waiting[0], &log(20, "Missed", mark)).events.is_empty());
    let of_ours = log(10, "Missed", "").replace("Incoming", "Outgoing");
    assert!(apply(&mut store, &waiting[1], &of_ours).events.is_empty(), "nobody answered the user");
    assert!(apply(&mut store, &waiting[3], &log(10, "Answered", "")).events.is_empty());
    let events = apply(&mut store, &waiting[2], &log(10, "Missed", "")).events;
    let [Event::MissedWhileAway(logs)] = &events[..] else { panic!("{events:?}") };
    assert_eq!(logs.iter().map(|log| log.number).collect::<Vec<_>>(), [1, 0], "the earlier one first");
    assert_eq!(
        store.take_marks(&[1, 0, 7, 0]),
        ["/log/1/mark".into()],
        "once, and only where there is a link"
    );
    assert!(!store.begin_full_reload().contains(&counts), "it is read once");
}

#[test]
fn without_anything_unread_no_log_is_read_and_without_counts_all_are() {
    for (count, lists) in [("0", false), ("1", true), ("\"many\"", true)] {
        let mut store = store();
        store.set_links(&links());
        assert!(!store.begin_full_reload().is_empty());
        let body = format!(r#"{{"rel":"missedItems","unreadMissedConversationsCount":{count}}}"#);
        let fetches = apply(&mut store, &Fetch::MissedItems("/missedItems".into()), &body).fetches;
        assert_eq!(matches!(fetches[..], [Fetch::Logs(_)]), lists, "{count}");
    }
    let mut store = store();
    store.set_links(&ApplicationLinks { missed_items: None, ..links() });
    assert!(store.begin_full_reload().contains(&Fetch::Logs("/logs?limit=100".into())));
}

#[test]
fn reading_that_was_interrupted_begins_again_and_in_the_next_application_too() {
    let mut store = Store::new(AccountId(0), base(1));
    store.set_links(&links());
    let counts = Fetch::MissedItems("/missedItems".into());
    assert!(store.begin_full_reload().contains(&counts));
    assert!(store.begin_full_reload().contains(&counts), "events were lost");
    let mut effects = Effects::default();
    store.apply_missing(&counts, Moment::default(), Moment(Duration::from_secs(1)), &mut effects);
    assert!(matches!(effects.fetches[..], [Fetch::Logs(_)]), "the counts alone are missing");
    let (mut store, _) = store.next_generation(base(2));
    store.set_links(&links());
    assert!(store.begin_full_reload().contains(&counts));
}
