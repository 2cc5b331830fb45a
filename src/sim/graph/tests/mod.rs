//! Tests of the calling service with a bot that does nothing by itself.

mod calls;
mod console;
mod documented;
mod notifications;
mod operations;
mod requests;
mod transfers;

use std::sync::{Arc, Mutex};
use std::time::Duration;

use futures_util::future::BoxFuture;
use futures_util::{FutureExt, StreamExt};
use http::header::{AUTHORIZATION, CONTENT_TYPE};
use http::{HeaderMap, HeaderValue, Method, StatusCode};
use jsonwebtoken::jwk::JwkSet;
use jsonwebtoken::{Algorithm, DecodingKey, Validation};
use serde_json::{Value, json};
use tokio::time::{Instant, sleep};

use url::Url;

use super::keys::SigningKeys;
use super::*;
use crate::provider::exchange::{Exchange, Request, Response, StreamedResponse, TransportError, fetch};
use crate::sim::{Fault, FaultKind, InProcess, Options, Simulator};

/// A notification that the webhook received.
#[derive(Clone)]
struct Received {
    at: Instant,
    url: String,
    path: String,
    headers: HeaderMap,
    body: Vec<u8>,
}

impl Received {
    fn token(&self) -> &str {
        self.headers[AUTHORIZATION].to_str().unwrap().strip_prefix("Bearer ").unwrap()
    }

    fn message(&self) -> &str {
        self.headers["x-microsoft-skype-message-id"].to_str().unwrap()
    }

    fn value(&self) -> Value {
        serde_json::from_slice::<Value>(&self.body).unwrap()["value"][0].clone()
    }

    /// Returns the type of the change and the state.
    fn change(&self) -> String {
        let value = self.value();
        let state = value["resourceData"]["state"].as_str().unwrap_or("nothing");
        format!("{} {state}", value["changeType"].as_str().unwrap())
    }
}

/// A webhook that keeps the notifications that it receives.
#[derive(Clone)]
struct RecordingWebhook {
    received: Arc<Mutex<Vec<Received>>>,
    status: u16,
}

impl Exchange for RecordingWebhook {
    fn send(&self, request: Request) -> BoxFuture<'static, Result<StreamedResponse, TransportError>> {
        let webhook = self.clone();
        async move {
            webhook.received.lock().unwrap().push(Received {
                at: Instant::now(),
                url: request.url.to_string(),
                path: request.url.path().to_owned(),
                headers: request.headers,
                body: request.body.to_vec(),
            });
            let status = StatusCode::from_u16(webhook.status).unwrap();
            let body = futures_util::stream::empty().boxed();
            Ok(StreamedResponse { status, headers: HeaderMap::new(), body })
        }
        .boxed()
    }
}

const BASE: &str = "http://graph.example";

/// A bot that does nothing by itself, with a simulator of its own.
struct TestBot {
    sim: Simulator,
    webhook: RecordingWebhook,
    token: String,
}

impl TestBot {
    async fn new() -> Self {
        Self::with(GraphOptions::default(), 202).await
    }

    async fn with(graph: GraphOptions, status: u16) -> Self {
        let sim = Simulator::new(Options { graph, ..Options::default() });
        let webhook = RecordingWebhook { received: Arc::default(), status };
        sim.graph
            .set_webhook(Arc::new(webhook.clone()), Url::parse("http://127.0.0.1:3978/api/calls").unwrap());
        let mut bot = Self { sim, webhook, token: String::new() };
        let tenant = GraphOptions::default().tenant;
        bot.token = bot.token_for(&tenant).await;
        bot
    }

    async fn post_form(&self, tenant: &str, form: &[(&str, &str)]) -> Response {
        let body = url::form_urlencoded::Serializer::new(String::new()).extend_pairs(form).finish();
        let mut headers = HeaderMap::new();
        headers.insert(CONTENT_TYPE, HeaderValue::from_static("application/x-www-form-urlencoded"));
        self.send(Method::POST, &format!("/{tenant}/oauth2/v2.0/token"), headers, body).await
    }

    async fn token_for(&self, tenant: &str) -> String {
        let options = GraphOptions::default();
        let form = [
            ("grant_type", "client_credentials"),
            ("client_id", &options.client_id),
            ("client_secret", &options.client_secret),
            ("scope", "https://graph.microsoft.com/.default"),
        ];
        let response = self.post_form(tenant, &form).await;
        assert_eq!(response.status, 200);
        body(&response)["access_token"].as_str().unwrap().to_owned()
    }

    async fn send(&self, method: Method, path: &str, headers: HeaderMap, body: String) -> Response {
        let url = Url::parse(&format!("{BASE}{path}")).unwrap();
        let deadline = Duration::from_secs(60);
        let request = Request { method, url, headers, body: body.into(), timeout: deadline };
        fetch(Arc::new(InProcess::new(&self.sim)), request).await.unwrap()
    }

    async fn request(&self, method: Method, path: &str, body: Value) -> Response {
        let mut headers = HeaderMap::new();
        headers.insert(AUTHORIZATION, format!("Bearer {}", self.token).parse().unwrap());
        headers.insert("client-request-id", uuid::Uuid::new_v4().to_string().parse().unwrap());
        let body = if body.is_null() { String::new() } else { body.to_string() };
        if method == Method::POST {
            headers.insert(CONTENT_TYPE, HeaderValue::from_static("application/json"));
        }
        self.send(method, path, headers, body).await
    }

    async fn get(&self, path: &str) -> Response {
        self.request(Method::GET, &format!("/v1.0/communications/calls{path}"), Value::Null).await
    }

    async fn operate(&self, number: CallNumber, action: &str, body: Value) -> Response {
        let path = format!("/v1.0/communications/calls/{}/{action}", self.id(number));
        self.request(Method::POST, &path, body).await
    }

    fn id(&self, number: CallNumber) -> String {
        let live = self.sim.graph.calls().into_iter().find(|call| call.number == number).map(|call| call.id);
        let over = || self.sim.graph.ended().into_iter().find(|call| call.number == number);
        live.or_else(|| over().map(|call| call.id)).unwrap()
    }

    fn received(&self) -> Vec<Received> {
        self.webhook.received.lock().unwrap().clone()
    }

    fn changes(&self) -> Vec<String> {
        self.received().iter().map(Received::change).collect()
    }

    fn outcome(&self) -> CallOutcome {
        self.sim.graph.ended().last().unwrap().outcome.clone()
    }

    async fn keys(&self) -> Value {
        let document = self
            .send(Method::GET, "/v1/.well-known/OpenIdConfiguration", HeaderMap::new(), String::new())
            .await;
        let uri = body(&document)["jwks_uri"].as_str().unwrap().to_owned();
        assert_eq!(uri, format!("{BASE}/v1/keys"));
        body(&self.send(Method::GET, "/v1/keys", HeaderMap::new(), String::new()).await)
    }
}

fn body(response: &Response) -> Value {
    serde_json::from_slice(&response.body).unwrap()
}

fn code(response: &Response) -> (u16, String) {
    let body = body(response);
    let error = &body["error"];
    assert_eq!(error["innerError"]["request-id"], response.headers["request-id"].to_str().unwrap());
    (response.status.as_u16(), error["code"].as_str().unwrap().to_owned())
}

fn caller() -> Call {
    Call::from(Caller::user("Lene Aaling"))
}

fn answer() -> Value {
    json!({
        "callbackUri": "https://bot.example/api/one", "acceptedModalities": ["audio"],
        "mediaConfig": {"@odata.type": "#microsoft.graph.serviceHostedMediaConfig", "preFetchMedia": []},
    })
}

/// A bot that has answered a call.
async fn answered(call: Call, answer: Value) -> (TestBot, CallNumber) {
    let bot = TestBot::new().await;
    let number = bot.sim.graph.call(call);
    assert_eq!(bot.operate(number, "answer", answer).await.status, 202);
    sleep(Duration::from_secs(1)).await;
    (bot, number)
}

/// The body of an `answer` without a callback.
fn service_hosted() -> Value {
    json!({"acceptedModalities": ["audio"], "mediaConfig": {
        "@odata.type": "#microsoft.graph.serviceHostedMediaConfig",
        "preFetchMedia": [{"uri": "https://cdn.contoso.example/beep.wav", "resourceId": "beep"}],
    }})
}

const SOON: Duration = Duration::from_millis(100);
