//! Invitations whose end no event has told: when the store has them read, and when they are over.

use std::time::Duration;

use rsvp::invitation::{Moment, Outcome};
use rsvp::provider::Event;
use rsvp::provider::ucwa::store::{Effects, Fetch, Store};

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
