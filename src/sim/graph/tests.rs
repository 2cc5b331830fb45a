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

use super::*;
use crate::provider::exchange::{Failure, Incoming, Request, Response, fetch};
use crate::sim::{Fault, InProcess, Mishap, Options};

/// What a webhook got.
#[derive(Clone)]
struct Got {
    at: Instant,
    path: String,
    headers: HeaderMap,
    body: Vec<u8>,
}

impl Got {
    fn token(&self) -> &str {
        self.headers[AUTHORIZATION].to_str().unwrap().strip_prefix("Bearer ").unwrap()
    }

    fn message(&self) -> &str {
        self.headers["x-microsoft-skype-message-id"].to_str().unwrap()
    }

    fn value(&self) -> Value {
        serde_json::from_slice::<Value>(&self.body).unwrap()["value"][0].clone()
    }

    /// The change and, if it is told, the state.
    fn change(&self) -> String {
        let value = self.value();
        let state = value["resourceData"]["state"].as_str().unwrap_or("nothing");
        format!("{} {state}", value["changeType"].as_str().unwrap())
    }
}

/// A webhook that keeps what it gets.
#[derive(Clone)]
struct Hook {
    got: Arc<Mutex<Vec<Got>>>,
    status: u16,
}

impl Exchange for Hook {
    fn send(&self, request: Request) -> BoxFuture<'static, Result<Incoming, Failure>> {
        let hook = self.clone();
        async move {
            hook.got.lock().unwrap().push(Got {
                at: Instant::now(),
                path: request.url.path().to_owned(),
                headers: request.headers,
                body: request.body.to_vec(),
            });
            let status = StatusCode::from_u16(hook.status).unwrap();
            let body = futures_util::stream::empty().boxed();
            Ok(Incoming { status, headers: HeaderMap::new(), body })
        }
        .boxed()
    }
}

const BASE: &str = "http://graph.example";

/// The simulator, a bot's webhook, and the bot's hands.
struct Bench {
    sim: Simulator,
    hook: Hook,
    token: String,
}

impl Bench {
    async fn new() -> Self {
        Self::with(GraphOptions::default(), 202).await
    }

    async fn with(graph: GraphOptions, status: u16) -> Self {
        let sim = Simulator::new(Options { graph, ..Options::default() });
        let hook = Hook { got: Arc::default(), status };
        sim.notify(Arc::new(hook.clone()), Url::parse("http://127.0.0.1:3978/api/calls").unwrap());
        let mut bench = Self { sim, hook, token: String::new() };
        let tenant = GraphOptions::default().tenant;
        bench.token = bench.token_for(&tenant).await;
        bench
    }

    async fn form(&self, tenant: &str, form: &[(&str, &str)]) -> Response {
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
        let response = self.form(tenant, &form).await;
        assert_eq!(response.status, 200);
        body(&response)["access_token"].as_str().unwrap().to_owned()
    }

    async fn send(&self, method: Method, path: &str, headers: HeaderMap, body: String) -> Response {
        let url = Url::parse(&format!("{BASE}{path}")).unwrap();
        let deadline = Duration::from_secs(60);
        let request = Request { method, url, headers, body: body.into(), deadline };
        fetch(Arc::new(InProcess::new(&self.sim)), request).await.unwrap()
    }

    async fn ask(&self, method: Method, path: &str, body: Value) -> Response {
        let mut headers = HeaderMap::new();
        headers.insert(AUTHORIZATION, format!("Bearer {}", self.token).parse().unwrap());
        headers.insert("client-request-id", uuid::Uuid::new_v4().to_string().parse().unwrap());
        let body = if body.is_null() { String::new() } else { body.to_string() };
        if method == Method::POST {
            headers.insert(CONTENT_TYPE, HeaderValue::from_static("application/json"));
        }
        self.send(method, path, headers, body).await
    }

    async fn act(&self, number: CallNumber, action: &str, body: Value) -> Response {
        let path = format!("/v1.0/communications/calls/{}/{action}", self.id(number));
        self.ask(Method::POST, &path, body).await
    }

    fn id(&self, number: CallNumber) -> String {
        let live = self.sim.calls().into_iter().find(|call| call.number == number).map(|call| call.id);
        let over = || self.sim.call_endings().into_iter().find(|call| call.number == number);
        live.or_else(|| over().map(|call| call.id)).unwrap()
    }

    fn got(&self) -> Vec<Got> {
        self.hook.got.lock().unwrap().clone()
    }

    fn changes(&self) -> Vec<String> {
        self.got().iter().map(Got::change).collect()
    }

    fn outcome(&self) -> CallOutcome {
        self.sim.call_endings().last().unwrap().how.clone()
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

const SOON: Duration = Duration::from_millis(100);

/// Reads a token as a careful webhook does.
fn verify(authorization: Option<&HeaderValue>, keys: &Value) -> Result<Value, String> {
    let token = authorization.ok_or("no token")?.to_str().unwrap();
    let token = token.strip_prefix("Bearer ").ok_or("no bearer token")?;
    let known: Vec<&Value> =
        keys["keys"].as_array().unwrap().iter().filter(|key| key["kty"] == "RSA").collect();
    let keys: JwkSet = serde_json::from_value(json!({ "keys": known })).unwrap();
    let header = jsonwebtoken::decode_header(token).map_err(|error| error.to_string())?;
    let key = keys.find(&header.kid.ok_or("no kid")?).ok_or("unknown kid")?;
    let options = GraphOptions::default();
    let mut validation = Validation::new(Algorithm::RS256);
    validation.set_audience(&[options.client_id]);
    validation.set_issuer(&["https://api.botframework.com"]);
    validation.set_required_spec_claims(&["exp", "aud", "iss"]);
    validation.validate_nbf = true;
    validation.leeway = 300;
    let claims = jsonwebtoken::decode::<Value>(token, &DecodingKey::from_jwk(key).unwrap(), &validation)
        .map_err(|error| error.to_string())?
        .claims;
    if claims["tid"] == options.tenant { Ok(claims) } else { Err("the tenant".into()) }
}

#[tokio::test(start_paused = true)]
async fn a_call_rings_and_nobody_answers() {
    let bench = Bench::new().await;
    let start = Instant::now();
    let number = bench.sim.call(caller());
    sleep(Duration::from_secs(14)).await;
    assert_eq!(bench.sim.calls()[0].state, CallState::Incoming);
    sleep(Duration::from_secs(2)).await;
    assert_eq!(bench.changes(), ["created incoming", "deleted nothing"]);
    assert_eq!(bench.outcome(), CallOutcome::TimedOut);
    let got = bench.got();
    assert_eq!(got[1].at.duration_since(start), Duration::from_millis(15_020));
    assert_ne!(got[0].message(), got[1].message());
    let value = got[0].value();
    assert_eq!(value["resourceUrl"], format!("/communications/calls/{}", bench.id(number)));
    assert_eq!(value["resourceData"]["source"]["identity"]["user"]["displayName"], "Lene Aaling");
    let deleted = got[1].value()["resourceData"].as_object().unwrap().keys().cloned().collect::<Vec<_>>();
    assert_eq!(deleted, ["@odata.id", "@odata.type"]);

    // Who answers after that was too late, and the record says so.
    let response = bench.act(number, "reject", json!({"reason": "busy"})).await;
    assert_eq!(code(&response), (404, "8522".into()));
    assert!(bench.sim.complaints()[0].contains("time for an answer"), "{:?}", bench.sim.complaints());
}

#[tokio::test(start_paused = true)]
async fn a_call_is_rejected() {
    let bench = Bench::new().await;
    let number = bench.sim.call(caller());
    sleep(SOON).await;
    let response = bench.act(number, "reject", json!({"reason": "forbidden"})).await;
    assert_eq!((response.status.as_u16(), response.body.len()), (202, 0));
    assert_eq!(bench.outcome(), CallOutcome::Rejected { reason: "forbidden".into() });
    sleep(SOON).await;
    assert_eq!(bench.changes(), ["created incoming", "deleted nothing"]);
    // Once over, it is over.
    let again = bench.act(number, "reject", json!({"reason": "busy"})).await;
    assert_eq!(code(&again), (404, "8522".into()));
    sleep(Duration::from_secs(20)).await;
    assert_eq!(bench.got().len(), 2);
    assert_eq!(bench.sim.complaints(), Vec::<String>::new());
    let what = &bench.sim.record()[2].what;
    assert_eq!(what, "reject of call 1 from Lene Aaling");
}

#[tokio::test(start_paused = true)]
async fn a_call_is_answered_and_hung_up_or_ended() {
    let bench = Bench::new().await;
    let number = bench.sim.call(caller());
    assert_eq!(bench.act(number, "answer", answer()).await.status, 202);
    assert_eq!(bench.sim.calls()[0].state, CallState::Establishing);
    sleep(Duration::from_secs(1)).await;
    assert_eq!(bench.sim.calls()[0].state, CallState::Established);
    let got = bench.act(number, "keepAlive", json!({})).await;
    assert_eq!(got.status, 200);
    let path = format!("/beta/communications/calls/{}", bench.id(number));
    assert_eq!(body(&bench.ask(Method::GET, &path, Value::Null).await)["state"], "established");
    assert_eq!(bench.act(number, "reject", json!({"reason": "busy"})).await.status, 404);
    assert_eq!(bench.ask(Method::DELETE, &path, Value::Null).await.status, 204);
    assert_eq!(bench.outcome(), CallOutcome::HungUp);
    sleep(SOON).await;
    let expected = [
        "created incoming",
        "updated establishing",
        "updated established",
        "updated terminating",
        "deleted terminated",
    ];
    assert_eq!(bench.changes(), expected);
    let got = bench.got();
    assert!(got[1..].iter().all(|got| got.path == "/api/one"), "told where the answer asked for it");
    let info = &got[4].value()["resourceData"]["resultInfo"];
    assert_eq!((info["code"].as_u64(), info["subcode"].as_u64()), (Some(200), Some(7_000)));

    let number = bench.sim.call(caller());
    assert!(bench.sim.end_call(number, CallEnd::OtherPartyEnds).is_err());
    bench.act(number, "answer", answer()).await;
    sleep(Duration::from_secs(1)).await;
    bench.sim.end_call(number, CallEnd::OtherPartyEnds).unwrap();
    sleep(SOON).await;
    let got = bench.got();
    let info = &got.last().unwrap().value()["resourceData"]["resultInfo"];
    assert_eq!((&info["code"], &info["subcode"]), (&json!("200"), &json!("4521")));
    assert_eq!(bench.outcome(), CallOutcome::OtherParty);
    assert_eq!(bench.sim.complaints(), Vec::<String>::new());
}

#[tokio::test(start_paused = true)]
async fn calls_end_without_the_bot_too() {
    let bench = Bench::new().await;
    let first = bench.sim.call(caller());
    bench.sim.end_call(first, CallEnd::GivesUp).unwrap();
    assert_eq!(bench.outcome(), CallOutcome::GivenUp);
    let second = bench.sim.call(caller());
    bench.sim.end_call(second, CallEnd::AnsweredElsewhere).unwrap();
    assert_eq!(bench.sim.calls()[0].state, CallState::Established);
    assert!(bench.sim.end_call(second, CallEnd::GivesUp).is_err());
    bench.sim.end_call(second, CallEnd::Fails { code: 500, subcode: 1_005 }).unwrap();
    assert_eq!(bench.outcome(), CallOutcome::Failed { code: 500, subcode: 1_005 });
    assert!(bench.sim.end_call(second, CallEnd::GivesUp).is_err());
    let third = bench.sim.call(caller());
    bench.act(third, "answer", answer()).await;
    sleep(Duration::from_secs(44 * 60)).await;
    assert_eq!(bench.sim.calls().len(), 1);
    sleep(Duration::from_secs(2 * 60)).await;
    assert_eq!(bench.outcome(), CallOutcome::Failed { code: 408, subcode: 8_537 });
}

#[tokio::test(start_paused = true)]
async fn a_redirect_needs_a_permission_and_sane_targets() {
    let bench = Bench::new().await;
    let target = json!({"identity": {"user": {"id": "112f7296-5fa4-42ca-bae8-6a692b15d4b8"}}});
    let number = bench.sim.call(caller());
    for wrong in [
        json!({"targets": []}),
        json!({"targets": vec![target.clone(); 26]}),
        json!({"targets": [{"identity": {"user": {"id": "john"}}}]}),
        json!({"targets": [{"identity": {"phone": {"id": "4255550100"}}}]}),
        json!({"targets": [target], "timeout": 5}),
        json!({"targets": [target], "callbackUri": "http://bot.example/"}),
        json!({"targets": [target], "reason": "busy"}),
    ] {
        assert_eq!(
            code(&bench.act(number, "redirect", wrong.clone()).await),
            (400, "2203".into()),
            "{wrong}"
        );
    }
    assert_eq!(bench.sim.complaints().len(), 7);
    let right = json!({"targets": [target, {"identity": {"phone": {"id": "+14255550100"}}}], "timeout": 60});
    assert_eq!(bench.act(number, "redirect", right.clone()).await.status, 202);
    sleep(SOON).await;
    assert_eq!(bench.changes()[1..], ["updated redirecting", "deleted terminated"]);
    assert_eq!(bench.outcome(), CallOutcome::Redirected);

    let bench = Bench::with(GraphOptions { may_redirect: false, ..GraphOptions::default() }, 202).await;
    let number = bench.sim.call(caller());
    assert_eq!(code(&bench.act(number, "redirect", right).await), (403, "7504".into()));
}

#[tokio::test(start_paused = true)]
async fn bodies_and_headers_are_looked_at() {
    let bench = Bench::new().await;
    let number = bench.sim.call(caller());
    for (action, wrong) in [
        ("reject", json!({"reason": "later"})),
        ("reject", json!({})),
        ("reject", json!({"reason": "busy", "callbackUri": "http://bot.example/"})),
        ("answer", json!({"acceptedModalities": ["audio"]})),
        ("answer", json!({"callbackUri": "https://b.example", "acceptedModalities": ["video"]})),
    ] {
        assert_eq!(code(&bench.act(number, action, wrong.clone()).await), (400, "2203".into()), "{wrong}");
    }
    let before = bench.sim.complaints().len();
    // All of this is taken, and noted.
    let path = format!("/v1.0/app/calls/{}/reject", bench.id(number));
    let mut headers = HeaderMap::new();
    headers.insert(AUTHORIZATION, format!("Bearer {}", bench.token).parse().unwrap());
    headers.insert(CONTENT_TYPE, HeaderValue::from_static("application/json"));
    let response = bench.send(Method::POST, &path, headers.clone(), r#"{"reason":"Busy"}"#.into()).await;
    assert_eq!(response.status, 202);
    let complaint = &bench.sim.complaints()[before];
    for part in ["lower case", "/app/calls", "client-request-id"] {
        assert!(complaint.contains(part), "{complaint}");
    }
    headers.insert("client-request-id", HeaderValue::from_static("the-same"));
    for number in [bench.sim.call(caller()), bench.sim.call(caller())] {
        let path = format!("/v1.0/communications/calls/{}/reject", bench.id(number));
        bench.send(Method::POST, &path, headers.clone(), r#"{"reason":"busy"}"#.into()).await;
    }
    let complaints = bench.sim.complaints();
    assert_eq!(complaints.len(), before + 2);
    assert!(complaints[before + 1].contains("another request"), "{complaints:?}");
}

#[tokio::test(start_paused = true)]
async fn tokens_are_for_one_tenant_and_end() {
    let mut bench = Bench::new().await;
    let other = "f8cdef31-a31e-4b4a-93e4-5f571e91255a";
    let number = bench.sim.call(Call { tenant: Some(other.into()), ..caller() });
    assert_eq!(code(&bench.act(number, "reject", json!({"reason": "busy"})).await), (403, "7505".into()));
    bench.token = bench.token_for(other).await;
    bench.sim.tokens_of_graph_expire();
    let response = bench.act(number, "reject", json!({"reason": "busy"})).await;
    assert_eq!(code(&response), (401, "InvalidAuthenticationToken".into()));
    bench.token = bench.token_for(other).await;
    assert_eq!(bench.act(number, "reject", json!({"reason": "busy"})).await.status, 202);
    assert!(bench.sim.record().iter().all(|recorded| !recorded.body.contains("client_secret")));

    let options = GraphOptions::default();
    let asked = |tenant: &'static str, secret: &'static str, scope: &'static str| {
        let (bench, id) = (&bench, options.client_id.clone());
        let tenant = if tenant.is_empty() { options.tenant.clone() } else { tenant.to_owned() };
        async move {
            let form = [
                ("grant_type", "client_credentials"),
                ("client_id", &*id),
                ("client_secret", secret),
                ("scope", scope),
            ];
            let response = bench.form(&tenant, &form).await;
            let body = body(&response);
            (response.status.as_u16(), body["error"].clone(), body["error_codes"][0].clone())
        }
    };
    let scope = "https://graph.microsoft.com/.default";
    assert_eq!(asked("", "wrong", scope).await, (401, json!("invalid_client"), json!(7_000_215)));
    assert_eq!(asked("elsewhere", "demo", scope).await, (400, json!("invalid_request"), json!(90_002)));
    assert_eq!(asked("", "demo", "openid").await, (400, json!("invalid_scope"), json!(70_011)));
    assert_eq!(asked("", "demo", "http://graph.example/.default").await.0, 200);
}

#[tokio::test(start_paused = true)]
async fn a_certificate_is_as_good_as_a_secret() {
    let pair = Keys::unpublished().unwrap();
    let options =
        GraphOptions { certificate_public_pem: Some(pair.pem().to_owned()), ..GraphOptions::default() };
    let bench = Bench::with(options.clone(), 202).await;
    let audience = format!("{BASE}/{}/oauth2/v2.0/token", options.tenant);
    let ask = async |lifetime: i64, audience: &str, jti: &str| {
        let now = keys::now();
        let claims = json!({"iss": options.client_id, "sub": options.client_id, "aud": audience,
            "jti": jti, "nbf": now, "exp": now + lifetime});
        let assertion = pair.assertion(&claims);
        let form = [
            ("grant_type", "client_credentials"),
            ("client_id", &*options.client_id),
            ("client_assertion_type", "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"),
            ("client_assertion", &assertion),
            ("scope", "https://graph.microsoft.com/.default"),
        ];
        bench.form(&options.tenant, &form).await.status.as_u16()
    };
    assert_eq!(ask(300, &audience, "one").await, 200);
    assert_eq!(ask(300, &audience, "one").await, 401, "used twice");
    assert_eq!(ask(3_600, &audience, "two").await, 401, "for too long");
    assert_eq!(ask(300, "https://login.example/", "three").await, 401, "for somebody else");
}

#[tokio::test(start_paused = true)]
async fn genuine_notifications_verify_and_no_forgery_does() {
    let bench = Bench::new().await;
    let keys = bench.keys().await;
    bench.sim.call(caller());
    sleep(SOON).await;
    let got = bench.got().remove(0);
    let claims = verify(got.headers.get(AUTHORIZATION), &keys).unwrap();
    assert_eq!(claims["exp"].as_i64().unwrap() - claims["iat"].as_i64().unwrap(), 3_600);
    for forgery in Forgery::ALL {
        bench.hook.got.lock().unwrap().clear();
        assert_eq!(bench.sim.forge(forgery).await, Ok(202));
        let forged = bench.got();
        assert!(!forged.is_empty());
        for got in forged {
            assert_eq!(got.change(), "created incoming");
            let verified = verify(got.headers.get(AUTHORIZATION), &keys);
            assert!(verified.is_err(), "{forgery:?}: {verified:?}");
        }
    }
    assert_eq!(bench.sim.calls().len(), 1, "Mallory does not call");
    // After a rotation, what is signed verifies with the new keys only.
    bench.sim.rotate_keys();
    bench.hook.got.lock().unwrap().clear();
    bench.sim.call(caller());
    sleep(SOON).await;
    let got = bench.got().remove(0);
    assert_eq!(verify(got.headers.get(AUTHORIZATION), &keys), Err("unknown kid".into()));
    verify(got.headers.get(AUTHORIZATION), &bench.keys().await).unwrap();
    assert!(!got.token().is_empty());
}

#[tokio::test(start_paused = true)]
async fn oddities_are_what_they_say() {
    let bench = Bench::new().await;
    for oddity in Oddity::ALL {
        let before = bench.sim.calls().len();
        bench.hook.got.lock().unwrap().clear();
        assert_eq!(bench.sim.oddity(oddity).await, Ok(202));
        assert_eq!(bench.sim.calls().len() - before, oddity.calls(), "{oddity:?}");
        let got = bench.got().remove(0);
        let parsed = serde_json::from_slice::<Value>(&got.body);
        let unreadable = matches!(oddity, Oddity::NotJson | Oddity::Truncated | Oddity::Deep);
        assert_eq!(parsed.is_err(), unreadable, "{oddity:?}");
        match oddity {
            Oddity::Huge => assert!(got.body.len() > 300 * 1024),
            Oddity::Deep => assert!(got.body.len() > 20_000),
            Oddity::ManyInOne => assert_eq!(parsed.unwrap()["value"].as_array().unwrap().len(), 4),
            Oddity::HostileText => assert!(String::from_utf8(got.body).unwrap().contains("\\u001b")),
            _ => {}
        }
    }
    assert!(bench.sim.record().iter().all(|recorded| recorded.body.len() < 5_000));
}

#[tokio::test(start_paused = true)]
async fn notifications_meet_faults() {
    let bench = Bench::new().await;
    bench.sim.fault(Fault::next("notify", Mishap::LostReply));
    let number = bench.sim.call(caller());
    sleep(Duration::from_secs(2)).await;
    let got = bench.got();
    assert_eq!(got.len(), 2, "told again");
    assert_eq!(got[0].message(), got[1].message());
    assert_eq!(got[1].at.duration_since(got[0].at), Duration::from_secs(1));
    bench.act(number, "reject", json!({"reason": "none"})).await;
    sleep(SOON).await;

    bench.hook.got.lock().unwrap().clear();
    bench.sim.fault(Fault::next("notify", Mishap::Refused).times(2));
    let number = bench.sim.call(caller());
    sleep(Duration::from_secs(3)).await;
    assert_eq!(bench.got().len(), 0, "given up");
    bench.sim.end_call(number, CallEnd::GivesUp).unwrap();
    sleep(SOON).await;
    assert_eq!(bench.changes(), ["deleted nothing"]);

    bench.hook.got.lock().unwrap().clear();
    bench.sim.fault(Fault::next("notify", Mishap::Reversed));
    bench.sim.fault(Fault::next("notify", Mishap::Twice));
    let number = bench.sim.call(caller());
    sleep(SOON).await;
    assert_eq!(bench.got().len(), 0);
    bench.act(number, "answer", answer()).await;
    sleep(Duration::from_secs(1)).await;
    let expected =
        ["updated establishing", "updated establishing", "created incoming", "updated established"];
    assert_eq!(bench.changes(), expected);

    let record = bench.sim.record();
    let given_up = record.iter().filter(|recorded| recorded.method == "NOTIFY" && recorded.status == 0);
    assert_eq!(
        given_up.map(|recorded| recorded.what.contains("not delivered")).collect::<Vec<_>>(),
        [true; 2]
    );
}

#[tokio::test(start_paused = true)]
async fn a_webhook_that_fails_is_told_once_more() {
    let bench = Bench::with(GraphOptions::default(), 503).await;
    bench.sim.call(caller());
    sleep(Duration::from_secs(5)).await;
    assert_eq!(bench.got().len(), 2);
    let last = bench.sim.record().last().unwrap().clone();
    assert!(last.what.contains("for the last time"), "{}", last.what);
}

#[tokio::test(start_paused = true)]
async fn requests_meet_faults() {
    let bench = Bench::new().await;
    let number = bench.sim.call(caller());
    bench.sim.fault(Fault::next("reject", Mishap::error(429, "").with("retry-after", "2")));
    let response = bench.act(number, "reject", json!({"reason": "busy"})).await;
    assert_eq!(code(&response), (429, "TooManyRequests".into()));
    assert_eq!(response.headers["retry-after"], "2");
    // A request that was in time and did not get through in time is nobody's fault.
    bench.sim.fault(Fault::next("reject", Mishap::Delay(20.0)));
    let response = bench.act(number, "reject", json!({"reason": "busy"})).await;
    assert_eq!(code(&response), (404, "8522".into()));
    assert_eq!(bench.sim.complaints(), Vec::<String>::new());
}

#[tokio::test(start_paused = true)]
async fn the_webhook_can_be_checked() {
    let bench = Bench::new().await;
    let check = async |url: &str| {
        let mut headers = HeaderMap::new();
        headers.insert(CONTENT_TYPE, HeaderValue::from_static("application/json"));
        bench.send(Method::POST, "/simulator/notify", headers, json!({ "url": url }).to_string()).await
    };
    let response = check("https://bot.example/through/the/tunnel").await;
    let answer = body(&response);
    let got = bench.got().remove(0);
    assert_eq!((got.path.as_str(), answer["status"].as_u64()), ("/through/the/tunnel", Some(202)));
    assert!(got.value()["resourceUrl"].as_str().unwrap().ends_with(answer["call"].as_str().unwrap()));
    verify(got.headers.get(AUTHORIZATION), &bench.keys().await).unwrap();
    assert_eq!(check("http://bot.example/").await.status, 400);
}

#[test]
fn identities_look_as_the_service_writes_them() {
    let identity = |kind, name| Caller::new(kind, name).identity("t");
    let user = identity(CallerKind::User, "John");
    assert_eq!(user["user"]["displayName"], "John");
    assert_eq!(user, identity(CallerKind::User, "John"), "the same name is the same person");
    assert_eq!(identity(CallerKind::Phone, "+14255550100")["phone"]["id"], "+14255550100");
    assert_eq!(identity(CallerKind::Guest, "Ann")["guest"]["displayName"], "Ann");
    let encrypted = identity(CallerKind::Encrypted, "Ann");
    assert_eq!(encrypted["encrypted"].as_object().unwrap().len(), 1);
    assert!(!format!("{:?}", GraphOptions::default()).contains("demo"));
}
