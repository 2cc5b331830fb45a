//! A call that the bot has answered is transferred: how that ends, and what is told of it.

use std::time::Duration;

use rsvp::invitation::Conversation;
use rsvp::sim::{Call, CallEvent, CallOutcome, Caller, Fault, FaultKind, GraphOptions, Options, Simulator};
use serde_json::{Value, json};

use super::posting::{about, notification_body, post, post_as, with_webhook};
use super::{john, quick};
use crate::support::TestClient;

const TO: &str = "+14255550100";

/// The keys that transfer the only call.
const TRANSFER: &str = "3f+14255550100\n";

impl TestClient {
    /// Lets the bot answer a call; returns its number.
    async fn on_the_line(&mut self, call: Call) -> u32 {
        let number = self.called(call).await;
        self.press("a");
        self.until(|state| !state.conversations.is_empty()).await;
        number
    }

    fn line(&self) -> &Conversation {
        self.state.conversations.iter().next().expect("a call is on the line")
    }

    fn transfers(&self) -> Vec<String> {
        self.sent().into_iter().filter(|sent| sent.contains("/transfer ")).collect()
    }

    async fn is_over(&mut self) -> bool {
        self.within(Duration::from_secs(60), |state| state.conversations.is_empty()).await
    }
}

async fn bot_on_the_line() -> (TestClient, u32) {
    let mut client = TestClient::bot().await;
    let number = client.on_the_line(john()).await;
    (client, number)
}

fn body(sent: &str) -> Value {
    serde_json::from_str(sent.split_once("/transfer ").unwrap().1).unwrap()
}

#[test]
fn a_call_is_transferred_and_what_becomes_of_it_is_told() {
    quick(async {
        let (mut client, _) = bot_on_the_line().await;
        assert!(client.line().can_transfer);
        client.press(TRANSFER);
        client.wait(1).await;
        assert!(client.was_notified(&format!("The call with John is on its way to {TO}")));
        assert_eq!(client.line().note.as_str(), format!("the call is being transferred to {TO}"));
        assert!(!client.line().can_transfer);
        assert!(client.is_over().await);
        assert_eq!(client.notice(), format!("The call with John was transferred to {TO}"));
        assert_eq!(client.sim.graph.ended().pop().unwrap().outcome, CallOutcome::Transferred);
        let sent = client.transfers();
        assert_eq!(sent.len(), 1);
        let body = body(&sent[0]);
        assert_eq!(body["transferTarget"]["identity"]["phone"]["id"], TO);
        assert_eq!(body.get("transferee"), None, "a call between two needs none");
        client.end().await;
    });
}

#[test]
fn the_caller_of_a_group_call_is_the_one_who_is_transferred() {
    quick(async {
        let mut client = TestClient::bot().await;
        client.on_the_line(Call { group: true, ..john() }).await;
        client.press("3f112f7296-5fa4-42ca-bae8-6a692b15d4b8\n");
        assert!(client.is_over().await);
        let body = body(&client.transfers()[0]);
        assert_eq!(body["transferee"]["identity"]["user"]["id"], Caller::user("John").id);
        assert!(body["transferee"]["participantId"].is_string());
        client.end().await;
    });
}

#[test]
fn a_group_call_from_somebody_without_an_id_is_not_transferred() {
    quick(async {
        let mut client = TestClient::bot().await;
        client.on_the_line(Call { group: true, ..Call::from(Caller::encrypted()) }).await;
        client.press(TRANSFER);
        client.wait(1).await;
        assert!(client.was_notified("who called is not known"), "{:?}", client.notices);
        assert_eq!(client.transfers(), Vec::<String>::new());
        assert!(client.line().can_transfer);
        client.end().await;
    });
}

#[test]
fn a_transfer_that_fails_says_so_and_the_call_goes_on() {
    quick(async {
        let (mut client, number) = bot_on_the_line().await;
        client.press(TRANSFER);
        client.wait(1).await;
        client.sim.graph.trigger(number, CallEvent::TransferFails { code: 500, subcode: 7_000 }).unwrap();
        client.wait(1).await;
        let words = format!("The call with John was not transferred to {TO} (500/7000); it goes on");
        assert_eq!(client.notice(), words);
        assert!(client.line().can_transfer);
        client.press(TRANSFER);
        assert!(client.is_over().await);
        client.end().await;
    });
}

#[test]
fn a_transfer_without_the_permission_says_which_one_is_missing() {
    quick(async {
        let options = GraphOptions { may_redirect: false, ..GraphOptions::default() };
        let mut client = TestClient::bot_with(options).await;
        client.on_the_line(john()).await;
        client.press(TRANSFER);
        client.wait(1).await;
        let notice = client.notice();
        assert!(notice.contains("the bot lacks the permission to transfer calls (7504)"), "{notice}");
        assert!(notice.contains("Calls.Initiate.All"), "{notice}");
        assert!(client.line().can_transfer);
        client.end().await;
    });
}

#[test]
fn a_transfer_that_the_service_refuses_for_another_reason_leaves_the_call_alone() {
    quick(async {
        let (mut client, _) = bot_on_the_line().await;
        client.sim.fault(Fault::next("transfer", FaultKind::error(409, "8523")));
        client.press(TRANSFER);
        client.wait(1).await;
        let notice = client.notice();
        assert!(notice.contains("was not transferred") && notice.contains("(409)"), "{notice}");
        assert!(client.line().can_transfer);
        client.end().await;
    });
}

#[test]
fn a_busy_service_is_asked_again_when_it_says() {
    quick(async {
        let (mut client, _) = bot_on_the_line().await;
        let busy = FaultKind::error(503, "ServiceUnavailable").with("retry-after", "3");
        client.sim.fault(Fault::next("transfer", busy));
        client.press(TRANSFER);
        client.wait(2).await;
        assert_eq!(client.transfers().len(), 1);
        assert!(client.is_over().await);
        assert_eq!(client.transfers().len(), 2);
        assert_eq!(client.notice(), format!("The call with John was transferred to {TO}"));
        client.end().await;
    });
}

#[test]
fn a_transfer_whose_reply_was_lost_is_settled_by_what_the_service_tells() {
    quick(async {
        let (mut client, _) = bot_on_the_line().await;
        client.sim.fault(Fault::next("transfer", FaultKind::LostReply));
        client.press(TRANSFER);
        assert!(client.is_over().await);
        assert_eq!(client.transfers().len(), 1, "it is not sent twice");
        assert_eq!(client.notice(), format!("The call with John was transferred to {TO}"));
        client.end().await;
    });
}

#[test]
fn a_transfer_that_may_have_been_lost_claims_nothing() {
    quick(async {
        let (mut client, _) = bot_on_the_line().await;
        client.sim.fault(Fault::next("transfer", FaultKind::Reset));
        client.press(TRANSFER);
        client.wait(1).await;
        assert!(client.was_notified("is not confirmed yet"), "{:?}", client.notices);
        assert!(!client.line().can_transfer);
        client.wait(40).await;
        let words = format!("The call with John is still connected; nothing tells of its transfer to {TO}");
        assert!(client.was_notified(&words), "{:?}", client.notices);
        assert!(client.line().can_transfer);
        let lookups = client.sent().iter().filter(|sent| sent.starts_with("GET")).count();
        assert!((1..=6).contains(&lookups), "{:?}", client.sent());
        assert_eq!(client.transfers().len(), 1);
        client.end().await;
    });
}

#[test]
fn what_is_told_before_the_reply_counts() {
    // The call rings at the other party for two seconds.
    for seconds in [1.0, 5.0] {
        quick(async {
            let (mut client, _) = bot_on_the_line().await;
            client.sim.fault(Fault::next("transfer", FaultKind::Late(seconds)));
            client.press(TRANSFER);
            assert!(client.is_over().await);
            client.wait(10).await;
            assert!(client.state.pending_requests.is_empty());
            let told = client.notices.iter().filter(|text| text.contains("was transferred to")).count();
            assert_eq!(told, 1, "{:?}", client.notices);
            client.end().await;
        });
    }
}

#[test]
fn a_failure_that_is_told_before_the_reply_is_not_forgotten() {
    quick(async {
        let (mut client, number) = bot_on_the_line().await;
        client.sim.fault(Fault::next("transfer", FaultKind::Late(3.0)));
        client.press(TRANSFER);
        client.wait(1).await;
        client.sim.graph.trigger(number, CallEvent::TransferFails { code: 500, subcode: 7_000 }).unwrap();
        client.wait(4).await;
        assert!(client.notice().contains("was not transferred"), "{:?}", client.notices);
        assert!(client.line().can_transfer);
        client.end().await;
    });
}

#[test]
fn a_transfer_of_which_no_notification_tells_is_looked_up() {
    quick(async {
        let (mut client, _) = bot_on_the_line().await;
        client.sim.fault(Fault::next("notify", FaultKind::Refused).times(1_000));
        client.press(TRANSFER);
        assert!(client.is_over().await);
        let words = format!("The call with John is over; nothing tells whether it was transferred to {TO}");
        assert_eq!(client.notice(), words);
        client.sim.heal();
        client.end().await;
    });
}

#[test]
fn a_call_that_had_ended_is_not_transferred() {
    quick(async {
        let (mut client, number) = bot_on_the_line().await;
        client.sim.fault(Fault::next("notify", FaultKind::Refused).times(1_000));
        client.sim.graph.trigger(number, CallEvent::OtherPartyHangsUp).unwrap();
        client.press(TRANSFER);
        assert!(client.is_over().await);
        assert!(client.was_notified("the call is already over"), "{:?}", client.notices);
        assert!(!client.was_notified("nothing tells whether"), "{:?}", client.notices);
        client.sim.heal();
        client.end().await;
    });
}

#[test]
fn what_a_stranger_tells_of_a_transfer_or_of_the_people_in_a_call_changes_nothing() {
    quick(async {
        let sim = Simulator::new(Options::default());
        let (mut client, webhook) = with_webhook(&sim).await;
        client.on_the_line(john()).await;
        let before = client.line().clone();
        let id = sim.graph.calls()[0].id.clone();
        let info = json!({ "code": 0, "subcode": 7_015 });
        let end = about(&id, "deleted", &json!({ "state": "terminated", "resultInfo": info }));
        let roster = about(&format!("{id}/participants"), "updated", &json!([]));
        for told in [about(&id, "updated", &json!({ "state": "transferring" })), roster, end] {
            let forged = "Bearer eyJhbGciOiJub25lIn0.e30.";
            let status = post_as(forged, &webhook, notification_body(&[told])).await;
            assert_eq!(status, http::StatusCode::UNAUTHORIZED);
        }
        client.wait(1).await;
        assert_eq!(client.line(), &before);
        client.end().await;
    });
}

#[test]
fn a_consultative_transfer_ends_by_its_reason() {
    quick(async {
        let sim = Simulator::new(Options::default());
        let (mut client, webhook) = with_webhook(&sim).await;
        client.on_the_line(john()).await;
        let id = sim.graph.calls()[0].id.clone();
        let transferring = about(&id, "updated", &json!({ "state": "transferring" }));
        post(&sim, &webhook, notification_body(&[transferring])).await;
        client.wait(1).await;
        assert_eq!(client.line().note.as_str(), "another program of the bot is transferring the call");
        assert!(!client.line().can_transfer);
        let data = json!({ "state": "terminated", "terminationReason": "AppTransferred" });
        post(&sim, &webhook, notification_body(&[about(&id, "deleted", &data)])).await;
        assert!(client.is_over().await);
        assert_eq!(client.notice(), "The call with John is over: it was transferred");
        client.end().await;
    });
}

#[test]
fn a_transfer_that_was_under_way_before_the_reply_has_failed_once_the_call_is_connected_again() {
    for code in [0, 500] {
        quick(async {
            let (mut client, number) = bot_on_the_line().await;
            client.sim.fault(Fault::next("transfer", FaultKind::Late(0.5)));
            client.press(TRANSFER);
            client.wait(1).await;
            assert_eq!(client.line().note.as_str(), format!("the call is being transferred to {TO}"));
            client.sim.graph.trigger(number, CallEvent::TransferFails { code, subcode: 0 }).unwrap();
            client.wait(1).await;
            let codes = if code == 0 { "" } else { " (500/0)" };
            let words = format!("The call with John was not transferred to {TO}{codes}; it goes on");
            assert_eq!(client.notice(), words);
            assert!(client.line().can_transfer && client.line().can_invite);
            client.end().await;
        });
    }
}
