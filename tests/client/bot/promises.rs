//! What a bot promises for situations that come seldom, and that no fault by its number covers.

use std::cell::Cell;
use std::sync::Arc;
use std::time::Duration;

use http::StatusCode;
use rsvp::invitation::{AccountId, Decision, Outcome, Rejection};
use rsvp::provider::exchange::{Exchange, Request, fetch};
use rsvp::provider::graph::{self, Credential};
use rsvp::provider::{Clock, Command, Event, Status, Ticket};
use rsvp::secret::Secret;
use rsvp::sim::{
    CallEvent, Fault, FaultKind, GraphOptions, InProcess, InProcessWebhook, InvalidToken, Options, Simulator,
};
use serde_json::{Value, json};

use super::abuse::{about, letter, post, with_door};
use super::{john, quick, ringing, settings};
use crate::support::{Desk, outcome_of};

#[test]
fn the_service_is_asked_to_come_again_while_the_keys_can_not_be_read() {
    for of in ["metadata", "keys"] {
        quick(async {
            let mut desk = Desk::bot().await;
            desk.wait(60).await;
            desk.sim.fault(Fault::next(of, FaultKind::error(503, "")).times(100));
            assert_eq!(
                desk.sim.graph.send_invalid_token(InvalidToken::UnknownKey).await,
                Ok(503),
                "{of}: the key may be a new one"
            );
            desk.sim.heal();
            desk.wait(60).await;
            assert_eq!(
                desk.sim.graph.send_invalid_token(InvalidToken::UnknownKey).await,
                Ok(401),
                "{of}: now that is certain"
            );
            desk.sign_out().await;
        });
    }
}

#[test]
fn a_call_that_was_asked_to_come_again_rings_when_it_does() {
    for of in ["metadata", "keys"] {
        quick(async {
            let mut desk = Desk::bot().await;
            desk.wait(60).await;
            desk.sim.graph.rotate_keys();
            desk.sim.fault(Fault::next(of, FaultKind::error(503, "")));
            desk.sim.graph.call(john());
            assert!(desk.within(Duration::from_secs(3), |state| ringing(state) == 1).await, "{of}");
            desk.press("D");
            assert_eq!(desk.over().await, Outcome::Rejected(Rejection::Busy));
            desk.sign_out().await;
        });
    }
}

#[test]
fn a_call_that_connects_elsewhere_takes_no_answer() {
    quick(async {
        let sim = Simulator::new(Options::default());
        let (mut desk, door) = with_door(&sim).await;
        let number = desk.called(john()).await;
        let id = desk.ringing().await.id;
        let name = sim.graph.calls()[0].id.clone();
        let connects = about(&name, "updated", &json!({ "state": "establishing" }));
        assert_eq!(post(&sim, &door, letter(&[connects])).await, StatusCode::ACCEPTED);
        desk.wait(1).await;
        desk.press("aDf+14255550100\n");
        for (number, decision) in
            [Decision::Accept, Decision::Reject { reason: Rejection::Busy, callback: None }]
                .into_iter()
                .enumerate()
        {
            let ticket = Ticket(1_000 + number as u64);
            desk.provider.commands.send(Command::Answer { ticket, invitation: id, decision }).await.unwrap();
            desk.wait(1).await;
            let refused = |event: &Event| matches!(event, Event::Refused { ticket: of, .. } if *of == ticket);
            assert!(desk.events().any(refused), "{ticket:?}");
        }
        assert_eq!(desk.decisions, []);
        assert!(desk.sent().iter().all(|sent| !sent.starts_with("POST")), "{:?}", desk.sent());
        sim.graph.trigger(number, CallEvent::AnsweredElsewhere).unwrap();
        assert_eq!(desk.over().await, Outcome::AnsweredElsewhere);
        desk.end().await;
    });
}

thread_local! {
    static ASLEEP: Cell<Duration> = const { Cell::new(Duration::ZERO) };
}

/// A bot on a machine that sleeps as this test says.
async fn sleepy(sim: &Simulator) -> Desk {
    ASLEEP.set(Duration::ZERO);
    let (settings, door) = (settings(&GraphOptions::default()), InProcessWebhook::default());
    sim.graph.set_webhook(Arc::new(door.clone()), settings.public_url.clone());
    let clock = Clock::on_machine(|| ASLEEP.get());
    let exchange = Arc::new(InProcess::new(sim));
    let provider = graph::spawn(settings, exchange, Arc::new(door), AccountId(0), clock);
    let mut desk = Desk::of(sim, provider, clock);
    desk.until_online().await;
    desk
}

#[test]
fn a_machine_that_slept_beyond_a_calls_time_sends_nothing_for_it() {
    for key in ["a", "D"] {
        quick(async {
            let sim = Simulator::new(Options::default());
            let mut desk = sleepy(&sim).await;
            desk.called(john()).await;
            ASLEEP.set(Duration::from_secs(16));
            desk.press(key);
            assert_eq!(desk.over().await, Outcome::Expired);
            desk.wait(60).await;
            assert_eq!(desk.sent(), Vec::<String>::new(), "{key}");
            // One that comes after that has all of its time.
            desk.called(john()).await;
            desk.wait(10).await;
            desk.press("D");
            desk.until(|state| state.history.len() == 2).await;
            assert_eq!(outcome_of(&desk.state), Some(&Outcome::Rejected(Rejection::Busy)));
            desk.end().await;
        });
    }
}

#[test]
fn a_machine_that_wakes_up_shows_no_call_whose_time_is_over_and_reads_the_keys_anew() {
    quick(async {
        let sim = Simulator::new(Options::default());
        let mut desk = sleepy(&sim).await;
        desk.called(john()).await;
        let keys = desk.count("/v1/keys");
        ASLEEP.set(Duration::from_secs(16));
        desk.provider.commands.send(Command::Wake).await.unwrap();
        assert!(desk.within(Duration::from_millis(100), |state| ringing(state) == 0).await);
        assert_eq!(outcome_of(&desk.state), Some(&Outcome::Expired));
        desk.wait(1).await;
        assert_eq!(desk.count("/v1/keys"), keys + 1, "how old they are was not counted meanwhile");
        desk.end().await;
    });
}

#[test]
fn a_machine_that_slept_for_part_of_a_calls_time_shows_what_is_left_of_it() {
    quick(async {
        let sim = Simulator::new(Options::default());
        let mut desk = sleepy(&sim).await;
        desk.called(john()).await;
        let arrived = desk.ringing().await.arrived;
        ASLEEP.set(Duration::from_secs(5));
        desk.provider.commands.send(Command::Wake).await.unwrap();
        desk.wait(1).await;
        assert_eq!(desk.ringing().await.deadline.left(arrived), Duration::from_secs(10));
        assert!(desk.within(Duration::from_millis(9_001), |state| ringing(state) == 0).await);
        assert_eq!(outcome_of(&desk.state), Some(&Outcome::Expired));
        desk.end().await;
    });
}

#[test]
fn a_machine_that_slept_while_an_answer_waited_for_its_token_does_not_send_it() {
    quick(async {
        let sim = Simulator::new(Options::default());
        let mut desk = sleepy(&sim).await;
        desk.called(john()).await;
        sim.graph.expire_tokens();
        sim.fault(Fault::next("graphToken", FaultKind::Late(2.0)));
        desk.press("D");
        desk.wait(1).await;
        let sent = desk.sent().len();
        ASLEEP.set(Duration::from_secs(16));
        desk.wait(60).await;
        let rejections = desk.sent().iter().skip(sent).filter(|sent| sent.starts_with("POST")).count();
        assert_eq!(rejections, 0, "{:?}", desk.sent());
        assert_eq!(ringing(&desk.state), 0);
        desk.sign_out().await;
    });
}

#[test]
fn a_deletion_that_tells_nothing_else_ends_the_call() {
    for data in [Value::Null, json!({})] {
        quick(async {
            let sim = Simulator::new(Options::default());
            let (mut desk, door) = with_door(&sim).await;
            desk.called(john()).await;
            let deleted = about(&sim.graph.calls()[0].id, "deleted", &data);
            assert_eq!(post(&sim, &door, letter(&[deleted])).await, StatusCode::ACCEPTED);
            let over = desk.within(Duration::from_secs(1), |state| ringing(state) == 0).await;
            assert!(over, "{data}");
            assert_eq!(desk.over().await, Outcome::CallerGaveUp, "{data}");
            desk.sign_out().await;
        });
    }
}

#[test]
fn a_renewal_that_failed_is_tried_again_before_the_token_ends() {
    quick(async {
        let mut desk = Desk::bot().await;
        desk.wait(3_200).await;
        desk.sim.fault(Fault::next("graphToken", FaultKind::error(503, "")));
        // It is to be renewed after 3299 s, and ends after 3599 s.
        desk.wait(350).await;
        assert_eq!(desk.count("/oauth2/"), 3, "the first, the one that failed, and another");
        desk.wait(60).await;
        desk.called(john()).await;
        desk.press("D");
        assert_eq!(desk.over().await, Outcome::Rejected(Rejection::Busy));
        assert_eq!(desk.count("/oauth2/"), 3, "answering took no time to fetch one");
        desk.end().await;
    });
}

#[test]
fn how_a_call_ended_is_told_to_whoever_leaves_before_the_reply() {
    quick(async {
        let mut desk = Desk::bot().await;
        desk.called(john()).await;
        desk.sim.fault(Fault::next("reject", FaultKind::Late(2.0)));
        desk.press("D");
        // That it is over has been told; whose doing it was, the reply will say.
        desk.wait(1).await;
        assert_eq!(ringing(&desk.state), 1);
        desk.sign_out().await;
        assert_eq!(outcome_of(&desk.state), Some(&Outcome::Rejected(Rejection::Busy)));
    });
}

#[test]
fn an_answer_that_was_taken_is_kept_though_its_user_leaves_before_its_effect_is_told() {
    for (key, outcome) in [("a", Outcome::Accepted), ("D", Outcome::Rejected(Rejection::Busy))] {
        quick(async {
            let mut desk = Desk::bot().await;
            desk.called(john()).await;
            desk.sim.fault(Fault::next("notify", FaultKind::Delay(1.0)).times(2));
            desk.press(key);
            desk.within(Duration::from_millis(10), |_| false).await;
            assert_eq!((desk.sent().len(), ringing(&desk.state)), (1, 1), "{key}: nothing tells of it yet");
            desk.sign_out().await;
            assert_eq!(outcome_of(&desk.state), Some(&outcome));
        });
    }
}

#[test]
fn nothing_more_is_sent_for_a_call_whose_end_was_told() {
    for key in ["a", "D", "f+14255550100\n"] {
        for end in [CallEvent::CallerGivesUp, CallEvent::AnsweredElsewhere] {
            quick(async {
                let mut desk = Desk::bot().await;
                let number = desk.called(john()).await;
                let request = match key {
                    "a" => "answer",
                    "D" => "reject",
                    _ => "redirect",
                };
                desk.sim.fault(Fault::next(request, FaultKind::error(503, "ServiceUnavailable")).times(100));
                desk.press(key);
                desk.wait(1).await;
                desk.sim.graph.trigger(number, end).unwrap();
                desk.within(Duration::from_millis(100), |_| false).await;
                let sent = desk.count(request);
                desk.wait(20).await;
                assert_eq!(desk.count(request), sent, "{key} {end:?}");
                assert_eq!(ringing(&desk.state), 0);
                let outcome = outcome_of(&desk.state).unwrap().clone();
                let expected = if end == CallEvent::CallerGivesUp {
                    Outcome::CallerGaveUp
                } else {
                    Outcome::AnsweredElsewhere
                };
                assert_eq!(outcome, expected, "{key}");
                desk.end().await;
            });
        }
    }
}

#[test]
fn an_answer_that_still_waits_for_its_token_has_nothing_to_do_with_how_a_call_ends() {
    for key in ["a", "D"] {
        for end in [CallEvent::CallerGivesUp, CallEvent::AnsweredElsewhere] {
            quick(async {
                let mut desk = Desk::bot().await;
                desk.sim.graph.expire_tokens();
                let number = desk.called(john()).await;
                desk.sim.fault(Fault::next("graphToken", FaultKind::Delay(6.0)).times(100));
                desk.press(key);
                desk.wait(1).await;
                desk.sim.graph.trigger(number, end).unwrap();
                desk.wait(1).await;
                if end == CallEvent::AnsweredElsewhere {
                    desk.sim.graph.trigger(number, CallEvent::OtherPartyHangsUp).unwrap();
                }
                desk.wait(20).await;
                let expected = if end == CallEvent::CallerGivesUp {
                    Outcome::CallerGaveUp
                } else {
                    Outcome::AnsweredElsewhere
                };
                assert_eq!(outcome_of(&desk.state), Some(&expected), "{key} {end:?}");
                assert!(desk.state.conversations.is_empty());
                desk.end().await;
            });
        }
    }
}

#[test]
fn a_connection_that_is_told_after_the_end_of_its_call_does_not_bring_the_call_back() {
    for key in ["a", "D"] {
        quick(async {
            let mut desk = Desk::bot().await;
            desk.sim.graph.expire_tokens();
            let number = desk.called(john()).await;
            desk.sim.fault(Fault::next("graphToken", FaultKind::Delay(6.0)).times(100));
            desk.press(key);
            desk.wait(1).await;
            desk.sim.fault(Fault::next("notify", FaultKind::Reversed));
            desk.sim.graph.trigger(number, CallEvent::AnsweredElsewhere).unwrap();
            desk.sim.graph.trigger(number, CallEvent::OtherPartyHangsUp).unwrap();
            desk.wait(20).await;
            assert_eq!(ringing(&desk.state), 0, "{key}");
            assert!(desk.state.conversations.is_empty(), "{key}");
            assert_eq!(desk.state.history.len(), 1, "{key}");
            desk.end().await;
        });
    }
}

#[test]
fn an_answer_that_was_accepted_is_not_given_up_while_nobody_tells_how_the_call_is() {
    quick(async {
        let mut desk = Desk::bot().await;
        desk.called(john()).await;
        desk.sim.fault(Fault::next("notify", FaultKind::Refused).times(1_000));
        desk.sim.fault(Fault::next("call", FaultKind::error(429, "TooManyRequests")).times(1_000));
        desk.press("a");
        desk.wait(10 * 60).await;
        assert_eq!(ringing(&desk.state), 1, "the bot may be on the line");
        let record = desk.sim.record();
        let lookups = record.iter().filter(|it| it.method == "GET" && it.target.contains("/calls/")).count();
        assert!((10..=60).contains(&lookups), "{lookups} lookups in ten minutes");
        desk.sim.heal();
        assert_eq!(desk.over().await, Outcome::Accepted);
        assert_eq!(desk.state.conversations.len(), 1);
        desk.end().await;
    });
}

#[test]
fn an_answer_of_which_nobody_tells_is_given_up_when_the_call_must_have_ended() {
    quick(async {
        let mut desk = Desk::bot().await;
        desk.called(john()).await;
        desk.sim.fault(Fault::next("notify", FaultKind::Refused).times(10_000));
        desk.sim.fault(Fault::next("call", FaultKind::error(429, "TooManyRequests")).times(10_000));
        desk.press("a");
        desk.wait(50 * 60).await;
        assert_eq!(outcome_of(&desk.state), Some(&Outcome::Lost));
        desk.sim.heal();
        desk.end().await;
    });
}

#[test]
fn hanging_up_what_the_other_party_ended_claims_nothing() {
    quick(async {
        let mut desk = Desk::bot().await;
        let number = desk.called(john()).await;
        desk.press("a");
        desk.until(|state| !state.conversations.is_empty()).await;
        desk.sim.fault(Fault::next("notify", FaultKind::Refused).times(100));
        desk.sim.graph.trigger(number, CallEvent::OtherPartyHangsUp).unwrap();
        desk.press("3x");
        desk.until(|state| state.conversations.is_empty()).await;
        desk.wait(1).await;
        assert!(!desk.was_notified("Hung up"), "{:?}", desk.notices);
        assert_eq!(desk.notice(), "The call with John had already ended");
        desk.end().await;
    });
}

#[cfg(unix)]
#[test]
fn a_client_secret_that_the_group_can_read_is_refused() {
    use std::os::unix::fs::PermissionsExt;
    quick(async {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("secret");
        let options = GraphOptions::default();
        std::fs::write(&path, &options.client_secret).unwrap();
        let own = graph::Settings {
            credential: Credential::Secret(Secret::File(path.clone())),
            ..settings(&options)
        };
        for mode in [0o640, 0o604, 0o660] {
            std::fs::set_permissions(&path, PermissionsExt::from_mode(mode)).unwrap();
            let sim = Simulator::new(Options { graph: options.clone(), ..Options::default() });
            let mut desk = Desk::bot_of(&sim, own.clone());
            desk.until(|state| matches!(state.accounts[0].status, Status::Stopped(_))).await;
            assert!(format!("{:?}", desk.status()).contains("chmod 600"), "{mode:o}: {:?}", desk.status());
            assert_eq!(desk.count("/oauth2/"), 0, "{mode:o}: it was not sent");
            std::fs::set_permissions(&path, PermissionsExt::from_mode(0o600)).unwrap();
            desk.press("r");
            desk.until_online().await;
            desk.sign_out().await;
        }
    });
}

#[test]
fn waking_up_sends_nothing_where_only_the_user_can_go_on() {
    quick(async {
        let options = GraphOptions::default();
        let wrong = graph::Settings {
            credential: Credential::Secret(Secret::Value("not-it".into())),
            ..settings(&options)
        };
        let sim = Simulator::new(Options { graph: options, ..Options::default() });
        let mut desk = Desk::bot_of(&sim, wrong);
        desk.until(|state| matches!(state.accounts[0].status, Status::Stopped(_))).await;
        let before = sim.record().len();
        desk.provider.commands.send(Command::Wake).await.unwrap();
        desk.wait(60).await;
        assert_eq!(sim.record().len(), before, "waking up mends no secret");
        desk.sign_out().await;
    });
}

#[test]
fn a_call_that_was_hung_up_is_over_though_nobody_tells() {
    quick(async {
        let mut desk = Desk::bot().await;
        desk.called(john()).await;
        desk.press("a");
        desk.until(|state| !state.conversations.is_empty()).await;
        desk.sim.fault(Fault::next("notify", FaultKind::Refused).times(100));
        desk.press("3x");
        assert!(desk.within(Duration::from_secs(10), |state| state.conversations.is_empty()).await);
        desk.sim.heal();
        desk.end().await;
    });
}

#[test]
fn a_tenant_is_allowed_however_its_letters_are_written() {
    quick(async {
        let options = GraphOptions::default();
        let shouted = vec![options.tenant.to_ascii_uppercase()];
        let own = graph::Settings { allowed_tenants: shouted, ..settings(&options) };
        let sim = Simulator::new(Options { graph: options, ..Options::default() });
        let mut desk = Desk::bot_of(&sim, own);
        desk.until_online().await;
        sim.graph.call(john());
        assert!(desk.within(Duration::from_secs(2), |state| ringing(state) == 1).await, "{:?}", desk.notices);
        desk.end().await;
    });
}

#[test]
fn the_service_gets_the_names_of_a_notification_back() {
    quick(async {
        let sim = Simulator::new(Options::default());
        let (mut desk, door) = with_door(&sim).await;
        let named = |name: &'static str, value: &'static str| {
            (http::HeaderName::from_static(name), http::HeaderValue::from_static(value))
        };
        let mut headers: http::HeaderMap =
            [named("x-microsoft-skype-message-id", "message-1"), named("scenario-id", "scenario-1")]
                .into_iter()
                .collect();
        headers.insert(http::header::AUTHORIZATION, sim.graph.authorization().unwrap().parse().unwrap());
        let request = Request {
            method: http::Method::POST,
            url: "https://bot.example/api/calls".parse().unwrap(),
            headers,
            body: letter(&[about("1", "created", &json!({}))]).into(),
            timeout: Duration::from_secs(5),
        };
        let answer = fetch(Arc::new(door) as Arc<dyn Exchange>, request).await.unwrap();
        assert_eq!(answer.status, StatusCode::ACCEPTED);
        assert_eq!(answer.headers["client-request-id"], "message-1");
        assert_eq!(answer.headers["scenario-id"], "scenario-1");
        desk.wait(1).await;
        desk.sign_out().await;
    });
}
