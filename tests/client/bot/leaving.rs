//! Leaving the program while an answer is on its way or the bot is on the line.

use std::collections::BTreeMap;
use std::time::Duration;

use rsvp::invitation::{Outcome, Rejection};
use rsvp::sim::{Fault, FaultKind};
use tokio::time::Instant;

use super::{john, quick, ringing};
use crate::support::{TestClient, outcome_of};

#[test]
fn how_a_call_ended_is_told_to_whoever_leaves_before_the_reply() {
    quick(async {
        let mut client = TestClient::bot().await;
        client.called(john()).await;
        client.sim.fault(Fault::next("reject", FaultKind::Late(2.0)));
        client.press("D");
        // The end of the call was reported; only the reply says that it was rejected here.
        client.wait(1).await;
        assert_eq!(ringing(&client.state), 1);
        client.sign_out().await;
        assert_eq!(outcome_of(&client.state), Some(&Outcome::Rejected(Rejection::Busy)));
    });
}

#[test]
fn an_answer_that_was_taken_is_kept_though_its_user_leaves_before_its_effect_is_told() {
    for (key, outcome) in [("a", Outcome::Accepted), ("D", Outcome::Rejected(Rejection::Busy))] {
        quick(async {
            let mut client = TestClient::bot().await;
            client.called(john()).await;
            client.sim.fault(Fault::next("notify", FaultKind::Delay(1.0)).times(2));
            client.press(key);
            client.within(Duration::from_millis(10), |_| false).await;
            assert_eq!(
                (client.sent().len(), ringing(&client.state)),
                (1, 1),
                "{key}: nothing tells of it yet"
            );
            client.sign_out().await;
            assert_eq!(outcome_of(&client.state), Some(&outcome));
        });
    }
}

#[test]
fn leaving_right_after_hanging_up_does_not_say_that_the_call_goes_on() {
    quick(async {
        let mut client = TestClient::bot().await;
        client.called(john()).await;
        client.press("a");
        client.until(|state| !state.conversations.is_empty()).await;
        client.press("3x");
        client.until(|state| state.pending_requests.is_empty()).await;
        assert_eq!(client.state.conversations.len(), 1, "that it ended is not heard of yet");
        client.sign_out().await;
        assert!(rsvp::ui::farewell(&client.state, &BTreeMap::new()).is_empty());
    });
}

#[test]
fn leaving_while_the_bot_is_on_the_line_says_that_the_call_goes_on() {
    quick(async {
        let mut client = TestClient::bot().await;
        client.called(john()).await;
        client.press("a");
        client.until(|state| !state.conversations.is_empty()).await;
        client.sign_out().await;
        let told = rsvp::ui::farewell(&client.state, &BTreeMap::new()).join("\n");
        assert!(told.starts_with("The call with John <user:") && told.contains("continues"), "{told}");
        assert_eq!(client.sim.graph.calls().len(), 1);
    });
}

#[test]
fn whoever_leaves_while_nothing_is_under_way_does_not_wait() {
    for is_rejected in [true, false] {
        quick(async {
            let mut client = TestClient::bot().await;
            client.called(john()).await;
            if is_rejected {
                client.press("D");
                client.over().await;
            } else {
                client.press("a");
                client.until(|state| !state.conversations.is_empty()).await;
                client.press("3i112f7296-5fa4-42ca-bae8-6a692b15d4b8\n");
                client.wait(1).await;
                client.press("2c");
                client.wait(1).await;
                client.sim.fault(Fault::next("transfer", FaultKind::error(403, "7504")));
                client.press("3f+14255550100\n");
                client.wait(1).await;
                client.press("\u{1b}3x");
                client.until(|state| state.conversations.is_empty()).await;
                let sent = client.sent();
                for part in ["/transfer ", "/invite ", "DELETE "] {
                    assert!(sent.iter().any(|sent| sent.contains(part)), "{part}: {sent:?}");
                }
            }
            client.wait(1).await;
            let since = Instant::now();
            client.sign_out().await;
            assert!(since.elapsed() < Duration::from_millis(100), "{:?}", since.elapsed());
        });
    }
}
