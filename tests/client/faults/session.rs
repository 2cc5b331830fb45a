//! 21 to 35: the session and its event channel.

use std::sync::Arc;
use std::time::Duration;

use futures_util::future::BoxFuture;
use rsvp::app::State;
use rsvp::invitation::Outcome;
use rsvp::provider::exchange::{Exchange, Request, StreamedResponse, TransportError};
use rsvp::provider::{Command, Status};
use rsvp::sim::{Ended, Fault, FaultKind, InProcess, Simulator};

use super::stopped;
use super::{FOREVER, accepted, hit, links};
use crate::support::{Desk, both, from, im, outcome_of, password, settings, simulator};

#[test]
fn fault_21_the_application_is_forgotten() {
    both(|| async {
        let mut desk = Desk::online().await;
        desk.sim.invite(im());
        let row = desk.ringing().await.id;
        desk.sim.expire_application();
        desk.until(|state| !state.accounts[0].status.is_online()).await;
        assert!(desk.was_told("ended the session"), "{:?}", desk.notices);
        desk.sim.invite(from("second"));
        desk.nothing_is_lost().await;
        assert_eq!(desk.sim.generations(), 2);
        assert!(desk.state.incoming.get(row).is_some(), "the row is the same one");
        assert_eq!(desk.state.history.len(), 0, "and was never said to be over");
        desk.press("a");
        accepted(&mut desk).await;
        desk.nothing_is_lost().await;
        desk.end().await;
    });
}

#[test]
fn fault_22_a_page_that_says_404() {
    both(|| async {
        let mut desk = Desk::online().await;
        desk.sim.fault(Fault::next("events", FaultKind::page(404)).times(4));
        desk.sim.interrupt_polls();
        desk.wait(1).await;
        desk.sim.invite(im());
        desk.ringing().await;
        let created = desk.sim.record().iter().filter(|it| it.what == "application").count();
        assert_eq!(created, 1, "the session is the same");
        desk.nothing_is_lost().await;
        desk.end().await;
    });
}

#[test]
fn fault_23_one_invitation_is_not_found() {
    both(|| async {
        let mut desk = Desk::online().await;
        let gone = desk.sim.invite(from("first"));
        desk.sim.invite(from("second"));
        desk.until(|state| state.incoming.len() == 2).await;
        desk.sim.forget(gone);
        desk.press("a");
        desk.until(|state| state.history.len() == 1).await;
        assert_eq!(outcome_of(&desk.state), Some(&Outcome::Lost));
        desk.nothing_is_lost().await;
        desk.end().await;
    });
}

#[test]
fn fault_24_gone_for_good() {
    both(|| async {
        for subcode in ["InactiveApplicationExpired", "TooManyApplications", "UserAgentNotAllowed"] {
            let mut desk = Desk::online().await;
            desk.sim.invite(im());
            desk.ringing().await;
            hit(&desk, "events", FaultKind::error(410, subcode));
            desk.until(stopped).await;
            let Status::Stopped(problem) = desk.status() else { panic!("{:?}", desk.status()) };
            assert!(problem.needs_reconnect, "{subcode}: {problem}");
            let before = desk.sim.record().len();
            desk.wait(20).await;
            assert_eq!(desk.sim.record().len(), before, "nothing is tried without the user");
            desk.press("r");
            desk.nothing_is_lost().await;
        }
    });
}

#[test]
fn fault_25_the_application_is_forgotten_for_ever() {
    both(|| async {
        let mut desk = Desk::online().await;
        desk.sim.fault(Fault::next("events", FaultKind::error(404, "ApplicationNotFound")).times(FOREVER));
        desk.sim.interrupt_polls();
        let before = desk.sim.record().len();
        desk.wait(600).await;
        let asked = desk.sim.record().len() - before;
        assert!(asked <= 200, "{asked} requests in ten minutes");
        desk.sim.heal();
        desk.sim.invite(im());
        desk.nothing_is_lost().await;
    });
}

#[test]
fn fault_26_the_reply_to_creating_the_application_is_lost() {
    both(|| async {
        let sim = simulator();
        sim.fault(Fault::next("applications", FaultKind::LostReply));
        let mut desk = Desk::beside(&sim).await;
        assert_eq!(sim.generations(), 1, "one application, found again");
        sim.invite(im());
        desk.ringing().await;
        desk.nothing_is_lost().await;
        assert!(desk.statuses.iter().all(|status| *status != Status::Replaced));
        desk.end().await;
    });
}

#[test]
fn fault_27_resync() {
    both(|| async {
        let mut desk = Desk::online().await;
        let known = desk.sim.invite(from("known"));
        desk.ringing().await;
        desk.sim.forget(known);
        desk.sim.force_resync();
        desk.sim.invite(from("new"));
        desk.until(|state| state.incoming.iter().any(|it| it.invitation.from.name.as_str() == "new")).await;
        desk.nothing_is_lost().await;
        assert_eq!(outcome_of(&desk.state), Some(&Outcome::Lost), "the known one was asked for");
        desk.end().await;
    });
}

#[test]
fn fault_28_resync_again_and_again() {
    both(|| async {
        let mut desk = Desk::online().await;
        desk.sim.invite(im());
        desk.ringing().await;
        desk.sim.fault(Fault::next("events", links(&[("resync", "next")])).times(FOREVER));
        desk.sim.interrupt_polls();
        let created = desk.sim.generations();
        for _ in 0..30 {
            desk.sim.interrupt_polls();
            desk.wait(1).await;
        }
        assert!(desk.sim.generations() > created, "the application was created again");
        desk.nothing_is_lost().await;
    });
}

#[test]
fn fault_29_resume() {
    both(|| async {
        let mut desk = Desk::online().await;
        desk.sim.invite(from("known"));
        desk.ringing().await;
        desk.sim.force_resume();
        desk.sim.invite(from("new"));
        desk.until(|state| state.incoming.len() == 2).await;
        desk.wait(1).await;
        let polls: Vec<_> =
            desk.sim.record().into_iter().filter(|it| it.target.contains("/events")).collect();
        assert!(polls.last().unwrap().target.contains("timeout=180"), "the parameters are sent again");
        assert!(
            desk.sim.record().iter().any(|it| it.what.starts_with("Invitation")),
            "known hrefs are read again"
        );
        desk.nothing_is_lost().await;
        desk.end().await;
    });
}

#[test]
fn fault_30_next_and_resync_together() {
    both(|| async {
        let mut desk = Desk::online().await;
        desk.sim.invite(im());
        desk.ringing().await;
        hit(&desk, "events", links(&[("next", "next"), ("resync", "next")]));
        desk.wait(2).await;
        desk.sim.interrupt_polls();
        desk.wait(2).await;
        assert!(desk.sim.record().iter().any(|it| it.what.starts_with("Invitation")), "resync wins");
        desk.nothing_is_lost().await;
        desk.end().await;
    });
}

#[test]
fn fault_31_no_link_at_all() {
    both(|| async {
        let mut desk = Desk::online().await;
        hit(&desk, "events", links(&[]));
        desk.wait(1).await;
        desk.sim.invite(im());
        desk.ringing().await;
        desk.nothing_is_lost().await;
    });
}

#[test]
fn fault_32_next_is_where_we_are() {
    both(|| async {
        let mut desk = Desk::online().await;
        let before = desk.sim.record().len();
        desk.sim.fault(Fault::next("events", links(&[("next", "self")])).times(50));
        desk.sim.interrupt_polls();
        for _ in 0..20 {
            desk.sim.interrupt_polls();
            desk.wait(1).await;
        }
        let asked = desk.sim.record().len() - before;
        assert!(asked < 60, "{asked} requests in 20 s");
        desk.sim.heal();
        desk.sim.invite(im());
        desk.ringing().await;
        desk.nothing_is_lost().await;
    });
}

#[test]
fn fault_33_replaced_by_ourselves() {
    both(|| async {
        let mut desk = Desk::online().await;
        for _ in 0..5 {
            desk.press("r");
            desk.wait(1).await;
        }
        assert!(desk.statuses.iter().all(|status| *status != Status::Replaced));
        desk.sim.invite(im());
        desk.ringing().await;
        desk.nothing_is_lost().await;
        desk.end().await;
    });
}

#[test]
fn fault_34_replaced_by_another() {
    both(|| async {
        let mut desk = Desk::online().await;
        let mut other = Desk::beside(&desk.sim).await;
        desk.until(|state| state.accounts[0].status == Status::Replaced).await;
        let before = desk.sim.record().len();
        desk.wait(150).await;
        assert_eq!(desk.sim.record().len(), before, "the one that was replaced is silent");
        desk.sim.invite(im());
        other.ringing().await;
        desk.press("r");
        other.until(|state| state.accounts[0].status == Status::Replaced).await;
        desk.sim.invite(from("second"));
        desk.until(|state| state.incoming.iter().any(|it| it.invitation.from.name.as_str() == "second"))
            .await;
    });
}

#[test]
fn fault_34_a_proxy_that_repeats_polls_is_not_another_client() {
    both(|| async {
        let mut desk = Desk::online().await;
        desk.wait(70).await;
        for _ in 0..2 {
            hit(&desk, "events", FaultKind::Repeated);
            desk.wait(5).await;
            assert!(desk.status().is_online(), "{:?}", desk.status());
            desk.sim.invite(im());
            desk.ringing().await;
        }
        assert!(desk.statuses.iter().all(|status| *status != Status::Replaced));
        desk.nothing_is_lost().await;
        // A long day: twice a minute is not another client, either.
        for _ in 0..10 {
            desk.wait(61).await;
            hit(&desk, "events", FaultKind::Repeated);
        }
        desk.wait(5).await;
        assert!(desk.statuses.iter().all(|status| *status != Status::Replaced));
        desk.end().await;
    });
}

#[test]
fn fault_34_two_clients_do_not_take_the_channel_from_each_other_for_ever() {
    both(|| async {
        let mut desk = Desk::online().await;
        let mut other = Desk::beside(&desk.sim).await;
        desk.wait(60).await;
        other.wait(60).await;
        let replaced = [&desk, &other].map(|one| *one.status() == Status::Replaced);
        assert_eq!(replaced.iter().filter(|it| **it).count(), 1, "one has yielded, and one is online");
        let polls = desk.count("/events");
        assert!(polls <= 14, "{polls} polls");
        desk.wait(120).await;
        assert!(desk.count("/events") <= polls + 2, "nobody takes it back unasked");
    });
}

#[test]
fn fault_74_signing_in_is_begun_anew_at_once_at_each_of_its_steps() {
    both(|| async {
        let of = ["discovery", "user", "ticket", "applications", "makeMeAvailable", "application"];
        for (of, command) in of.into_iter().flat_map(|of| [(of, Command::Reconnect), (of, Command::Wake)]) {
            let sim = simulator();
            sim.fault(Fault::next(of, FaultKind::BlackHole));
            let mut desk = Desk::start(&sim, Arc::new(InProcess::new(&sim)), settings(password()));
            desk.wait(2).await;
            assert!(!desk.status().is_online(), "{of}");
            desk.provider.commands.send(command.clone()).await.unwrap();
            let online = |state: &State| state.accounts[0].status.is_online();
            assert!(
                desk.within(Duration::from_secs(1), online).await,
                "{of} {command:?}: {:?}",
                desk.status()
            );
            desk.sim.invite(im());
            desk.ringing().await;
            desk.nothing_is_lost().await;
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
            let mut desk = Desk::start(&sim, exchange.clone(), settings(password()));
            desk.wait(2).await;
            assert_eq!(exchange.forgotten(), 0);
            desk.provider.commands.send(command).await.unwrap();
            desk.until_online().await;
            assert_eq!(exchange.forgotten(), 1);
        }
    });
}

/// Counts how often connections were let go of.
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
fn fault_76_an_empty_answer_to_a_poll_moves_no_acknowledgement() {
    both(|| async {
        let mut desk = Desk::online().await;
        desk.sim.invite(from("first"));
        desk.ringing().await;
        desk.wait(3).await;
        let after_empty = |desk: &Desk| {
            let record = desk.sim.record();
            let polls: Vec<_> = record.iter().filter(|it| it.target.contains("/events")).collect();
            let empty = polls.iter().rposition(|it| it.what.contains("Empty")).unwrap();
            [polls[empty].target.clone(), polls[empty + 1].target.clone()]
        };
        // At once, and after it was held for a while.
        for held in [1, 5] {
            hit(&desk, "events", FaultKind::Empty);
            desk.wait(held).await;
            desk.sim.interrupt_polls();
            desk.wait(2).await;
            let [empty, next] = after_empty(&desk);
            assert_eq!(empty, next, "the same address again");
            assert!(desk.status().is_online(), "{:?}", desk.status());
        }
        desk.sim.fault(Fault::next("events", FaultKind::Empty));
        desk.wait(400).await;
        desk.sim.invite(from("second"));
        desk.until(|state| state.incoming.iter().any(|it| it.invitation.from.name.as_str() == "second"))
            .await;
        let resynced = desk.sim.record().iter().filter(|it| it.target.contains("ack=1&")).count();
        assert_eq!(resynced, 1, "the channel was not started over");
        desk.nothing_is_lost().await;
        desk.end().await;
    });
}

#[test]
fn fault_75_a_thousand_resources_to_read_again_hold_up_no_poll_and_no_answer() {
    both(|| async {
        let mut desk = Desk::online().await;
        for number in 0..1_000 {
            desk.sim.invite(from(&format!("caller{number}")));
        }
        desk.until(|state| state.incoming.len() == 1_000).await;
        desk.sim.force_resync();
        desk.sim.invite(from("during"));
        let shown =
            |state: &State| state.incoming.iter().any(|it| it.invitation.from.name.as_str() == "during");
        assert!(
            desk.within(Duration::from_secs(1), shown).await,
            "the poll after the resync went out at once"
        );
        let id = desk.sim.invite(from("after"));
        let shown =
            |state: &State| state.incoming.iter().any(|it| it.invitation.from.name.as_str() == "after");
        assert!(desk.within(Duration::from_millis(200), shown).await, "and so did the one after that");
        desk.press("/after\na");
        let answered = |sim: &Simulator| !sim.truth().iter().any(|truth| truth.id == id);
        let since = tokio::time::Instant::now();
        desk.sim.until(answered).await;
        assert!(since.elapsed() < Duration::from_millis(200), "{:?}", since.elapsed());
        desk.press("/\u{15}\n");
        // Twenty a second.
        desk.nothing_is_lost_after(Duration::from_secs(120)).await;
    });
}

#[test]
fn fault_75_what_is_overdue_is_not_asked_for_again_while_it_is_being_asked_for() {
    both(|| async {
        let mut desk = Desk::online().await;
        let id = desk.sim.invite(im());
        desk.ringing().await;
        desk.sim.forget(id);
        desk.sim.fault(Fault::next("invitation", FaultKind::Late(15.0)));
        desk.wait(45).await;
        let asked = desk.sim.record().iter().filter(|it| it.what.starts_with("Invitation")).count();
        assert!(asked <= 1, "asked {asked} times while the first request was on its way");
        desk.nothing_is_lost().await;
    });
}

#[test]
fn fault_35_a_late_answer_of_an_old_generation() {
    both(|| async {
        let mut desk = Desk::online().await;
        desk.sim.fault(Fault::next("invitation", FaultKind::Late(5.0)));
        let old = desk.sim.invite(rsvp::sim::Invite { linked: true, ..from("old") });
        desk.wait(1).await;
        desk.sim.end(old, Ended::CallerGivesUp).unwrap();
        desk.sim.expire_application();
        desk.wait(20).await;
        assert!(desk.state.incoming.iter().all(|entry| !entry.is_pending()));
        desk.nothing_is_lost().await;
    });
}
