//! What the results of requests about calls tell the user, and which lookups they leave, without a service.

use std::time::Duration;

use bytes::Bytes;
use http::{HeaderMap, StatusCode};
use rsvp::invitation::{Decision, Destination, Outcome};
use rsvp::provider::exchange::Response;
use rsvp::provider::graph::answer::AnswerResult;
use rsvp::provider::graph::calls::Calls;
use rsvp::provider::graph::error::GraphError;
use rsvp::provider::graph::notification::CallId;
use rsvp::provider::graph::operation::Operation;
use rsvp::provider::graph::{self, RINGING_TIME};
use rsvp::provider::{Event, Ticket};
use rsvp::sim::GraphOptions;
use serde_json::{Value, json};
use tokio::time::Instant;

use super::lookups::{ID, LINE, SECOND, connected, lookups_within, ringing, state, tell, uncertain};
use super::posting::{about, calls, read};
use super::{quick, settings};

const TICKET: Ticket = Ticket(1);

/// Returns the error for a status of Microsoft Graph.
fn refused(status: u16) -> GraphError {
    let (status, headers) = (StatusCode::from_u16(status).unwrap(), HeaderMap::new());
    let body = Bytes::from(json!({ "error": {} }).to_string());
    GraphError::from_response(&Response { status, headers, body }, Operation::Delete)
}

fn result(result: Result<(), GraphError>, is_repeated: bool) -> AnswerResult {
    AnswerResult { result, is_repeated }
}

/// Returns what was told of requests since the last call.
fn told(calls: &mut Calls) -> Vec<&'static str> {
    let words = |event| match event {
        Event::Completed(TICKET) => Some("completed"),
        Event::Uncertain { ticket: TICKET, .. } => Some("uncertain"),
        Event::Refused { ticket: TICKET, .. } => Some("refused"),
        Event::Ended { outcome: Outcome::Lost, .. } => Some("lost"),
        Event::Ended { .. } => Some("ended"),
        _ => None,
    };
    calls.take_events().into_iter().filter_map(words).collect()
}

fn notices(calls: &mut Calls) -> Vec<String> {
    let text = |event| if let Event::Notice(text) = event { Some(text.to_string()) } else { None };
    calls.take_events().into_iter().filter_map(text).collect()
}

fn failed() -> Value {
    json!({ "state": "established", "resultInfo": { "code": 500, "subcode": 7_000 } })
}

fn transfer() -> (Calls, CallId) {
    let (mut calls, call) = connected();
    calls.transfer(LINE, TICKET, Destination::parse("+14255550100").unwrap()).unwrap();
    (calls, call)
}

#[test]
fn a_call_that_was_not_hung_up_is_not_looked_up_any_more_once_it_is_known_to_go_on() {
    quick(async {
        for (error, words, is_looked_up) in
            [(refused(403), "refused", false), (uncertain(), "uncertain", true)]
        {
            let (mut calls, call) = connected();
            calls.hang_up(LINE).unwrap();
            calls.hung_up(&call, TICKET, Err(error));
            assert_eq!(told(&mut calls), [words]);
            tell(&mut calls, "updated", &state("established"));
            assert_eq!(lookups_within(&mut calls, SECOND * 20).await > 0, is_looked_up, "{words}");
        }
    });
}

#[test]
fn a_call_that_ends_while_it_is_to_be_transferred_was_transferred_only_if_its_end_says_so() {
    quick(async {
        for (subcode, words) in
            [(7_015, "was transferred to +14255550100"), (4_097, "is over: the other party")]
        {
            let (mut calls, call) = transfer();
            calls.transferred(&call, TICKET, &Ok(()));
            calls.take_events();
            let end = json!({ "state": "terminated", "resultInfo": { "code": 200, "subcode": subcode } });
            tell(&mut calls, "deleted", &end);
            let notices = notices(&mut calls);
            assert!(notices.len() == 1 && notices[0].contains(words), "{subcode}: {notices:?}");
        }
    });
}

#[test]
fn a_transfer_whose_response_was_lost_is_looked_up_sooner_than_one_that_was_accepted() {
    quick(async {
        for (result, words, soon) in [(Ok(()), "completed", 0), (Err(uncertain()), "uncertain", 1)] {
            let (mut calls, call) = transfer();
            calls.transferred(&call, TICKET, &result);
            assert_eq!(told(&mut calls), [words]);
            assert_eq!(lookups_within(&mut calls, SECOND * 2).await, soon, "{words}");
            assert!(lookups_within(&mut calls, SECOND * 5).await > 0, "{words}");
        }
    });
}

#[test]
fn a_transfer_has_failed_if_the_call_is_connected_again_or_says_why_not() {
    quick(async {
        for (before, after, has_failed) in [
            (vec![failed()], vec![], true),
            (vec![state("transferring"), state("established")], vec![], true),
            (vec![state("established")], vec![], false),
            (vec![], vec![failed()], true),
            (vec![], vec![state("transferring"), state("established")], true),
            (vec![], vec![state("established")], false),
        ] {
            let (mut calls, call) = transfer();
            for data in &before {
                tell(&mut calls, "updated", data);
            }
            calls.transferred(&call, TICKET, &Ok(()));
            for data in &after {
                tell(&mut calls, "updated", data);
            }
            let notices = notices(&mut calls);
            let is_told = notices.iter().any(|it| it.contains("was not transferred to"));
            assert_eq!(is_told, has_failed, "{before:?}, the response, {after:?}: {notices:?}");
        }
    });
}

#[test]
fn a_call_that_the_service_does_not_find_is_looked_up_at_once() {
    quick(async {
        for (result, soon) in [
            (result(Ok(()), false), 0),
            (result(Err(uncertain()), false), 0),
            (result(Err(refused(404)), true), 1),
            (result(Err(refused(404)), false), 1),
        ] {
            let (mut calls, call) = ringing();
            calls.answer(ID, &Decision::Accept, TICKET).unwrap();
            calls.answered(&call, TICKET, &result);
            assert_eq!(lookups_within(&mut calls, SECOND / 2).await, soon, "{:?}", result.result);
            assert!(lookups_within(&mut calls, SECOND * 6).await > 0, "{:?}", result.result);
        }
    });
}

#[test]
fn a_call_whose_answer_was_not_carried_out_rings_on_without_lookups() {
    quick(async {
        let (mut calls, call) = ringing();
        assert!(!calls.has_pending_answers());
        calls.answer(ID, &Decision::Accept, TICKET).unwrap();
        calls.answered(&call, TICKET, &result(Err(uncertain()), false));
        assert!(calls.has_pending_answers());
        assert_eq!(lookups_within(&mut calls, SECOND * 2).await, 1);
        calls.looked_up(&call, &Ok(state("incoming")));
        assert_eq!(told(&mut calls), ["uncertain", "refused"]);
        assert!(!calls.has_pending_answers());
        assert_eq!(lookups_within(&mut calls, SECOND * 12).await, 0);
        assert_eq!(told(&mut calls), Vec::<&str>::new());
    });
}

#[test]
fn a_call_that_connects_elsewhere_is_looked_up_though_an_answer_to_it_is_refused() {
    quick(async {
        let (mut calls, call) = ringing();
        calls.answer(ID, &Decision::Accept, TICKET).unwrap();
        tell(&mut calls, "updated", &state("establishing"));
        calls.answered(&call, TICKET, &result(Err(refused(403)), false));
        assert_eq!(told(&mut calls), ["refused"]);
        assert!(lookups_within(&mut calls, SECOND * 6).await > 0);
    });
}

#[test]
fn a_call_is_looked_up_less_and_less_often_once_its_time_is_up() {
    quick(async {
        let (mut calls, _) = ringing();
        let spans = [15_500, 1_000, 1_000, 1_000, 3_000, 1_000, 5_000];
        let mut lookups = Vec::new();
        for milliseconds in spans {
            lookups.push(lookups_within(&mut calls, Duration::from_millis(milliseconds)).await);
        }
        assert_eq!(lookups, [0, 1, 0, 1, 0, 1, 0], "after 16, 18 and 22 s");
        assert_eq!(told(&mut calls), Vec::<&str>::new());
        assert_eq!(lookups_within(&mut calls, SECOND * 10).await, 0);
        assert_eq!(told(&mut calls), ["lost"]);
    });
}

#[test]
fn a_lookup_after_a_gap_does_not_keep_a_call_beyond_its_time() {
    quick(async {
        let (mut calls, _) = ringing();
        assert_eq!(RINGING_TIME, SECOND * 15);
        tokio::time::advance(Duration::from_millis(14_500)).await;
        calls.look_up_after_gap();
        assert_eq!(lookups_within(&mut calls, SECOND / 4).await, 1, "after the gap");
        assert_eq!(lookups_within(&mut calls, SECOND * 2).await, 1, "one second after its time");
    });
}

#[test]
fn settings_that_were_read_again_hold_for_the_next_call() {
    quick(async {
        const ELSEWHERE: &str = "0fd7b1b3-9d1f-4ac7-a6f0-3a8f2ad3a2f5";
        let mut calls = calls();
        let now = settings(&GraphOptions::default());
        calls.apply_settings(&graph::Settings { tenant: ELSEWHERE.into(), ringing_time: SECOND * 5, ..now });
        tell(&mut calls, "created", &state("incoming"));
        assert_eq!(calls.due_at(), Some(Instant::now() + SECOND * 5));
        assert_eq!(calls.take_new_tenants().into_iter().collect::<Vec<_>>(), [ELSEWHERE]);
    });
}

#[test]
fn an_invitation_to_a_call_that_is_over_meanwhile_has_its_result_told() {
    quick(async {
        let to = Destination::parse("112f7296-5fa4-42ca-bae8-6a692b15d4b8").unwrap();
        for (result, words) in
            [(Ok(json!({})), "completed"), (Err(uncertain()), "uncertain"), (Err(refused(403)), "refused")]
        {
            let (mut calls, call) = connected();
            calls.invite(LINE, TICKET, &to).unwrap();
            tell(&mut calls, "deleted", &state("terminated"));
            calls.take_events();
            calls.invited(&call, TICKET, &result);
            assert_eq!(told(&mut calls), [words]);
        }
    });
}

#[test]
fn an_invitation_is_withdrawn_from_the_call_that_it_is_to() {
    quick(async {
        let (mut calls, _) = connected();
        let created = read(&about("2", "created", &state("incoming")));
        let second = created.call.clone();
        calls.apply(created);
        calls.apply(read(&about("2", "updated", &state("established"))));
        let line = calls.take_events().into_iter().find_map(|event| match event {
            Event::Conversation(conversation) => Some(conversation.id),
            _ => None,
        });
        let to = Destination::parse("112f7296-5fa4-42ca-bae8-6a692b15d4b8").unwrap();
        calls.invite(line.unwrap(), TICKET, &to).unwrap();
        calls.invited(&second, TICKET, &Ok(json!({})));
        let id = calls.take_events().into_iter().find_map(|event| match event {
            Event::Invitation(invitation) => Some(invitation.id),
            _ => None,
        });
        let job = calls.withdraw(id.unwrap(), Ticket(2)).map(|job| job.target.call);
        assert_eq!(job, Ok(second));
    });
}
