//! 36 to 49: what the event channel tells.

use std::time::Duration;

use rsvp::invitation::Outcome;
use rsvp::sim::{EndCause, Fault, FaultKind, Simulator};

use super::retrying;
use super::{FOREVER, accepted, hit_what_is_told, troubled_by};
use crate::support::{TestClient, both, from, im, outcome_of};

#[test]
fn fault_36_every_batch_twice() {
    both(|| async {
        let mut client = TestClient::online().await;
        client.sim.fault(Fault::next("events", FaultKind::Twice).times(FOREVER));
        client.sim.ucwa.interrupt_polls();
        let first = client.sim.ucwa.invite(from("first"));
        client.ringing().await;
        client.press("a");
        accepted(&mut client).await;
        let second = client.sim.ucwa.invite(from("second"));
        client.until(|state| state.incoming.iter().any(rsvp::app::Entry::is_pending)).await;
        client.sim.ucwa.end(second, EndCause::CallerGivesUp).unwrap();
        client.until(|state| state.history.len() == 2).await;
        assert_ne!(first, second);
        client.nothing_is_lost().await;
        client.end().await;
    });
}

#[test]
fn fault_37_answers_that_come_late_are_applied_in_order() {
    both(|| async {
        let mut client = TestClient::online().await;
        client.sim.fault(Fault::next("events", FaultKind::Late(6.0)));
        client.sim.ucwa.interrupt_polls();
        let id = client.sim.ucwa.invite(im());
        client.wait(2).await;
        client.sim.ucwa.end(id, EndCause::AnsweredElsewhere).unwrap();
        client.until(|state| outcome_of(state) == Some(&Outcome::AnsweredElsewhere)).await;
        client.nothing_is_lost().await;
        client.end().await;
    });
}

/// Runs `what` while the client has no poll, so that its events arrive in one batch.
async fn unheard(client: &mut TestClient, kind: FaultKind, what: impl FnOnce(&Simulator)) {
    client.sim.fault(Fault::next("events", FaultKind::error(503, "")));
    client.sim.fault(Fault::next("events", kind));
    client.sim.ucwa.interrupt_polls();
    client.until(retrying).await;
    what(&client.sim);
}

#[test]
fn fault_38_the_end_before_the_beginning() {
    both(|| async {
        let mut client = TestClient::online().await;
        unheard(&mut client, FaultKind::Reversed, |sim| {
            let id = sim.ucwa.invite(im());
            sim.ucwa.end(id, EndCause::CallerGivesUp).unwrap();
        })
        .await;
        client.until(|state| state.history.len() == 1).await;
        client.wait(40).await;
        assert!(client.state.incoming.is_empty(), "no ghost");
        client.nothing_is_lost().await;
        client.end().await;
    });
}

#[test]
fn fault_39_only_the_end() {
    both(|| async {
        let mut client = TestClient::online().await;
        unheard(&mut client, FaultKind::OnlyEnds, |sim| {
            let id = sim.ucwa.invite(im());
            sim.ucwa.end(id, EndCause::CallerGivesUp).unwrap();
        })
        .await;
        client.until(|state| outcome_of(state) == Some(&Outcome::CallerGaveUp)).await;
        client.wait(10).await;
        assert!(client.state.incoming.is_empty(), "no ghost");
        client.nothing_is_lost().await;
        client.end().await;
    });
}

async fn in_conversation(client: &mut TestClient) {
    client.sim.ucwa.invite(im());
    client.ringing().await;
    client.press("a");
    client.until(|state| state.conversations.iter().any(|conversation| conversation.can_invite)).await;
}

#[test]
fn fault_40_the_event_before_the_reply() {
    both(|| async {
        for kind in [FaultKind::Late(3.0), FaultKind::LostReply] {
            let lost = kind == FaultKind::LostReply;
            let mut client = TestClient::online().await;
            in_conversation(&mut client).await;
            if lost {
                // The event comes after the reply would have come.
                hit_what_is_told(&mut client, FaultKind::Late(1.0)).await;
            }
            client.sim.fault(Fault::next("addParticipant", kind));
            client.press("3ijohn@contoso.example\n");
            client.until(|state| state.outgoing.iter().any(|entry| entry.invitation.offers.cancel)).await;
            client.wait(5).await;
            assert!(client.was_notified("was invited"), "{:?}", client.notices);
            assert_eq!(client.was_notified("not confirmed yet"), lost, "{:?}", client.notices);
            assert_eq!(client.state.outgoing.len(), 1);
            client.nothing_is_lost().await;
            client.end().await;
        }
    });
}

#[test]
fn fault_41_what_is_only_linked_and_can_not_be_had() {
    both(|| async {
        let mut client = TestClient::online().await;
        client.sim.fault(Fault::next("invitation", FaultKind::error(500, "")).times(3));
        client.sim.ucwa.invite(rsvp::sim::Invite { linked: true, ..from("linked") });
        client.sim.ucwa.invite(from("embedded"));
        client
            .until(|state| state.incoming.iter().any(|it| it.invitation.from.name.as_str() == "embedded"))
            .await;
        client.until(|state| state.incoming.iter().all(|it| it.invitation.offers.accept)).await;
        client.nothing_is_lost().await;
        client.end().await;
    });
}

#[test]
fn fault_41_what_is_only_linked_and_the_session_ends() {
    both(|| async {
        let mut client = TestClient::online().await;
        client.sim.ucwa.invite(rsvp::sim::Invite { linked: true, ..from("linked") });
        client.until(|state| state.incoming.iter().any(|it| it.invitation.offers.accept)).await;
        // The next session can't read it, and ends before it could.
        client.sim.fault(Fault::next("invitation", FaultKind::error(500, "")).times(FOREVER));
        client.sim.ucwa.expire_applications();
        let sim = client.sim.clone();
        client.until(|_| sim.ucwa.application_count() == 2).await;
        client.until_online().await;
        client.sim.fault(Fault::next("events", FaultKind::error(403, "")).times(3));
        client.sim.ucwa.drop_connections();
        let signed_in = client.count("/user");
        client
            .until(|_| sim.record().iter().filter(|it| it.target.contains("/user")).count() > signed_in)
            .await;
        client.sim.heal();
        client.until_online().await;
        client.wait(4).await;
        client.press("a");
        let taken = client
            .within(Duration::from_secs(5), |state| outcome_of(state) == Some(&Outcome::Accepted))
            .await;
        assert!(taken, "it was asked for again, and can be answered: {}", client.notice());
        client.nothing_is_lost().await;
        client.end().await;
    });
}

#[test]
fn fault_42_and_43_events_that_are_unknown_or_make_no_sense() {
    both(|| async {
        let mut client = TestClient::online().await;
        client.sim.fault(Fault::next("events", FaultKind::Strange).times(FOREVER));
        client.sim.ucwa.interrupt_polls();
        client.sim.ucwa.invite(im());
        client.ringing().await;
        client.press("a");
        accepted(&mut client).await;
        assert_eq!(client.state.history.len(), 1);
        client.nothing_is_lost().await;
        client.end().await;
    });
}

#[test]
fn fault_44_nothing_can_be_read() {
    both(|| async {
        for (times, generations) in [(4, 1), (9, 2)] {
            let mut client = TestClient::online().await;
            client.sim.ucwa.invite(from("known"));
            client.ringing().await;
            client.sim.fault(Fault::next("events", FaultKind::Noise).times(times));
            client.sim.ucwa.interrupt_polls();
            client.wait(1).await;
            client.sim.ucwa.invite(from("new"));
            client.wait(20).await;
            assert!(client.was_notified("can't be read"), "{:?}", client.notices);
            client.nothing_is_lost().await;
            assert_eq!(client.sim.ucwa.application_count(), generations);
        }
    });
}

#[test]
fn fault_45_far_too_much() {
    both(|| async {
        let mut client = TestClient::online().await;
        client.sim.ucwa.invite(rsvp::sim::Invite { subject: "x".repeat(1 << 20), ..from("long") });
        client.ringing().await;
        let subject = &client.state.incoming.page(0).next().unwrap().invitation.subject;
        assert!(subject.as_str().chars().count() <= 256);
        hit_what_is_told(&mut client, FaultKind::Huge(64 << 20)).await;
        client.sim.ucwa.invite(im());
        client.until(|state| troubled_by(state, "too large")).await;
        client.until(|state| state.incoming.len() == 2).await;
        unheard(&mut client, FaultKind::Twice, |sim| {
            for number in 0..1_000 {
                let id = sim.ucwa.invite(from(&format!("caller{number}")));
                if number % 2 == 0 {
                    sim.ucwa.end(id, EndCause::CallerGivesUp).unwrap();
                }
            }
        })
        .await;
        client.until(|state| state.incoming.len() >= 502).await;
        client.nothing_is_lost().await;
    });
}

#[test]
fn fault_45_so_much_that_has_to_be_asked_for() {
    both(|| async {
        let mut client = TestClient::online().await;
        unheard(&mut client, FaultKind::Twice, |sim| {
            for number in 0..150 {
                sim.ucwa.invite(rsvp::sim::Invite { linked: true, ..from(&format!("caller{number}")) });
            }
        })
        .await;
        client.wait(25).await;
        let named = client.state.incoming.iter().filter(|it| !it.invitation.from.uri.is_empty()).count();
        assert_eq!(named, 150, "each got its name while it rang");
        client.check();
        client.nothing_is_lost().await;
    });
}

fn nonsense() -> Vec<FaultKind> {
    let deep = |open: &str, close: &str| open.repeat(10_000) + &close.repeat(10_000);
    let garbage =
        |content_type: &str, body: String| FaultKind::Garbage { content_type: content_type.into(), body };
    vec![
        garbage("application/json", deep("[", "]")),
        garbage("application/json", format!("{{\"_links\":{}}}", deep("{\"a\":[", "]}"))),
        garbage("application/xml", deep("<a>", "</a>")),
        garbage(
            "application/xml",
            "<!DOCTYPE e [<!ENTITY a \"aaaa\"><!ENTITY b \"&a;&a;\">]><events>&b;</events>".into(),
        ),
        garbage("application/json", r#"{"_links":{"next":{"href":"\ud800"}},"sender":[]}"#.into()),
        garbage(
            "application/json",
            r#"{"_links":{"next":{"href":1e999}},"sender":-99999999999999999999999}"#.into(),
        ),
        garbage("application/json", r#"{"sender":[],"sender":[],"_links":{},"_links":null}"#.into()),
        garbage("text/plain", "hello".into()),
        garbage("application/json", String::new()),
        FaultKind::Noise,
    ]
}

#[test]
fn fault_46_and_47_nesting_and_nonsense() {
    both(|| async {
        for kind in nonsense() {
            let mut client = TestClient::online().await;
            hit_what_is_told(&mut client, kind).await;
            client.sim.ucwa.invite(im());
            client.until(|state| !state.incoming.is_empty()).await;
            assert!(client.sim.record().iter().any(|it| it.summary.contains("hit by")));
            client.nothing_is_lost().await;
        }
    });
}

#[test]
fn fault_47_what_is_hidden_in_a_batch_harms_only_itself() {
    let body = r#"{"_links":{"next":{"href":"/next"}},"sender":[{"rel":"communication","href":"/c","events":[
        {"type":"started","link":{"rel":"messagingInvitation","href":"/1","title":"\ud800"}},
        {"type":"started","link":{"rel":"messagingInvitation","href":"/2"},"_embedded":{"messagingInvitation":{"a":1e999}}},
        {"type":"started","link":{"rel":"messagingInvitation","href":"/3"}}]}]}"#;
    let batch = rsvp::provider::ucwa::wire::json::batch(body).unwrap();
    assert_eq!((batch.malformed, batch.changes.len()), (2, 1));
    assert_eq!(batch.links.next.as_deref(), Some("/next"));
}

#[test]
fn fault_48_more_than_the_view_takes() {
    both(|| async {
        let mut client = TestClient::online().await;
        // The test handles no event meanwhile, so that the queue fills.
        for number in 0..2_000 {
            client.sim.ucwa.invite(from(&format!("caller{number}")));
            if number % 100 == 0 {
                tokio::time::sleep(Duration::from_millis(10)).await;
            }
        }
        tokio::time::sleep(Duration::from_secs(2)).await;
        client.until(|state| state.incoming.len() == 2_000).await;
        client.nothing_is_lost().await;
    });
}

#[test]
fn fault_49_an_update_without_links() {
    both(|| async {
        let mut client = TestClient::online().await;
        let id = client.sim.ucwa.invite(im());
        client.ringing().await;
        client.sim.ucwa.send_update_without_links(id);
        client.wait(1).await;
        client.press("a");
        accepted(&mut client).await;
        client.nothing_is_lost().await;
        client.end().await;
    });
}
