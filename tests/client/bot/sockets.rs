//! The webhook over real sockets, and those who would keep it from its work. A true call is shown whatever
//! they do.

use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use rsvp::config::AccountConfig;
use rsvp::provider::graph::{HttpListener, Settings};
use rsvp::provider::network::{HttpExchange, Network};
use rsvp::provider::{Command, Status};
use rsvp::sim::{Fault, FaultKind, GraphOptions, Options, Simulator, serve};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::time::{Instant, timeout};

use super::reloading::file;
use super::{john, ringing, settings};
use crate::reloading::{Written, stopped};
use crate::support::TestClient;

fn real(test: impl Future<Output = ()>) {
    tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap().block_on(test);
}

fn exchange() -> Arc<HttpExchange> {
    Arc::new(HttpExchange::new(Network { loopback_only: true, ..Network::default() }).unwrap())
}

/// Returns the settings of a bot whose service and webhook have these addresses.
fn at(service: &str, webhook: SocketAddr) -> Settings {
    Settings {
        authority: service.parse().unwrap(),
        base: format!("{service}v1.0").parse().unwrap(),
        openid_url: format!("{service}v1/.well-known/OpenIdConfiguration").parse().unwrap(),
        public_url: format!("http://{webhook}/api/calls").parse().unwrap(),
        listen: webhook,
        ..settings(&GraphOptions::default())
    }
}

/// Returns the settings of [`at`] as a configuration file.
fn bot_file(service: &str, webhook: SocketAddr) -> String {
    file(service, &format!("http://{webhook}/api/calls"), &GraphOptions::default().client_secret)
        + &format!("listen = \"{webhook}\"\n")
}

/// A bot at a simulator, both on sockets; and where its webhook listens.
async fn bot() -> (TestClient, SocketAddr) {
    let sim = Simulator::new(Options::default());
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let service = format!("http://{}/", listener.local_addr().unwrap());
    tokio::spawn(serve(sim.clone(), listener));
    let webhook = {
        // A port that is free: nobody else has asked for it since.
        let probe = TcpListener::bind("127.0.0.1:0").await.unwrap();
        probe.local_addr().unwrap()
    };
    let settings = at(&service, webhook);
    sim.graph.set_webhook(exchange(), settings.public_url.clone());
    let mut client = TestClient::behind(&sim, settings, exchange(), HttpListener);
    client.until_online().await;
    (client, webhook)
}

#[test]
fn fault_74_getting_ready_begins_anew_behind_the_same_door() {
    real(async {
        let sim = Simulator::new(Options::default());
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let service = format!("http://{}/", listener.local_addr().unwrap());
        tokio::spawn(serve(sim.clone(), listener));
        let webhook = TcpListener::bind("127.0.0.1:0").await.unwrap().local_addr().unwrap();
        let settings = at(&service, webhook);
        sim.graph.set_webhook(exchange(), settings.public_url.clone());
        sim.fault(Fault::next("graphToken", FaultKind::BlackHole).times(4));
        let mut client = TestClient::behind(&sim, settings, exchange(), HttpListener);
        let since = Instant::now();
        while !client.within(Duration::from_millis(200), |state| state.accounts[0].status.is_online()).await {
            client.provider.commands.send(Command::Reconnect).await.unwrap();
        }
        assert!(since.elapsed() < Duration::from_secs(5), "{:?}", since.elapsed());
        assert!(!client.statuses.iter().any(|it| matches!(it, Status::Stopped(_))), "{:?}", client.statuses);
        a_true_call_rings(&mut client).await;
        client.end().await;
    });
}

#[test]
fn a_corrected_address_to_listen_on_is_taken_up() {
    real(async {
        let sim = Simulator::new(Options::default());
        let taken = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let service = format!("http://{}/", listener.local_addr().unwrap());
        tokio::spawn(serve(sim.clone(), listener));
        let webhook = TcpListener::bind("127.0.0.1:0").await.unwrap().local_addr().unwrap();
        let file = Written::new(&bot_file(&service, taken.local_addr().unwrap()));
        let mut client =
            TestClient::behind(&sim, file.source(AccountConfig::graph), exchange(), HttpListener);
        client.until(stopped).await;
        file.now_says(&bot_file(&service, webhook));
        client.press("r");
        client.until_online().await;
        sim.graph.set_webhook(exchange(), format!("http://{webhook}/api/calls").parse().unwrap());
        a_true_call_rings(&mut client).await;
        // The webhook moves to another address while it accepts calls.
        drop(taken);
        let elsewhere = TcpListener::bind("127.0.0.1:0").await.unwrap().local_addr().unwrap();
        file.now_says(&bot_file(&service, elsewhere));
        client.press("r");
        client.until(|state| !state.accounts[0].status.is_online()).await;
        client.until_online().await;
        assert!(TcpStream::connect(webhook).await.is_err(), "the old webhook is closed");
        assert_eq!(ringing(&client.state), 1, "the call still rings");
        sim.graph.set_webhook(exchange(), format!("http://{elsewhere}/api/calls").parse().unwrap());
        sim.graph.call(john());
        client.until(|state| ringing(state) == 2).await;
        client.sign_out().await;
    });
}

/// Sends bytes and reads what is answered, until the connection ends.
async fn say(to: SocketAddr, bytes: &[u8]) -> String {
    let mut stream = TcpStream::connect(to).await.unwrap();
    let _ = stream.write_all(bytes).await;
    let mut answer = Vec::new();
    let _ = timeout(Duration::from_secs(20), stream.read_to_end(&mut answer)).await;
    String::from_utf8_lossy(&answer).into_owned()
}

async fn a_true_call_rings(client: &mut TestClient) -> Duration {
    let since = Instant::now();
    client.sim.graph.call(john());
    client.until(|state| ringing(state) > 0).await;
    since.elapsed()
}

#[test]
fn a_call_is_taken_over_a_socket_and_rejected() {
    real(async {
        let (mut client, _) = bot().await;
        a_true_call_rings(&mut client).await;
        client.press("D");
        client.until(|state| ringing(state) == 0).await;
        assert!(client.sent()[0].ends_with("{\"reason\":\"busy\"}"), "{:?}", client.sent());
        client.end().await;
    });
}

#[test]
fn only_the_webhook_is_there_and_only_for_posts() {
    real(async {
        let (mut client, webhook) = bot().await;
        for (request, status) in [
            ("GET /api/calls HTTP/1.1\r\nHost: x\r\n\r\n", "405"),
            ("POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 0\r\n\r\n", "404"),
            ("POST /api/callsx HTTP/1.1\r\nHost: x\r\nContent-Length: 0\r\n\r\n", "404"),
            ("POST /api/calls HTTP/1.1\r\nHost: x\r\nContent-Length: 0\r\n\r\n", "401"),
            ("POST /api/calls HTTP/1.1\r\nHost: x\r\nContent-Length: 99999999\r\n\r\n", "413"),
            ("POST /api/calls HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n", "401"),
            ("nonsense\r\n\r\n", "400"),
        ] {
            let answer = say(webhook, request.as_bytes()).await;
            assert!(answer.starts_with(&format!("HTTP/1.1 {status}")), "{request:?}: {answer}");
        }
        let long = format!("POST /api/calls HTTP/1.1\r\nHost: x\r\nX: {}\r\n\r\n", "x".repeat(100_000));
        let answer = say(webhook, long.as_bytes()).await;
        assert!(answer.is_empty() || answer.starts_with("HTTP/1.1 431"), "{answer}");
        a_true_call_rings(&mut client).await;
        client.sign_out().await;
    });
}

#[test]
fn an_unproven_body_is_not_even_read() {
    real(async {
        let (mut client, webhook) = bot().await;
        let mut stream = TcpStream::connect(webhook).await.unwrap();
        stream
            .write_all(b"POST /api/calls HTTP/1.1\r\nHost: x\r\nContent-Length: 200000\r\n\r\n{")
            .await
            .unwrap();
        // The answer comes although most of the body never does.
        let mut answer = [0; 12];
        timeout(Duration::from_secs(2), stream.read_exact(&mut answer)).await.unwrap().unwrap();
        assert_eq!(&answer, b"HTTP/1.1 401");
        a_true_call_rings(&mut client).await;
        client.sign_out().await;
    });
}

#[test]
fn slow_heads_and_slow_bodies_are_let_go() {
    real(async {
        let (mut client, webhook) = bot().await;
        let since = Instant::now();
        let slow_head = say(webhook, b"POST /api/calls HTTP/1.1\r\nHost: x\r\nAuthor");
        let token = client.sim.graph.authorization().unwrap();
        let proven = format!(
            "POST /api/calls HTTP/1.1\r\nHost: x\r\nAuthorization: {token}\r\nContent-Length: 1000\r\n\r\n{{"
        );
        let slow_body = say(webhook, proven.as_bytes());
        let ((head, body), took) =
            tokio::join!(async { tokio::join!(slow_head, slow_body) }, a_true_call_rings(&mut client));
        assert!(head.is_empty() || head.starts_with("HTTP/1.1 408"), "{head}");
        assert!(body.starts_with("HTTP/1.1 408"), "{body}");
        assert!(since.elapsed() < Duration::from_secs(14), "{:?}", since.elapsed());
        assert!(took < Duration::from_secs(3), "the true call was stalled for {took:?}");
        client.sign_out().await;
    });
}

#[test]
fn fault_69_ten_thousand_connections_stall_no_call() {
    real(async {
        let (mut client, webhook) = bot().await;
        let hold = |mut streams: std::collections::VecDeque<TcpStream>, count: usize| async move {
            for number in 0..count {
                let Ok(Ok(mut stream)) = timeout(Duration::from_secs(5), TcpStream::connect(webhook)).await
                else {
                    panic!("connection {number} is not even taken");
                };
                // Half of the connections send nothing, the others an unfinished request.
                if number % 2 == 0 {
                    let _ = stream.write_all(b"POST /api/calls HTTP/1.1\r\n").await;
                }
                streams.push_back(stream);
                // This process may open only a limited number of files.
                if streams.len() > 400 {
                    streams.pop_front();
                }
            }
            streams
        };
        let mut streams = hold(std::collections::VecDeque::new(), 5_000).await;
        let took = a_true_call_rings(&mut client).await;
        assert!(took < Duration::from_secs(3), "stalled for {took:?}");
        // A call also rings while connections arrive.
        let since = Instant::now();
        client.sim.graph.call(john());
        let (kept, ()) = tokio::join!(hold(streams, 5_000), async {
            client.until(|state| ringing(state) > 1).await;
        });
        streams = kept;
        assert!(since.elapsed() < Duration::from_secs(30));
        drop(streams);
        client.sign_out().await;
    });
}

#[test]
fn the_oldest_of_256_connections_makes_room_for_another() {
    real(async {
        let (mut client, webhook) = bot().await;
        let mut streams = Vec::new();
        for _ in 0..256 {
            streams.push(TcpStream::connect(webhook).await.unwrap());
        }
        // The first of them is still served, which makes room for one.
        let get = b"GET / HTTP/1.1\r\nHost: x\r\n\r\n";
        let mut answer = [0; 12];
        streams[0].write_all(get).await.unwrap();
        streams[0].read_exact(&mut answer).await.unwrap();
        assert_eq!(&answer, b"HTTP/1.1 404");
        streams[0].read_to_end(&mut Vec::new()).await.unwrap();
        streams.push(TcpStream::connect(webhook).await.unwrap());
        streams.push(TcpStream::connect(webhook).await.unwrap());
        let closed = timeout(Duration::from_secs(3), streams[1].read(&mut answer)).await;
        assert!(matches!(closed, Ok(Ok(0) | Err(_))), "{closed:?}: the oldest one makes room");
        streams[2].write_all(get).await.unwrap();
        streams[2].read_exact(&mut answer).await.unwrap();
        assert_eq!(&answer, b"HTTP/1.1 404", "the next one does not");
        drop(streams);
        a_true_call_rings(&mut client).await;
        client.sign_out().await;
    });
}

#[test]
fn reconnecting_keeps_the_door_open() {
    real(async {
        let (mut client, _) = bot().await;
        let tokens = client.count("/oauth2/");
        client.press("r");
        a_true_call_rings(&mut client).await;
        client.press("D");
        client.until(|state| ringing(state) == 0).await;
        assert_eq!(client.count("/oauth2/"), tokens + 1);
        assert_eq!(client.count("/v1/keys"), 2);
        assert_eq!(client.statuses.len(), 2, "{:?}", client.statuses);
        client.end().await;
    });
}

#[test]
fn a_port_that_is_taken_is_said_and_taken_again_when_it_is_free() {
    real(async {
        let sim = Simulator::new(Options::default());
        let taken = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let service = format!("http://{}/", listener.local_addr().unwrap());
        tokio::spawn(serve(sim.clone(), listener));
        let settings = at(&service, taken.local_addr().unwrap());
        let mut client = TestClient::behind(&sim, settings, exchange(), HttpListener);
        client.until(|state| matches!(state.accounts[0].status, Status::Stopped(_))).await;
        assert!(
            format!("{:?}", client.status()).contains("choose another `listen`"),
            "{:?}",
            client.status()
        );
        drop(taken);
        client.press("r");
        client.until_online().await;
        client.sign_out().await;
    });
}
