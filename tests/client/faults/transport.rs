//! 1 to 11: the connection.

use std::sync::{Arc, Mutex};
use std::time::Duration;

use futures_util::future::BoxFuture;
use rsvp::app::Phase;
use rsvp::provider::Command;
use rsvp::provider::exchange::{Exchange, Request, StreamedResponse, TransportError};
use rsvp::sim::{Fault, FaultKind, InProcess};

use super::{accepted, hit, hit_all, hit_what_is_told, links, retrying, stopped, troubled_by};
use crate::support::{Desk, both, from, im, settings, simulator, token};

#[test]
fn fault_01_no_connection() {
    both(|| async {
        let mut desk = Desk::online().await;
        desk.sim.invite(im());
        desk.ringing().await;
        hit_all(&desk, &FaultKind::Refused, 4);
        desk.until(retrying).await;
        assert_eq!(desk.state.incoming.len(), 1, "what was known is kept");
        desk.sim.invite(from("second"));
        desk.until(|state| state.incoming.len() == 2).await;
        desk.nothing_is_lost().await;
    });
}

#[test]
fn fault_02_reset_before_the_answer() {
    both(|| async {
        let mut desk = Desk::online().await;
        hit(&desk, "events", FaultKind::Reset);
        desk.until(retrying).await;
        desk.sim.invite(im());
        desk.ringing().await;
        let polls: Vec<_> =
            desk.sim.record().into_iter().filter(|it| it.target.contains("/events")).collect();
        let hit = polls.iter().position(|poll| poll.what.contains("fault")).unwrap();
        assert_eq!(polls[hit].target, polls[hit + 1].target, "the same address again");
        desk.nothing_is_lost().await;
        desk.end().await;
    });
}

#[test]
fn fault_04_a_clean_end_that_is_too_early() {
    both(|| async {
        let mut desk = Desk::online().await;
        for length in [0, 1, 40, 300] {
            hit_what_is_told(&mut desk, FaultKind::Short(length)).await;
            desk.sim.invite(from(&format!("caller{length}")));
            desk.until(|state| troubled_by(state, "ended too early")).await;
            desk.nothing_is_lost().await;
        }
        assert_eq!(desk.state.incoming.len(), 4);
    });
}

#[test]
fn fault_05_no_answer_ever() {
    both(|| async {
        let mut desk = Desk::online().await;
        hit(&desk, "events", FaultKind::BlackHole);
        desk.wait(1).await;
        desk.sim.invite(im());
        let waited = desk.until(retrying).await;
        assert!(waited <= Duration::from_secs(196), "{waited:?}");
        desk.nothing_is_lost().await;
    });
}

#[test]
fn fault_07_one_byte_a_second() {
    both(|| async {
        let mut desk = Desk::online().await;
        desk.sim.fault(Fault::next("events", FaultKind::Trickle(1.0)));
        desk.sim.invite(im());
        let waited = desk.until(|state| !state.incoming.is_empty()).await;
        assert!(waited <= Duration::from_secs(24), "{waited:?}");
        desk.nothing_is_lost().await;
    });
}

#[test]
fn fault_08_a_dead_connection_gets_again_but_posts_only_if_unsent() {
    both(|| async {
        let mut desk = Desk::online().await;
        desk.sim.invite(im());
        desk.ringing().await;
        desk.sim.fault(Fault::next("accept", FaultKind::Reset));
        desk.press("a");
        desk.until(|state| state.notice.is_some()).await;
        assert!(desk.was_told("not known yet"), "{:?}", desk.notices);
        desk.until(|state| state.incoming.iter().all(|entry| entry.phase == Phase::Ringing)).await;
        assert!(desk.was_told("did not reach the server"), "{:?}", desk.notices);
        assert_eq!(desk.posts().len(), 1, "nothing is sent twice by itself");
        desk.press("a");
        accepted(&mut desk).await;
        desk.nothing_is_lost().await;
        desk.end().await;
    });
}

#[test]
fn fault_09_the_network_changed() {
    both(|| async {
        let mut desk = Desk::online().await;
        let polls = desk.count("/events");
        desk.provider.commands.send(Command::Wake).await.unwrap();
        desk.wait(5).await;
        assert!(desk.count("/events") > polls, "polling again within five seconds");
        assert!(desk.status().is_online());
        desk.sim.invite(im());
        desk.ringing().await;
        desk.nothing_is_lost().await;
        desk.end().await;
    });
}

#[test]
fn fault_10_a_captive_portal() {
    both(|| async {
        let mut desk = Desk::online().await;
        desk.sim.invite(im());
        desk.ringing().await;
        hit_all(&desk, &FaultKind::page(200), 5);
        desk.until(|state| format!("{:?}", state.accounts[0].status).contains("sign-in page")).await;
        desk.nothing_is_lost().await;
        assert_eq!(desk.sim.generations(), 1, "the session is the same");
        desk.end().await;
    });
}

/// Writes down which hosts are asked, and what for.
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
            let mut desk = Desk::start(&sim, exchange, settings(token()));
            desk.until_online().await;
            hit(&desk, "events", kind);
            desk.until(|state| retrying(state) || stopped(state)).await;
            desk.sim.heal();
            if stopped(&desk.state) {
                assert!(format!("{:?}", desk.status()).contains("evil.example"), "{:?}", desk.status());
                desk.press("r");
            }
            desk.until_online().await;
            assert!(log.lock().unwrap().iter().all(|(host, _)| host == "pool.contoso.example"));
            desk.sim.invite(im());
            desk.ringing().await;
            desk.nothing_is_lost().await;
        }
    });
}
