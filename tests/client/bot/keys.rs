//! The keys by which notifications are believed: where they are read from, when, and which are kept.

use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use http::header::AUTHORIZATION;
use http::{HeaderMap, HeaderValue, StatusCode};
use rsvp::invitation::{Outcome, Rejection};
use rsvp::provider::Status;
use rsvp::provider::exchange::{Exchange, Request};
use rsvp::provider::graph::{self, TokenValidator};
use rsvp::sim::{
    Fault, FaultKind, GraphOptions, InProcess, InProcessWebhook, InvalidToken, Options, Simulator,
};
use serde_json::{Value, json};
use tokio::time::{Instant, sleep, timeout};

use super::{john, quick, ringing, settings};
use crate::support::TestClient;

#[test]
fn without_keys_nothing_is_believed_until_they_are_there() {
    for of in ["metadata", "keys"] {
        quick(async {
            let sim = Simulator::new(Options::default());
            sim.fault(Fault::next(of, FaultKind::error(503, "")).times(4));
            let mut client = TestClient::bot_of(&sim, settings(&GraphOptions::default()));
            client.until(|state| matches!(state.accounts[0].status, Status::Retrying { .. })).await;
            assert!(
                client.sim.graph.send_invalid_token(InvalidToken::UnknownKey).await.is_err()
                    || ringing(&client.state) == 0
            );
            client.until_online().await;
            client.called(john()).await;
            client.end().await;
        });
    }
}

#[test]
fn fault_68_known_keys_hold_while_the_service_of_keys_is_down() {
    quick(async {
        let mut client = TestClient::bot().await;
        client.sim.fault(Fault::next("keys", FaultKind::error(503, "")).times(100_000));
        client.wait(5 * 3_600).await;
        client.called(john()).await;
        client.press("D");
        assert_eq!(client.over().await, Outcome::Rejected(Rejection::Busy));
        // Known keys are valid for a day.
        client.wait(20 * 3_600).await;
        client.sim.graph.call(john());
        client.wait(20).await;
        assert!(client.was_notified(&graph::ValidationError::NoKeys.to_string()), "{:?}", client.notices);
        assert_eq!(client.state.history.len(), 1);
        client.sign_out().await;
    });
}

#[test]
fn fault_68_a_new_key_is_found_and_an_unknown_one_costs_no_more_than_a_look_now_and_then() {
    quick(async {
        let mut client = TestClient::bot().await;
        client.wait(120).await;
        let before = client.count("/v1/keys");
        // All unknown keys together cause one look-up.
        for _ in 0..1_000 {
            assert_eq!(client.sim.graph.send_invalid_token(InvalidToken::UnknownKey).await, Ok(401));
        }
        assert_eq!(client.count("/v1/keys"), before + 1, "a thousand unknown keys, one look");
        // Notifications with a known key are accepted meanwhile.
        let number = client.called(john()).await;
        client.sim.graph.trigger(number, rsvp::sim::CallEvent::CallerGivesUp).unwrap();
        client.over().await;
        client.wait(60).await;
        client.sim.graph.rotate_keys();
        client.called(john()).await;
        assert_eq!(client.count("/v1/keys"), before + 2);
        client.end().await;
    });
}

#[test]
fn keys_are_read_anew_before_they_grow_old() {
    quick(async {
        let mut client = TestClient::bot().await;
        for _ in 0..24 {
            client.wait(2 * 3_600).await;
            let number = client.called(john()).await;
            client.sim.graph.trigger(number, rsvp::sim::CallEvent::CallerGivesUp).unwrap();
            client.over().await;
        }
        let read = client.count("/v1/keys");
        assert!((20..=26).contains(&read), "{read}");
        client.end().await;
    });
}

#[test]
fn the_service_is_asked_to_come_again_while_the_keys_can_not_be_read() {
    for of in ["metadata", "keys"] {
        quick(async {
            let mut client = TestClient::bot().await;
            client.wait(60).await;
            client.sim.fault(Fault::next(of, FaultKind::error(503, "")).times(100));
            assert_eq!(
                client.sim.graph.send_invalid_token(InvalidToken::UnknownKey).await,
                Ok(503),
                "{of}: the key may be a new one"
            );
            client.sim.heal();
            client.wait(60).await;
            assert_eq!(
                client.sim.graph.send_invalid_token(InvalidToken::UnknownKey).await,
                Ok(401),
                "{of}: now that is certain"
            );
            client.sign_out().await;
        });
    }
}

#[test]
fn a_call_that_was_asked_to_come_again_rings_when_it_does() {
    for of in ["metadata", "keys"] {
        quick(async {
            let mut client = TestClient::bot().await;
            client.wait(60).await;
            client.sim.graph.rotate_keys();
            client.sim.fault(Fault::next(of, FaultKind::error(503, "")));
            client.sim.graph.call(john());
            assert!(client.within(Duration::from_secs(3), |state| ringing(state) == 1).await, "{of}");
            client.press("D");
            assert_eq!(client.over().await, Outcome::Rejected(Rejection::Busy));
            client.sign_out().await;
        });
    }
}

#[test]
fn strangers_who_name_a_known_key_pile_up_nothing_while_the_keys_are_slow() {
    quick(async {
        let mut client = TestClient::bot().await;
        client.wait(2 * 3_600).await;
        client.sim.fault(Fault::next("metadata", FaultKind::BlackHole).times(100));
        let before = tokio::runtime::Handle::current().metrics().num_alive_tasks();
        for _ in 0..200 {
            assert_eq!(client.sim.graph.send_invalid_token(InvalidToken::StolenKid).await, Ok(401));
        }
        let more = tokio::runtime::Handle::current().metrics().num_alive_tasks() - before;
        assert!(more < 10, "{more} tasks");
        client.called(john()).await;
        client.sim.heal();
        client.sign_out().await;
    });
}

#[test]
fn whoever_goes_while_keys_are_read_does_not_keep_them_from_all_others() {
    quick(async {
        let sim = Simulator::new(Options::default());
        let settings = settings(&GraphOptions::default());
        sim.graph.set_webhook(Arc::new(InProcessWebhook::default()), settings.public_url.clone());
        let validator = TokenValidator::new(&settings, Arc::new(InProcess::new(&sim)));
        validator.refresh().await.unwrap();
        sim.graph.rotate_keys();
        sleep(Duration::from_secs(11)).await;
        sim.fault(Fault::next("metadata", FaultKind::Late(1.0)).times(100));
        sim.fault(Fault::next("keys", FaultKind::Late(1.0)).times(100));
        let mut headers = HeaderMap::new();
        headers.insert(AUTHORIZATION, HeaderValue::from_str(&sim.graph.authorization().unwrap()).unwrap());
        let since = Instant::now();
        // Each check is cancelled before the keys arrive.
        while timeout(Duration::from_millis(500), validator.check(&headers)).await != Ok(Ok(())) {
            assert!(since.elapsed() < Duration::from_secs(30), "the new key is never read");
            sleep(Duration::from_millis(100)).await;
        }
    });
}

/// An exchange that answers as the service of keys.
struct Keys {
    metadata: Value,
    keys: Value,
}

impl Exchange for Keys {
    fn send(
        &self,
        request: Request,
    ) -> futures_util::future::BoxFuture<
        'static,
        Result<rsvp::provider::exchange::StreamedResponse, rsvp::provider::exchange::TransportError>,
    > {
        let body = if request.url.path().contains("well-known") { &self.metadata } else { &self.keys };
        let body = Bytes::from(body.to_string());
        Box::pin(async move {
            Ok(rsvp::provider::exchange::StreamedResponse {
                status: StatusCode::OK,
                headers: HeaderMap::new(),
                body: Box::pin(futures_util::stream::iter([Ok(body)])),
            })
        })
    }
}

async fn keys_of(metadata: Value, keys: Value) -> Result<usize, graph::KeyFetchError> {
    let settings = settings(&GraphOptions::default());
    TokenValidator::new(&settings, Arc::new(Keys { metadata, keys })).refresh().await
}

#[test]
fn the_metadata_leads_to_no_service_on_this_machine() {
    quick(async {
        let key = json!({"keys": [{"kty": "RSA", "kid": "1", "n": "AQAB", "e": "AQAB"}]});
        let fine = json!({ "jwks_uri": "https://graph.example/keys" });
        assert_eq!(keys_of(fine, key.clone()).await, Ok(1));
        for address in [
            "http://graph.example/keys",
            "https://localhost/keys",
            "https://localhost./keys",
            "https://a.localhost/keys",
            "https://127.1/keys",
            "https://[::1]/keys",
            "https://[::ffff:127.0.0.1]/keys",
            "https://0.0.0.0/keys",
            "https://[::]/keys",
            "https://[::ffff:0.0.0.0]/keys",
            "https://a:b@graph.example/keys",
        ] {
            let answer = keys_of(json!({ "jwks_uri": address }), key.clone()).await;
            assert!(answer.is_err(), "{address}: {answer:?}");
        }
    });
}

#[test]
fn only_keys_for_signatures_are_kept() {
    quick(async {
        let fine = json!({ "jwks_uri": "https://graph.example/keys" });
        let but = |more: Value| {
            let mut key = json!({"kty": "RSA", "kid": "1", "n": "AQAB", "e": "AQAB"});
            key.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
            json!({ "keys": [key, {"kty": "EC"}, 5, null] })
        };
        for good in [json!({"use": "sig"}), json!({"key_ops": ["verify"]}), json!({"alg": "RS256", "x": 1})] {
            assert_eq!(keys_of(fine.clone(), but(good.clone())).await, Ok(1), "{good}");
        }
        for bad in [
            json!({"use": "enc"}),
            json!({"use": "tls"}),
            json!({"key_ops": ["encrypt", "wrapKey"]}),
            json!({"alg": "RSA-OAEP"}),
            json!({"alg": "RSA1_5"}),
            json!({"kty": "oct", "k": "AQAB"}),
        ] {
            let answer = keys_of(fine.clone(), but(bad.clone())).await;
            assert!(answer.is_err(), "{bad}: {answer:?}");
        }
    });
}
