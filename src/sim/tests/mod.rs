//! The Skype for Business server, asked over HTTP and answered in JSON, or in XML where that is the point.

mod bounds;
mod channel;
mod invitations;
mod people;
mod tokens;

use std::sync::Arc;
use std::time::Duration;

use http::header::{ACCEPT, AUTHORIZATION, CONTENT_TYPE};
use http::{HeaderMap, HeaderValue, Method};
use serde_json::{Value, json};
use url::Url;

use super::*;
use crate::provider::exchange::{Request, Response, TransportError, fetch};

const POOL: &str = "https://pool.contoso.example/";
const APPLICATIONS: &str = "/ucwa/oauth/v1/applications";

/// A client that does nothing by itself.
#[derive(Clone)]
struct Hands {
    sim: Simulator,
    token: Option<String>,
    accept: &'static str,
    /// What the creation of the application was answered with.
    application: Value,
    /// Where the next poll goes.
    next: String,
}

impl Hands {
    fn of(sim: &Simulator) -> Self {
        Self {
            sim: sim.clone(),
            token: Some("cwt=demo".into()),
            accept: "application/json",
            application: Value::Null,
            next: String::new(),
        }
    }

    /// A client that is online, at a server of its own.
    async fn online() -> Self {
        Self::online_at(&Simulator::new(Options::default()), "one").await
    }

    async fn online_at(sim: &Simulator, endpoint: &str) -> Self {
        let mut hands = Self::signed_in(sim, endpoint).await;
        hands.make_available().await;
        hands
    }

    /// A client with an application that nobody can reach yet.
    async fn signed_in(sim: &Simulator, endpoint: &str) -> Self {
        let mut hands = Self::of(sim);
        let creation = json!({"userAgent": "hands", "endpointId": endpoint, "culture": "en-US"});
        let created = hands.post(APPLICATIONS, &creation.to_string()).await;
        assert_eq!(created.status, 201);
        hands.application = document(&created);
        hands.next = href(&hands.application, "events");
        hands
    }

    async fn make_available(&mut self) {
        let link = href(&self.application["_embedded"]["me"], "makeMeAvailable");
        assert_eq!(self.post(&link, "{}").await.status, 204);
    }

    async fn send(&self, method: Method, url: &str, body: &str) -> Result<Response, TransportError> {
        let url = Url::parse(POOL).unwrap().join(url).unwrap();
        let mut headers = HeaderMap::new();
        headers.insert(ACCEPT, HeaderValue::from_static(self.accept));
        if let Some(token) = &self.token {
            headers.insert(AUTHORIZATION, format!("Bearer {token}").parse().unwrap());
        }
        if !body.is_empty() {
            headers.insert(CONTENT_TYPE, HeaderValue::from_static("application/json"));
        }
        let deadline = Duration::from_secs(600);
        let request = Request { method, url, headers, body: body.to_owned().into(), timeout: deadline };
        fetch(Arc::new(InProcess::new(&self.sim)), request).await
    }

    async fn ask(&self, url: &str) -> Response {
        self.send(Method::GET, url, "").await.unwrap()
    }

    async fn post(&self, url: &str, body: &str) -> Response {
        self.send(Method::POST, url, body).await.unwrap()
    }

    async fn get(&self, url: &str) -> Value {
        let response = self.ask(url).await;
        assert_eq!(response.status, 200, "{url}");
        document(&response)
    }

    async fn get_as_xml(&self, url: &str) -> String {
        let response = Self { accept: "application/xml", ..self.clone() }.ask(url).await;
        assert_eq!(response.status, 200, "{url}");
        String::from_utf8(response.body.to_vec()).unwrap()
    }

    /// The events of the next answer.
    async fn poll(&mut self) -> Vec<Value> {
        let batch = self.get(&self.next).await;
        self.next = href(&batch, "next");
        events(&batch)
    }

    /// The invitation that the next answer tells of.
    async fn told(&mut self, kind: &str) -> Value {
        let events = self.poll().await;
        let told = events.iter().find(|event| event["type"] == kind && is_invitation(event));
        let told = told.unwrap_or_else(|| panic!("no invitation was {kind} in {events:?}"));
        let rel = told["link"]["rel"].as_str().unwrap();
        told["_embedded"][rel].clone()
    }
}

fn is_invitation(event: &Value) -> bool {
    event["link"]["rel"].as_str().is_some_and(|rel| rel.ends_with("Invitation"))
}

fn document(response: &Response) -> Value {
    serde_json::from_slice(&response.body).unwrap()
}

fn events(batch: &Value) -> Vec<Value> {
    let senders = batch["sender"].as_array().unwrap();
    senders.iter().flat_map(|sender| sender["events"].as_array().unwrap().clone()).collect()
}

fn href(resource: &Value, rel: &str) -> String {
    let link = &resource["_links"][rel]["href"];
    link.as_str().unwrap_or_else(|| panic!("there is no link {rel} in {resource}")).to_owned()
}

fn lene() -> Person {
    Person::new("Lene Aaling", "sip:lenea@contoso.example")
}

fn dana() -> Person {
    Person::new("Dana Birkby", "sip:dana@contoso.example")
}

fn of(kind: Kind) -> Invite {
    Invite { kind, from: lene(), ..Invite::default() }
}
