//! The walk of a bot at the simulated calling service, so that every documented type occurs.

mod types;

use std::sync::{Arc, Mutex};
use std::time::Duration;

use futures_util::future::BoxFuture;
use futures_util::{FutureExt, StreamExt};
use http::header::{AUTHORIZATION, CONTENT_TYPE};
use http::{HeaderMap, HeaderValue, Method, StatusCode};
use rsvp::provider::exchange::{Exchange, Request, StreamedResponse, TransportError, fetch};
use rsvp::sim::{
    Call, CallEvent, CallNumber, Caller, CallerKind, GraphOptions, InProcess, Options, Simulator,
};
use serde_json::{Value, json};
use url::Url;

use types::Comparison;

const SERVER: &str = "http://graph.example";

#[tokio::test(start_paused = true)]
async fn the_simulated_calling_service_is_as_the_documentation_has_it() {
    let mut bot = Bot::begin().await;
    bot.answer_calls().await;
    bot.work_in_a_group_call().await;
    bot.transfer_calls().await;
    bot.refuse_calls().await;
    bot.make_a_call().await;
    bot.err().await;
    let differences: Vec<String> = bot.comparison.result().into_iter().collect();
    assert!(differences.is_empty(), "\n{} differences:\n{}", differences.len(), differences.join("\n"));
}

/// A webhook that keeps the notifications.
#[derive(Clone, Default)]
struct Webhook(Arc<Mutex<Vec<Value>>>);

impl Exchange for Webhook {
    fn send(&self, request: Request) -> BoxFuture<'static, Result<StreamedResponse, TransportError>> {
        self.0.lock().unwrap().push(serde_json::from_slice(&request.body).unwrap());
        let body = futures_util::stream::empty().boxed();
        let response = StreamedResponse { status: StatusCode::ACCEPTED, headers: HeaderMap::new(), body };
        async { Ok(response) }.boxed()
    }
}

struct Bot {
    sim: Simulator,
    comparison: Comparison,
    webhook: Webhook,
    token: String,
}

impl Bot {
    async fn begin() -> Self {
        let sim = Simulator::new(Options::default());
        let webhook = Webhook::default();
        let address = Url::parse("http://127.0.0.1:3978/api/calls").unwrap();
        sim.graph.set_webhook(Arc::new(webhook.clone()), address);
        let mut bot = Self { sim, comparison: Comparison::new(), webhook, token: String::new() };
        let options = GraphOptions::default();
        let form = url::form_urlencoded::Serializer::new(String::new())
            .append_pair("grant_type", "client_credentials")
            .append_pair("client_id", &options.client_id)
            .append_pair("client_secret", &options.client_secret)
            .append_pair("scope", "https://graph.microsoft.com/.default")
            .finish();
        let path = format!("/{}/oauth2/v2.0/token", options.tenant);
        let kind = "application/x-www-form-urlencoded";
        let (status, body) = bot.send(Method::POST, &path, kind, form).await;
        assert_eq!(status, 200);
        body["access_token"].as_str().unwrap().clone_into(&mut bot.token);
        bot
    }

    async fn send(&self, method: Method, path: &str, kind: &'static str, body: String) -> (u16, Value) {
        let mut headers = HeaderMap::new();
        headers.insert(CONTENT_TYPE, HeaderValue::from_static(kind));
        if !self.token.is_empty() {
            headers.insert(AUTHORIZATION, format!("Bearer {}", self.token).parse().unwrap());
        }
        let url = Url::parse(SERVER).unwrap().join(path).unwrap();
        let timeout = Duration::from_secs(60);
        let request = Request { method, url, headers, body: body.into(), timeout };
        let response = fetch(Arc::new(InProcess::new(&self.sim)), request).await.unwrap();
        (response.status.as_u16(), serde_json::from_slice(&response.body).unwrap_or_default())
    }

    /// Sends a request below `/communications/calls`, whose answer has a status and a type.
    async fn request(&mut self, method: Method, path: &str, body: Value, expected: (u16, &str)) -> Value {
        let body = if body.is_null() { String::new() } else { body.to_string() };
        let full = format!("/v1.0/communications/calls{path}");
        let (status, body) = self.send(method, &full, "application/json", body).await;
        let (wanted, kind) = expected;
        if status != wanted {
            self.comparison.differs(format!("{path}: {status} instead of {wanted}: {body}"));
        }
        if kind == "nothing" {
            if !body.is_null() {
                self.comparison.differs(format!("{path}: there is a body {body}"));
            }
        } else {
            self.comparison.value(path, kind, &body);
        }
        self.hear().await;
        body
    }

    async fn post(&mut self, path: &str, body: Value, expected: (u16, &str)) -> Value {
        self.request(Method::POST, path, body, expected).await
    }

    async fn get(&mut self, path: &str, kind: &str) -> Value {
        self.request(Method::GET, path, Value::Null, (200, kind)).await
    }

    /// Compares the notifications of the next seconds.
    async fn hear(&mut self) {
        tokio::time::sleep(Duration::from_secs(3)).await;
        let received = std::mem::take(&mut *self.webhook.0.lock().unwrap());
        for notification in received {
            self.comparison.value("notification", "commsNotifications", &notification);
        }
    }

    /// Lets a call ring; returns its number and its path.
    async fn ring(&mut self, call: Call) -> (CallNumber, String) {
        let number = self.sim.graph.call(call);
        self.hear().await;
        let calls = self.sim.graph.calls();
        let call = calls.iter().find(|call| call.number == number).unwrap();
        (number, format!("/{}", call.id))
    }

    async fn answered(&mut self, call: Call) -> (CallNumber, String) {
        let (number, path) = self.ring(call).await;
        let media = json!({
            "@odata.type": "#microsoft.graph.serviceHostedMediaConfig",
            "preFetchMedia": [{"uri": "https://cdn.contoso.example/beep.wav", "resourceId": "beep"}],
        });
        let answer = json!({
            "callbackUri": "https://bot.example/api/one", "acceptedModalities": ["audio"], "mediaConfig": media,
        });
        self.post(&format!("{path}/answer"), answer, (202, "nothing")).await;
        (number, path)
    }

    async fn answer_calls(&mut self) {
        for kind in CallerKind::ALL {
            let call = Call {
                subject: "Budget".into(),
                forwarded_from: Some("Dana".into()),
                ..Call::from(Caller::new(kind, "Lene Aaling"))
            };
            let (_, path) = self.answered(call).await;
            self.get(&path, "call").await;
            self.post(&format!("{path}/keepAlive"), json!({}), (200, "nothing")).await;
            self.request(Method::DELETE, &path, Value::Null, (204, "nothing")).await;
        }
        let (number, path) = self.answered(Call::from(Caller::user("Lene Aaling"))).await;
        let prompt = json!({"prompts": [{"@odata.type": "#microsoft.graph.mediaPrompt", "mediaInfo": {
            "@odata.type": "#microsoft.graph.mediaInfo", "uri": "https://cdn.contoso.example/beep.wav",
            "resourceId": "beep",
        }}], "clientContext": "play"});
        self.post(&format!("{path}/playPrompt"), prompt, (200, "playPromptOperation")).await;
        let cancel = json!({"clientContext": "stop"});
        let kind = "cancelMediaProcessingOperation";
        self.post(&format!("{path}/cancelMediaProcessing"), cancel, (200, kind)).await;
        let tones = json!({"clientContext": "keys"});
        self.post(&format!("{path}/subscribeToTone"), tones, (200, "subscribeToToneOperation")).await;
        self.sim.graph.trigger(number, CallEvent::PressesKey('7')).unwrap();
        self.hear().await;
        self.sim.graph.trigger(number, CallEvent::Fails { code: 500, subcode: 7 }).unwrap();
        self.hear().await;
    }

    async fn work_in_a_group_call(&mut self) {
        let call = Call { group: true, ..Call::from(Caller::user("Lene Aaling")) };
        let (number, path) = self.answered(call).await;
        let user = json!({"user": {"id": "278405a3-f568-4b3e-b684-009193463064", "displayName": "Ann"}});
        let invite = json!({"participants": [{"identity": user}], "clientContext": "one"});
        let kind = "inviteParticipantsOperation";
        let operation = self.post(&format!("{path}/participants/invite"), invite, (200, kind)).await;
        let operation = operation["id"].as_str().unwrap_or_default().to_owned();
        self.get(&format!("{path}/operations"), "operations").await;
        self.get(&format!("{path}/operations/{operation}"), kind).await;
        let roster = self.get(&format!("{path}/participants"), "participants").await;
        let ann = format!("{path}/participants/{}", roster["value"][2]["id"].as_str().unwrap_or_default());
        let context = json!({"clientContext": "two"});
        let muted = (200, "muteParticipantOperation");
        self.post(&format!("{ann}/mute"), context.clone(), muted).await;
        self.get(&ann, "participant").await;
        self.request(Method::DELETE, &ann, Value::Null, (204, "nothing")).await;
        self.post(&format!("{path}/mute"), context.clone(), muted).await;
        self.post(&format!("{path}/unmute"), context, (200, "unmuteParticipantOperation")).await;
        self.sim.graph.trigger(number, CallEvent::OtherPartyHangsUp).unwrap();
        self.hear().await;
    }

    async fn transfer_calls(&mut self) {
        let user = json!({"user": {"id": "278405a3-f568-4b3e-b684-009193463064", "displayName": "Ann"}});
        let target = json!({"endpointType": "default", "identity": user});
        let (_, path) = self.answered(Call::from(Caller::user("Lene Aaling"))).await;
        let (number, failing) = self.answered(Call::from(Caller::user("Joe Smith"))).await;
        let sim = self.sim.clone();
        tokio::spawn(async move {
            tokio::time::sleep(Duration::from_secs(7)).await;
            sim.graph.trigger(number, CallEvent::TransferFails { code: 500, subcode: 7_000 }).unwrap();
        });
        for path in [path, failing] {
            let transfer = json!({"transferTarget": target});
            self.post(&format!("{path}/transfer"), transfer, (202, "nothing")).await;
            self.hear().await;
        }
        let (_, path) = self.answered(Call { group: true, ..Call::from(Caller::user("Lene Aaling")) }).await;
        let transferee = json!({"identity": user, "participantId": "909c6581-5130-43e9-88f3-fcb3582cde37"});
        let transfer = json!({"transferTarget": target, "transferee": transferee});
        self.post(&format!("{path}/transfer"), transfer, (202, "nothing")).await;
        self.hear().await;
    }

    async fn refuse_calls(&mut self) {
        for reason in ["None", "Busy", "Forbidden"] {
            let (_, path) = self.ring(Call::from(Caller::user("Lene Aaling"))).await;
            self.post(&format!("{path}/reject"), json!({ "reason": reason }), (202, "nothing")).await;
        }
        let (_, path) = self.ring(Call::from(Caller::user("Lene Aaling"))).await;
        let targets = json!([{"identity": {"user": {"id": "278405a3-f568-4b3e-b684-009193463064"}}}]);
        let redirect = json!({"targets": targets, "callbackUri": "https://bot.example/api/one"});
        self.post(&format!("{path}/redirect"), redirect, (202, "nothing")).await;
        for event in [CallEvent::CallerGivesUp, CallEvent::AnsweredElsewhere] {
            let (number, _) = self.ring(Call::from(Caller::user("Lene Aaling"))).await;
            self.sim.graph.trigger(number, event).unwrap();
            self.hear().await;
        }
    }

    async fn make_a_call(&mut self) {
        let user = json!({"id": "112f7296-5fa4-42ca-bae8-6a692b15d4b8", "displayName": "John"});
        let call = json!({
            "@odata.type": "#microsoft.graph.call", "callbackUri": "https://bot.example/api/one",
            "targets": [{"identity": {"user": user}}], "requestedModalities": ["audio"],
            "mediaConfig": {"@odata.type": "#microsoft.graph.serviceHostedMediaConfig"},
        });
        let created = self.post("", call, (201, "call")).await;
        let path = format!("/{}", created["id"].as_str().unwrap_or_default());
        self.get(&path, "call").await;
        self.request(Method::DELETE, &path, Value::Null, (204, "nothing")).await;
    }

    async fn err(&mut self) {
        self.request(Method::GET, "/nothing", Value::Null, (404, "errorResponse")).await;
        self.request(Method::DELETE, "/nothing", Value::Null, (404, "errorResponse")).await;
        let (_, path) = self.ring(Call::from(Caller::user("Lene Aaling"))).await;
        let wrong = json!({"reason": "tired"});
        self.post(&format!("{path}/reject"), wrong, (400, "errorResponse")).await;
        self.post(&format!("{path}/transfer"), json!({}), (400, "errorResponse")).await;
        self.post(&format!("{path}/recordResponse"), json!({}), (501, "errorResponse")).await;
        self.get(&format!("{path}?$select=state,direction"), "call").await;
    }
}
