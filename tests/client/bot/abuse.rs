//! Servers and senders that mean harm or are out of their minds: whatever they say, the bot goes on.

use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use http::header::AUTHORIZATION;
use http::{HeaderMap, HeaderValue, Method, StatusCode};
use rsvp::invitation::{AccountId, Decision, InvitationId, Outcome, Rejection};
use rsvp::provider::body;
use rsvp::provider::exchange::{Exchange, Request, Response, fetch};
use rsvp::provider::graph::answer::AnswerResult;
use rsvp::provider::graph::calls::Calls;
use rsvp::provider::graph::error::GraphError;
use rsvp::provider::graph::notification::{self, Notification};
use rsvp::provider::graph::operation::Operation;
use rsvp::provider::graph::{self, TokenValidator, Webhook};
use rsvp::provider::{Clock, Event, Status, Ticket};
use rsvp::sim::{
    Fault, FaultKind, GraphOptions, InProcess, InProcessWebhook, InvalidToken, Options, Simulator,
};
use serde_json::{Value, json};
use tokio::time::{Instant, sleep, timeout};

use super::{john, quick, ringing, settings};
use crate::support::Desk;

/// What a token endpoint says that gives such a token, for so long.
fn token(secret: &str, lifetime: &Value) -> FaultKind {
    let body = json!({ "token_type": "Bearer", "access_token": secret, "expires_in": lifetime });
    FaultKind::Garbage { content_type: "application/json".into(), body: body.to_string() }
}

#[test]
fn a_token_that_lasts_for_ever_is_only_a_token() {
    for lifetime in [u64::MAX, u64::MAX / 2, i64::MAX.unsigned_abs() - 1, 1 << 40] {
        quick(async {
            let sim = Simulator::new(Options::default());
            sim.fault(Fault::next("graphToken", token("simulated.odd", &json!(lifetime))));
            let mut desk = Desk::bot_of(&sim, settings(&GraphOptions::default()));
            desk.until_online().await;
            desk.called(john()).await;
            desk.press("D");
            assert_eq!(desk.over().await, Outcome::Rejected(Rejection::Busy), "{lifetime}");
            desk.end().await;
        });
    }
}

#[test]
fn a_token_that_lasts_for_no_time_is_not_fetched_without_end() {
    for lifetime in [0, 1] {
        quick(async {
            let options =
                GraphOptions { token_lifetime: Duration::from_secs(lifetime), ..GraphOptions::default() };
            let mut desk = Desk::bot_with(options).await;
            desk.wait(60).await;
            let fetched = desk.count("/oauth2/");
            assert!(fetched <= 10, "{lifetime} s: {fetched} tokens in a minute");
            desk.called(john()).await;
            desk.sign_out().await;
        });
    }
}

#[test]
fn what_can_be_no_token_is_asked_for_again_at_once() {
    let odd = [String::new(), "two\r\nlines: x".into(), "\u{e9}".into(), "x".repeat(1 << 20)];
    for odd in odd {
        quick(async {
            let sim = Simulator::new(Options::default());
            sim.fault(Fault::next("graphToken", token(&odd, &json!(3_599))));
            let mut desk = Desk::bot_of(&sim, settings(&GraphOptions::default()));
            desk.until(|state| matches!(state.accounts[0].status, Status::Retrying { .. })).await;
            desk.until_online().await;
            desk.called(john()).await;
            desk.press("D");
            assert_eq!(desk.over().await, Outcome::Rejected(Rejection::Busy));
            desk.end().await;
        });
    }
}

#[test]
fn a_token_that_still_holds_is_used_while_a_new_one_can_not_be_had() {
    for kind in
        [FaultKind::error(503, ""), FaultKind::BlackHole, FaultKind::error(302, "").with("location", "/")]
    {
        quick(async {
            let mut desk = Desk::bot().await;
            desk.wait(3_200).await;
            // It is to be renewed after 3299 s, and ends after 3599 s.
            desk.sim.fault(Fault::next("graphToken", kind.clone()).times(100_000));
            desk.wait(120).await;
            desk.called(john()).await;
            desk.press("D");
            assert_eq!(desk.over().await, Outcome::Rejected(Rejection::Busy), "{kind:?}");
            desk.sim.heal();
            desk.end().await;
        });
    }
}

/// A bot whose door stands open for letters of our own, too.
pub(super) async fn with_door(sim: &Simulator) -> (Desk, InProcessWebhook) {
    let settings = settings(&GraphOptions::default());
    let door = InProcessWebhook::default();
    sim.graph.set_webhook(Arc::new(door.clone()), settings.public_url.clone());
    let mut desk = Desk::behind(sim, settings, Arc::new(InProcess::new(sim)), door.clone());
    desk.until_online().await;
    (desk, door)
}

/// Posts a body with a good token.
pub(super) async fn post(sim: &Simulator, door: &InProcessWebhook, body: impl Into<Bytes>) -> StatusCode {
    let mut headers = HeaderMap::new();
    headers.insert(AUTHORIZATION, HeaderValue::from_str(&sim.graph.authorization().unwrap()).unwrap());
    let url = "https://bot.example/api/calls".parse().unwrap();
    let deadline = Duration::from_secs(20);
    let request = Request { method: Method::POST, url, headers, body: body.into(), timeout: deadline };
    fetch(Arc::new(door.clone()) as Arc<dyn Exchange>, request).await.unwrap().status
}

pub(super) fn about(id: &str, change: &str, data: &Value) -> Value {
    json!({ "changeType": change, "resourceUrl": format!("/communications/calls/{id}"), "resourceData": data })
}

pub(super) fn letter(items: &[Value]) -> String {
    json!({ "value": items }).to_string()
}

#[test]
fn what_was_taken_in_is_not_lost_when_the_user_connects_anew() {
    for of in ["metadata", "graphToken"] {
        quick(async {
            let sim = Simulator::new(Options::default());
            let (mut desk, _door) = with_door(&sim).await;
            sim.fault(Fault::next(of, FaultKind::BlackHole).times(100));
            desk.press("r");
            desk.wait(1).await;
            sim.graph.call(john());
            desk.wait(1).await;
            let accepted = sim.record().iter().any(|it| it.method == "NOTIFY" && it.status == 202);
            assert!(!accepted || ringing(&desk.state) == 1, "{of}: said to be taken, and not shown");
            desk.wait(6).await;
            sim.heal();
            desk.wait(30).await;
            assert!(!accepted || desk.state.history.len() == 1, "{of}: the call is lost");
            desk.sign_out().await;
        });
    }
}

#[test]
fn strangers_do_not_take_the_room_of_the_service() {
    quick(async {
        let sim = Simulator::new(Options::default());
        let settings = settings(&GraphOptions::default());
        let trust = TokenValidator::new(&settings, Arc::new(InProcess::new(&sim)));
        sim.graph.set_webhook(Arc::new(InProcessWebhook::default()), settings.public_url.clone());
        trust.refresh().await.unwrap();
        let (webhook, _nobody_takes_anything_in) = Webhook::new("/api/calls", trust);
        let post = |token: Option<String>| {
            let mut request = http::Request::post("/api/calls");
            if let Some(token) = token {
                request = request.header(AUTHORIZATION, token);
            }
            let body = letter(&[about("1", "created", &json!({}))]);
            webhook.handle(request.body(body::full(body)).unwrap())
        };
        for _ in 0..10_000 {
            assert_eq!(post(None).await.status(), 401);
        }
        assert_eq!(post(Some(sim.graph.authorization().unwrap())).await.status(), 202);
    });
}

#[test]
fn all_notifications_of_a_body_are_read() {
    quick(async {
        let sim = Simulator::new(Options::default());
        let (mut desk, door) = with_door(&sim).await;
        let mut all = vec![json!({"changeType": "updated", "resource": "/chats/1"}); 3_000];
        all.push(about("last", "created", &json!({ "state": "incoming" })));
        assert_eq!(post(&sim, &door, letter(&all)).await, StatusCode::ACCEPTED);
        assert!(desk.within(Duration::from_secs(1), |state| ringing(state) == 1).await);
        desk.sign_out().await;
    });
}

fn calls() -> Calls {
    Calls::new(AccountId(0), Clock::start(), "1cd119ab-b444-4c16-84b9-8538585d1987".into())
}

fn read(item: &Value) -> Notification {
    match notification::decode(letter(std::slice::from_ref(item)).as_bytes()) {
        notification::NotificationBody::Notifications(mut all, _) => all.pop().unwrap(),
        other => panic!("{other:?}"),
    }
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
            calls.expire();
            calls.take_due_requests();
            rounds += 1;
            assert!(rounds < 100, "it has nothing to do, and does it for ever");
        }
        let over = |event: &Event| matches!(event, Event::Ended { .. });
        assert_eq!(calls.take_events().iter().filter(|event| over(event)).count(), 1);
    });
}

/// How much memory this process has (KiB).
fn memory() -> u64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap();
    let line = status.lines().find(|line| line.starts_with("VmRSS:")).unwrap();
    line.split_whitespace().nth(1).unwrap().parse().unwrap()
}

#[test]
fn what_is_told_of_unknown_calls_takes_little_room() {
    quick(async {
        let mut calls = calls();
        let before = memory();
        let nothing = vec![0; 100_000];
        for number in 0..150 {
            let data = json!({ "state": "established", "odd": nothing });
            calls.apply(read(&about(&number.to_string(), "updated", &data)));
        }
        let grown = memory().saturating_sub(before) / 1_024;
        assert!(grown < 200, "{grown} MiB for 150 calls that nobody knows");
    });
}

#[test]
fn strangers_who_name_a_known_key_pile_up_nothing_while_the_keys_are_slow() {
    quick(async {
        let mut desk = Desk::bot().await;
        desk.wait(2 * 3_600).await;
        desk.sim.fault(Fault::next("metadata", FaultKind::BlackHole).times(100));
        let before = tokio::runtime::Handle::current().metrics().num_alive_tasks();
        for _ in 0..200 {
            assert_eq!(desk.sim.graph.send_invalid_token(InvalidToken::StolenKid).await, Ok(401));
        }
        let more = tokio::runtime::Handle::current().metrics().num_alive_tasks() - before;
        assert!(more < 10, "{more} tasks");
        desk.called(john()).await;
        desk.sim.heal();
        desk.sign_out().await;
    });
}

#[test]
fn whoever_goes_while_keys_are_read_does_not_keep_them_from_all_others() {
    quick(async {
        let sim = Simulator::new(Options::default());
        let settings = settings(&GraphOptions::default());
        sim.graph.set_webhook(Arc::new(InProcessWebhook::default()), settings.public_url.clone());
        let trust = TokenValidator::new(&settings, Arc::new(InProcess::new(&sim)));
        trust.refresh().await.unwrap();
        sim.graph.rotate_keys();
        sleep(Duration::from_secs(11)).await;
        sim.fault(Fault::next("metadata", FaultKind::Late(1.0)).times(100));
        sim.fault(Fault::next("keys", FaultKind::Late(1.0)).times(100));
        let mut headers = HeaderMap::new();
        headers.insert(AUTHORIZATION, HeaderValue::from_str(&sim.graph.authorization().unwrap()).unwrap());
        let since = Instant::now();
        // Each is pushed out by others before the keys are there.
        while timeout(Duration::from_millis(500), trust.check(&headers)).await != Ok(Ok(())) {
            assert!(since.elapsed() < Duration::from_secs(30), "the new key is never read");
            sleep(Duration::from_millis(100)).await;
        }
    });
}

/// Answers in the place of a service of keys.
struct Keys {
    metadata: Value,
    keys: Value,
}

impl Exchange for Keys {
    fn send(
        &self,
        request: Request,
    ) -> futures_util::future::BoxFuture<
        'static,
        Result<rsvp::provider::exchange::StreamedResponse, rsvp::provider::exchange::TransportError>,
    > {
        let body = if request.url.path().contains("well-known") { &self.metadata } else { &self.keys };
        let body = Bytes::from(body.to_string());
        Box::pin(async move {
            Ok(rsvp::provider::exchange::StreamedResponse {
                status: StatusCode::OK,
                headers: HeaderMap::new(),
                body: Box::pin(futures_util::stream::iter([Ok(body)])),
            })
        })
    }
}

async fn keys_of(metadata: Value, keys: Value) -> Result<usize, graph::KeyFetchError> {
    let settings = settings(&GraphOptions::default());
    TokenValidator::new(&settings, Arc::new(Keys { metadata, keys })).refresh().await
}

#[test]
fn the_metadata_leads_to_no_service_on_this_machine() {
    quick(async {
        let key = json!({"keys": [{"kty": "RSA", "kid": "1", "n": "AQAB", "e": "AQAB"}]});
        let fine = json!({ "jwks_uri": "https://graph.example/keys" });
        assert_eq!(keys_of(fine, key.clone()).await, Ok(1));
        for address in [
            "http://graph.example/keys",
            "https://localhost/keys",
            "https://localhost./keys",
            "https://a.localhost/keys",
            "https://127.1/keys",
            "https://[::1]/keys",
            "https://[::ffff:127.0.0.1]/keys",
            "https://0.0.0.0/keys",
            "https://[::]/keys",
            "https://[::ffff:0.0.0.0]/keys",
            "https://a:b@graph.example/keys",
        ] {
            let answer = keys_of(json!({ "jwks_uri": address }), key.clone()).await;
            assert!(answer.is_err(), "{address}: {answer:?}");
        }
    });
}

#[test]
fn only_keys_for_signatures_are_kept() {
    quick(async {
        let fine = json!({ "jwks_uri": "https://graph.example/keys" });
        let but = |more: Value| {
            let mut key = json!({"kty": "RSA", "kid": "1", "n": "AQAB", "e": "AQAB"});
            key.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
            json!({ "keys": [key, {"kty": "EC"}, 5, null] })
        };
        for good in [json!({"use": "sig"}), json!({"key_ops": ["verify"]}), json!({"alg": "RS256", "x": 1})] {
            assert_eq!(keys_of(fine.clone(), but(good.clone())).await, Ok(1), "{good}");
        }
        for bad in [
            json!({"use": "enc"}),
            json!({"use": "tls"}),
            json!({"key_ops": ["encrypt", "wrapKey"]}),
            json!({"alg": "RSA-OAEP"}),
            json!({"alg": "RSA1_5"}),
            json!({"kty": "oct", "k": "AQAB"}),
        ] {
            let answer = keys_of(fine.clone(), but(bad.clone())).await;
            assert!(answer.is_err(), "{bad}: {answer:?}");
        }
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
            let mut desk = Desk::bot().await;
            desk.called(john()).await;
            desk.sim.fault(Fault::next(of, FaultKind::error(404, "8522")));
            desk.press(key);
            desk.wait(2).await;
            assert!(desk.was_notified("not carried out"), "{key}: {:?}", desk.notices);
            desk.press(key);
            assert_eq!(desk.over().await, expected);
            desk.end().await;
        });
    }
}
