//! The outcome of an answer or of hanging up is found out although no notification tells it.

use std::time::Duration;

use rsvp::invitation::Outcome;
use rsvp::sim::{CallEvent, Fault, FaultKind};

use super::{john, quick, ringing};
use crate::support::{TestClient, outcome_of};

#[test]
fn an_answer_that_was_accepted_is_not_given_up_while_nobody_tells_how_the_call_is() {
    quick(async {
        let mut client = TestClient::bot().await;
        client.called(john()).await;
        client.sim.fault(Fault::next("notify", FaultKind::Refused).times(1_000));
        client.sim.fault(Fault::next("call", FaultKind::error(429, "TooManyRequests")).times(1_000));
        client.press("a");
        client.wait(10 * 60).await;
        assert_eq!(ringing(&client.state), 1, "the bot may be on the line");
        let record = client.sim.record();
        let lookups = record.iter().filter(|it| it.method == "GET" && it.target.contains("/calls/")).count();
        assert!((10..=60).contains(&lookups), "{lookups} lookups in ten minutes");
        client.sim.heal();
        assert_eq!(client.over().await, Outcome::Accepted);
        assert_eq!(client.state.conversations.len(), 1);
        client.end().await;
    });
}

#[test]
fn a_secret_that_is_refused_is_not_sent_on_and_on_for_a_call_that_was_accepted() {
    quick(async {
        let mut client = TestClient::bot().await;
        client.called(john()).await;
        client.sim.fault(Fault::next("notify", FaultKind::Refused).times(1_000));
        client.press("a");
        client.wait(1).await;
        client.sim.graph.expire_tokens();
        client.sim.fault(Fault::next("graphToken", FaultKind::error(401, "")).times(1_000));
        let before = client.count("/token");
        client.wait(10 * 60).await;
        let sent = client.count("/token") - before;
        assert!((1..=10).contains(&sent), "the secret was sent {sent} times");
        client.sim.heal();
        client.end().await;
    });
}

#[test]
fn an_answer_of_which_nobody_tells_is_given_up_when_the_call_must_have_ended() {
    quick(async {
        let mut client = TestClient::bot().await;
        client.called(john()).await;
        client.sim.fault(Fault::next("notify", FaultKind::Refused).times(10_000));
        client.sim.fault(Fault::next("call", FaultKind::error(429, "TooManyRequests")).times(10_000));
        client.press("a");
        client.wait(50 * 60).await;
        assert_eq!(outcome_of(&client.state), Some(&Outcome::Lost));
        client.sim.heal();
        client.end().await;
    });
}

#[test]
fn hanging_up_what_the_other_party_ended_claims_nothing() {
    quick(async {
        let mut client = TestClient::bot().await;
        let number = client.called(john()).await;
        client.press("a");
        client.until(|state| !state.conversations.is_empty()).await;
        client.sim.fault(Fault::next("notify", FaultKind::Refused).times(100));
        client.sim.graph.trigger(number, CallEvent::OtherPartyHangsUp).unwrap();
        client.press("3x");
        client.until(|state| state.conversations.is_empty()).await;
        client.wait(1).await;
        assert!(!client.was_notified("Hung up"), "{:?}", client.notices);
        assert_eq!(client.notice(), "The call with John had already ended");
        client.end().await;
    });
}

#[test]
fn a_call_that_was_hung_up_is_over_though_nobody_tells() {
    quick(async {
        let mut client = TestClient::bot().await;
        client.called(john()).await;
        client.press("a");
        client.until(|state| !state.conversations.is_empty()).await;
        client.sim.fault(Fault::next("notify", FaultKind::Refused).times(100));
        client.press("3x");
        assert!(client.within(Duration::from_secs(10), |state| state.conversations.is_empty()).await);
        client.sim.heal();
        client.end().await;
    });
}
