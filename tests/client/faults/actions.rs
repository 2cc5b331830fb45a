//! 50 to 58: answers on their way.

use std::time::Duration;

use rsvp::app::{Phase, Progress};
use rsvp::invitation::{Outcome, Reason};
use rsvp::sim::{EndCause, Fault, FaultKind, InviteKind, UcwaOptions};

use super::{accepted, hit_what_is_told};
use crate::support::{Desk, both, im, of, outcome_of, password, simulator, simulator_with};

#[test]
fn fault_50_an_answer_that_never_left() {
    both(|| async {
        let mut desk = Desk::online().await;
        desk.sim.ucwa.invite(im());
        desk.ringing().await;
        desk.sim.fault(Fault::next("accept", FaultKind::Refused));
        desk.press("a");
        desk.until(|state| state.notice.is_some()).await;
        assert!(desk.was_notified("refused"), "{:?}", desk.notices);
        assert!(desk.state.incoming.iter().all(|entry| entry.phase == Phase::Ringing));
        desk.press("a");
        accepted(&mut desk).await;
        desk.nothing_is_lost().await;
        desk.end().await;
    });
}

#[test]
fn fault_51_an_answer_whose_reply_is_lost() {
    both(|| async {
        for keys in ["a", "D"] {
            let mut desk = Desk::online().await;
            desk.sim.ucwa.invite(im());
            desk.ringing().await;
            for action in ["accept", "decline"] {
                desk.sim.fault(Fault::next(action, FaultKind::LostReply));
            }
            hit_what_is_told(&mut desk, FaultKind::Late(4.0)).await;
            desk.press(keys);
            let unknown =
                |phase: &Phase| matches!(phase, Phase::Answering { progress: Progress::Unknown, .. });
            desk.until(|state| state.incoming.iter().any(|entry| unknown(&entry.phase))).await;
            desk.until(|state| state.history.len() == 1).await;
            let expected = if keys == "a" { Outcome::Accepted } else { Outcome::Declined(Reason::Local) };
            assert_eq!(outcome_of(&desk.state), Some(&expected));
            assert_eq!(desk.posts().len(), 1, "no blind repeat");
            desk.nothing_is_lost().await;
            desk.end().await;
        }
    });
}

#[test]
fn fault_52_the_first_answer_arrives_after_the_second() {
    both(|| async {
        let sim = simulator_with(UcwaOptions { ring: Duration::from_secs(90), ..UcwaOptions::default() });
        let mut desk = Desk::online_at(&sim).await;
        desk.sim.ucwa.invite(im());
        desk.ringing().await;
        desk.sim.fault(Fault::next("accept", FaultKind::Delay(30.0)));
        desk.press("a");
        desk.until(|state| state.notice.is_some()).await;
        desk.until(|state| state.incoming.iter().all(|entry| entry.phase == Phase::Ringing)).await;
        desk.press("a");
        accepted(&mut desk).await;
        desk.wait(40).await;
        assert_eq!(desk.state.history.len(), 1);
        desk.nothing_is_lost().await;
        desk.end().await;
    });
}

#[test]
fn fault_53_an_error_of_the_server_in_reply_to_an_answer() {
    both(|| async {
        for kind in
            [FaultKind::error(503, ""), FaultKind::error(500, ""), FaultKind::page(502), FaultKind::page(504)]
        {
            let mut desk = Desk::online().await;
            desk.sim.ucwa.invite(im());
            desk.ringing().await;
            desk.sim.fault(Fault::next("accept", kind));
            desk.press("a");
            desk.until(|state| state.notice.is_some()).await;
            assert!(desk.was_notified("not confirmed yet"), "{:?}", desk.notices);
            desk.until(|state| state.incoming.iter().all(|entry| entry.phase == Phase::Ringing)).await;
            assert_eq!(desk.posts().len(), 1, "no blind repeat");
            desk.press("a");
            accepted(&mut desk).await;
            desk.nothing_is_lost().await;
            desk.end().await;
        }
    });
}

#[test]
fn fault_54_an_answer_with_an_old_token() {
    both(|| async {
        let mut desk = Desk::signed_in(&simulator(), password()).await;
        desk.sim.ucwa.invite(im());
        desk.ringing().await;
        desk.sim.ucwa.expire_tokens();
        desk.press("a");
        accepted(&mut desk).await;
        assert_eq!(desk.posts().len(), 2, "refused, renewed, sent once more");
        desk.nothing_is_lost().await;
        desk.end().await;
    });
}

#[test]
fn fault_55_the_caller_is_faster() {
    both(|| async {
        let mut desk = Desk::online().await;
        let id = desk.sim.ucwa.invite(im());
        desk.ringing().await;
        desk.sim.fault(Fault::next("accept", FaultKind::Delay(1.0)));
        desk.press("a");
        desk.sim.ucwa.end(id, EndCause::CallerGivesUp).unwrap();
        desk.until(|state| state.history.len() == 1).await;
        desk.wait(5).await;
        assert_eq!(outcome_of(&desk.state), Some(&Outcome::CallerGaveUp));
        assert!(desk.was_notified("before your answer took effect"), "{:?}", desk.notices);
        desk.nothing_is_lost().await;
        desk.end().await;
    });
}

#[test]
fn fault_56_answered_on_another_device() {
    both(|| async {
        let mut desk = Desk::online().await;
        let id = desk.sim.ucwa.invite(of(InviteKind::Phone));
        desk.ringing().await;
        desk.sim.ucwa.end(id, EndCause::AnsweredElsewhere).unwrap();
        desk.until(|state| outcome_of(state) == Some(&Outcome::AnsweredElsewhere)).await;
        desk.nothing_is_lost().await;
        desk.end().await;
    });
}

#[test]
fn fault_57_accept_and_decline_together() {
    both(|| async {
        let mut desk = Desk::online().await;
        desk.sim.ucwa.invite(im());
        desk.ringing().await;
        desk.sim.fault(Fault::next("accept", FaultKind::Late(2.0)));
        desk.press("aDDa");
        desk.until(|state| state.history.len() == 1).await;
        assert_eq!(desk.posts().len(), 1, "one flight for each invitation");
        desk.nothing_is_lost().await;
        desk.end().await;
    });
}

#[test]
fn fault_58_an_href_of_an_old_generation() {
    both(|| async {
        let mut desk = Desk::online().await;
        let id = desk.sim.ucwa.invite(im());
        desk.ringing().await;
        desk.sim.ucwa.forget(id);
        desk.sim.ucwa.expire_applications();
        // The new session is there, but what it is not told of is not yet taken off the list.
        desk.until(|state| !state.accounts[0].status.is_online()).await;
        desk.until_online().await;
        desk.press("a");
        desk.until(|state| state.notice.as_ref().is_some_and(|it| it.text.as_str().contains("earlier")))
            .await;
        assert_eq!(desk.posts().len(), 0, "nothing was sent to an address of the old session");
        desk.nothing_is_lost().await;
        desk.end().await;
    });
}
