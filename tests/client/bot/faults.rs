//! The faults of a bot by their numbers: 59, 67, 69 and 70; 68 is in `tokens`, and 69 also in `sockets`.

use std::time::Duration;

use rsvp::app::State;
use rsvp::invitation::{Outcome, Rejection};
use rsvp::sim::{CallEvent, Fault, FaultKind, Malformed};

use super::{john, quick, ringing};
use crate::support::Desk;

#[test]
fn fault_59_a_call_runs_out_and_nothing_is_sent_for_it() {
    quick(async {
        let mut desk = Desk::bot().await;
        let number = desk.called(john()).await;
        // Nobody tells that it is over.
        desk.sim.fault(Fault::next("notify", FaultKind::Refused).times(100));
        let took = desk.until(|state| ringing(state) == 0).await;
        assert!((14.9..15.1).contains(&took.as_secs_f64()), "{took:?}");
        assert_eq!(desk.over().await, Outcome::Expired);
        desk.press("Da");
        desk.wait(60).await;
        assert_eq!(desk.sent(), Vec::<String>::new());
        assert!(desk.sim.graph.ended().iter().any(|ending| ending.number == number));
        desk.end().await;
    });
}

#[test]
fn fault_59_what_is_not_on_its_way_in_time_is_not_sent_any_more() {
    // A token that takes too long, and a service that asks to wait.
    for (of, kind) in [
        ("graphToken", FaultKind::Late(20.0)),
        ("reject", FaultKind::error(503, "").with("retry-after", "60")),
        ("reject", FaultKind::error(429, "")),
    ] {
        quick(async {
            let mut desk = Desk::bot().await;
            let number = desk.called(john()).await;
            desk.sim.graph.expire_tokens();
            desk.sim.fault(Fault::next(of, kind.clone()).times(100));
            desk.press("D");
            desk.wait(15).await;
            let sent = desk.sent().len();
            desk.sim.heal();
            desk.wait(60).await;
            assert_eq!(desk.sent().len(), sent, "{kind:?}: nothing after the deadline");
            assert_eq!(ringing(&desk.state), 0, "{kind:?}");
            assert!(!matches!(desk.over().await, Outcome::Rejected(_)), "{kind:?}");
            assert!(desk.sim.graph.ended().iter().any(|ending| ending.number == number));
            desk.end().await;
        });
    }
}

#[test]
fn fault_67_the_same_notification_twice_and_in_another_order() {
    for kind in [FaultKind::Twice, FaultKind::LostReply, FaultKind::Reversed, FaultKind::Delay(0.5)] {
        quick(async {
            let mut desk = Desk::bot().await;
            for (keys, expected) in [
                ("D", Outcome::Rejected(Rejection::Busy)),
                ("a", Outcome::Accepted),
                ("f+14255550100\n", Outcome::Forwarded),
            ] {
                desk.called(john()).await;
                desk.sim.fault(Fault::next("notify", kind.clone()).times(3));
                desk.press(keys);
                assert_eq!(desk.over().await, expected, "{kind:?}");
                desk.sim.heal();
                desk.rest().await;
            }
            desk.wait(30).await;
            assert_eq!(desk.state.history.len(), 3, "{kind:?}: one entry each");
            assert!(desk.end_counts.values().all(|told| *told == 1), "{kind:?}: {:?}", desk.end_counts);
            assert_eq!(desk.late_events, Vec::new(), "{kind:?}");
            assert_eq!(desk.state.conversations.len(), 1, "{kind:?}");
            desk.press("3x");
            desk.until(|state| state.conversations.is_empty()).await;
            desk.end().await;
        });
    }
}

#[test]
fn fault_67_the_end_comes_before_the_beginning() {
    quick(async {
        let mut desk = Desk::bot().await;
        desk.sim.fault(Fault::next("notify", FaultKind::Reversed));
        let number = desk.sim.graph.call(john());
        desk.wait(1).await;
        assert_eq!(ringing(&desk.state), 0, "the first notification is held back");
        desk.sim.graph.trigger(number, CallEvent::CallerGivesUp).unwrap();
        assert_eq!(desk.over().await, Outcome::CallerGaveUp);
        desk.wait(30).await;
        assert_eq!(desk.state.history.len(), 1);
        desk.end().await;
    });
}

#[test]
fn fault_69_a_burst_of_calls_is_taken_in_and_the_rest_is_asked_to_come_again() {
    quick(async {
        let mut desk = Desk::bot().await;
        for _ in 0..500 {
            desk.sim.graph.call(john());
        }
        let (minute, none_rings) = (Duration::from_secs(60), |state: &State| ringing(state) == 0);
        assert!(desk.within_at_rest(minute, |state| ringing(state) == 500).await);
        assert!(desk.within_at_rest(minute, none_rings).await);
        assert_eq!(desk.end_counts.len(), 500);
        desk.rest().await;
        // The screen hangs: what no longer fits is refused, not forgotten.
        for _ in 0..5_000 {
            desk.sim.graph.call(john());
        }
        tokio::time::sleep(Duration::from_secs(5)).await;
        let refused = desk.sim.record().iter().filter(|request| request.status == 503).count();
        assert!(refused > 100, "{refused}");
        desk.until(|state| !state.incoming.is_empty()).await;
        assert!(desk.within_at_rest(minute, none_rings).await);
        desk.rest().await;
        desk.called(john()).await;
        desk.end().await;
    });
}

#[test]
fn fault_70_a_notification_of_an_unknown_call_is_passed_over() {
    quick(async {
        let mut desk = Desk::bot().await;
        // More than are remembered for the case that their call is told of later.
        for _ in 0..2_500 {
            assert_eq!(desk.sim.graph.send_malformed(Malformed::UnknownCall).await, Ok(202));
            tokio::task::yield_now().await;
            desk.within(Duration::ZERO, |_| false).await;
        }
        assert_eq!(ringing(&desk.state) + desk.state.history.len(), 0);
        desk.called(john()).await;
        desk.end().await;
    });
}
