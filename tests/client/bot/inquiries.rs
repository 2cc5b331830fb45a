//! A call of whose end no notification tells is asked about: when its time is up, and after a time in which notifications
//! may have been lost.

use std::time::Duration;

use rsvp::invitation::Outcome;
use rsvp::provider::Command;
use rsvp::sim::{CallEvent, Fault, FaultKind, Options, Simulator};

use super::sleeping::{ASLEEP, sleepy};
use super::{john, quick, ringing};
use crate::support::{TestClient, outcome_of};

/// Starts a bot that has no notification delivered from the first call on.
async fn deaf() -> (TestClient, u32) {
    let mut client = TestClient::bot().await;
    let number = client.called(john()).await;
    client.sim.fault(Fault::next("notify", FaultKind::Refused).times(1_000));
    (client, number)
}

fn lookups(client: &TestClient) -> usize {
    client.sent().iter().filter(|sent| sent.starts_with("GET")).count()
}

#[test]
fn a_call_that_another_program_answered_is_listed_though_no_notification_told() {
    quick(async {
        let (mut client, number) = deaf().await;
        client.sim.graph.trigger(number, CallEvent::AnsweredElsewhere).unwrap();
        let took = client.until(|state| ringing(state) == 0).await;
        assert!((15.0..17.0).contains(&took.as_secs_f64()), "{took:?}");
        assert_eq!(client.over().await, Outcome::AnsweredElsewhere);
        assert_eq!(client.state.conversations.len(), 1);
        assert_eq!(lookups(&client), 1);
        client.sim.heal();
        client.end().await;
    });
}

#[test]
fn a_call_that_is_gone_when_its_time_is_up_has_expired() {
    quick(async {
        let (mut client, number) = deaf().await;
        client.sim.graph.trigger(number, CallEvent::CallerGivesUp).unwrap();
        assert_eq!(client.over().await, Outcome::Expired);
        client.wait(60).await;
        assert_eq!(lookups(&client), 1);
        client.sim.heal();
        client.end().await;
    });
}

#[test]
fn a_call_whose_end_a_notification_tells_is_not_asked_about() {
    quick(async {
        let mut client = TestClient::bot().await;
        client.called(john()).await;
        assert_eq!(client.over().await, Outcome::Expired);
        client.wait(60).await;
        assert_eq!(client.sent(), Vec::<String>::new());
        client.end().await;
    });
}

#[test]
fn a_call_that_nobody_tells_of_is_asked_about_three_times_and_then_claims_nothing() {
    for fault in [FaultKind::error(503, "ServiceUnavailable"), FaultKind::Refused, FaultKind::BlackHole] {
        quick(async {
            let (mut client, number) = deaf().await;
            client.sim.graph.trigger(number, CallEvent::AnsweredElsewhere).unwrap();
            client.sim.fault(Fault::next("call", fault.clone()).times(100));
            let took = client.until(|state| ringing(state) == 0).await;
            assert!((16.0..32.0).contains(&took.as_secs_f64()), "{fault:?}: {took:?}");
            assert_eq!(client.over().await, Outcome::Lost, "{fault:?}");
            client.wait(60).await;
            assert!(lookups(&client) <= 3, "{fault:?}: {:?}", client.sent());
            client.sim.heal();
            client.end().await;
        });
    }
}

#[test]
fn a_lookup_that_fails_once_is_repeated() {
    quick(async {
        let (mut client, number) = deaf().await;
        client.sim.graph.trigger(number, CallEvent::AnsweredElsewhere).unwrap();
        client.sim.fault(Fault::next("call", FaultKind::error(503, "ServiceUnavailable")));
        assert_eq!(client.over().await, Outcome::AnsweredElsewhere);
        client.sim.heal();
        client.end().await;
    });
}

#[test]
fn a_lookup_that_is_forbidden_is_not_repeated() {
    quick(async {
        let (mut client, _) = deaf().await;
        client.sim.fault(Fault::next("call", FaultKind::error(403, "7504")).times(100));
        assert_eq!(client.over().await, Outcome::Lost);
        assert_eq!(lookups(&client), 1);
        client.sim.heal();
        client.end().await;
    });
}

#[test]
fn a_call_that_was_answered_while_the_machine_slept_is_told_of_at_once() {
    quick(async {
        let sim = Simulator::new(Options::default());
        let mut client = sleepy(&sim).await;
        let number = client.called(john()).await;
        sim.fault(Fault::next("notify", FaultKind::Refused).times(1_000));
        sim.graph.trigger(number, CallEvent::AnsweredElsewhere).unwrap();
        ASLEEP.set(Duration::from_secs(5));
        client.provider.commands.send(Command::Wake).await.unwrap();
        assert!(client.within(Duration::from_secs(1), |state| ringing(state) == 0).await);
        assert_eq!(outcome_of(&client.state), Some(&Outcome::AnsweredElsewhere));
        sim.heal();
        client.end().await;
    });
}

#[test]
fn a_call_that_still_rings_after_a_sleep_goes_on_ringing() {
    quick(async {
        let sim = Simulator::new(Options::default());
        let mut client = sleepy(&sim).await;
        client.called(john()).await;
        ASLEEP.set(Duration::from_secs(5));
        client.provider.commands.send(Command::Wake).await.unwrap();
        client.wait(8).await;
        assert_eq!((ringing(&client.state), lookups(&client)), (1, 1));
        client.press("a");
        assert_eq!(client.over().await, Outcome::Accepted);
        client.end().await;
    });
}

#[test]
fn a_call_on_the_line_that_ended_while_the_machine_slept_is_taken_off_the_list() {
    quick(async {
        let sim = Simulator::new(Options::default());
        let mut client = sleepy(&sim).await;
        let number = client.called(john()).await;
        client.press("a");
        client.until(|state| !state.conversations.is_empty()).await;
        sim.fault(Fault::next("notify", FaultKind::Refused).times(1_000));
        sim.graph.trigger(number, CallEvent::OtherPartyHangsUp).unwrap();
        ASLEEP.set(Duration::from_secs(60));
        client.provider.commands.send(Command::Wake).await.unwrap();
        assert!(client.within(Duration::from_secs(1), |state| state.conversations.is_empty()).await);
        sim.heal();
        client.end().await;
    });
}

#[test]
fn a_call_rings_until_its_time_is_up_though_no_lookup_after_a_sleep_tells_anything() {
    for (fault, expected) in [
        (FaultKind::error(503, "ServiceUnavailable"), 3),
        // It would be forbidden again.
        (FaultKind::error(403, "7504"), 1),
        // The service sees nothing of these requests.
        (FaultKind::Refused, 0),
    ] {
        quick(async {
            let sim = Simulator::new(Options::default());
            let mut client = sleepy(&sim).await;
            client.called(john()).await;
            sim.fault(Fault::next("call", fault.clone()).times(100));
            ASLEEP.set(Duration::from_millis(100));
            client.provider.commands.send(Command::Wake).await.unwrap();
            // The caller gives up after fifteen seconds, and a notification tells of it.
            let took = client.until(|state| ringing(state) == 0).await;
            assert!((14.5..15.5).contains(&took.as_secs_f64()), "{fault:?}: {took:?}");
            assert_eq!(client.over().await, Outcome::Expired, "{fault:?}");
            assert_eq!(lookups(&client), expected, "{fault:?}: {:?}", client.sent());
            sim.heal();
            client.end().await;
        });
    }
}
