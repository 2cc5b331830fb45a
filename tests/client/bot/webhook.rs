//! What the webhook answers the service, and what it leaves others.

use std::sync::Arc;
use std::time::Duration;

use http::header::{ALLOW, AUTHORIZATION, CONTENT_LENGTH, RETRY_AFTER};
use http::{HeaderMap, Request, Response, StatusCode};
use rsvp::provider::body::{self, Body};
use rsvp::provider::graph::{Arrival, BODY_LIMIT, TokenValidator, Webhook};
use rsvp::sim::{Fault, FaultKind, GraphOptions, InProcess, InProcessWebhook, Options, Simulator};
use serde_json::{Value, json};
use tokio::sync::mpsc::Receiver;
use tokio::time::timeout;

use super::posting::{about, notification_body};
use super::{quick, settings};

/// Returns a service, and a validator that has read its keys.
async fn validator() -> (Simulator, Arc<TokenValidator>) {
    let sim = Simulator::new(Options::default());
    let settings = settings(&GraphOptions::default());
    sim.graph.set_webhook(Arc::new(InProcessWebhook::default()), settings.public_url.clone());
    let validator = TokenValidator::new(&settings, Arc::new(InProcess::new(&sim)));
    validator.refresh().await.unwrap();
    (sim, validator)
}

/// Returns a service, and a webhook from which nobody takes the arrivals yet.
async fn webhook() -> (Simulator, Webhook, Receiver<Arrival>) {
    let (sim, validator) = validator().await;
    let (webhook, arrivals) = Webhook::new("/api/calls", validator);
    (sim, webhook, arrivals)
}

/// Posts a body; a number of bytes is the length that is announced.
async fn post(
    webhook: &Webhook,
    token: Option<&str>,
    body: impl Into<bytes::Bytes>,
    length: Option<usize>,
) -> Response<Body> {
    let mut request = Request::post("/api/calls");
    if let Some(token) = token {
        request = request.header(AUTHORIZATION, token);
    }
    if let Some(length) = length {
        request = request.header(CONTENT_LENGTH, length);
    }
    webhook.handle(request.body(body::full(body)).unwrap()).await
}

#[test]
fn a_request_that_is_no_post_is_answered_with_what_is_allowed() {
    quick(async {
        let (_sim, webhook, _arrivals) = webhook().await;
        let answer = webhook.handle(Request::get("/api/calls").body(body::full("")).unwrap()).await;
        assert_eq!(answer.status(), StatusCode::METHOD_NOT_ALLOWED);
        assert_eq!(answer.headers()[ALLOW], "POST");
    });
}

#[test]
fn a_body_of_the_maximum_size_is_read_and_a_larger_one_is_not() {
    quick(async {
        let (sim, webhook, _arrivals) = webhook().await;
        let token = sim.graph.authorization().unwrap();
        for (size, status) in [(BODY_LIMIT, 202), (BODY_LIMIT + 1, 413)] {
            let mut body = notification_body(&[about("1", "created", &json!({}))]);
            body.extend(std::iter::repeat_n(' ', size - body.len()));
            for length in [Some(size), None] {
                let answer = post(&webhook, Some(&token), body.clone(), length).await;
                assert_eq!(answer.status().as_u16(), status, "{size} bytes, announced: {length:?}");
            }
        }
    });
}

#[test]
fn half_of_the_queue_is_left_to_the_service_which_is_asked_to_come_again_when_it_is_full() {
    quick(async {
        let (sim, webhook, mut arrivals) = webhook().await;
        let token = sim.graph.authorization().unwrap();
        for _ in 0..5_000 {
            assert_eq!(post(&webhook, None, "", None).await.status(), StatusCode::UNAUTHORIZED);
        }
        let body = notification_body(&[about("1", "created", &json!({}))]);
        let full = loop {
            let answer = post(&webhook, Some(&token), body.clone(), None).await;
            if answer.status() != StatusCode::ACCEPTED {
                break answer;
            }
        };
        assert_eq!(full.status(), StatusCode::SERVICE_UNAVAILABLE);
        assert_eq!(full.headers()[RETRY_AFTER], "1");
        let (mut believed, mut refused) = (0, 0);
        while let Ok(arrival) = arrivals.try_recv() {
            match arrival {
                Arrival::Notifications(..) => believed += 1,
                Arrival::Rejected(_) => refused += 1,
            }
        }
        assert!(believed >= refused && refused > 1_000, "{believed} of the service, {refused} of others");
    });
}

/// Returns how many notifications with this data find room.
async fn room_for(data: &Value) -> usize {
    let (sim, webhook, _arrivals) = webhook().await;
    let token = sim.graph.authorization().unwrap();
    let body = notification_body(&[about("1", "created", data)]);
    let mut count = 0;
    while post(&webhook, Some(&token), body.clone(), None).await.status() == StatusCode::ACCEPTED {
        count += 1;
    }
    count
}

#[test]
fn the_queue_takes_as_much_memory_as_it_may_whatever_is_in_the_notifications() {
    const MEMORY: usize = 32 * 1024 * 1024;
    quick(async {
        let long = "x".repeat(100_000);
        let many: Vec<String> = (0..1_000).map(|number| format!("{number:0100}")).collect();
        let named: serde_json::Map<String, Value> = many.iter().map(|it| (it.clone(), json!(1))).collect();
        for data in
            [json!({ "text": long }), json!({ (long.as_str()): 1 }), json!({ "list": many }), json!(named)]
        {
            let (size, room) = (data.to_string().len(), room_for(&data).await);
            assert!(room * size <= MEMORY, "{room} of {size} bytes");
            assert!(room * size > MEMORY / 3, "{room} of {size} bytes");
        }
    });
}

#[test]
fn a_request_for_keys_on_a_dead_connection_is_not_waited_for_after_sleep() {
    quick(async {
        let (sim, validator) = validator().await;
        sim.graph.rotate_keys();
        tokio::time::advance(Duration::from_secs(11)).await;
        sim.fault(Fault::next("metadata", FaultKind::BlackHole));
        let token = sim.graph.authorization().unwrap().parse().unwrap();
        let headers = HeaderMap::from_iter([(AUTHORIZATION, token)]);
        let second = Duration::from_secs(1);
        assert!(timeout(second, validator.check(&headers)).await.is_err(), "the connection is dead");
        validator.reset_connections();
        assert_eq!(timeout(second, validator.check(&headers)).await, Ok(Ok(())));
    });
}
