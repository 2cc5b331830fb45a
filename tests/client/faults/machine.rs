//! 60 to 62: the machine and its user.

use std::sync::Arc;
use std::time::Duration;

use rsvp::app::{Message, Phase, Progress};
use rsvp::provider::Command;
use rsvp::sim::{Fault, FaultKind, InProcess};

use super::{FOREVER, accepted, tickets};
use crate::support::{Desk, both, im, password, settings, simulator};

#[test]
fn fault_60_the_machine_slept() {
    both(|| async {
        let mut desk = Desk::signed_in(&simulator(), password()).await;
        let before = (tickets(&desk), desk.count("/events"));
        desk.provider.commands.send(Command::Wake).await.unwrap();
        desk.wait(5).await;
        assert!(tickets(&desk) > before.0, "the token was renewed");
        assert!(desk.count("/events") > before.1, "polling again");
        desk.sim.ucwa.invite(im());
        desk.ringing().await;
        desk.nothing_is_lost().await;
        desk.end().await;
    });
}

#[test]
fn fault_61_the_wall_clock_jumps() {
    both(|| async {
        let mut desk = Desk::online().await;
        desk.sim.ucwa.invite(im());
        desk.ringing().await;
        let before = desk.state.clone();
        for day in [-1, 1] {
            let wall = before.now.wall.saturating_add(jiff::Span::new().days(day));
            let now = rsvp::app::Now { wall, ..desk.state.now };
            assert!(rsvp::app::update(&mut desk.state, now, Message::Tick).is_empty());
            assert_eq!(desk.state.incoming.len(), 1);
            assert_eq!(desk.state.now.moment, before.now.moment, "the countdown goes on as before");
        }
        desk.press("a");
        accepted(&mut desk).await;
        desk.nothing_is_lost().await;
        desk.end().await;
    });
}

#[test]
fn fault_62_quit_at_any_moment() {
    both(|| async {
        // While a poll is held, and the server does not answer the farewell either.
        let mut desk = Desk::online().await;
        desk.sim.fault(Fault::next("any", FaultKind::BlackHole).times(FOREVER));
        let since = tokio::time::Instant::now();
        desk.sign_out().await;
        assert!(since.elapsed() <= Duration::from_secs(1), "{:?}", since.elapsed());
        // While signing in.
        let sim = simulator();
        sim.fault(Fault::next("ticket", FaultKind::BlackHole));
        let mut desk = Desk::start(&sim, Arc::new(InProcess::new(&sim)), settings(password()));
        desk.wait(2).await;
        let since = tokio::time::Instant::now();
        desk.sign_out().await;
        assert!(since.elapsed() <= Duration::from_secs(1), "{:?}", since.elapsed());
        // While an answer is in flight: it gets three seconds, and what came of it is told.
        let mut desk = Desk::online().await;
        desk.sim.ucwa.invite(im());
        desk.ringing().await;
        desk.sim.fault(Fault::next("accept", FaultKind::Late(2.0)));
        desk.press("a");
        let since = tokio::time::Instant::now();
        desk.sign_out().await;
        assert!(since.elapsed() <= Duration::from_secs(4), "{:?}", since.elapsed());
        let sent = |phase: &Phase| !matches!(phase, Phase::Answering { progress: Progress::Sending, .. });
        assert!(desk.state.incoming.iter().all(|entry| sent(&entry.phase)));
    });
}
