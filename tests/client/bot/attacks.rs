//! What is no notification of the service's must not get in, and what is odd must do no harm. After each, a
//! true call is shown.

use rsvp::provider::graph::Distrust;
use rsvp::sim::{CallEnd, Forgery, Oddity};

use super::{john, quick, ringing};
use crate::support::Desk;

/// What is told of each forgery; the sender learns nothing but 401.
fn why(forgery: Forgery) -> Distrust {
    match forgery {
        Forgery::NoToken | Forgery::NotBearer => Distrust::NoToken,
        Forgery::Garbage => Distrust::Nonsense,
        Forgery::Unsigned | Forgery::HmacWithPublicKey => Distrust::Algorithm,
        Forgery::WrongAudience => Distrust::Audience,
        Forgery::WrongIssuer => Distrust::Issuer,
        Forgery::WrongTenant | Forgery::NoTenant => Distrust::Tenant,
        Forgery::Expired | Forgery::NotYetValid | Forgery::NoExpiry => Distrust::Time,
        Forgery::UnknownKey => Distrust::UnknownKey,
        Forgery::StolenKid => Distrust::Signature,
    }
}

#[test]
fn no_forged_notification_is_believed_and_the_user_is_told_why() {
    for forgery in Forgery::ALL {
        quick(async {
            let mut desk = Desk::bot().await;
            let status = desk.sim.forge(forgery).await;
            assert_eq!(status, Ok(401), "{forgery:?}");
            desk.wait(1).await;
            assert_eq!(ringing(&desk.state) + desk.state.history.len(), 0, "{forgery:?} got in");
            assert!(desk.was_told(&why(forgery).to_string()), "{forgery:?}: {:?}", desk.notices);
            desk.called(john()).await;
            desk.end().await;
        });
    }
}

#[test]
fn the_user_is_told_of_refused_notifications_now_and_then_only() {
    quick(async {
        let mut desk = Desk::bot().await;
        for _ in 0..100 {
            assert_eq!(desk.sim.forge(Forgery::WrongAudience).await, Ok(401));
        }
        desk.wait(1).await;
        let told = |desk: &Desk| desk.notices.iter().filter(|it| it.contains("was refused")).count();
        assert_eq!(told(&desk), 1, "{:?}", desk.notices);
        desk.wait(61).await;
        assert_eq!(desk.sim.forge(Forgery::Expired).await, Ok(401));
        desk.wait(1).await;
        assert!(desk.was_told("(101 so far)"), "{:?}", desk.notices);
        desk.end().await;
    });
}

fn status(oddity: Oddity) -> u16 {
    match oddity {
        Oddity::NotJson | Oddity::Truncated | Oddity::Deep => 400,
        Oddity::Legacy => 204,
        Oddity::Huge => 413,
        _ => 202,
    }
}

#[test]
fn what_is_odd_is_read_as_far_as_it_makes_sense() {
    for oddity in Oddity::ALL {
        quick(async {
            let mut desk = Desk::bot().await;
            assert_eq!(desk.sim.oddity(oddity).await, Ok(status(oddity)), "{oddity:?}");
            desk.wait(1).await;
            if oddity != Oddity::EvilId {
                assert_eq!(ringing(&desk.state), oddity.calls(), "{oddity:?}");
            }
            for entry in desk.state.incoming.iter() {
                let call = &entry.invitation;
                for text in [&call.from.name, &call.subject] {
                    let harmless =
                        |c: char| !c.is_control() && !matches!(c, '\u{202e}' | '\u{2066}' | '\u{200b}');
                    assert!(text.as_str().chars().all(harmless), "{oddity:?}: {text:?}");
                }
            }
            for call in desk.sim.calls() {
                desk.sim.end_call(call.number, CallEnd::GivesUp).unwrap();
            }
            desk.wait(20).await;
            assert_eq!(ringing(&desk.state), 0, "{oddity:?}");
            desk.called(john()).await;
            desk.end().await;
        });
    }
}

#[test]
fn whatever_a_call_is_named_requests_go_below_the_configured_address_only() {
    quick(async {
        let mut desk = Desk::bot().await;
        desk.sim.oddity(Oddity::EvilId).await.unwrap();
        desk.until(|state| ringing(state) > 0).await;
        let shown = ringing(&desk.state);
        desk.press(&" ".repeat(shown));
        desk.press("D");
        desk.until(|state| ringing(state) == 0).await;
        for request in desk.sim.record() {
            let target = request.target.as_str();
            let below = |rest: &str| rest.split('/').count() == 2 && rest.ends_with("/reject");
            let fine = request.method != "POST"
                || target.ends_with("/oauth2/v2.0/token")
                || target.strip_prefix("/v1.0/communications/calls/").is_some_and(below);
            assert!(fine, "{request}");
        }
        desk.sign_out().await;
    });
}
