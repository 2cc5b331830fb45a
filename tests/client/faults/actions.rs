//! 50 to 58: answers on their way.

use std::time::Duration;

use rsvp::app::{Phase, Progress};
use rsvp::invitation::{Outcome, Reason};
use rsvp::sim::{EndCause, Fault, FaultKind, InviteKind, UcwaOptions};

use super::{accepted, hit_what_is_told};
use crate::support::{TestClient, both, im, of, outcome_of, password, simulator, simulator_with};

#[test]
fn fault_50_an_answer_that_never_left() {
    both(|| async {
        let mut client = TestClient::online().await;
        client.sim.ucwa.invite(im());
        client.ringing().await;
        client.sim.fault(Fault::next("accept", FaultKind::Refused));
        client.press("a");
        client.until(|state| state.notice.is_some()).await;
        assert!(client.was_notified("refused"), "{:?}", client.notices);
        assert!(client.state.incoming.iter().all(|entry| entry.phase == Phase::Ringing));
        client.press("a");
        accepted(&mut client).await;
        client.nothing_is_lost().await;
        client.end().await;
    });
}

#[test]
fn fault_51_an_answer_whose_reply_is_lost() {
    both(|| async {
        for keys in ["a", "D"] {
            let mut client = TestClient::online().await;
            client.sim.ucwa.invite(im());
            client.ringing().await;
            for action in ["accept", "decline"] {
                client.sim.fault(Fault::next(action, FaultKind::LostReply));
            }
            hit_what_is_told(&mut client, FaultKind::Late(4.0)).await;
            client.press(keys);
            let unknown =
                |phase: &Phase| matches!(phase, Phase::Answering { progress: Progress::Unknown, .. });
            client.until(|state| state.incoming.iter().any(|entry| unknown(&entry.phase))).await;
            client.until(|state| state.history.len() == 1).await;
            let expected = if keys == "a" { Outcome::Accepted } else { Outcome::Declined(Reason::Local) };
            assert_eq!(outcome_of(&client.state), Some(&expected));
            assert_eq!(client.posts().len(), 1, "no blind repeat");
            client.nothing_is_lost().await;
            client.end().await;
        }
    });
}

#[test]
fn fault_52_the_first_answer_arrives_after_the_second() {
    both(|| async {
        let sim = simulator_with(UcwaOptions { ring: Duration::from_secs(90), ..UcwaOptions::default() });
        let mut client = TestClient::online_at(&sim).await;
        client.sim.ucwa.invite(im());
        client.ringing().await;
        client.sim.fault(Fault::next("accept", FaultKind::Delay(30.0)));
        client.press("a");
        client.until(|state| state.notice.is_some()).await;
        client.until(|state| state.incoming.iter().all(|entry| entry.phase == Phase::Ringing)).await;
        client.press("a");
        accepted(&mut client).await;
        client.wait(40).await;
        assert_eq!(client.state.history.len(), 1);
        client.nothing_is_lost().await;
        client.end().await;
    });
}

#[test]
fn fault_53_an_error_of_the_server_in_reply_to_an_answer() {
    both(|| async {
        for kind in
            [FaultKind::error(503, ""), FaultKind::error(500, ""), FaultKind::page(502), FaultKind::page(504)]
        {
            let mut client = TestClient::online().await;
            client.sim.ucwa.invite(im());
            client.ringing().await;
            client.sim.fault(Fault::next("accept", kind));
            client.press("a");
            client.until(|state| state.notice.is_some()).await;
            assert!(client.was_notified("not confirmed yet"), "{:?}", client.notices);
            client.until(|state| state.incoming.iter().all(|entry| entry.phase == Phase::Ringing)).await;
            assert_eq!(client.posts().len(), 1, "no blind repeat");
            client.press("a");
            accepted(&mut client).await;
            client.nothing_is_lost().await;
            client.end().await;
        }
    });
}

#[test]
fn fault_54_an_answer_with_an_old_token() {
    both(|| async {
        let mut client = TestClient::signed_in(&simulator(), password()).await;
        client.sim.ucwa.invite(im());
        client.ringing().await;
        // Nothing else renews the token: everything was read.
        client.wait(5).await;
        client.sim.ucwa.expire_tokens();
        client.press("a");
        accepted(&mut client).await;
        assert_eq!(client.posts().len(), 2, "refused, renewed, sent once more");
        client.nothing_is_lost().await;
        client.end().await;
    });
}

#[test]
fn fault_55_the_caller_is_faster() {
    both(|| async {
        let mut client = TestClient::online().await;
        let id = client.sim.ucwa.invite(im());
        client.ringing().await;
        client.sim.fault(Fault::next("accept", FaultKind::Delay(1.0)));
        client.press("a");
        client.sim.ucwa.end(id, EndCause::CallerGivesUp).unwrap();
        client.until(|state| state.history.len() == 1).await;
        client.wait(5).await;
        assert_eq!(outcome_of(&client.state), Some(&Outcome::CallerGaveUp));
        assert!(client.was_notified("before your answer took effect"), "{:?}", client.notices);
        client.nothing_is_lost().await;
        client.end().await;
    });
}

#[test]
fn fault_56_answered_on_another_device() {
    both(|| async {
        let mut client = TestClient::online().await;
        let id = client.sim.ucwa.invite(of(InviteKind::Phone));
        client.ringing().await;
        client.sim.ucwa.end(id, EndCause::AnsweredElsewhere).unwrap();
        client.until(|state| outcome_of(state) == Some(&Outcome::AnsweredElsewhere)).await;
        client.nothing_is_lost().await;
        client.end().await;
    });
}

#[test]
fn fault_57_accept_and_decline_together() {
    both(|| async {
        let mut client = TestClient::online().await;
        client.sim.ucwa.invite(im());
        client.ringing().await;
        client.sim.fault(Fault::next("accept", FaultKind::Late(2.0)));
        client.press("aDDa");
        client.until(|state| state.history.len() == 1).await;
        assert_eq!(client.posts().len(), 1, "one flight for each invitation");
        client.nothing_is_lost().await;
        client.end().await;
    });
}

#[test]
fn fault_58_an_href_of_an_old_generation() {
    both(|| async {
        let mut client = TestClient::online().await;
        let id = client.sim.ucwa.invite(im());
        client.ringing().await;
        client.sim.ucwa.forget(id);
        client.sim.fault(Fault::next("events", FaultKind::Delay(5.0)));
        client.sim.ucwa.expire_applications();
        // The new session is there, but what it is not told of is not yet taken off the list.
        client.until(|state| !state.accounts[0].status.is_online()).await;
        client.until_online().await;
        client.press("a");
        client
            .until(|state| state.notice.as_ref().is_some_and(|it| it.text.as_str().contains("earlier")))
            .await;
        assert_eq!(client.posts().len(), 0, "nothing was sent to an address of the old session");
        client.nothing_is_lost().await;
        client.end().await;
    });
}
