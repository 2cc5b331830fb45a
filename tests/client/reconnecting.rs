//! Sessions that end and begin again: how soon, by whom and with what.

use std::time::Duration;

use rsvp::app::State;
use rsvp::invitation::Outcome;
use rsvp::provider::{Command, Status};
use rsvp::sim::{Fault, FaultKind, Invite, InviteKind, UcwaServer};

use crate::support::{TestClient, both, from, im, is_online, of, outcome_of, paused};

#[test]
fn the_session_is_begun_anew_after_the_server_forgot_it() {
    both(|| async {
        let mut client = TestClient::online().await;
        client.sim.ucwa.expire_applications();
        client.wait(200).await;
        client.until(|state| state.accounts[0].status.is_online()).await;
        client.sim.until(|sim| sim.ucwa.is_available()).await;
        client.sim.ucwa.invite(im());
        client.ringing().await;
        client.press("a");
        client.until(|state| outcome_of(state) == Some(&Outcome::Accepted)).await;
        client.end().await;
    });
}

#[test]
fn resync_and_resume_lose_nothing() {
    both(|| async {
        for force in [UcwaServer::force_resync, UcwaServer::force_resume] {
            let mut client = TestClient::online().await;
            client.sim.ucwa.invite(im());
            client.ringing().await;
            force(&client.sim.ucwa);
            client.sim.ucwa.invite(of(InviteKind::Phone));
            client.until(|state| state.incoming.len() == 2).await;
            client.press("a");
            client.until(|state| outcome_of(state) == Some(&Outcome::Accepted)).await;
            client.end().await;
        }
    });
}

#[test]
fn another_client_that_takes_the_channel_is_told_and_left_alone() {
    both(|| async {
        let mut client = TestClient::online().await;
        let mut other = TestClient::online_at(&client.sim).await;
        client.until(|state| state.accounts[0].status == Status::Replaced).await;
        // The other one is told what the server has gathered since the sign-in.
        client.wait(10).await;
        let before = client.sim.record().len();
        client.wait(60).await;
        assert_eq!(client.sim.record().len(), before, "the one that was replaced is silent");
        client.press("r");
        other.until(|state| state.accounts[0].status == Status::Replaced).await;
        client.sim.ucwa.invite(im());
        client.ringing().await;
    });
}

#[test]
fn a_steady_session_makes_up_for_those_that_ended_early() {
    both(|| async {
        let mut client = TestClient::online().await;
        let mut waits = Vec::new();
        for steady in [0, 0, 0, 0, 0, 0, 61, 0] {
            client.wait(steady).await;
            client.sim.ucwa.expire_applications();
            client.until(|state| !is_online(state)).await;
            waits.push(client.until_online().await);
        }
        let cooled = Duration::from_secs(4);
        assert!(waits[4] >= cooled && waits[5] >= cooled, "too many ended early: {waits:?}");
        let prompt = Duration::from_secs(2);
        assert!(waits[6] < prompt && waits[7] < prompt, "after a minute all is well again: {waits:?}");
        client.sim.ucwa.invite(im());
        client.nothing_is_lost().await;
    });
}

#[test]
fn good_answers_between_unreadable_ones_begin_the_count_anew() {
    both(|| async {
        let mut client = TestClient::online().await;
        for round in 0..5 {
            client.sim.fault(Fault::next("events", FaultKind::Noise).times(2));
            client.sim.ucwa.interrupt_polls();
            client.wait(1).await;
            let caller = format!("caller{round}");
            client.sim.ucwa.invite(from(&caller));
            client
                .until(|state| state.incoming.iter().any(|it| it.invitation.from.name.as_str() == caller))
                .await;
            client.wait(3).await;
        }
        assert!(!client.was_notified("can't be read"), "{:?}", client.notices);
        assert_eq!(client.sim.ucwa.application_count(), 1);
        assert!(client.sim.record().iter().filter(|it| it.summary.contains("hit by")).count() >= 10);
        client.nothing_is_lost().await;
        client.end().await;
    });
}

#[test]
fn good_answers_between_refusals_begin_the_count_anew() {
    both(|| async {
        let mut client = TestClient::online().await;
        let discoveries = client.count("/oauth/user");
        for _ in 0..5 {
            client.sim.fault(Fault::next("events", FaultKind::error(403, "")).times(2));
            client.sim.ucwa.interrupt_polls();
            client.until(|state| !is_online(state)).await;
            client.until_online().await;
            client.wait(5).await;
        }
        assert_eq!(client.count("/oauth/user"), discoveries, "the account is where it was");
        client.nothing_is_lost().await;
        client.end().await;
    });
}

#[test]
fn a_failed_sign_in_looks_for_the_server_anew() {
    both(|| async {
        let mut client = TestClient::online().await;
        let discoveries = client.count("/oauth/user");
        client.sim.fault(Fault::next("applications", FaultKind::page(404)));
        client.sim.ucwa.expire_applications();
        client.until(|state| !is_online(state)).await;
        client.until_online().await;
        assert!(client.count("/oauth/user") > discoveries, "it may live elsewhere now");
        client.sim.ucwa.invite(im());
        client.nothing_is_lost().await;
    });
}

#[test]
fn a_server_that_forgot_the_application_may_say_so_to_any_request() {
    paused().block_on(async {
        let mut client = TestClient::online().await;
        client.sim.ucwa.invite(im());
        client.ringing().await;
        client.wait(3).await;
        for of in ["accept", "invitation", "any"] {
            client.sim.fault(Fault::next(of, FaultKind::error(404, "ApplicationNotFound")).times(1_000));
        }
        let before = client.sim.record().len();
        client.press("a");
        client.wait(60).await;
        let asked =
            client.sim.record().iter().skip(before).filter(|it| it.target.ends_with("/applications")).count();
        assert!(asked > 0, "status {:?}, notice {}", client.status(), client.notice());
    });
}

#[test]
fn waking_up_sends_nothing_where_only_the_user_can_go_on() {
    both(|| async {
        // The channel belongs to another client now.
        let mut client = TestClient::online().await;
        let _other = TestClient::online_at(&client.sim).await;
        client.until(|state| state.accounts[0].status == Status::Replaced).await;
        // The other one is told what the server has gathered since the sign-in.
        client.wait(10).await;
        let before = client.sim.record().len();
        client.provider.commands.send(Command::Wake).await.unwrap();
        client.wait(60).await;
        assert_eq!(client.sim.record().len(), before, "{}", client.transcript());
        assert_eq!(*client.status(), Status::Replaced);
        // The session is gone for good.
        let mut client = TestClient::online().await;
        client.sim.fault(Fault::next("events", FaultKind::error(410, "TooManyApplications")));
        client.sim.ucwa.interrupt_polls();
        client.until(|state| matches!(state.accounts[0].status, Status::Stopped(_))).await;
        let before = client.sim.record().len();
        client.provider.commands.send(Command::Wake).await.unwrap();
        client.wait(60).await;
        assert_eq!(client.sim.record().len(), before);
        assert!(matches!(client.status(), Status::Stopped(_)));
    });
}

#[test]
fn what_is_asked_for_on_a_dead_connection_is_asked_for_again_when_the_machine_wakes_up() {
    both(|| async {
        let mut client = TestClient::online().await;
        client.sim.fault(Fault::next("invitation", FaultKind::BlackHole));
        client.sim.ucwa.invite(Invite { linked: true, ..im() });
        client.until(|state| !state.incoming.is_empty()).await;
        client.wait(1).await;
        client.provider.commands.send(Command::Wake).await.unwrap();
        let read = |state: &State| state.incoming.iter().any(|entry| entry.invitation.offers.accept);
        assert!(client.within(Duration::from_secs(1), read).await, "it waits for a connection that is dead");
        client.nothing_is_lost().await;
        client.end().await;
    });
}

#[test]
fn a_server_that_has_nothing_to_tell_and_is_far_away_stays_online() {
    both(|| async {
        let mut client = TestClient::online().await;
        client.sim.fault(Fault::next("events", FaultKind::Late(2.0)).times(20));
        client.wait(1_200).await;
        assert!(!client.statuses.iter().any(|status| matches!(status, Status::Retrying { .. })));
        assert!(client.state.accounts[0].status.is_online(), "{}", client.transcript());
        client.end().await;
    });
}

#[test]
fn a_server_that_asks_for_time_while_the_user_signs_in_is_given_it() {
    both(|| async {
        let mut client = TestClient::online().await;
        let busy = FaultKind::error(503, "").with("retry-after", "40");
        client.sim.fault(Fault::next("applications", busy));
        client.sim.ucwa.expire_applications();
        let is_asked = |state: &State| {
            matches!(&state.accounts[0].status, Status::Retrying { at, .. }
                if at.left(state.now.moment) > Duration::from_secs(35))
        };
        client.until(is_asked).await;
        let before = client.sim.record().len();
        client.wait(35).await;
        assert_eq!(client.sim.record().len(), before, "nothing is asked before");
        client.until_online().await;
        client.end().await;
    });
}
