//! Which notifications are taken in, and what the service is told of them.

use std::sync::Arc;
use std::time::Duration;

use http::StatusCode;
use http::header::AUTHORIZATION;
use rsvp::provider::exchange::{Exchange, Request, fetch};
use rsvp::provider::graph::{self, TokenValidator, Webhook};
use rsvp::sim::{Fault, FaultKind, GraphOptions, InProcess, InProcessWebhook, Options, Simulator};
use serde_json::json;

use super::posting::{about, calls, notification_body, post, read, with_webhook};
use super::{john, quick, ringing, settings};
use crate::support::TestClient;

#[test]
fn the_service_gets_the_names_of_a_notification_back() {
    quick(async {
        let sim = Simulator::new(Options::default());
        let (mut client, webhook) = with_webhook(&sim).await;
        let named = |name: &'static str, value: &'static str| {
            (http::HeaderName::from_static(name), http::HeaderValue::from_static(value))
        };
        let mut headers: http::HeaderMap =
            [named("x-microsoft-skype-message-id", "message-1"), named("scenario-id", "scenario-1")]
                .into_iter()
                .collect();
        headers.insert(AUTHORIZATION, sim.graph.authorization().unwrap().parse().unwrap());
        let request = Request {
            method: http::Method::POST,
            url: "https://bot.example/api/calls".parse().unwrap(),
            headers,
            body: notification_body(&[about("1", "created", &json!({}))]).into(),
            timeout: Duration::from_secs(5),
        };
        let answer = fetch(Arc::new(webhook) as Arc<dyn Exchange>, request).await.unwrap();
        assert_eq!(answer.status, StatusCode::ACCEPTED);
        assert_eq!(answer.headers["client-request-id"], "message-1");
        assert_eq!(answer.headers["scenario-id"], "scenario-1");
        client.wait(1).await;
        client.sign_out().await;
    });
}

#[test]
fn a_tenant_is_allowed_however_its_letters_are_written() {
    quick(async {
        let options = GraphOptions::default();
        let shouted = vec![options.tenant.to_ascii_uppercase()];
        let own = graph::Settings { allowed_tenants: shouted, ..settings(&options) };
        let sim = Simulator::new(Options { graph: options, ..Options::default() });
        let mut client = TestClient::bot_of(&sim, own);
        client.until_online().await;
        sim.graph.call(john());
        assert!(
            client.within(Duration::from_secs(2), |state| ringing(state) == 1).await,
            "{:?}",
            client.notices
        );
        client.end().await;
    });
}

#[test]
fn what_was_taken_in_is_not_lost_when_the_user_connects_anew() {
    for of in ["metadata", "graphToken"] {
        quick(async {
            let sim = Simulator::new(Options::default());
            let (mut client, _door) = with_webhook(&sim).await;
            sim.fault(Fault::next(of, FaultKind::BlackHole).times(100));
            client.press("r");
            client.wait(1).await;
            sim.graph.call(john());
            client.wait(1).await;
            let accepted = sim.record().iter().any(|it| it.method == "NOTIFY" && it.status == 202);
            assert!(!accepted || ringing(&client.state) == 1, "{of}: said to be taken, and not shown");
            client.wait(6).await;
            sim.heal();
            client.wait(30).await;
            assert!(!accepted || client.state.history.len() == 1, "{of}: the call is lost");
            client.sign_out().await;
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
            let body = notification_body(&[about("1", "created", &json!({}))]);
            webhook.handle(request.body(rsvp::provider::body::full(body)).unwrap())
        };
        for _ in 0..10_000 {
            assert_eq!(post(None).await.status(), 401);
        }
        assert_eq!(post(Some(sim.graph.authorization().unwrap())).await.status(), 202);
    });
}

#[test]
fn a_notification_from_a_clock_that_differs_by_minutes_is_believed() {
    quick(async {
        let sim = Simulator::new(Options::default());
        let trust = TokenValidator::new(&settings(&GraphOptions::default()), Arc::new(InProcess::new(&sim)));
        trust.refresh().await.unwrap();
        // A token is valid for an hour.
        for (ahead, is_believed) in
            [(360, false), (240, true), (0, true), (-3_600 - 240, true), (-3_600 - 360, false)]
        {
            let token = http::HeaderValue::from_str(&sim.graph.authorization_ahead(ahead).unwrap()).unwrap();
            let headers = http::HeaderMap::from_iter([(AUTHORIZATION, token)]);
            assert_eq!(trust.check(&headers).await.is_ok(), is_believed, "{ahead} s ahead");
        }
    });
}

#[test]
fn all_notifications_of_a_body_are_read() {
    quick(async {
        let sim = Simulator::new(Options::default());
        let (mut client, webhook) = with_webhook(&sim).await;
        let mut all = vec![json!({"changeType": "updated", "resource": "/chats/1"}); 3_000];
        all.push(about("last", "created", &json!({ "state": "incoming" })));
        assert_eq!(post(&sim, &webhook, notification_body(&all)).await, StatusCode::ACCEPTED);
        assert!(client.within(Duration::from_secs(1), |state| ringing(state) == 1).await);
        client.sign_out().await;
    });
}

/// Returns the resident memory of this process in KiB.
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
fn a_bot_that_no_notification_reaches_says_after_a_minute_what_to_check_until_one_does() {
    quick(async {
        let mut client = TestClient::bot().await;
        client.wait(30).await;
        assert_eq!(client.state.accounts[0].unheard, None, "a bot may be idle for a while");
        client.wait(40).await;
        let unheard = client.state.accounts[0].unheard.clone().unwrap().to_string();
        assert!(unheard.contains("registration") && unheard.contains("/api/calls"), "{unheard}");
        client.called(john()).await;
        assert_eq!(client.state.accounts[0].unheard, None);
        client.end().await;
    });
}
