//! What Microsoft Graph refuses or loses, in words, and what is sent again.

use rsvp::app::Phase;
use rsvp::invitation::{Outcome, Rejection};
use rsvp::sim::{CallEvent, CallOutcome, Fault, FaultKind, GraphOptions};

use super::{john, phase, quick, ringing};
use crate::support::Desk;

#[test]
fn each_refusal_is_told_with_its_remedy_and_the_call_rings_on() {
    for (keys, of, kind, words) in [
        ("f+14255550100\n", "redirect", FaultKind::error(403, "7504"), "Calls.Initiate.All"),
        ("D", "reject", FaultKind::error(403, "7504"), "rejecting needs no permission of its own"),
        ("a", "answer", FaultKind::error(403, "7504"), "a one-to-one call needs no permission"),
        ("D", "reject", FaultKind::error(403, "7505"), "another tenant than the bot's token (7505)"),
        ("D", "reject", FaultKind::error(400, "2203"), "does not understand the request (2203)"),
        ("D", "reject", FaultKind::error(403, "Forbidden"), "check the app's permissions"),
        ("a", "answer", FaultKind::error(500, "1005"), "Microsoft Graph has a problem (status 500)"),
        ("D", "reject", FaultKind::page(404), "something other than Microsoft Graph answered (status 404)"),
        ("D", "reject", FaultKind::page(404), "some clouds do not support every request"),
        (
            "D",
            "reject",
            FaultKind::error(404, "ResourceNotFound"),
            "some clouds do not support every request",
        ),
        ("a", "answer", FaultKind::error(404, "ResourceNotFound"), "Microsoft Graph did not find it"),
        ("a", "answer", FaultKind::Refused, "was refused"),
    ] {
        quick(async {
            let mut desk = Desk::bot().await;
            desk.called(john()).await;
            desk.sim.fault(Fault::next(of, kind.clone()).times(100));
            desk.press(keys);
            desk.until(|state| *phase(state) == Phase::Ringing || ringing(state) == 0).await;
            assert!(desk.was_notified(words), "{kind:?}: {:?}", desk.notices);
            desk.sim.heal();
            desk.wait(30).await;
            assert_eq!(ringing(&desk.state), 0);
            desk.end().await;
        });
    }
}

#[test]
fn the_permission_to_redirect_is_asked_for_by_its_name() {
    quick(async {
        let mut desk = Desk::bot_with(GraphOptions { may_redirect: false, ..GraphOptions::default() }).await;
        desk.called(john()).await;
        desk.press("f+14255550100\n");
        desk.until(|state| *phase(state) == Phase::Ringing).await;
        assert!(desk.was_notified("Calls.Initiate.All"), "{:?}", desk.notices);
        desk.press("D");
        assert_eq!(desk.over().await, Outcome::Rejected(Rejection::Busy));
        desk.end().await;
    });
}

#[test]
fn what_was_certainly_not_carried_out_is_sent_again() {
    for kind in [
        FaultKind::error(429, "TooManyRequests"),
        FaultKind::error(503, "ServiceUnavailable"),
        FaultKind::error(429, "TooManyRequests").with("retry-after", "2"),
        FaultKind::Refused,
    ] {
        for (keys, of, outcome) in
            [("D", "reject", Outcome::Rejected(Rejection::Busy)), ("a", "answer", Outcome::Accepted)]
        {
            quick(async {
                let mut desk = Desk::bot().await;
                desk.called(john()).await;
                desk.sim.fault(Fault::next(of, kind.clone()).times(2));
                desk.press(keys);
                assert_eq!(desk.over().await, outcome, "{kind:?}");
                desk.end().await;
            });
        }
    }
}

#[test]
fn a_rejection_whose_reply_was_lost_is_sent_again_and_no_call_then_means_that_it_is_over() {
    for kind in [FaultKind::LostReply, FaultKind::error(504, ""), FaultKind::Cut(0)] {
        quick(async {
            let mut desk = Desk::bot().await;
            desk.called(john()).await;
            desk.sim.fault(Fault::next("reject", kind.clone()));
            desk.press("D");
            let outcome = desk.over().await;
            // Where the first was carried out, nobody can tell that from a caller who gave up in between.
            let carried_out = matches!(kind, FaultKind::LostReply | FaultKind::Cut(_));
            let expected = if carried_out { Outcome::Lost } else { Outcome::Rejected(Rejection::Busy) };
            assert_eq!(outcome, expected, "{kind:?}");
            let rejected = CallOutcome::Rejected { reason: "busy".into() };
            assert_eq!(desk.sim.graph.ended()[0].outcome, rejected, "{kind:?}");
            desk.end().await;
        });
    }
}

#[test]
fn an_answer_whose_reply_was_lost_is_never_sent_again_and_graph_is_asked() {
    quick(async {
        let mut desk = Desk::bot().await;
        desk.called(john()).await;
        // It was carried out, but neither the reply nor a notification tells.
        desk.sim.fault(Fault::next("answer", FaultKind::LostReply));
        desk.sim.fault(Fault::next("notify", FaultKind::Refused).times(8));
        desk.press("a");
        assert_eq!(desk.over().await, Outcome::Accepted);
        assert!(desk.was_notified("not confirmed yet"), "{:?}", desk.notices);
        assert_eq!(desk.count("/answer"), 1);
        desk.sim.heal();
        desk.end().await;
    });
}

#[test]
fn an_answer_that_was_lost_on_its_way_can_be_given_again() {
    quick(async {
        let mut desk = Desk::bot().await;
        desk.called(john()).await;
        desk.sim.fault(Fault::next("answer", FaultKind::Reset));
        desk.press("a");
        desk.until(|state| *phase(state) == Phase::Ringing).await;
        assert!(desk.was_notified("it was not carried out"), "{:?}", desk.notices);
        desk.press("a");
        assert_eq!(desk.over().await, Outcome::Accepted);
        desk.end().await;
    });
}

#[test]
fn a_rejection_of_what_is_over_already_does_not_say_rejected() {
    quick(async {
        let mut desk = Desk::bot().await;
        let number = desk.called(john()).await;
        // The caller gives up, and the notification of it does not come through.
        desk.sim.fault(Fault::next("notify", FaultKind::Refused).times(8));
        desk.sim.graph.trigger(number, CallEvent::CallerGivesUp).unwrap();
        desk.press("D");
        assert_eq!(desk.over().await, Outcome::Lost);
        desk.sim.heal();
        desk.end().await;
    });
}

#[test]
fn the_caller_gives_up_while_the_rejection_is_on_its_way() {
    quick(async {
        let mut desk = Desk::bot().await;
        let number = desk.called(john()).await;
        desk.sim.fault(Fault::next("reject", FaultKind::Delay(2.0)));
        desk.press("D");
        desk.wait(1).await;
        desk.sim.graph.trigger(number, CallEvent::CallerGivesUp).unwrap();
        assert_eq!(desk.over().await, Outcome::CallerGaveUp);
        desk.end().await;
    });
}

#[test]
fn a_rejection_without_a_notification_after_it_is_looked_up() {
    quick(async {
        let mut desk = Desk::bot().await;
        desk.called(john()).await;
        desk.sim.fault(Fault::next("notify", FaultKind::Refused).times(8));
        desk.press("D");
        assert_eq!(desk.over().await, Outcome::Rejected(Rejection::Busy));
        desk.sim.heal();
        desk.end().await;
    });
}

#[test]
fn an_end_that_nobody_told_of_is_found_out() {
    quick(async {
        let mut desk = Desk::bot().await;
        let number = desk.called(john()).await;
        desk.press("a");
        desk.until(|state| !state.conversations.is_empty()).await;
        desk.sim.fault(Fault::next("notify", FaultKind::Refused).times(100));
        desk.sim.graph.trigger(number, CallEvent::OtherPartyHangsUp).unwrap();
        // The keep-alive finds no call.
        desk.wait(600).await;
        desk.until(|state| state.conversations.is_empty()).await;
        assert!(desk.was_notified("The call with John is over"), "{:?}", desk.notices);
        desk.end().await;
    });
}

#[test]
fn hanging_up_what_is_over_is_no_error_and_a_refusal_leaves_the_line_open() {
    quick(async {
        let mut desk = Desk::bot().await;
        let number = desk.called(john()).await;
        desk.press("a");
        desk.until(|state| !state.conversations.is_empty()).await;
        desk.sim.fault(Fault::next("hangUp", FaultKind::error(403, "Forbidden")));
        desk.press("3x");
        desk.until(|state| state.notice.as_ref().is_some_and(|it| it.text.as_str().contains("continues")))
            .await;
        assert_eq!(desk.state.conversations.len(), 1);
        desk.sim.fault(Fault::next("notify", FaultKind::Refused).times(100));
        desk.sim.graph.trigger(number, CallEvent::OtherPartyHangsUp).unwrap();
        desk.press("x");
        desk.until(|state| state.conversations.is_empty()).await;
        desk.end().await;
    });
}
