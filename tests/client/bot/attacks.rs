//! Forged notifications are refused, and odd ones do no harm. After each, a true call is shown.

use rsvp::provider::graph::ValidationError;
use rsvp::sim::{CallEvent, InvalidToken, Malformed};

use super::{john, quick, ringing};
use crate::support::TestClient;

/// Returns the reason that is reported for an invalid token; the sender learns nothing but 401.
fn why(invalid_token: InvalidToken) -> ValidationError {
    match invalid_token {
        InvalidToken::NoToken | InvalidToken::NotBearer => ValidationError::NoToken,
        InvalidToken::Garbage => ValidationError::DecodeError,
        InvalidToken::Unsigned | InvalidToken::HmacWithPublicKey => ValidationError::Algorithm,
        InvalidToken::WrongAudience | InvalidToken::NoAudience => ValidationError::Audience,
        InvalidToken::WrongIssuer | InvalidToken::NoIssuer => ValidationError::Issuer,
        InvalidToken::WrongTenant | InvalidToken::NoTenant => ValidationError::Tenant,
        InvalidToken::Expired | InvalidToken::NotYetValid | InvalidToken::NoExpiry => ValidationError::Time,
        InvalidToken::UnknownKey => ValidationError::UnknownKey,
        InvalidToken::StolenKid => ValidationError::Signature,
    }
}

#[test]
fn no_forged_notification_is_believed_and_the_user_is_told_why() {
    for invalid_token in InvalidToken::ALL {
        quick(async {
            let mut client = TestClient::bot().await;
            let status = client.sim.graph.send_invalid_token(invalid_token).await;
            assert_eq!(status, Ok(401), "{invalid_token:?}");
            client.wait(1).await;
            assert_eq!(ringing(&client.state) + client.state.history.len(), 0, "{invalid_token:?} got in");
            assert!(
                client.was_notified(&why(invalid_token).to_string()),
                "{invalid_token:?}: {:?}",
                client.notices
            );
            client.called(john()).await;
            client.end().await;
        });
    }
}

#[test]
fn the_user_is_told_of_refused_notifications_now_and_then_only() {
    quick(async {
        let mut client = TestClient::bot().await;
        for _ in 0..100 {
            assert_eq!(client.sim.graph.send_invalid_token(InvalidToken::WrongAudience).await, Ok(401));
        }
        client.wait(1).await;
        let told =
            |client: &TestClient| client.notices.iter().filter(|it| it.contains("was refused")).count();
        assert_eq!(told(&client), 1, "{:?}", client.notices);
        client.wait(61).await;
        assert_eq!(client.sim.graph.send_invalid_token(InvalidToken::Expired).await, Ok(401));
        client.wait(1).await;
        assert!(client.was_notified("(101 so far)"), "{:?}", client.notices);
        client.end().await;
    });
}

fn status(malformed: Malformed) -> u16 {
    match malformed {
        Malformed::NotJson | Malformed::Truncated | Malformed::Deep => 400,
        Malformed::Legacy => 204,
        Malformed::Huge => 413,
        _ => 202,
    }
}

#[test]
fn what_is_odd_is_read_as_far_as_it_makes_sense() {
    for malformed in Malformed::ALL {
        quick(async {
            let mut client = TestClient::bot().await;
            assert_eq!(
                client.sim.graph.send_malformed(malformed).await,
                Ok(status(malformed)),
                "{malformed:?}"
            );
            client.wait(1).await;
            if malformed != Malformed::EvilId {
                assert_eq!(ringing(&client.state), malformed.calls(), "{malformed:?}");
            }
            for entry in client.state.incoming.iter() {
                let call = &entry.invitation;
                for text in [&call.from.name, &call.subject] {
                    let harmless =
                        |c: char| !c.is_control() && !matches!(c, '\u{202e}' | '\u{2066}' | '\u{200b}');
                    assert!(text.as_str().chars().all(harmless), "{malformed:?}: {text:?}");
                }
            }
            for call in client.sim.graph.calls() {
                client.sim.graph.trigger(call.number, CallEvent::CallerGivesUp).unwrap();
            }
            client.wait(20).await;
            assert_eq!(ringing(&client.state), 0, "{malformed:?}");
            client.called(john()).await;
            client.end().await;
        });
    }
}

#[test]
fn whatever_a_call_is_named_requests_go_below_the_configured_address_only() {
    quick(async {
        let mut client = TestClient::bot().await;
        client.sim.graph.send_malformed(Malformed::EvilId).await.unwrap();
        client.until(|state| ringing(state) > 0).await;
        let shown = ringing(&client.state);
        client.press(&" ".repeat(shown));
        client.press("D");
        client.until(|state| ringing(state) == 0).await;
        for request in client.sim.record() {
            let target = request.target.as_str();
            let below = |rest: &str| rest.split('/').count() == 2 && rest.ends_with("/reject");
            let fine = request.method != "POST"
                || target.ends_with("/oauth2/v2.0/token")
                || target.strip_prefix("/v1.0/communications/calls/").is_some_and(below);
            assert!(fine, "{request}");
        }
        client.sign_out().await;
    });
}
