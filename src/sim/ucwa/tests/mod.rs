//! Tests of the Skype for Business server over HTTP, in JSON, or in XML where that matters.

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

use crate::provider::exchange::{Request, Response, TransportError, fetch};
use crate::sim::{
    EndCause, Fault, FaultKind, InProcess, Invite, InviteKind, Options, PeopleFormat, Person, Simulator,
    UcwaOptions, console,
};

const POOL: &str = "https://pool.contoso.example/";
const APPLICATIONS: &str = "/ucwa/oauth/v1/applications";

/// A client that does nothing by itself.
#[derive(Clone)]
struct TestClient {
    sim: Simulator,
    token: Option<String>,
    accept: &'static str,
    /// The response to the creation of the application.
    application: Value,
    /// The href of the next poll.
    next: String,
}

impl TestClient {
    fn new(sim: &Simulator) -> Self {
        Self {
            sim: sim.clone(),
            token: Some("cwt=demo".into()),
            accept: "application/json",
            application: Value::Null,
            next: String::new(),
        }
    }

    /// Creates a server and a client that is online.
    async fn online() -> Self {
        Self::online_at(&Simulator::new(Options::default()), "one").await
    }

    async fn online_at(sim: &Simulator, endpoint: &str) -> Self {
        let mut client = Self::signed_in(sim, endpoint).await;
        client.make_available().await;
        client
    }

    /// Creates a client with an application that invitations do not reach yet.
    async fn signed_in(sim: &Simulator, endpoint: &str) -> Self {
        let mut client = Self::new(sim);
        let creation = json!({"userAgent": "test", "endpointId": endpoint, "culture": "en-US"});
        let created = client.post(APPLICATIONS, &creation.to_string()).await;
        assert_eq!(created.status, 201);
        client.application = document(&created);
        client.next = href(&client.application, "events");
        client
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

    async fn get_response(&self, url: &str) -> Response {
        self.send(Method::GET, url, "").await.unwrap()
    }

    async fn post(&self, url: &str, body: &str) -> Response {
        self.send(Method::POST, url, body).await.unwrap()
    }

    async fn get(&self, url: &str) -> Value {
        let response = self.get_response(url).await;
        assert_eq!(response.status, 200, "{url}");
        document(&response)
    }

    async fn get_as_xml(&self, url: &str) -> String {
        let response = Self { accept: "application/xml", ..self.clone() }.get_response(url).await;
        assert_eq!(response.status, 200, "{url}");
        String::from_utf8(response.body.to_vec()).unwrap()
    }

    /// Polls once and returns the events.
    async fn poll(&mut self) -> Vec<Value> {
        let batch = self.get(&self.next).await;
        self.next = href(&batch, "next");
        events(&batch)
    }

    /// Polls once and returns the embedded invitation of the first event of a type.
    async fn next_invitation(&mut self, kind: &str) -> Value {
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

fn options(ucwa: UcwaOptions) -> Options {
    Options { ucwa, ..Options::default() }
}

fn lene() -> Person {
    Person::new("Lene Aaling", "sip:lenea@contoso.example")
}

fn dana() -> Person {
    Person::new("Dana Birkby", "sip:dana@contoso.example")
}

fn of(kind: InviteKind) -> Invite {
    Invite { kind, from: lene(), ..Invite::default() }
}
