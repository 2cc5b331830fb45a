//! The faults of a bot by their numbers: 59, 67, 69 and 70; 68 is in `keys`, and 69 also in `sockets`.

use std::time::Duration;

use rsvp::app::State;
use rsvp::invitation::{Outcome, Rejection};
use rsvp::sim::{CallEvent, Fault, FaultKind, Malformed};

use super::{john, quick, ringing};
use crate::support::TestClient;

#[test]
fn fault_59_a_call_runs_out_and_takes_no_answer() {
    quick(async {
        let mut client = TestClient::bot().await;
        let number = client.called(john()).await;
        // No notification reports the end.
        client.sim.fault(Fault::next("notify", FaultKind::Refused).times(100));
        client.wait(15).await;
        client.press("Da");
        assert!(client.notice().contains("the call can no longer be answered"), "{}", client.notice());
        let took = client.until(|state| ringing(state) == 0).await;
        assert!((0.5..1.5).contains(&took.as_secs_f64()), "{took:?}");
        assert_eq!(client.over().await, Outcome::Expired);
        client.press("Da");
        client.wait(60).await;
        let sent = client.sent();
        assert!(sent.len() == 1 && sent.iter().all(|sent| sent.starts_with("GET")), "{sent:?}");
        assert!(client.sim.graph.ended().iter().any(|ending| ending.number == number));
        client.end().await;
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
            let mut client = TestClient::bot().await;
            let number = client.called(john()).await;
            client.sim.graph.expire_tokens();
            client.sim.fault(Fault::next(of, kind.clone()).times(100));
            client.press("D");
            client.wait(15).await;
            let sent = client.sent().len();
            client.sim.heal();
            client.wait(60).await;
            assert_eq!(client.sent().len(), sent, "{kind:?}: nothing after the deadline");
            assert_eq!(ringing(&client.state), 0, "{kind:?}");
            assert!(!matches!(client.over().await, Outcome::Rejected(_)), "{kind:?}");
            assert!(client.sim.graph.ended().iter().any(|ending| ending.number == number));
            client.end().await;
        });
    }
}

#[test]
fn fault_67_the_same_notification_twice_and_in_another_order() {
    for kind in [FaultKind::Twice, FaultKind::LostReply, FaultKind::Reversed, FaultKind::Delay(0.5)] {
        quick(async {
            let mut client = TestClient::bot().await;
            for (keys, expected) in [
                ("D", Outcome::Rejected(Rejection::Busy)),
                ("a", Outcome::Accepted),
                ("f+14255550100\n", Outcome::Forwarded),
            ] {
                client.called(john()).await;
                client.sim.fault(Fault::next("notify", kind.clone()).times(3));
                client.press(keys);
                assert_eq!(client.over().await, expected, "{kind:?}");
                client.sim.heal();
                client.rest().await;
            }
            client.wait(30).await;
            assert_eq!(client.state.history.len(), 3, "{kind:?}: one entry each");
            assert!(client.end_counts.values().all(|told| *told == 1), "{kind:?}: {:?}", client.end_counts);
            assert_eq!(client.late_events, Vec::new(), "{kind:?}");
            assert_eq!(client.state.conversations.len(), 1, "{kind:?}");
            client.press("3x");
            client.until(|state| state.conversations.is_empty()).await;
            client.end().await;
        });
    }
}

#[test]
fn fault_67_the_end_comes_before_the_beginning() {
    quick(async {
        let mut client = TestClient::bot().await;
        client.sim.fault(Fault::next("notify", FaultKind::Reversed));
        let number = client.sim.graph.call(john());
        client.wait(1).await;
        assert_eq!(ringing(&client.state), 0, "the first notification is held back");
        client.sim.graph.trigger(number, CallEvent::CallerGivesUp).unwrap();
        assert_eq!(client.over().await, Outcome::CallerGaveUp);
        client.wait(30).await;
        assert_eq!(client.state.history.len(), 1);
        client.end().await;
    });
}

#[test]
fn fault_69_a_burst_of_calls_is_taken_in_and_the_rest_is_asked_to_come_again() {
    quick(async {
        let mut client = TestClient::bot().await;
        for _ in 0..500 {
            client.sim.graph.call(john());
        }
        let (minute, none_rings) = (Duration::from_secs(60), |state: &State| ringing(state) == 0);
        assert!(client.within_at_rest(minute, |state| ringing(state) == 500).await);
        assert!(client.within_at_rest(minute, none_rings).await);
        assert_eq!(client.end_counts.len(), 500);
        client.rest().await;
        // The screen hangs: what no longer fits is refused, not forgotten.
        for _ in 0..5_000 {
            client.sim.graph.call(john());
        }
        tokio::time::sleep(Duration::from_secs(5)).await;
        let refused = client.sim.record().iter().filter(|request| request.status == 503).count();
        assert!(refused > 100, "{refused}");
        client.until(|state| !state.incoming.is_empty()).await;
        assert!(client.within_at_rest(minute, none_rings).await);
        client.rest().await;
        client.called(john()).await;
        client.end().await;
    });
}

#[test]
fn fault_70_a_notification_of_an_unknown_call_is_passed_over() {
    quick(async {
        let mut client = TestClient::bot().await;
        // More notifications than are remembered in case their call is reported later.
        for _ in 0..2_500 {
            assert_eq!(client.sim.graph.send_malformed(Malformed::UnknownCall).await, Ok(202));
            tokio::task::yield_now().await;
            client.within(Duration::ZERO, |_| false).await;
        }
        assert_eq!(ringing(&client.state) + client.state.history.len(), 0);
        client.called(john()).await;
        client.end().await;
    });
}
