//! What an operator does with the calls of a bot.

use std::collections::BTreeMap;
use std::time::Duration;

use rsvp::app::Phase;
use rsvp::invitation::{Outcome, Rejection};
use rsvp::sim::{Call, CallEvent, CallModality, CallOutcome, Caller, CallerKind};

use super::{john, phase, quick, ringing};
use crate::support::Desk;

#[test]
fn a_call_is_shown_with_who_calls_whom_and_what_for() {
    quick(async {
        let mut desk = Desk::bot().await;
        let call = Call {
            modalities: vec![CallModality::Audio, CallModality::Video],
            subject: "The delivery".into(),
            forwarded_from: Some("+14258828080".into()),
            ..john()
        };
        desk.called(call).await;
        let call = desk.ringing().await;
        assert_eq!(call.from.name.as_str(), "John");
        assert!(call.from.uri.as_str().starts_with("user:"), "{}", call.from.uri);
        assert_eq!(call.from.origin.as_str(), "user");
        let to = call.to.as_ref().unwrap();
        assert!(to.uri.as_str().starts_with("app:2891555a"), "{}", to.uri);
        assert_eq!(call.subject.as_str(), "The delivery");
        assert!(call.routes[0].as_str().contains("forwarded from"), "{:?}", call.routes);
        let fact = |label| call.facts.iter().find(|fact| fact.label == label).map(|fact| fact.value.as_str());
        assert_eq!(fact("media"), Some("audio, video"));
        assert_eq!(fact("tenant"), Some("1cd119ab-b444-4c16-84b9-8538585d1987"));
        assert_eq!((fact("group"), fact("meeting")), (None, None), "a call between two has neither");
        assert_eq!(call.deadline.left(call.arrived), Duration::from_secs(15));
        desk.end().await;
    });
}

#[test]
fn each_kind_of_caller_is_named_for_what_it_is() {
    quick(async {
        let mut desk = Desk::bot().await;
        for (kind, name, uri, origin) in [
            (CallerKind::User, "John", "user:", "user"),
            (CallerKind::Phone, "+14255550100", "tel:+14255550100", "phone"),
            (CallerKind::Application, "Reception", "app:", "application"),
            (CallerKind::Guest, "Mika", "guest:", "guest"),
            (CallerKind::Encrypted, "", "", "encrypted: the bot needs a Calls permission to see who it is"),
        ] {
            let number = desk.called(Call { group: true, ..Call::from(Caller::new(kind, name)) }).await;
            let call = desk.ringing().await;
            assert!(call.from.uri.as_str().starts_with(uri), "{kind:?}: {}", call.from.uri);
            assert_eq!(call.from.origin.as_str(), origin);
            assert!(call.facts.iter().any(|fact| fact.label == "group"), "{kind:?}: {:?}", call.facts);
            desk.sim.graph.trigger(number, CallEvent::CallerGivesUp).unwrap();
            assert_eq!(desk.over().await, Outcome::CallerGaveUp);
            desk.rest().await;
        }
        desk.end().await;
    });
}

#[test]
fn a_call_is_rejected_with_the_chosen_reason_and_leaves_when_it_is_deleted() {
    quick(async {
        let mut desk = Desk::bot().await;
        for (keys, reason) in [
            ("dbusy\n", Rejection::Busy),
            ("dnone\n", Rejection::None),
            ("dforb\n", Rejection::Forbidden),
            ("D", Rejection::Busy),
        ] {
            let number = desk.called(john()).await;
            let id = desk.sim.graph.calls().iter().find(|call| call.number == number).unwrap().id.clone();
            desk.press(keys);
            assert_eq!(desk.over().await, Outcome::Rejected(reason));
            let expected =
                format!("POST /v1.0/communications/calls/{id}/reject {{\"reason\":\"{}\"}}", reason.name());
            assert_eq!(desk.sent().last(), Some(&expected));
            let ending = desk.sim.graph.ended().pop().unwrap();
            assert_eq!(ending.outcome, CallOutcome::Rejected { reason: reason.name().into() });
            desk.rest().await;
        }
        assert_eq!(desk.sent().len(), 4, "{:?}", desk.sent());
        desk.end().await;
    });
}

#[test]
fn an_answered_call_is_the_bots_is_kept_alive_and_hung_up() {
    quick(async {
        let mut desk = Desk::bot().await;
        desk.called(john()).await;
        desk.press("a");
        assert_eq!(desk.over().await, Outcome::Accepted);
        let body = desk.sent()[0].split_once("/answer ").unwrap().1.to_owned();
        let body: serde_json::Value = serde_json::from_str(&body).unwrap();
        assert_eq!(body["callbackUri"], "https://bot.example/api/calls");
        assert_eq!(body["mediaConfig"]["@odata.type"], "#microsoft.graph.serviceHostedMediaConfig");
        let open = desk.state.conversations.iter().next().unwrap().clone();
        assert!(
            open.can_hang_up() && open.note.as_str().contains("the bot is on the line, not you"),
            "{open:?}"
        );
        // Graph ends a call that is silent for 45 minutes.
        desk.wait(2 * 3_600).await;
        assert_eq!(desk.state.conversations.len(), 1);
        assert!((7..=8).contains(&desk.count("/keepAlive")), "{}", desk.count("/keepAlive"));
        desk.press("3x");
        desk.until(|state| state.conversations.is_empty()).await;
        assert!(desk.sent().iter().any(|sent| sent.starts_with("DELETE ")), "{:?}", desk.sent());
        assert_eq!(desk.sim.graph.ended()[0].outcome, CallOutcome::HungUp);
        assert!(desk.was_notified("the bot ended it (200/7000)"), "{:?}", desk.notices);
        desk.end().await;
    });
}

#[test]
fn the_other_side_hangs_up_an_answered_call() {
    quick(async {
        let mut desk = Desk::bot().await;
        let number = desk.called(john()).await;
        desk.press("a");
        desk.until(|state| !state.conversations.is_empty()).await;
        desk.sim.graph.trigger(number, CallEvent::OtherPartyHangsUp).unwrap();
        desk.until(|state| state.conversations.is_empty()).await;
        assert!(
            desk.was_notified("The call with John is over: the other party ended it"),
            "{:?}",
            desk.notices
        );
        desk.end().await;
    });
}

#[test]
fn a_call_is_sent_on_to_a_user_or_a_phone() {
    quick(async {
        let mut desk = Desk::bot().await;
        for (typed, sent) in [
            ("112F7296-5fa4-42ca-bae8-6a692b15d4b8", "112f7296-5fa4-42ca-bae8-6a692b15d4b8"),
            ("+1 425 555 0100", "+14255550100"),
        ] {
            desk.called(john()).await;
            desk.press("f");
            desk.press("nobody\n");
            assert!(desk.sent().iter().all(|it| !it.contains("nobody")), "{:?}", desk.sent());
            desk.press("\u{1b}f");
            desk.press(typed);
            desk.press("\n");
            assert_eq!(desk.over().await, Outcome::Forwarded);
            assert!(desk.sent().last().unwrap().contains(sent), "{:?}", desk.sent());
            assert_eq!(desk.sim.graph.ended().pop().unwrap().outcome, CallOutcome::Redirected);
            desk.rest().await;
        }
        desk.end().await;
    });
}

#[test]
fn the_caller_gives_up_and_it_is_over() {
    quick(async {
        let mut desk = Desk::bot().await;
        let number = desk.called(john()).await;
        desk.sim.graph.trigger(number, CallEvent::CallerGivesUp).unwrap();
        assert_eq!(desk.over().await, Outcome::CallerGaveUp);
        assert!(desk.sent().is_empty());
        desk.end().await;
    });
}

#[test]
fn another_program_of_the_same_bot_answers() {
    quick(async {
        let mut desk = Desk::bot().await;
        let number = desk.called(john()).await;
        desk.sim.graph.trigger(number, CallEvent::AnsweredElsewhere).unwrap();
        assert_eq!(desk.over().await, Outcome::AnsweredElsewhere);
        assert_eq!(desk.state.conversations.len(), 1, "the line is open and can be hung up here");
        desk.press("3x");
        desk.until(|state| state.conversations.is_empty()).await;
        desk.end().await;
    });
}

#[test]
fn a_call_that_the_service_ends_says_why() {
    quick(async {
        let mut desk = Desk::bot().await;
        let number = desk.called(john()).await;
        desk.sim.graph.trigger(number, CallEvent::Fails { code: 480, subcode: 10_037 }).unwrap();
        let outcome = desk.over().await;
        assert_eq!(outcome.words(), "failed: there was no one to reach (480/10037)");
        desk.end().await;
    });
}

#[test]
fn several_calls_at_once_are_rejected_together() {
    quick(async {
        let mut desk = Desk::bot().await;
        for name in ["John", "Lene", "Joe", "Dana"] {
            desk.sim.graph.call(Call::from(Caller::user(name)));
        }
        desk.until(|state| ringing(state) == 4).await;
        desk.press("    D");
        desk.until(|state| ringing(state) == 0).await;
        assert_eq!(desk.sent().len(), 4, "{:?}", desk.sent());
        let rejected =
            |how: &CallOutcome| matches!(how, CallOutcome::Rejected { reason } if reason == "busy");
        assert!(desk.sim.graph.ended().iter().all(|ending| rejected(&ending.outcome)));
        desk.end().await;
    });
}

#[test]
fn what_is_answered_takes_no_second_answer() {
    quick(async {
        let mut desk = Desk::bot().await;
        desk.called(john()).await;
        desk.press("aDa");
        assert!(matches!(phase(&desk.state), Phase::Answering { .. }));
        assert_eq!(desk.over().await, Outcome::Accepted);
        assert_eq!(desk.sent().len(), 1, "{:?}", desk.sent());
        desk.end().await;
    });
}

#[test]
fn leaving_right_after_hanging_up_does_not_say_that_the_call_goes_on() {
    quick(async {
        let mut desk = Desk::bot().await;
        desk.called(john()).await;
        desk.press("a");
        desk.until(|state| !state.conversations.is_empty()).await;
        desk.press("3x");
        desk.until(|state| state.pending_requests.is_empty()).await;
        assert_eq!(desk.state.conversations.len(), 1, "that it ended is not heard of yet");
        desk.sign_out().await;
        assert!(rsvp::ui::farewell(&desk.state, &BTreeMap::new()).is_empty());
    });
}

#[test]
fn leaving_while_the_bot_is_on_the_line_says_that_the_call_goes_on() {
    quick(async {
        let mut desk = Desk::bot().await;
        desk.called(john()).await;
        desk.press("a");
        desk.until(|state| !state.conversations.is_empty()).await;
        desk.sign_out().await;
        let told = rsvp::ui::farewell(&desk.state, &BTreeMap::new()).join("\n");
        assert!(told.starts_with("The call with John <user:") && told.contains("continues"), "{told}");
        assert_eq!(desk.sim.graph.calls().len(), 1);
    });
}
