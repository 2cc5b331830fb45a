//! 21 to 26, 35 and 74: the session.

use std::sync::Arc;
use std::time::Duration;

use futures_util::future::BoxFuture;
use rsvp::app::State;
use rsvp::invitation::Outcome;
use rsvp::provider::exchange::{Exchange, Request, StreamedResponse, TransportError};
use rsvp::provider::{Command, Status};
use rsvp::sim::{EndCause, Fault, FaultKind, InProcess, Simulator};

use super::{FOREVER, accepted, hit, stopped};
use crate::support::{TestClient, both, from, im, outcome_of, password, settings, simulator};

#[test]
fn fault_21_the_application_is_forgotten() {
    both(|| async {
        let mut client = TestClient::online().await;
        client.sim.ucwa.invite(im());
        let row = client.ringing().await.id;
        client.sim.ucwa.expire_applications();
        client.until(|state| !state.accounts[0].status.is_online()).await;
        assert!(client.was_notified("ended the session"), "{:?}", client.notices);
        client.sim.ucwa.invite(from("second"));
        client.nothing_is_lost().await;
        assert_eq!(client.sim.ucwa.application_count(), 2);
        assert!(client.state.incoming.get(row).is_some(), "the row is the same one");
        assert_eq!(client.state.history.len(), 0, "and was never said to be over");
        client.press("a");
        accepted(&mut client).await;
        client.nothing_is_lost().await;
        client.end().await;
    });
}

#[test]
fn fault_22_a_page_that_says_404() {
    both(|| async {
        let mut client = TestClient::online().await;
        client.sim.fault(Fault::next("events", FaultKind::page(404)).times(4));
        client.sim.ucwa.interrupt_polls();
        client.wait(1).await;
        client.sim.ucwa.invite(im());
        client.ringing().await;
        let created = client.sim.record().iter().filter(|it| it.summary == "new application").count();
        assert_eq!(created, 1, "the session is the same");
        client.nothing_is_lost().await;
        client.end().await;
    });
}

#[test]
fn fault_23_one_invitation_is_not_found() {
    both(|| async {
        let mut client = TestClient::online().await;
        let gone = client.sim.ucwa.invite(from("first"));
        client.sim.ucwa.invite(from("second"));
        client.until(|state| state.incoming.len() == 2).await;
        client.sim.ucwa.forget(gone);
        client.press("a");
        client.until(|state| state.history.len() == 1).await;
        assert_eq!(outcome_of(&client.state), Some(&Outcome::Lost));
        client.nothing_is_lost().await;
        client.end().await;
    });
}

#[test]
fn fault_24_gone_for_good() {
    both(|| async {
        for subcode in ["InactiveApplicationExpired", "TooManyApplications", "UserAgentNotAllowed"] {
            let mut client = TestClient::online().await;
            client.sim.ucwa.invite(im());
            client.ringing().await;
            hit(&client, "events", FaultKind::error(410, subcode));
            client.until(stopped).await;
            let Status::Stopped(problem) = client.status() else { panic!("{:?}", client.status()) };
            assert!(problem.needs_reconnect, "{subcode}: {problem}");
            let before = client.sim.record().len();
            client.wait(20).await;
            assert_eq!(client.sim.record().len(), before, "nothing is tried without the user");
            client.press("r");
            client.nothing_is_lost().await;
        }
    });
}

#[test]
fn fault_25_the_application_is_forgotten_for_ever() {
    both(|| async {
        let mut client = TestClient::online().await;
        client.sim.fault(Fault::next("events", FaultKind::error(404, "ApplicationNotFound")).times(FOREVER));
        client.sim.ucwa.interrupt_polls();
        let before = client.sim.record().len();
        client.wait(600).await;
        let asked = client.sim.record().len() - before;
        assert!(asked <= 200, "{asked} requests in ten minutes");
        client.sim.heal();
        client.sim.ucwa.invite(im());
        client.nothing_is_lost().await;
    });
}

#[test]
fn fault_26_the_reply_to_creating_the_application_is_lost() {
    both(|| async {
        let sim = simulator();
        sim.fault(Fault::next("applications", FaultKind::LostReply));
        let mut client = TestClient::online_at(&sim).await;
        assert_eq!(sim.ucwa.application_count(), 1, "one application, found again");
        sim.ucwa.invite(im());
        client.ringing().await;
        client.nothing_is_lost().await;
        assert!(client.statuses.iter().all(|status| *status != Status::Replaced));
        client.end().await;
    });
}

#[test]
fn fault_74_signing_in_is_begun_anew_at_once_at_each_of_its_steps() {
    both(|| async {
        let of = ["discovery", "user", "ticket", "applications", "makeMeAvailable", "application"];
        for (of, command) in of.into_iter().flat_map(|of| [(of, Command::Reconnect), (of, Command::Wake)]) {
            let sim = simulator();
            sim.fault(Fault::next(of, FaultKind::BlackHole));
            let mut client = TestClient::start(&sim, Arc::new(InProcess::new(&sim)), settings(password()));
            client.wait(2).await;
            assert!(!client.status().is_online(), "{of}");
            client.provider.commands.send(command.clone()).await.unwrap();
            let online = |state: &State| state.accounts[0].status.is_online();
            assert!(
                client.within(Duration::from_secs(1), online).await,
                "{of} {command:?}: {:?}",
                client.status()
            );
            client.sim.ucwa.invite(im());
            client.ringing().await;
            client.nothing_is_lost().await;
        }
    });
}

#[test]
fn fault_74_what_is_begun_anew_is_begun_on_new_connections() {
    both(|| async {
        for command in [Command::Reconnect, Command::Wake] {
            let sim = simulator();
            sim.fault(Fault::next("user", FaultKind::BlackHole));
            let exchange = Arc::new(Forgetful::of(&sim));
            let mut client = TestClient::start(&sim, exchange.clone(), settings(password()));
            client.wait(2).await;
            assert_eq!(exchange.forgotten(), 0);
            client.provider.commands.send(command).await.unwrap();
            client.until_online().await;
            assert_eq!(exchange.forgotten(), 1);
        }
    });
}

/// An exchange that counts how often its connections were dropped.
struct Forgetful {
    server: InProcess,
    forgotten: std::sync::atomic::AtomicUsize,
}

impl Forgetful {
    fn of(sim: &Simulator) -> Self {
        Self { server: InProcess::new(sim), forgotten: std::sync::atomic::AtomicUsize::new(0) }
    }

    fn forgotten(&self) -> usize {
        self.forgotten.load(std::sync::atomic::Ordering::SeqCst)
    }
}

impl Exchange for Forgetful {
    fn send(&self, request: Request) -> BoxFuture<'static, Result<StreamedResponse, TransportError>> {
        self.server.send(request)
    }

    fn forget_connections(&self) {
        self.forgotten.fetch_add(1, std::sync::atomic::Ordering::SeqCst);
    }
}

#[test]
fn fault_35_a_late_answer_of_an_old_generation() {
    both(|| async {
        let mut client = TestClient::online().await;
        client.sim.fault(Fault::next("invitation", FaultKind::Late(5.0)));
        let old = client.sim.ucwa.invite(rsvp::sim::Invite { linked: true, ..from("old") });
        client.wait(1).await;
        client.sim.ucwa.end(old, EndCause::CallerGivesUp).unwrap();
        client.sim.ucwa.expire_applications();
        client.wait(20).await;
        assert!(client.state.incoming.iter().all(|entry| !entry.is_pending()));
        client.nothing_is_lost().await;
    });
}
