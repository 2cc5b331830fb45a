//! Requests that Microsoft Graph refuses or loses: the words for them, and those that are sent again.

use bytes::Bytes;
use http::{HeaderMap, StatusCode};
use rsvp::app::Phase;
use rsvp::invitation::{Outcome, Rejection};
use rsvp::provider::exchange::Response;
use rsvp::provider::graph::error::GraphError;
use rsvp::provider::graph::operation::Operation;
use rsvp::sim::{CallEvent, CallOutcome, Fault, FaultKind, GraphOptions};
use serde_json::json;

use super::{john, phase, quick, ringing};
use crate::support::TestClient;

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
            let mut client = TestClient::bot().await;
            client.called(john()).await;
            client.sim.fault(Fault::next(of, kind.clone()).times(100));
            client.press(keys);
            client.until(|state| *phase(state) == Phase::Ringing || ringing(state) == 0).await;
            assert!(client.was_notified(words), "{kind:?}: {:?}", client.notices);
            client.sim.heal();
            client.wait(30).await;
            assert_eq!(ringing(&client.state), 0);
            client.end().await;
        });
    }
}

#[test]
fn the_permission_to_redirect_is_asked_for_by_its_name() {
    quick(async {
        let mut client =
            TestClient::bot_with(GraphOptions { may_redirect: false, ..GraphOptions::default() }).await;
        client.called(john()).await;
        client.press("f+14255550100\n");
        client.until(|state| *phase(state) == Phase::Ringing).await;
        assert!(client.was_notified("Calls.Initiate.All"), "{:?}", client.notices);
        client.press("D");
        assert_eq!(client.over().await, Outcome::Rejected(Rejection::Busy));
        client.end().await;
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
                let mut client = TestClient::bot().await;
                client.called(john()).await;
                client.sim.fault(Fault::next(of, kind.clone()).times(2));
                client.press(keys);
                assert_eq!(client.over().await, outcome, "{kind:?}");
                client.end().await;
            });
        }
    }
}

#[test]
fn a_rejection_whose_reply_was_lost_is_sent_again_and_no_call_then_means_that_it_is_over() {
    for kind in [FaultKind::LostReply, FaultKind::error(504, ""), FaultKind::Cut(0)] {
        quick(async {
            let mut client = TestClient::bot().await;
            client.called(john()).await;
            client.sim.fault(Fault::next("reject", kind.clone()));
            client.press("D");
            let outcome = client.over().await;
            // If the first rejection took effect, the second finds no call, as if the caller had given up.
            let carried_out = matches!(kind, FaultKind::LostReply | FaultKind::Cut(_));
            let expected = if carried_out { Outcome::Lost } else { Outcome::Rejected(Rejection::Busy) };
            assert_eq!(outcome, expected, "{kind:?}");
            let rejected = CallOutcome::Rejected { reason: "busy".into() };
            assert_eq!(client.sim.graph.ended()[0].outcome, rejected, "{kind:?}");
            client.end().await;
        });
    }
}

#[test]
fn an_answer_whose_reply_was_lost_is_never_sent_again_and_graph_is_asked() {
    quick(async {
        let mut client = TestClient::bot().await;
        client.called(john()).await;
        // The answer takes effect, but neither the reply nor a notification arrives.
        client.sim.fault(Fault::next("answer", FaultKind::LostReply));
        client.sim.fault(Fault::next("notify", FaultKind::Refused).times(8));
        client.press("a");
        assert_eq!(client.over().await, Outcome::Accepted);
        assert!(client.was_notified("not confirmed yet"), "{:?}", client.notices);
        assert_eq!(client.count("/answer"), 1);
        client.sim.heal();
        client.end().await;
    });
}

#[test]
fn an_answer_that_was_lost_on_its_way_can_be_given_again() {
    quick(async {
        let mut client = TestClient::bot().await;
        client.called(john()).await;
        client.sim.fault(Fault::next("answer", FaultKind::Reset));
        client.press("a");
        client.until(|state| *phase(state) == Phase::Ringing).await;
        assert!(client.was_notified("it was not carried out"), "{:?}", client.notices);
        client.press("a");
        assert_eq!(client.over().await, Outcome::Accepted);
        client.end().await;
    });
}

#[test]
fn a_rejection_of_what_is_over_already_does_not_say_rejected() {
    quick(async {
        let mut client = TestClient::bot().await;
        let number = client.called(john()).await;
        // The caller gives up, and the notification of it does not come through.
        client.sim.fault(Fault::next("notify", FaultKind::Refused).times(8));
        client.sim.graph.trigger(number, CallEvent::CallerGivesUp).unwrap();
        client.press("D");
        assert_eq!(client.over().await, Outcome::Lost);
        client.sim.heal();
        client.end().await;
    });
}

#[test]
fn the_caller_gives_up_while_the_rejection_is_on_its_way() {
    quick(async {
        let mut client = TestClient::bot().await;
        let number = client.called(john()).await;
        client.sim.fault(Fault::next("reject", FaultKind::Delay(2.0)));
        client.press("D");
        client.wait(1).await;
        client.sim.graph.trigger(number, CallEvent::CallerGivesUp).unwrap();
        assert_eq!(client.over().await, Outcome::CallerGaveUp);
        client.end().await;
    });
}

#[test]
fn a_rejection_without_a_notification_after_it_is_looked_up() {
    quick(async {
        let mut client = TestClient::bot().await;
        client.called(john()).await;
        client.sim.fault(Fault::next("notify", FaultKind::Refused).times(8));
        client.press("D");
        assert_eq!(client.over().await, Outcome::Rejected(Rejection::Busy));
        client.sim.heal();
        client.end().await;
    });
}

#[test]
fn an_end_that_nobody_told_of_is_found_out() {
    quick(async {
        let mut client = TestClient::bot().await;
        let number = client.called(john()).await;
        client.press("a");
        client.until(|state| !state.conversations.is_empty()).await;
        client.sim.fault(Fault::next("notify", FaultKind::Refused).times(100));
        client.sim.graph.trigger(number, CallEvent::OtherPartyHangsUp).unwrap();
        // The keep-alive finds no call.
        client.wait(600).await;
        client.until(|state| state.conversations.is_empty()).await;
        assert!(client.was_notified("The call with John is over"), "{:?}", client.notices);
        client.end().await;
    });
}

#[test]
fn hanging_up_what_is_over_is_no_error_and_a_refusal_leaves_the_line_open() {
    quick(async {
        let mut client = TestClient::bot().await;
        let number = client.called(john()).await;
        client.press("a");
        client.until(|state| !state.conversations.is_empty()).await;
        client.sim.fault(Fault::next("hangUp", FaultKind::error(403, "Forbidden")));
        client.press("3x");
        client
            .until(|state| state.notice.as_ref().is_some_and(|it| it.text.as_str().contains("continues")))
            .await;
        assert_eq!(client.state.conversations.len(), 1);
        client.sim.fault(Fault::next("notify", FaultKind::Refused).times(100));
        client.sim.graph.trigger(number, CallEvent::OtherPartyHangsUp).unwrap();
        client.press("x");
        client.until(|state| state.conversations.is_empty()).await;
        client.end().await;
    });
}

#[test]
fn an_error_of_graph_is_read_whatever_is_missing_in_it() {
    for body in [
        json!({"error": {"code": "8522", "message": null, "innerError": null}}),
        json!({"error": {"code": 8522}}),
        json!({"error": {"code": "8522", "innerError": {"request-id": 7}, "innererror": {}}}),
        json!({"error": {"code": "8522", "message": {"value": "x"}}}),
    ] {
        let body = Bytes::from(body.to_string());
        let response = Response { status: StatusCode::NOT_FOUND, headers: HeaderMap::new(), body };
        let error = GraphError::from_response(&response, Operation::Answer);
        assert!(error.is_gone(), "{error:?}");
    }
}

#[test]
fn an_answer_that_found_no_call_is_told_if_the_call_is_there_after_all() {
    for (key, of, expected) in
        [("a", "answer", Outcome::Accepted), ("D", "reject", Outcome::Rejected(Rejection::Busy))]
    {
        quick(async {
            let mut client = TestClient::bot().await;
            client.called(john()).await;
            client.sim.fault(Fault::next(of, FaultKind::error(404, "8522")));
            client.press(key);
            client.wait(2).await;
            assert!(client.was_notified("not carried out"), "{key}: {:?}", client.notices);
            client.press(key);
            assert_eq!(client.over().await, expected);
            client.end().await;
        });
    }
}

#[test]
fn each_error_of_graph_has_words_and_a_remedy_for_its_operation() {
    const CONSENT: &str = "check the app's permissions and an administrator's consent";
    const TEAMS: &str = "only calls between Teams users";
    for (status, code, operation, words, remedy) in [
        (404, json!("8522"), Operation::Delete, "the call is already over", ""),
        (404, json!("8522"), Operation::RemoveParticipant, "knows nothing of this invitation", ""),
        (403, json!(7_504), Operation::Redirect, "permission to redirect calls (7504)", "Calls.Initiate.All"),
        (
            403,
            json!("7504"),
            Operation::Transfer,
            "permission to transfer calls (7504)",
            "Calls.Initiate.All",
        ),
        (
            403,
            json!("7504"),
            Operation::Invite,
            "to invite people to calls (7504)",
            "Calls.InitiateGroupCall.All",
        ),
        (403, json!("7504"), Operation::Get, "does not allow the bot to do this (7504)", CONSENT),
        (
            403,
            json!("7505"),
            Operation::Reject,
            "another tenant than the bot's token (7505)",
            "or check tenant",
        ),
        (403, json!("1"), Operation::Transfer, "does not allow it", CONSENT),
        (400, json!(2_203), Operation::Reject, "understand the request (2203)", "check api and base_url"),
        (401, json!(""), Operation::Reject, "does not accept the bot's token", "check cloud and base_url"),
        (429, json!(""), Operation::Reject, "too many requests", "try again"),
        (503, json!(""), Operation::Transfer, "has a problem (status 503)", "try again"),
        (429, json!(""), Operation::Transfer, "too many requests", "try again"),
        (400, json!("4000"), Operation::Transfer, "Microsoft Graph refused (400): 4000", TEAMS),
        (400, json!(4_000), Operation::Answer, "Microsoft Graph refused (400): 4000", ""),
    ] {
        let body = Bytes::from(json!({ "error": { "code": code } }).to_string());
        let status = StatusCode::from_u16(status).unwrap();
        let response = Response { status, headers: HeaderMap::new(), body };
        let problem = GraphError::from_response(&response, operation).problem();
        assert!(problem.message.as_str().contains(words), "{status} {code} {operation:?}: {problem:?}");
        let is_right = if remedy.is_empty() {
            problem.remedy.as_str().is_empty()
        } else {
            problem.remedy.as_str().contains(remedy)
        };
        assert!(is_right, "{status} {code} {operation:?}: {problem:?}");
    }
}
