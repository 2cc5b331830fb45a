//! Invitations whose end no event has told: when the store has them read, and when they are over.

use std::time::Duration;

use rsvp::invitation::{Decision, Moment, Outcome};
use rsvp::provider::ucwa::store::{Effects, Fetch, FetchFailure, Store};
use rsvp::provider::ucwa::wire::json;
use rsvp::provider::{Event, Ticket};

use crate::store::{ringing, store, tell};

fn second(seconds: u64) -> Moment {
    Moment(Duration::from_secs(seconds))
}

fn invitation() -> Fetch {
    Fetch::Invitation("/i/1".into())
}

/// Applies that the invitation is not found, and returns whether it is over.
fn is_over_when_missing(store: &mut Store, now: u64, known_up_to: u64) -> bool {
    let mut effects = Effects::default();
    store.apply_missing(&invitation(), second(now), second(known_up_to), &mut effects);
    effects.events.iter().any(|event| matches!(event, Event::Ended { outcome: Outcome::Lost, .. }))
}

#[test]
fn an_invitation_that_was_missing_and_told_again_is_not_over_before_it_is_missing_again() {
    let mut store = store();
    tell(&mut store, second(0), "/c", &ringing("/i/1"));
    assert!(!is_over_when_missing(&mut store, 5, 5), "the event of its end may be on its way");
    tell(&mut store, second(6), "/c", &ringing("/i/1"));
    assert!(!is_over_when_missing(&mut store, 20, 19), "it was there meanwhile");
    assert_eq!(store.overdue(second(20)), []);
    assert_eq!(store.overdue(second(21)), [invitation()], "it is read again soon");
    assert!(is_over_when_missing(&mut store, 21, 21));
    assert!(!store.has_pending());
}

#[test]
fn an_invitation_whose_time_is_up_is_read_every_few_seconds_until_it_has_ended() {
    let mut store = store();
    tell(&mut store, second(0), "/c", &ringing("/i/1"));
    let asked = [33, 34, 35, 37, 38, 41, 42].map(|at| store.overdue(second(at)).len());
    assert_eq!(asked, [0, 1, 0, 0, 1, 0, 1]);
    tell(
        &mut store,
        second(43),
        "/c",
        r#"{"type":"completed","status":"Failure","reason":{"subcode":"Timeout"},
          "link":{"rel":"messagingInvitation","href":"/i/1"}}"#,
    );
    assert_eq!(store.overdue(second(60)), []);
}

#[test]
fn an_invitation_that_can_never_be_read_is_over_when_its_time_is_up() {
    let mut store = store();
    let link = r#"{"type":"started","link":{"rel":"messagingInvitation","href":"/i/1"}}"#;
    tell(&mut store, second(0), "/c", link);
    for (at, expected) in [(1, vec![]), (20, vec![]), (60, vec![&Outcome::Lost])] {
        let mut effects = Effects::default();
        let failure = FetchFailure { message: "refused", is_transient: false };
        store.apply_failure(&invitation(), failure, second(at), &mut effects);
        assert_eq!(outcomes(&effects), expected, "after {at} seconds");
        assert_eq!(store.has_pending(), expected.is_empty());
    }
}

/// Returns an event of an invitation of this kind, with a state and a conversation.
fn event_of(rel: &str, kind: &str, state: &str) -> String {
    format!(
        r#"{{"type":{kind},"link":{{"rel":"{rel}","href":"/i/1"}},"_embedded":{{"{rel}":{{"rel":"{rel}","direction":"Incoming",
          "state":"{state}","_links":{{"conversation":{{"href":"/k/1"}}}}}}}}}}"#
    )
}

fn outcomes(effects: &Effects) -> Vec<&Outcome> {
    let outcomes = effects.events.iter().filter_map(|event| match event {
        Event::Ended { outcome, .. } => Some(outcome),
        _ => None,
    });
    outcomes.collect()
}

#[test]
fn an_invitation_is_over_when_its_state_says_so_without_an_event_of_its_end() {
    for (state, outcome) in [
        ("Cancelled", Some(Outcome::CallerGaveUp)),
        ("Declined", Some(Outcome::DeclinedElsewhere)),
        ("Failed", Some(Outcome::Failed("".into()))),
        ("Connecting", None),
        ("Connected", None),
    ] {
        let mut store = store();
        tell(&mut store, second(0), "/c", &ringing("/i/1"));
        let updated = event_of("messagingInvitation", r#""updated""#, state);
        let effects = tell(&mut store, second(1), "/c", &updated);
        assert_eq!(outcomes(&effects), Vec::from_iter(&outcome), "{state}");
        assert_eq!(store.has_pending(), outcome.is_none(), "{state}");
    }
}

#[test]
fn only_an_accepted_meeting_is_joined() {
    for (rel, kind, joins) in [
        ("onlineMeetingInvitation", r#""completed","status":"Success""#, 1),
        ("onlineMeetingInvitation", r#""completed","status":"Failure""#, 0),
        ("messagingInvitation", r#""completed","status":"Success""#, 0),
    ] {
        let mut store = store();
        tell(&mut store, second(0), "/c", &event_of(rel, r#""started""#, "Connecting"));
        let effects = tell(&mut store, second(1), "/c", &event_of(rel, kind, "Connecting"));
        assert_eq!((outcomes(&effects).len(), effects.joins.len()), (1, joins), "{rel} {kind}");
    }
}

#[test]
fn a_request_that_was_refused_is_not_waited_for_and_the_others_are() {
    let sent = |operation: &str| {
        format!(
            r#"{{"type":"started","link":{{"rel":"messagingInvitation","href":"/i/{operation}"}},"_embedded":{{"messagingInvitation":{{
              "rel":"messagingInvitation","direction":"Outgoing","state":"Connecting","operationId":"{operation}"}}}}}}"#
        )
    };
    let mut store = store();
    for (operation, ticket) in [("a", Ticket(1)), ("b", Ticket(2))] {
        store.add_outgoing(operation.into(), ticket);
    }
    store.remove_outgoing(Ticket(1));
    let carried_out = ["a", "b", "b"].map(|operation| {
        let effects = tell(&mut store, second(0), "/c", &sent(operation));
        effects.carried_out.iter().map(|(ticket, _)| *ticket).collect::<Vec<_>>()
    });
    assert_eq!(carried_out, [vec![], vec![Ticket(2)], vec![]]);
}

#[test]
fn an_answer_whose_reply_was_lost_was_not_carried_out_if_it_is_still_offered_when_that_is_certain() {
    const OFFERED: &str = r#"{"rel":"messagingInvitation","direction":"Incoming","state":"Connecting",
      "_links":{"accept":{"href":"/i/1/accept"}}}"#;
    for (early, is_certain) in [(1, false), (0, true)] {
        let mut store = store();
        let effects = tell(&mut store, second(0), "/c", &ringing("/i/1"));
        let [Event::Invitation(invitation)] = &effects.events[..] else { panic!("{:?}", effects.events) };
        store.add_answer(invitation.id, Decision::Accept, Ticket(1));
        let read_at = store.mark_reply_lost(invitation.id, second(5));
        let sent_at = Moment(read_at.0.saturating_sub(Duration::from_nanos(early)));
        let mut effects = Effects::default();
        store.apply_fetched(
            &self::invitation(),
            &json::resource(OFFERED).unwrap(),
            sent_at,
            read_at,
            &mut effects,
        );
        assert_eq!(!effects.not_carried_out.is_empty(), is_certain, "{:?}", effects.not_carried_out);
    }
}
