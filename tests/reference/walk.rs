//! A walk over a simulated server: users who follow links, poll their event channels, and compare everything
//! that they receive with the reference.

use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use bytes::Bytes;
use futures_util::StreamExt;
use http::header::{ACCEPT, AUTHORIZATION, CONTENT_TYPE};
use http::{HeaderMap, HeaderValue, Method};
use rsvp::provider::exchange::{Exchange, Request};
use rsvp::sim::{InProcess, Options, Simulator, UcwaOptions};
use serde_json::{Value, json};
use url::Url;

use super::comparison::Comparison;
use super::facts::Facts;

use super::wire::Wire;

pub const SERVER: &str = "https://lyncdiscover.contoso.example";

pub struct Walk {
    pub sim: Simulator,
    pub comparison: Comparison,
    pub wire: Wire,
    /// The current step of the walk.
    pub step: &'static str,
    server: InProcess,
    pub users: Vec<User>,
    /// The links that were followed by a GET which the reference does not describe.
    pub tried: BTreeSet<String>,
    /// The operations whose wrong inputs were tried.
    pub refused: BTreeSet<String>,
}

/// A user's client.
#[derive(Default)]
pub struct User {
    token: String,
    /// The href of the application.
    pub application: String,
    /// The href of the next poll.
    next: String,
    /// The relations and the hrefs that events gave.
    pub told: Vec<(String, String)>,
    /// The relations and the documents that could be read at last, the latest at the end.
    pub documents: Vec<(String, Value)>,
    /// Whether something has happened since everything was read.
    pub is_out_of_date: bool,
    /// The documents by their hrefs that rarely change.
    pub lasting: BTreeMap<String, Value>,
}

/// The answer to a request.
pub struct Answer {
    pub status: u16,
    pub headers: HeaderMap,
    pub body: Value,
}

impl Answer {
    /// Returns the media type of the body, without its parameters.
    fn media_type(&self) -> &str {
        let kind = self.headers.get(CONTENT_TYPE).and_then(|kind| kind.to_str().ok()).unwrap_or_default();
        kind.split(';').next().unwrap_or_default().trim()
    }

    /// Returns whether the body is an image or a batch, and no document.
    fn is_content(&self) -> bool {
        self.media_type().starts_with("image/") || self.media_type().starts_with("multipart/")
    }
}

impl Walk {
    /// Signs in the users of a server with those options.
    pub async fn begin(ucwa: UcwaOptions, wire: Wire) -> Self {
        let sim = Simulator::new(Options { ucwa: ucwa.clone(), ..Options::default() });
        let mut walk = Self {
            server: InProcess::new(&sim),
            comparison: Comparison::new(Facts::read("ucwa"), wire),
            sim,
            wire,
            step: "signing in",
            users: Vec::new(),
            tried: BTreeSet::new(),
            refused: BTreeSet::new(),
        };
        for user in 0..ucwa.users().count() {
            walk.sign_in(ucwa.token_of(user)).await;
        }
        walk.settle().await;
        walk
    }

    async fn sign_in(&mut self, token: String) {
        let number = self.users.len();
        self.users.push(User { token, is_out_of_date: true, ..User::default() });
        let root = self.get(number, "root", SERVER).await;
        let user = self.get(number, "user", root["_links"]["user"]["href"].as_str().unwrap()).await;
        let applications = user["_links"]["applications"]["href"].as_str().unwrap().to_owned();
        let input = json!({
            "userAgent": "reference", "endpointId": format!("endpoint-{number}"), "culture": "en-US",
            "instanceId": format!("instance-{number}"),
        });
        self.refuses_wrong_inputs(number, "applications", &applications, &input).await;
        let answer = self.send(number, Method::POST, "applications", &applications, Some(&input)).await;
        self.comparison.answer("applications", "POST", answer.status, &answer.body);
        self.comparison.document("application", &answer.body);
        let href = |name: &str| answer.body["_links"][name]["href"].as_str().unwrap().to_owned();
        let (application, next) = (href("self"), href("events"));
        self.users[number].next = next;
        self.users[number].application = application;
    }

    /// Sends a request, whose body is in the format of the walk.
    pub async fn send(
        &self,
        user: usize,
        method: Method,
        rel: &str,
        href: &str,
        input: Option<&Value>,
    ) -> Answer {
        let body = input.map(|input| self.wire.encode(input)).unwrap_or_default();
        self.send_body(user, method, rel, href, self.wire.media_type(), body).await
    }

    pub async fn send_body(
        &self,
        user: usize,
        method: Method,
        rel: &str,
        href: &str,
        media_type: &'static str,
        body: Vec<u8>,
    ) -> Answer {
        self.exchange(rel, self.request(user, method, href, media_type, body)).await
    }

    pub fn request(
        &self,
        user: usize,
        method: Method,
        href: &str,
        media_type: &'static str,
        body: Vec<u8>,
    ) -> Request {
        let mut headers = HeaderMap::new();
        headers.insert(ACCEPT, HeaderValue::from_static(self.wire.media_type()));
        let token = format!("Bearer {}", self.users[user].token);
        headers.insert(AUTHORIZATION, token.parse().unwrap());
        if !body.is_empty() {
            headers.insert(CONTENT_TYPE, HeaderValue::from_static(media_type));
        }
        let url = Url::parse(SERVER).unwrap().join(href).unwrap();
        Request { method, url, headers, body: body.into(), timeout: Duration::from_secs(600) }
    }

    pub async fn exchange(&self, rel: &str, request: Request) -> Answer {
        let response = self.server.send(request).await;
        let response = response.unwrap_or_else(|error| panic!("{rel}: {error}"));
        let pieces: Vec<Bytes> = response.body.map(Result::unwrap).collect().await;
        let mut answer =
            Answer { status: response.status.as_u16(), headers: response.headers, body: Value::Null };
        let pieces = pieces.concat();
        if !answer.is_content() {
            let kind = answer.media_type();
            assert!(pieces.is_empty() || kind == self.wire.media_type(), "{rel} answers in {kind}");
            answer.body = self.wire.decode(&pieces);
        }
        answer
    }

    /// Reads a resource, which must exist, and compares it.
    pub async fn get(&mut self, user: usize, rel: &str, href: &str) -> Value {
        let answer = self.send(user, Method::GET, rel, href, None).await;
        self.comparison.answer(rel, "GET", answer.status, &answer.body);
        if answer.status >= 400 {
            self.comparison.differs(format!("{rel}: GET answers {} although it exists", answer.status));
        } else if !answer.is_content() {
            self.comparison.document(rel, &answer.body);
        }
        answer.body
    }

    /// Returns the href of a link of a resource, if there is one: of several, the one that was read last.
    pub fn find(&self, user: usize, resource: &str, link: &str) -> Option<String> {
        let documents = self.users[user].documents.iter().rev().filter(|(rel, _)| rel == resource);
        let mut links =
            documents.filter_map(|(_, document)| document.pointer(&format!("/_links/{link}/href")));
        links.next().map(|href| href.as_str().unwrap().to_owned())
    }

    /// Returns the href of a link of a resource, which must exist.
    pub fn href(&mut self, user: usize, resource: &str, link: &str) -> Option<String> {
        let href = self.find(user, resource, link);
        if href.is_none() {
            self.comparison.differs(format!("{resource}: no link {link} where {} needs it", self.step));
        }
        href
    }

    /// Lets every user hear of everything that has happened, and read everything that can be read.
    pub async fn settle(&mut self) {
        loop {
            let mut is_quiet = true;
            for user in 0..self.users.len() {
                self.sim.ucwa.interrupt_polls();
                is_quiet &= !self.poll(user).await;
            }
            if is_quiet {
                break;
            }
        }
        for user in 0..self.users.len() {
            if std::mem::take(&mut self.users[user].is_out_of_date) {
                self.read_everything(user).await;
            }
        }
    }

    /// Begins another part of the walk, in which everything that rarely changes is read once more, and what
    /// earlier events told is not.
    pub fn begins(&mut self, step: &'static str) {
        self.step = step;
        for user in &mut self.users {
            user.lasting.clear();
            user.told.clear();
            user.is_out_of_date = true;
        }
    }

    /// Notes that something did not happen.
    pub fn misses(&mut self, what: &str) {
        self.comparison.differs(format!("{what} in {}", self.step));
    }

    /// Lets time pass.
    pub async fn pass(&mut self, seconds: u64) {
        tokio::time::sleep(Duration::from_secs(seconds)).await;
        self.settle().await;
    }

    /// Polls the events of a user; returns whether there were any.
    pub async fn poll(&mut self, user: usize) -> bool {
        let next = self.users[user].next.clone();
        let answer = self.send(user, Method::GET, "events", &next, None).await;
        self.comparison.answer("events", "GET", answer.status, &answer.body);
        let links = &answer.body["_links"];
        self.comparison.links("events", links);
        let next = ["next", "resync", "resume"].into_iter().find_map(|rel| links[rel]["href"].as_str());
        next.unwrap().clone_into(&mut self.users[user].next);
        let senders = answer.body["sender"].as_array().cloned().unwrap_or_default();
        for sender in &senders {
            for event in sender["events"].as_array().unwrap() {
                self.comparison.event(sender["rel"].as_str().unwrap(), event);
                let link = |name: &str| event["link"][name].as_str().unwrap_or_default().to_owned();
                if event["type"] != "deleted" {
                    self.users[user].told.push((link("rel"), link("href")));
                }
            }
        }
        self.users[user].is_out_of_date |= !senders.is_empty();
        !senders.is_empty()
    }
}
