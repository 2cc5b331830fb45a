//! Calls of a bot, as an operator answers and ends them.

use std::sync::Arc;
use std::time::Duration;

use rsvp::app::Phase;
use rsvp::invitation::{Outcome, Rejection};
use rsvp::provider::graph::{self, RECORDING_RINGING_TIME};
use rsvp::sim::{
    Call, CallEvent, CallModality, CallOutcome, Caller, CallerKind, Fault, FaultKind, InProcess,
    InProcessWebhook, Options, Simulator,
};

use super::{john, phase, quick, ringing, settings};
use crate::support::{TestClient, outcome_of};

#[test]
fn a_call_is_shown_with_who_calls_whom_and_what_for() {
    quick(async {
        let mut client = TestClient::bot().await;
        let call = Call {
            modalities: vec![CallModality::Audio, CallModality::Video],
            subject: "The delivery".into(),
            forwarded_from: Some("+14258828080".into()),
            ..john()
        };
        client.called(call).await;
        let call = client.ringing().await;
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
        client.end().await;
    });
}

#[test]
fn each_kind_of_caller_is_named_for_what_it_is() {
    quick(async {
        let mut client = TestClient::bot().await;
        for (kind, name, uri, origin) in [
            (CallerKind::User, "John", "user:", "user"),
            (CallerKind::Phone, "+14255550100", "tel:+14255550100", "phone"),
            (CallerKind::Application, "Reception", "app:", "application"),
            (CallerKind::Guest, "Mika", "guest:", "guest"),
            (CallerKind::Encrypted, "", "", "encrypted: the bot needs a Calls permission to see who it is"),
        ] {
            let number = client.called(Call { group: true, ..Call::from(Caller::new(kind, name)) }).await;
            let call = client.ringing().await;
            assert!(call.from.uri.as_str().starts_with(uri), "{kind:?}: {}", call.from.uri);
            assert_eq!(call.from.origin.as_str(), origin);
            assert!(call.facts.iter().any(|fact| fact.label == "group"), "{kind:?}: {:?}", call.facts);
            client.sim.graph.trigger(number, CallEvent::CallerGivesUp).unwrap();
            assert_eq!(client.over().await, Outcome::CallerGaveUp);
            client.rest().await;
        }
        client.end().await;
    });
}

#[test]
fn a_call_is_rejected_with_the_chosen_reason_and_leaves_when_it_is_deleted() {
    quick(async {
        let mut client = TestClient::bot().await;
        for (keys, reason) in [
            ("dbusy\n", Rejection::Busy),
            ("dnone\n", Rejection::None),
            ("dforb\n", Rejection::Forbidden),
            ("D", Rejection::Busy),
        ] {
            let number = client.called(john()).await;
            let id = client.sim.graph.calls().iter().find(|call| call.number == number).unwrap().id.clone();
            client.press(keys);
            assert_eq!(client.over().await, Outcome::Rejected(reason));
            let expected =
                format!("POST /v1.0/communications/calls/{id}/reject {{\"reason\":\"{}\"}}", reason.name());
            assert_eq!(client.sent().last(), Some(&expected));
            let ending = client.sim.graph.ended().pop().unwrap();
            assert_eq!(ending.outcome, CallOutcome::Rejected { reason: reason.name().into() });
            client.rest().await;
        }
        assert_eq!(client.sent().len(), 4, "{:?}", client.sent());
        client.end().await;
    });
}

#[test]
fn an_answered_call_is_the_bots_is_kept_alive_and_hung_up() {
    quick(async {
        let mut client = TestClient::bot().await;
        client.called(john()).await;
        client.press("a");
        assert_eq!(client.over().await, Outcome::Accepted);
        let body = client.sent()[0].split_once("/answer ").unwrap().1.to_owned();
        let body: serde_json::Value = serde_json::from_str(&body).unwrap();
        assert_eq!(body["callbackUri"], "https://bot.example/api/calls");
        assert_eq!(body["mediaConfig"]["@odata.type"], "#microsoft.graph.serviceHostedMediaConfig");
        let open = client.state.conversations.iter().next().unwrap().clone();
        assert!(
            open.can_hang_up() && open.note.as_str().contains("the bot is on the line, not you"),
            "{open:?}"
        );
        // Graph ends a call that is silent for 45 minutes.
        client.wait(2 * 3_600).await;
        assert_eq!(client.state.conversations.len(), 1);
        assert!((7..=8).contains(&client.count("/keepAlive")), "{}", client.count("/keepAlive"));
        client.press("3x");
        client.until(|state| state.conversations.is_empty()).await;
        assert!(client.sent().iter().any(|sent| sent.starts_with("DELETE ")), "{:?}", client.sent());
        assert_eq!(client.sim.graph.ended()[0].outcome, CallOutcome::HungUp);
        assert!(client.was_notified("the bot ended it (200/7000)"), "{:?}", client.notices);
        client.end().await;
    });
}

#[test]
fn a_keep_alive_that_failed_is_soon_repeated() {
    quick(async {
        let mut client = TestClient::bot().await;
        client.called(john()).await;
        client.press("a");
        assert_eq!(client.over().await, Outcome::Accepted);
        client.sim.fault(Fault::next("keepAlive", FaultKind::error(500, "")).times(10));
        client.wait(19 * 60 + 30).await;
        assert_eq!(client.count("/keepAlive"), 5, "once a minute after a quarter of an hour");
        client.sim.heal();
        client.end().await;
    });
}

#[test]
fn the_other_side_hangs_up_an_answered_call() {
    quick(async {
        let mut client = TestClient::bot().await;
        let number = client.called(john()).await;
        client.press("a");
        client.until(|state| !state.conversations.is_empty()).await;
        client.sim.graph.trigger(number, CallEvent::OtherPartyHangsUp).unwrap();
        client.until(|state| state.conversations.is_empty()).await;
        assert!(
            client.was_notified("The call with John is over: the other party ended it"),
            "{:?}",
            client.notices
        );
        client.end().await;
    });
}

#[test]
fn a_call_is_sent_on_to_a_user_or_a_phone() {
    quick(async {
        let mut client = TestClient::bot().await;
        for (typed, sent) in [
            ("112F7296-5fa4-42ca-bae8-6a692b15d4b8", "112f7296-5fa4-42ca-bae8-6a692b15d4b8"),
            ("+1 425 555 0100", "+14255550100"),
        ] {
            client.called(john()).await;
            client.press("f");
            client.press("nobody\n");
            assert!(client.sent().iter().all(|it| !it.contains("nobody")), "{:?}", client.sent());
            client.press("\u{1b}f");
            client.press(typed);
            client.press("\n");
            assert_eq!(client.over().await, Outcome::Forwarded);
            assert!(client.sent().last().unwrap().contains(sent), "{:?}", client.sent());
            assert_eq!(client.sim.graph.ended().pop().unwrap().outcome, CallOutcome::Redirected);
            client.rest().await;
        }
        client.end().await;
    });
}

#[test]
fn the_caller_gives_up_and_it_is_over() {
    quick(async {
        let mut client = TestClient::bot().await;
        let number = client.called(john()).await;
        client.sim.graph.trigger(number, CallEvent::CallerGivesUp).unwrap();
        assert_eq!(client.over().await, Outcome::CallerGaveUp);
        assert!(client.sent().is_empty());
        client.end().await;
    });
}

#[test]
fn another_program_of_the_same_bot_answers() {
    quick(async {
        let mut client = TestClient::bot().await;
        let number = client.called(john()).await;
        client.sim.graph.trigger(number, CallEvent::AnsweredElsewhere).unwrap();
        assert_eq!(client.over().await, Outcome::AnsweredElsewhere);
        assert_eq!(client.state.conversations.len(), 1, "the line is open and can be hung up here");
        client.press("3x");
        client.until(|state| state.conversations.is_empty()).await;
        client.end().await;
    });
}

#[test]
fn a_call_that_the_service_ends_says_why() {
    quick(async {
        let mut client = TestClient::bot().await;
        let number = client.called(john()).await;
        client.sim.graph.trigger(number, CallEvent::Fails { code: 480, subcode: 10_037 }).unwrap();
        let outcome = client.over().await;
        assert_eq!(outcome.words(), "failed: there was no one to reach (480/10037)");
        client.end().await;
    });
}

#[test]
fn several_calls_at_once_are_rejected_together() {
    quick(async {
        let mut client = TestClient::bot().await;
        for name in ["John", "Lene", "Joe", "Dana"] {
            client.sim.graph.call(Call::from(Caller::user(name)));
        }
        client.until(|state| ringing(state) == 4).await;
        client.press("    D");
        client.until(|state| ringing(state) == 0).await;
        assert_eq!(client.sent().len(), 4, "{:?}", client.sent());
        let rejected =
            |how: &CallOutcome| matches!(how, CallOutcome::Rejected { reason } if reason == "busy");
        assert!(client.sim.graph.ended().iter().all(|ending| rejected(&ending.outcome)));
        client.end().await;
    });
}

#[test]
fn what_is_answered_takes_no_second_answer() {
    quick(async {
        let mut client = TestClient::bot().await;
        client.called(john()).await;
        client.press("aDa");
        assert!(matches!(phase(&client.state), Phase::Answering { .. }));
        assert_eq!(client.over().await, Outcome::Accepted);
        assert_eq!(client.sent().len(), 1, "{:?}", client.sent());
        client.end().await;
    });
}

#[test]
fn a_call_to_a_bot_that_records_by_policy_waits_for_five_seconds() {
    quick(async {
        let sim = Simulator::new(Options::default());
        let ringing_time = RECORDING_RINGING_TIME;
        let settings = graph::Settings { ringing_time, ..settings(&Options::default().graph) };
        let webhook = InProcessWebhook::default();
        sim.graph.set_webhook(Arc::new(webhook.clone()), settings.public_url.clone());
        let mut client = TestClient::behind(&sim, settings, Arc::new(InProcess::new(&sim)), webhook);
        client.until(|state| state.accounts[0].status.is_online()).await;
        client.called(john()).await;
        client.wait(4).await;
        assert_eq!(ringing(&client.state), 1);
        // No notification tells how it ended: it is asked for a second later.
        client.wait(3).await;
        assert_eq!(outcome_of(&client.state), Some(&Outcome::Expired));
        client.end().await;
    });
}
