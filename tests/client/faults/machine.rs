//! 60 to 62: the machine and its user.

use std::sync::Arc;
use std::time::Duration;

use rsvp::app::{Message, Phase, Progress};
use rsvp::provider::Command;
use rsvp::sim::{Fault, FaultKind, InProcess};

use super::{FOREVER, accepted, tickets};
use crate::support::{TestClient, both, im, password, settings, simulator};

#[test]
fn fault_60_the_machine_slept() {
    both(|| async {
        let mut client = TestClient::signed_in(&simulator(), password()).await;
        let before = (tickets(&client), client.count("/events"));
        client.provider.commands.send(Command::Wake).await.unwrap();
        client.wait(5).await;
        assert!(tickets(&client) > before.0, "the token was renewed");
        assert!(client.count("/events") > before.1, "polling again");
        client.sim.ucwa.invite(im());
        client.ringing().await;
        client.nothing_is_lost().await;
        client.end().await;
    });
}

#[test]
fn fault_61_the_wall_clock_jumps() {
    both(|| async {
        let mut client = TestClient::online().await;
        client.sim.ucwa.invite(im());
        client.ringing().await;
        let before = client.state.clone();
        for day in [-1, 1] {
            let wall = before.now.wall.saturating_add(jiff::Span::new().days(day));
            let now = rsvp::app::Now { wall, ..client.state.now };
            assert!(rsvp::app::update(&mut client.state, now, Message::Tick).is_empty());
            assert_eq!(client.state.incoming.len(), 1);
            assert_eq!(client.state.now.moment, before.now.moment, "the countdown goes on as before");
        }
        client.press("a");
        accepted(&mut client).await;
        client.nothing_is_lost().await;
        client.end().await;
    });
}

#[test]
fn fault_62_quit_at_any_moment() {
    both(|| async {
        // Quit while a poll is held and the server answers nothing.
        let mut client = TestClient::online().await;
        client.sim.fault(Fault::next("any", FaultKind::BlackHole).times(FOREVER));
        let since = tokio::time::Instant::now();
        client.sign_out().await;
        assert!(since.elapsed() <= Duration::from_secs(1), "{:?}", since.elapsed());
        // Quit while signing in.
        let sim = simulator();
        sim.fault(Fault::next("ticket", FaultKind::BlackHole));
        let mut client = TestClient::start(&sim, Arc::new(InProcess::new(&sim)), settings(password()));
        client.wait(2).await;
        let since = tokio::time::Instant::now();
        client.sign_out().await;
        assert!(since.elapsed() <= Duration::from_secs(1), "{:?}", since.elapsed());
        // Quit while an answer is in flight: it gets three seconds, and its outcome is reported.
        let mut client = TestClient::online().await;
        client.sim.ucwa.invite(im());
        client.ringing().await;
        client.sim.fault(Fault::next("accept", FaultKind::Late(2.0)));
        client.press("a");
        let since = tokio::time::Instant::now();
        client.sign_out().await;
        assert!(since.elapsed() <= Duration::from_secs(4), "{:?}", since.elapsed());
        let sent = |phase: &Phase| !matches!(phase, Phase::Answering { progress: Progress::Sending, .. });
        assert!(client.state.incoming.iter().all(|entry| sent(&entry.phase)));
    });
}
