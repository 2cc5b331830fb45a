//! Tokens with odd lifetimes, and tokens that cannot be renewed in time.

use std::time::Duration;

use rsvp::invitation::{Outcome, Rejection};
use rsvp::provider::Status;
use rsvp::sim::{Fault, FaultKind, GraphOptions, Options, Simulator};
use serde_json::{Value, json};

use super::{john, quick, settings};
use crate::support::TestClient;

/// Returns the response of a token endpoint with this token and lifetime.
fn token(secret: &str, lifetime: &Value) -> FaultKind {
    let body = json!({ "token_type": "Bearer", "access_token": secret, "expires_in": lifetime });
    FaultKind::Garbage { content_type: "application/json".into(), body: body.to_string() }
}

#[test]
fn a_token_that_lasts_for_ever_is_only_a_token() {
    for lifetime in [u64::MAX, u64::MAX / 2, i64::MAX.unsigned_abs() - 1, 1 << 40] {
        quick(async {
            let sim = Simulator::new(Options::default());
            sim.fault(Fault::next("graphToken", token("simulated.odd", &json!(lifetime))));
            let mut client = TestClient::bot_of(&sim, settings(&GraphOptions::default()));
            client.until_online().await;
            client.called(john()).await;
            client.press("D");
            assert_eq!(client.over().await, Outcome::Rejected(Rejection::Busy), "{lifetime}");
            client.end().await;
        });
    }
}

#[test]
fn a_token_that_lasts_for_no_time_is_not_fetched_without_end() {
    for lifetime in [0, 1] {
        quick(async {
            let options =
                GraphOptions { token_lifetime: Duration::from_secs(lifetime), ..GraphOptions::default() };
            let mut client = TestClient::bot_with(options).await;
            client.wait(60).await;
            let fetched = client.count("/oauth2/");
            assert!(fetched <= 10, "{lifetime} s: {fetched} tokens in a minute");
            client.called(john()).await;
            client.sign_out().await;
        });
    }
}

#[test]
fn what_can_be_no_token_is_asked_for_again_at_once() {
    let odd = [String::new(), "two\r\nlines: x".into(), "\u{e9}".into(), "x".repeat(1 << 20)];
    for odd in odd {
        quick(async {
            let sim = Simulator::new(Options::default());
            sim.fault(Fault::next("graphToken", token(&odd, &json!(3_599))));
            let mut client = TestClient::bot_of(&sim, settings(&GraphOptions::default()));
            client.until(|state| matches!(state.accounts[0].status, Status::Retrying { .. })).await;
            client.until_online().await;
            client.called(john()).await;
            client.press("D");
            assert_eq!(client.over().await, Outcome::Rejected(Rejection::Busy));
            client.end().await;
        });
    }
}

#[test]
fn a_token_that_still_holds_is_used_while_a_new_one_can_not_be_had() {
    for kind in
        [FaultKind::error(503, ""), FaultKind::BlackHole, FaultKind::error(302, "").with("location", "/")]
    {
        quick(async {
            let mut client = TestClient::bot().await;
            client.wait(3_200).await;
            // The token is to be renewed after 3299 s and ends after 3599 s.
            client.sim.fault(Fault::next("graphToken", kind.clone()).times(100_000));
            client.wait(120).await;
            client.called(john()).await;
            client.press("D");
            assert_eq!(client.over().await, Outcome::Rejected(Rejection::Busy), "{kind:?}");
            client.sim.heal();
            client.end().await;
        });
    }
}

#[test]
fn a_renewal_that_failed_is_tried_again_before_the_token_ends() {
    quick(async {
        let mut client = TestClient::bot().await;
        client.wait(3_200).await;
        client.sim.fault(Fault::next("graphToken", FaultKind::error(503, "")));
        // The token is to be renewed after 3299 s and ends after 3599 s.
        client.wait(350).await;
        assert_eq!(client.count("/oauth2/"), 3, "the first, the one that failed, and another");
        client.wait(60).await;
        client.called(john()).await;
        client.press("D");
        assert_eq!(client.over().await, Outcome::Rejected(Rejection::Busy));
        assert_eq!(client.count("/oauth2/"), 3, "answering took no time to fetch one");
        client.end().await;
    });
}
