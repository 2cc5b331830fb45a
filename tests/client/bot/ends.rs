//! A call that ends or connects elsewhere while an answer is on its way.

use std::time::Duration;

use bytes::Bytes;
use http::{HeaderMap, StatusCode};
use rsvp::invitation::{AccountId, Decision, InvitationId, Outcome, Rejection};
use rsvp::provider::exchange::Response;
use rsvp::provider::graph::answer::AnswerResult;
use rsvp::provider::graph::error::GraphError;
use rsvp::provider::graph::operation::Operation;
use rsvp::provider::{Command, Event, Ticket};
use rsvp::sim::{CallEvent, Fault, FaultKind, Options, Simulator};
use serde_json::{Value, json};

use super::posting::{about, calls, notification_body, post, read, with_webhook};
use super::{john, quick, ringing};
use crate::support::{TestClient, outcome_of};

#[test]
fn a_call_that_connects_elsewhere_takes_no_answer() {
    quick(async {
        let sim = Simulator::new(Options::default());
        let (mut client, webhook) = with_webhook(&sim).await;
        let number = client.called(john()).await;
        let id = client.ringing().await.id;
        let name = sim.graph.calls()[0].id.clone();
        let connects = about(&name, "updated", &json!({ "state": "establishing" }));
        assert_eq!(post(&sim, &webhook, notification_body(&[connects])).await, StatusCode::ACCEPTED);
        client.wait(1).await;
        client.press("aDf+14255550100\n");
        for (number, decision) in
            [Decision::Accept, Decision::Reject { reason: Rejection::Busy, callback: None }]
                .into_iter()
                .enumerate()
        {
            let ticket = Ticket(1_000 + number as u64);
            client
                .provider
                .commands
                .send(Command::Answer { ticket, invitation: id, decision })
                .await
                .unwrap();
            client.wait(1).await;
            let refused = |event: &Event| matches!(event, Event::Refused { ticket: of, .. } if *of == ticket);
            assert!(client.events().any(refused), "{ticket:?}");
        }
        assert_eq!(client.decisions, []);
        assert!(client.sent().iter().all(|sent| !sent.starts_with("POST")), "{:?}", client.sent());
        sim.graph.trigger(number, CallEvent::AnsweredElsewhere).unwrap();
        assert_eq!(client.over().await, Outcome::AnsweredElsewhere);
        client.end().await;
    });
}

#[test]
fn an_answer_that_is_refused_while_the_call_connects_elsewhere_leaves_nothing_hanging() {
    quick(async {
        let mut calls = calls();
        let created = read(&about("1", "created", &json!({ "state": "incoming" })));
        let call = created.call.clone();
        calls.apply(created);
        let id = InvitationId { account: AccountId(0), number: 1 };
        calls.answer(id, &Decision::Accept, Ticket(1)).unwrap();
        calls.apply(read(&about("1", "updated", &json!({ "state": "establishing" }))));
        // Another program of the bot was faster.
        let body = Bytes::from_static(b"{\"error\":{\"code\":\"8523\",\"message\":\"Already answered.\"}}");
        let response = Response { status: StatusCode::CONFLICT, headers: HeaderMap::new(), body };
        let result = Err(GraphError::from_response(&response, Operation::Answer));
        calls.answered(&call, Ticket(1), &AnswerResult { result, is_repeated: false });
        let mut rounds = 0;
        while let Some(at) = calls.due_at() {
            tokio::time::sleep_until(at).await;
            calls.look_up_expired();
            calls.take_due_requests();
            rounds += 1;
            assert!(rounds < 100, "it has nothing to do, and does it for ever");
        }
        let over = |event: &Event| matches!(event, Event::Ended { .. });
        assert_eq!(calls.take_events().iter().filter(|event| over(event)).count(), 1);
    });
}

#[test]
fn a_deletion_that_tells_nothing_else_ends_the_call() {
    for data in [Value::Null, json!({})] {
        quick(async {
            let sim = Simulator::new(Options::default());
            let (mut client, webhook) = with_webhook(&sim).await;
            client.called(john()).await;
            let deleted = about(&sim.graph.calls()[0].id, "deleted", &data);
            assert_eq!(post(&sim, &webhook, notification_body(&[deleted])).await, StatusCode::ACCEPTED);
            let over = client.within(Duration::from_secs(1), |state| ringing(state) == 0).await;
            assert!(over, "{data}");
            assert_eq!(client.over().await, Outcome::CallerGaveUp, "{data}");
            client.sign_out().await;
        });
    }
}

#[test]
fn nothing_more_is_sent_for_a_call_whose_end_was_told() {
    for key in ["a", "D", "f+14255550100\n"] {
        for end in [CallEvent::CallerGivesUp, CallEvent::AnsweredElsewhere] {
            quick(async {
                let mut client = TestClient::bot().await;
                let number = client.called(john()).await;
                let request = match key {
                    "a" => "answer",
                    "D" => "reject",
                    _ => "redirect",
                };
                client
                    .sim
                    .fault(Fault::next(request, FaultKind::error(503, "ServiceUnavailable")).times(100));
                client.press(key);
                client.wait(1).await;
                client.sim.graph.trigger(number, end).unwrap();
                client.within(Duration::from_millis(100), |_| false).await;
                let sent = client.count(request);
                client.wait(20).await;
                assert_eq!(client.count(request), sent, "{key} {end:?}");
                assert_eq!(ringing(&client.state), 0);
                let outcome = outcome_of(&client.state).unwrap().clone();
                let expected = if end == CallEvent::CallerGivesUp {
                    Outcome::CallerGaveUp
                } else {
                    Outcome::AnsweredElsewhere
                };
                assert_eq!(outcome, expected, "{key}");
                client.end().await;
            });
        }
    }
}

#[test]
fn an_answer_that_still_waits_for_its_token_has_nothing_to_do_with_how_a_call_ends() {
    for key in ["a", "D"] {
        for end in [CallEvent::CallerGivesUp, CallEvent::AnsweredElsewhere] {
            quick(async {
                let mut client = TestClient::bot().await;
                client.sim.graph.expire_tokens();
                let number = client.called(john()).await;
                client.sim.fault(Fault::next("graphToken", FaultKind::Delay(6.0)).times(100));
                client.press(key);
                client.wait(1).await;
                client.sim.graph.trigger(number, end).unwrap();
                client.wait(1).await;
                if end == CallEvent::AnsweredElsewhere {
                    client.sim.graph.trigger(number, CallEvent::OtherPartyHangsUp).unwrap();
                }
                client.wait(20).await;
                let expected = if end == CallEvent::CallerGivesUp {
                    Outcome::CallerGaveUp
                } else {
                    Outcome::AnsweredElsewhere
                };
                assert_eq!(outcome_of(&client.state), Some(&expected), "{key} {end:?}");
                assert!(client.state.conversations.is_empty());
                client.end().await;
            });
        }
    }
}

#[test]
fn a_connection_that_is_told_after_the_end_of_its_call_does_not_bring_the_call_back() {
    for key in ["a", "D"] {
        quick(async {
            let mut client = TestClient::bot().await;
            client.sim.graph.expire_tokens();
            let number = client.called(john()).await;
            client.sim.fault(Fault::next("graphToken", FaultKind::Delay(6.0)).times(100));
            client.press(key);
            client.wait(1).await;
            client.sim.fault(Fault::next("notify", FaultKind::Reversed));
            client.sim.graph.trigger(number, CallEvent::AnsweredElsewhere).unwrap();
            client.sim.graph.trigger(number, CallEvent::OtherPartyHangsUp).unwrap();
            client.wait(20).await;
            assert_eq!(ringing(&client.state), 0, "{key}");
            assert!(client.state.conversations.is_empty(), "{key}");
            assert_eq!(client.state.history.len(), 1, "{key}");
            client.end().await;
        });
    }
}

#[test]
fn a_call_that_has_ended_does_not_ring_again_whatever_is_delivered_once_more() {
    for end in ["notified", "lost"] {
        quick(async {
            let sim = Simulator::new(Options::default());
            let (mut client, webhook) = with_webhook(&sim).await;
            let number = client.called(john()).await;
            let id = sim.graph.calls()[0].id.clone();
            if end == "notified" {
                sim.graph.trigger(number, CallEvent::CallerGivesUp).unwrap();
            } else {
                sim.fault(Fault::next("notify", FaultKind::Refused).times(1_000));
                sim.fault(Fault::next("call", FaultKind::error(403, "7504")).times(100));
            }
            client.over().await;
            client.rest().await;
            let caller = json!({ "identity": { "user": { "id": "1", "displayName": "John" } } });
            let data = json!({ "state": "incoming", "direction": "incoming", "source": caller });
            for change in ["created", "updated"] {
                post(&sim, &webhook, notification_body(&[about(&id, change, &data)])).await;
                client.wait(1).await;
                assert_eq!(ringing(&client.state), 0, "{end} {change}");
            }
            assert_eq!(client.state.history.len(), 1, "{end}");
            post(&sim, &webhook, notification_body(&[about("another", "created", &data)])).await;
            client.wait(1).await;
            assert_eq!(ringing(&client.state), 1, "another call rings");
            sim.heal();
        });
    }
}
