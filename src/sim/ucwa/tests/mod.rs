//! Tests of the Skype for Business server over HTTP, in JSON, or in XML where that matters.

mod bounds;
mod users;

pub use std::sync::Arc;
pub use std::time::Duration;

pub use http::header::{ACCEPT, AUTHORIZATION, CONTENT_TYPE};
pub use http::{HeaderMap, HeaderValue, Method};
pub use serde_json::{Value, json};
pub use url::Url;

pub use crate::provider::exchange::{Request, Response, TransportError, fetch};
pub use crate::sim::{
    EndCause, Fault, FaultKind, InProcess, Invite, InviteKind, Options, PeopleFormat, Person, Simulator,
    UcwaOptions, console,
};

pub const POOL: &str = "https://pool.contoso.example/";
pub const APPLICATIONS: &str = "/ucwa/oauth/v1/applications";

/// A client that does nothing by itself.
#[derive(Clone)]
pub struct TestClient {
    pub sim: Simulator,
    pub token: Option<String>,
    pub accept: &'static str,
    /// The response to the creation of the application.
    pub application: Value,
    /// The href of the next poll.
    pub next: String,
}

impl TestClient {
    pub fn new(sim: &Simulator) -> Self {
        Self {
            sim: sim.clone(),
            token: Some("cwt=demo".into()),
            accept: "application/json",
            application: Value::Null,
            next: String::new(),
        }
    }

    /// Creates a server and a client that is online.
    pub async fn online() -> Self {
        Self::online_at(&Simulator::new(Options::default()), "one").await
    }

    pub async fn online_at(sim: &Simulator, endpoint: &str) -> Self {
        let mut client = Self::signed_in(sim, endpoint).await;
        client.make_available().await;
        client.skip_availability();
        client
    }

    /// Drops the five events that tell the client that it has become available.
    pub fn skip_availability(&self) {
        let link = href(&self.application, "self");
        let mut world = self.sim.ucwa.lock();
        let application = world.applications.get_mut(link.rsplit('/').next().unwrap()).unwrap();
        application.channel.drop_oldest(5);
    }

    /// Creates a client with an application that invitations do not reach yet.
    pub async fn signed_in(sim: &Simulator, endpoint: &str) -> Self {
        let mut client = Self::new(sim);
        client.create_application(endpoint).await;
        client
    }

    pub async fn create_application(&mut self, endpoint: &str) {
        let creation = json!({"userAgent": "test", "endpointId": endpoint, "culture": "en-US"});
        let created = self.post(APPLICATIONS, &creation.to_string()).await;
        assert_eq!(created.status, 201);
        self.application = document(&created);
        self.next = href(&self.application, "events");
    }

    pub async fn make_available(&mut self) {
        self.make_available_for(&json!({})).await;
    }

    pub async fn make_available_for(&mut self, body: &Value) {
        let link = href(&self.application["_embedded"]["me"], "makeMeAvailable");
        assert_eq!(self.post(&link, &body.to_string()).await.status, 204);
    }

    /// Creates a client of the user of that number (from 0) that is online and has sent nothing else.
    pub async fn of_user(sim: &Simulator, user: usize) -> Self {
        let token = Some(UcwaOptions::default().token_of(user));
        let mut client = Self { token, ..Self::new(sim) };
        client.create_application(&format!("endpoint {user}")).await;
        client.make_available().await;
        client
    }

    /// Returns the href of a link of the application's `communication`.
    pub fn communication(&self, rel: &str) -> String {
        href(&self.application["_embedded"]["communication"], rel)
    }

    /// Posts to a link of the application's `communication` and returns the href of the created invitation.
    pub async fn start(&self, rel: &str, body: Value) -> String {
        let created = self.post(&self.communication(rel), &body.to_string()).await;
        assert_eq!(created.status, 201, "{rel}");
        created.headers["location"].to_str().unwrap().to_owned()
    }

    /// Polls until an event of a type about a resource of that relation arrives, and returns it.
    pub async fn next_event(&mut self, kind: &str, rel: &str) -> Value {
        loop {
            let events = self.poll().await;
            let is_meant = |event: &&Value| event["type"] == kind && event["link"]["rel"] == rel;
            if let Some(event) = events.iter().find(is_meant) {
                return event.clone();
            }
        }
    }

    pub async fn send(&self, method: Method, url: &str, body: &str) -> Result<Response, TransportError> {
        let is_text = !body.starts_with(['{', '[']);
        self.send_as(method, url, if is_text { "text/plain" } else { "application/json" }, body).await
    }

    pub async fn send_as(
        &self,
        method: Method,
        url: &str,
        kind: &str,
        body: &str,
    ) -> Result<Response, TransportError> {
        self.send_with(method, url, kind, body, HeaderMap::new()).await
    }

    pub async fn send_with(
        &self,
        method: Method,
        url: &str,
        kind: &str,
        body: &str,
        mut headers: HeaderMap,
    ) -> Result<Response, TransportError> {
        let url = Url::parse(POOL).unwrap().join(url).unwrap();
        headers.insert(ACCEPT, HeaderValue::from_static(self.accept));
        if let Some(token) = &self.token {
            headers.insert(AUTHORIZATION, format!("Bearer {token}").parse().unwrap());
        }
        if !body.is_empty() && !kind.is_empty() {
            headers.insert(CONTENT_TYPE, kind.parse().unwrap());
        }
        let deadline = Duration::from_secs(600);
        let request = Request { method, url, headers, body: body.to_owned().into(), timeout: deadline };
        fetch(Arc::new(InProcess::new(&self.sim)), request).await
    }

    pub async fn get_response(&self, url: &str) -> Response {
        self.send(Method::GET, url, "").await.unwrap()
    }

    pub async fn post(&self, url: &str, body: &str) -> Response {
        self.send(Method::POST, url, body).await.unwrap()
    }

    /// Posts a body of another media type than JSON.
    pub async fn post_as(&self, url: &str, kind: &str, body: &str) -> Response {
        self.send_as(Method::POST, url, kind, body).await.unwrap()
    }

    pub async fn put(&self, url: &str, body: &str, condition: Option<&str>) -> Response {
        let condition = condition.map(|tag| (http::header::IF_MATCH, tag.parse().unwrap()));
        let headers = condition.into_iter().collect();
        self.send_with(Method::PUT, url, "application/json", body, headers).await.unwrap()
    }

    pub async fn get_if_changed(&self, url: &str, tag: &str) -> Response {
        let headers = [(http::header::IF_NONE_MATCH, tag.parse().unwrap())].into_iter().collect();
        self.send_with(Method::GET, url, "", "", headers).await.unwrap()
    }

    pub async fn get(&self, url: &str) -> Value {
        let response = self.get_response(url).await;
        assert_eq!(response.status, 200, "{url}");
        document(&response)
    }

    pub async fn get_as_xml(&self, url: &str) -> String {
        let response = Self { accept: "application/xml", ..self.clone() }.get_response(url).await;
        assert_eq!(response.status, 200, "{url}");
        String::from_utf8(response.body.to_vec()).unwrap()
    }

    /// Polls once and returns the events.
    pub async fn poll(&mut self) -> Vec<Value> {
        let batch = self.get(&self.next).await;
        self.next = href(&batch, "next");
        events(&batch)
    }

    /// Polls once and returns the embedded invitation of the first event of a type.
    pub async fn next_invitation(&mut self, kind: &str) -> Value {
        let events = self.poll().await;
        let told = events.iter().find(|event| event["type"] == kind && is_invitation(event));
        let told = told.unwrap_or_else(|| panic!("no invitation was {kind} in {events:?}"));
        let rel = told["link"]["rel"].as_str().unwrap();
        told["_embedded"][rel].clone()
    }
}

pub fn is_invitation(event: &Value) -> bool {
    event["link"]["rel"].as_str().is_some_and(|rel| rel.ends_with("Invitation"))
}

pub fn document(response: &Response) -> Value {
    serde_json::from_slice(&response.body).unwrap()
}

pub fn events(batch: &Value) -> Vec<Value> {
    let senders = batch["sender"].as_array().unwrap();
    senders.iter().flat_map(|sender| sender["events"].as_array().unwrap().clone()).collect()
}

pub fn href(resource: &Value, rel: &str) -> String {
    let link = &resource["_links"][rel]["href"];
    link.as_str().unwrap_or_else(|| panic!("there is no link {rel} in {resource}")).to_owned()
}

pub fn options(ucwa: UcwaOptions) -> Options {
    Options { ucwa, ..Options::default() }
}

pub fn lene() -> Person {
    Person::new("Lene Aaling", "sip:lenea@contoso.example")
}

pub fn dana() -> Person {
    Person::new("Dana Birkby", "sip:dana@contoso.example")
}

pub fn of(kind: InviteKind) -> Invite {
    Invite { kind, from: lene(), ..Invite::default() }
}
