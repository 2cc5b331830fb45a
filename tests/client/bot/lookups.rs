//! When a call is looked up of which notifications tell too little, without a service.

use std::time::Duration;

use rsvp::invitation::{AccountId, ConversationId, Decision, Destination, InvitationId, Outcome};
use rsvp::provider::exchange::TransportError;
use rsvp::provider::graph::answer::AnswerResult;
use rsvp::provider::graph::calls::Calls;
use rsvp::provider::graph::error::GraphError;
use rsvp::provider::graph::notification::CallId;
use rsvp::provider::{Event, Ticket};
use serde_json::{Value, json};

use super::posting::{about, calls, read};
use super::quick;

pub(super) const ID: InvitationId = InvitationId { account: AccountId(0), number: 1 };
pub(super) const LINE: ConversationId = ConversationId { account: AccountId(0), number: 1 };

pub(super) fn state(name: &str) -> Value {
    json!({ "state": name })
}

pub(super) fn tell(calls: &mut Calls, change: &str, data: &Value) {
    calls.apply(read(&about("1", change, data)));
}

/// Returns calls of which one rings.
pub(super) fn ringing() -> (Calls, CallId) {
    let mut calls = calls();
    let created = read(&about("1", "created", &state("incoming")));
    let call = created.call.clone();
    calls.apply(created);
    (calls, call)
}

/// Returns calls of which the bot is connected to one.
pub(super) fn connected() -> (Calls, CallId) {
    let (mut calls, call) = ringing();
    tell(&mut calls, "updated", &state("established"));
    calls.take_events();
    (calls, call)
}

pub(super) fn uncertain() -> GraphError {
    GraphError::Transport(TransportError::uncertain("reset"))
}

/// Returns the number of lookups that become due in this time.
pub(super) async fn lookups_within(calls: &mut Calls, time: Duration) -> usize {
    let until = tokio::time::Instant::now() + time;
    let mut count = 0;
    while let Some(at) = calls.due_at().filter(|at| *at <= until) {
        tokio::time::sleep_until(at).await;
        calls.look_up_expired();
        let due = calls.take_due_requests();
        count += due.iter().filter(|request| format!("{request:?}").starts_with("LookUp")).count();
    }
    tokio::time::sleep_until(until).await;
    count
}

pub(super) const SECOND: Duration = Duration::from_secs(1);

#[test]
fn a_call_that_connects_elsewhere_is_looked_up_soon_however_often_that_is_told() {
    quick(async {
        let (mut calls, _) = ringing();
        for _ in 0..4 {
            tell(&mut calls, "updated", &state("establishing"));
            tokio::time::advance(SECOND).await;
        }
        assert_eq!(lookups_within(&mut calls, SECOND * 2).await, 1, "five seconds after the first");
    });
}

#[test]
fn a_call_that_connects_elsewhere_at_the_end_of_its_time_is_given_the_time_to_connect() {
    quick(async {
        let (mut calls, _) = ringing();
        assert_eq!(lookups_within(&mut calls, SECOND * 14).await, 0);
        tell(&mut calls, "updated", &state("establishing"));
        assert_eq!(lookups_within(&mut calls, SECOND * 4).await, 0, "its time was over three seconds ago");
        assert_eq!(lookups_within(&mut calls, SECOND * 2).await, 1);
        tell(&mut calls, "updated", &state("established"));
        let is_end =
            |event: &Event| matches!(event, Event::Ended { outcome: Outcome::AnsweredElsewhere, .. });
        assert_eq!(calls.take_events().iter().filter(|event| is_end(event)).count(), 1);
    });
}

#[test]
fn an_answer_that_was_not_carried_out_can_be_given_again_only_while_the_call_rings() {
    quick(async {
        for (waited, is_told) in [(2, true), (20, false)] {
            let (mut calls, call) = ringing();
            calls.answer(ID, &Decision::Accept, Ticket(1)).unwrap();
            calls.answered(&call, Ticket(1), &AnswerResult { result: Err(uncertain()), is_repeated: false });
            calls.take_events();
            tokio::time::advance(SECOND * waited).await;
            calls.looked_up(&call, &Ok(state("incoming")));
            let is_refused = |event: &Event| matches!(event, Event::Refused { ticket: Ticket(1), .. });
            assert_eq!(calls.take_events().iter().any(is_refused), is_told, "after {waited} s");
        }
    });
}

#[test]
fn what_is_told_of_a_connected_call_takes_no_lookup_away_that_is_still_needed() {
    quick(async {
        let (mut calls, _) = connected();
        calls.look_up_after_gap();
        tell(&mut calls, "updated", &state("established"));
        assert_eq!(lookups_within(&mut calls, SECOND).await, 1, "others may have been missed");
        let (mut calls, call) = connected();
        calls.hang_up(LINE).unwrap();
        calls.hung_up(&call, Ticket(1), Ok(()));
        tell(&mut calls, "updated", &state("established"));
        assert!(lookups_within(&mut calls, SECOND * 6).await >= 1, "that may be old news");
        calls.looked_up(&call, &Ok(state("terminated")));
        assert!(calls.take_events().iter().any(|event| matches!(event, Event::ConversationEnded(_))));
    });
}

#[test]
fn a_transfer_that_is_under_way_is_not_given_up_while_no_lookup_tells_of_it() {
    quick(async {
        for is_under_way in [true, false] {
            let (mut calls, call) = connected();
            let to = Destination::parse("+14255550100").unwrap();
            calls.transfer(LINE, Ticket(1), to).unwrap();
            calls.transferred(&call, Ticket(1), &Ok(()));
            if is_under_way {
                tell(&mut calls, "updated", &state("transferring"));
            }
            calls.take_events();
            assert!(lookups_within(&mut calls, SECOND * 120).await >= 1);
            let is_notice = |event: &Event| matches!(event, Event::Notice(_));
            assert_eq!(calls.take_events().iter().any(is_notice), !is_under_way);
        }
    });
}

#[test]
fn a_transfer_by_another_program_that_fails_leaves_the_call_to_the_user_again() {
    quick(async {
        let (mut calls, _) = connected();
        let can_transfer = |calls: &mut Calls| {
            calls.take_events().into_iter().rev().find_map(|event| match event {
                Event::Conversation(conversation) => Some(conversation.can_transfer),
                _ => None,
            })
        };
        tell(&mut calls, "updated", &state("transferring"));
        assert_eq!(can_transfer(&mut calls), Some(false));
        tell(&mut calls, "updated", &state("established"));
        assert_eq!(can_transfer(&mut calls), Some(true));
        tell(&mut calls, "updated", &state("established"));
        assert_eq!(can_transfer(&mut calls), None, "nothing has changed");
    });
}

#[test]
fn a_call_rings_whatever_is_missing_in_its_first_notification_unless_it_goes_out() {
    quick(async {
        for (data, is_call) in [
            (json!({}), true),
            (json!({ "direction": "incoming" }), true),
            (json!({ "direction": "outgoing" }), false),
            (json!({ "state": "incoming", "direction": "outgoing" }), false),
            (json!({ "state": "established" }), false),
        ] {
            let mut calls = calls();
            tell(&mut calls, "created", &data);
            assert_eq!(!calls.take_events().is_empty(), is_call, "{data}");
        }
    });
}

#[test]
fn a_roster_that_is_deleted_takes_nobody_from_the_call() {
    quick(async {
        let (mut calls, _) = connected();
        let roster = json!([{ "id": "1", "info": { "identity": { "user": { "id": "kim" } } } }]);
        calls.apply(read(&about("1/participants", "updated", &roster)));
        assert!(!calls.take_events().is_empty());
        calls.apply(read(&about("1/participants", "deleted", &json!([]))));
        assert_eq!(calls.take_events(), []);
    });
}

#[test]
fn a_request_about_a_call_that_is_over_meanwhile_has_its_result_told() {
    quick(async {
        let (mut calls, call) = connected();
        tell(&mut calls, "deleted", &state("terminated"));
        calls.take_events();
        calls.withdrawn(&call, Ticket(1), &Ok(()));
        assert_eq!(calls.take_events(), [Event::Completed(Ticket(1))]);
        calls.hung_up(&call, Ticket(2), Ok(()));
        assert_eq!(calls.take_events(), [Event::Completed(Ticket(2))]);
        assert!(calls.hang_up(LINE).is_none(), "nothing is sent");
    });
}
