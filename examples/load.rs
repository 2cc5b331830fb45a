//! Measures the simulator under load, over loopback sockets: how far apart the applications of a server receive the same
//! invitation, each with a parked poll, and how much memory the process uses during many requests (on Linux).
//!
//! `cargo run --release --example load [APPLICATIONS [REQUESTS]]`, by default 1,000 applications and 1,000,000 requests.
//! Each application needs two open files.

#![allow(clippy::print_stdout, clippy::unwrap_used, clippy::indexing_slicing, clippy::cast_precision_loss)]

use std::time::{Duration, Instant};

use rsvp::sim::{EndCause, Invite, Options, Person, Simulator, serve};
use serde_json::Value;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::mpsc::{UnboundedSender, unbounded_channel};

/// The number of invitations that are timed.
const ROUNDS: usize = 20;
/// The number of recent requests and the like that the simulator remembers: as many as `rsvp simulate` does.
const KEPT: usize = 5_000;

fn main() {
    let argument = |index, default| std::env::args().nth(index).map_or(default, |text| text.parse().unwrap());
    let (applications, requests) = (argument(1, 1_000), argument(2, 1_000_000));
    let sim = Simulator::new(Options { kept: KEPT, ..Options::default() });
    let (sender, address) = std::sync::mpsc::channel();
    let served = sim.clone();
    std::thread::spawn(move || {
        run(async move {
            let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
            sender
                .send((listener.local_addr().unwrap().to_string(), tokio::runtime::Handle::current()))
                .unwrap();
            serve(served, listener).await.unwrap();
        });
    });
    let (address, running) = address.recv().unwrap();
    run(async move {
        fan_out(&sim, &running, &address, applications).await;
        sim.ucwa.expire_applications();
        memory(&sim, &running, &address, requests).await;
    });
}

fn run(work: impl Future<Output = ()>) {
    tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap().block_on(work);
}

/// Sends invitations to many applications and prints how far apart they receive each.
async fn fan_out(sim: &Simulator, server: &tokio::runtime::Handle, address: &str, applications: usize) {
    let (sender, mut received) = unbounded_channel();
    for number in 0..applications {
        let mut client = Client::sign_in(address, &format!("endpoint-{number}")).await;
        client.make_available().await;
        let sender = sender.clone();
        tokio::spawn(async move { client.poll_forever(&sender).await });
    }
    let (mut spreads, mut totals) = (Vec::new(), Vec::new());
    for round in 0..=ROUNDS {
        // Every poll is parked once the server is silent.
        while tokio::time::timeout(Duration::from_millis(300), received.recv()).await.is_ok() {}
        let invited = sim.clone();
        let began = Instant::now();
        let number = server.spawn(async move { invited.ucwa.invite(invite()) }).await.unwrap();
        let mut times = Vec::new();
        while times.len() < applications {
            times.push(received.recv().await.unwrap());
        }
        // The first round makes room for the documents.
        if round > 0 {
            spreads.push(*times.iter().max().unwrap() - *times.iter().min().unwrap());
            totals.push(*times.iter().max().unwrap() - began);
        }
        let ended = sim.clone();
        server.spawn(async move { ended.ucwa.end(number, EndCause::CallerGivesUp) }).await.unwrap().unwrap();
    }
    spreads.sort_unstable();
    totals.sort_unstable();
    println!(
        "{applications} applications: the same invitation arrives within {:.1?} of one another (median; worst {:.1?}), \
         {:.1?} after it was sent",
        spreads[ROUNDS / 2],
        spreads[ROUNDS - 1],
        totals[ROUNDS / 2]
    );
}

/// Sends many requests of several kinds and prints the memory that the process uses meanwhile.
async fn memory(sim: &Simulator, server: &tokio::runtime::Handle, address: &str, requests: usize) {
    let mut client = Client::sign_in(address, "memory").await;
    client.make_available().await;
    let began = Instant::now();
    let (mut sent, mut printed) = (0, 0);
    while sent < requests {
        let invited = sim.clone();
        let number = sent;
        let from = Person::new(&format!("Caller {number}"), &format!("sip:c{number}@contoso.example"));
        server.spawn(async move { invited.ucwa.invite(Invite { from, ..invite() }) }).await.unwrap();
        let (invitation, next) = client.poll().await;
        let link = |rel: &str| invitation["_links"][rel]["href"].as_str().unwrap().to_owned();
        let rel = if number % 2 == 0 { "accept" } else { "decline" };
        client.request("POST", &link(rel), "").await;
        client.request("GET", &link("conversation"), "").await;
        client.request("GET", &format!("/nowhere/{number}"), "").await;
        client.request("POST", "/WebTicket/oauthtoken", "grant_type=password&username=a&password=demo").await;
        client.next = next;
        sent += 5;
        if sent >= printed {
            println!("{sent:>9} requests, {:>6.1} MB, {:.0?}", resident() / 1e6, began.elapsed());
            printed += (requests / 20).max(1);
        }
    }
}

fn invite() -> Invite {
    let from = Person::new("Lene Aaling", "sip:lenea@contoso.example");
    Invite { from, message: "How about lunch?".into(), ..Invite::default() }
}

/// Returns the memory that the process uses, in bytes; 0 where `/proc` does not tell.
fn resident() -> f64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:"));
    line.and_then(|line| line.split_whitespace().next()?.parse::<f64>().ok()).unwrap_or_default() * 1024.0
}

/// Returns the invitation that begins in a batch of events, if one does.
fn started(batch: &Value) -> Option<&Value> {
    let senders = batch["sender"].as_array()?;
    let mut events = senders.iter().flat_map(|sender| sender["events"].as_array().into_iter().flatten());
    events.find(|event| event["type"] == "started")?["_embedded"].get("messagingInvitation")
}

/// A client with one connection.
struct Client {
    stream: TcpStream,
    /// The resource `me`.
    me: Value,
    next: String,
}

impl Client {
    /// Creates an application.
    async fn sign_in(address: &str, endpoint: &str) -> Self {
        let stream = TcpStream::connect(address).await.unwrap();
        stream.set_nodelay(true).unwrap();
        let mut client = Self { stream, me: Value::Null, next: String::new() };
        let body = format!(r#"{{"userAgent":"load","endpointId":"{endpoint}","culture":"en-US"}}"#);
        let application = client.request("POST", "/ucwa/oauth/v1/applications", &body).await;
        let application: Value = serde_json::from_slice(&application).unwrap();
        application["_links"]["events"]["href"].as_str().unwrap().clone_into(&mut client.next);
        client.me = application["_embedded"]["me"].clone();
        client
    }

    async fn make_available(&mut self) {
        let href = self.me["_links"]["makeMeAvailable"]["href"].as_str().unwrap().to_owned();
        self.request("POST", &href, r#"{"supportedModalities":["Messaging"]}"#).await;
    }

    /// Polls until the connection breaks and reports when each invitation began.
    async fn poll_forever(&mut self, received: &UnboundedSender<Instant>) {
        loop {
            let next = self.next.clone();
            let body = self.request("GET", &next, "").await;
            let at = Instant::now();
            let Ok(batch) = serde_json::from_slice::<Value>(&body) else { return };
            let Some(next) = batch["_links"]["next"]["href"].as_str() else { return };
            next.clone_into(&mut self.next);
            if started(&batch).is_some() && received.send(at).is_err() {
                return;
            }
        }
    }

    /// Polls until an invitation begins; returns it and the href of the next poll.
    async fn poll(&mut self) -> (Value, String) {
        loop {
            let next = self.next.clone();
            let batch: Value = serde_json::from_slice(&self.request("GET", &next, "").await).unwrap();
            let next = batch["_links"]["next"]["href"].as_str().unwrap().to_owned();
            if let Some(invitation) = started(&batch) {
                return (invitation.clone(), next);
            }
            self.next = next;
        }
    }

    /// Sends a request and returns the body of the response.
    async fn request(&mut self, method: &str, target: &str, body: &str) -> Vec<u8> {
        let kind =
            if body.starts_with('{') { "application/json" } else { "application/x-www-form-urlencoded" };
        let request = format!(
            "{method} {target} HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer cwt=demo\r\nAccept: application/json\r\n\
             Content-Type: {kind}\r\nContent-Length: {}\r\n\r\n{body}",
            body.len()
        );
        self.stream.write_all(request.as_bytes()).await.unwrap();
        let mut received = Vec::new();
        loop {
            if self.stream.read_buf(&mut received).await.unwrap() == 0 {
                return Vec::new();
            }
            if let Some(body) = body_of(&received) {
                return body.to_vec();
            }
        }
    }
}

/// Returns the body of a response, once the whole response has been received.
fn body_of(received: &[u8]) -> Option<&[u8]> {
    let end = received.windows(4).position(|four| four == b"\r\n\r\n")?;
    let head = std::str::from_utf8(&received[..end]).unwrap().to_ascii_lowercase();
    let length = head.lines().find_map(|line| line.strip_prefix("content-length:"));
    let length: usize = length.map_or(0, |length| length.trim().parse().unwrap());
    received.get(end + 4..end + 4 + length)
}
