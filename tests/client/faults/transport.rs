//! 1 to 11: the connection.

use std::sync::{Arc, Mutex};
use std::time::Duration;

use futures_util::future::BoxFuture;
use rsvp::app::Phase;
use rsvp::provider::Command;
use rsvp::provider::exchange::{Exchange, Request, StreamedResponse, TransportError};
use rsvp::sim::{Fault, FaultKind, InProcess};

use super::{accepted, hit, hit_all, hit_what_is_told, links, retrying, stopped, troubled_by};
use crate::support::{TestClient, both, from, im, settings, simulator, token};

#[test]
fn fault_01_no_connection() {
    both(|| async {
        let mut client = TestClient::online().await;
        client.sim.ucwa.invite(im());
        client.ringing().await;
        hit_all(&client, &FaultKind::Refused, 4);
        client.until(retrying).await;
        assert_eq!(client.state.incoming.len(), 1, "what was known is kept");
        client.sim.ucwa.invite(from("second"));
        client.until(|state| state.incoming.len() == 2).await;
        client.nothing_is_lost().await;
    });
}

#[test]
fn fault_02_reset_before_the_answer() {
    both(|| async {
        let mut client = TestClient::online().await;
        hit(&client, "events", FaultKind::Reset);
        client.until(retrying).await;
        client.sim.ucwa.invite(im());
        client.ringing().await;
        let polls: Vec<_> =
            client.sim.record().into_iter().filter(|it| it.target.contains("/events")).collect();
        let hit = polls.iter().position(|poll| poll.summary.contains("hit by")).unwrap();
        assert_eq!(polls[hit].target, polls[hit + 1].target, "the same address again");
        client.nothing_is_lost().await;
        client.end().await;
    });
}

#[test]
fn fault_04_a_clean_end_that_is_too_early() {
    both(|| async {
        let mut client = TestClient::online().await;
        for length in [0, 1, 40, 300] {
            hit_what_is_told(&mut client, FaultKind::Short(length)).await;
            client.sim.ucwa.invite(from(&format!("caller{length}")));
            client.until(|state| troubled_by(state, "ended too early")).await;
            client.nothing_is_lost().await;
        }
        assert_eq!(client.state.incoming.len(), 4);
    });
}

#[test]
fn fault_05_no_answer_ever() {
    both(|| async {
        let mut client = TestClient::online().await;
        hit(&client, "events", FaultKind::BlackHole);
        client.wait(1).await;
        client.sim.ucwa.invite(im());
        let waited = client.until(retrying).await;
        assert!(waited <= Duration::from_secs(196), "{waited:?}");
        client.nothing_is_lost().await;
    });
}

#[test]
fn fault_07_one_byte_a_second() {
    both(|| async {
        let mut client = TestClient::online().await;
        client.sim.fault(Fault::next("events", FaultKind::Trickle(1.0)));
        client.sim.ucwa.invite(im());
        let waited = client.until(|state| !state.incoming.is_empty()).await;
        assert!(waited <= Duration::from_secs(24), "{waited:?}");
        client.nothing_is_lost().await;
    });
}

#[test]
fn fault_08_a_dead_connection_gets_again_but_posts_only_if_unsent() {
    both(|| async {
        let mut client = TestClient::online().await;
        client.sim.ucwa.invite(im());
        client.ringing().await;
        client.sim.fault(Fault::next("accept", FaultKind::Reset));
        client.press("a");
        client.until(|state| state.notice.is_some()).await;
        assert!(client.was_notified("not confirmed yet"), "{:?}", client.notices);
        client.until(|state| state.incoming.iter().all(|entry| entry.phase == Phase::Ringing)).await;
        assert!(client.was_notified("did not reach the server"), "{:?}", client.notices);
        assert_eq!(client.posts().len(), 1, "nothing is sent twice by itself");
        client.press("a");
        accepted(&mut client).await;
        client.nothing_is_lost().await;
        client.end().await;
    });
}

#[test]
fn fault_09_the_network_changed() {
    both(|| async {
        let mut client = TestClient::online().await;
        let polls = client.count("/events");
        client.provider.commands.send(Command::Wake).await.unwrap();
        client.wait(5).await;
        assert!(client.count("/events") > polls, "polling again within five seconds");
        assert!(client.status().is_online());
        client.sim.ucwa.invite(im());
        client.ringing().await;
        client.nothing_is_lost().await;
        client.end().await;
    });
}

#[test]
fn fault_10_a_captive_portal() {
    both(|| async {
        let mut client = TestClient::online().await;
        client.sim.ucwa.invite(im());
        client.ringing().await;
        hit_all(&client, &FaultKind::page(200), 5);
        client.until(|state| format!("{:?}", state.accounts[0].status).contains("sign-in page")).await;
        client.nothing_is_lost().await;
        assert_eq!(client.sim.ucwa.application_count(), 1, "the session is the same");
        client.end().await;
    });
}

/// An exchange that records the host of each request, and whether it carries a secret.
struct Watch(InProcess, Arc<Mutex<Vec<(String, bool)>>>);

impl Exchange for Watch {
    fn send(&self, request: Request) -> BoxFuture<'static, Result<StreamedResponse, TransportError>> {
        let host = request.url.host_str().unwrap_or_default().to_owned();
        let secret = request.headers.contains_key("authorization") || !request.body.is_empty();
        self.1.lock().unwrap().push((host, secret));
        self.0.send(request)
    }
}

#[test]
fn fault_11_sent_to_a_stranger() {
    both(|| async {
        for kind in [
            FaultKind::error(302, "").with("location", "https://evil.example/events"),
            FaultKind::error(307, "").with("location", "https://evil.example/events"),
            links(&[("next", "https://evil.example/ucwa/events?ack=2")]),
            links(&[("resume", "//evil.example/ucwa/events?ack=2")]),
        ] {
            let sim = simulator();
            let log = Arc::new(Mutex::new(Vec::new()));
            let exchange = Arc::new(Watch(InProcess::new(&sim), log.clone()));
            let mut client = TestClient::start(&sim, exchange, settings(token()));
            client.until_online().await;
            hit(&client, "events", kind);
            client.until(|state| retrying(state) || stopped(state)).await;
            client.sim.heal();
            if stopped(&client.state) {
                assert!(format!("{:?}", client.status()).contains("evil.example"), "{:?}", client.status());
                client.press("r");
            }
            client.until_online().await;
            assert!(log.lock().unwrap().iter().all(|(host, _)| host == "pool.contoso.example"));
            client.sim.ucwa.invite(im());
            client.ringing().await;
            client.nothing_is_lost().await;
        }
    });
}
