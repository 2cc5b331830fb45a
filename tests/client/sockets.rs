//! The client over real sockets and real time: what only the network can do to it.

use std::convert::Infallible;
use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use hyper::service::service_fn;
use hyper_util::rt::TokioIo;
use rsvp::invitation::Outcome;
use rsvp::provider::body;
use rsvp::provider::network::{HttpExchange, Network};
use rsvp::provider::ucwa::{self, Start};
use rsvp::provider::{Command, Status};
use rsvp::sim::{Fault, FaultKind, InviteKind, Simulator, serve};
use tokio::io::{AsyncBufReadExt, AsyncWriteExt, BufStream, copy_bidirectional};
use tokio::net::{TcpListener, TcpStream};

use crate::relay::{Relay, RelayMode};
use crate::support::{TestClient, from, im, of, outcome_of, password, settings, simulator};

pub const LOOPBACK: &str = "127.0.0.1:0";

/// Runs a test against the clock on the wall, which must not run for ever.
pub fn real(test: impl Future<Output = ()>) {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    let patience = Duration::from_secs(100);
    runtime.block_on(async { tokio::time::timeout(patience, test).await.expect("it took too long") });
}

async fn listen(sim: &Simulator) -> SocketAddr {
    let listener = TcpListener::bind(LOOPBACK).await.unwrap();
    let address = listener.local_addr().unwrap();
    tokio::spawn(serve(sim.clone(), listener));
    address
}

pub fn at(url: &str) -> ucwa::Settings {
    ucwa::Settings { start: Start::Url(url.parse().unwrap()), ..settings(password()) }
}

pub fn network() -> Network {
    Network { loopback_only: true, ..Network::default() }
}

/// A client that reaches the simulator through a relay.
async fn client() -> (TestClient, Relay, SocketAddr) {
    let sim = simulator();
    let server = listen(&sim).await;
    let relay = Relay::to(server).await;
    let exchange = Arc::new(HttpExchange::new(network()).unwrap());
    let mut client = TestClient::start(&sim, exchange, at(&format!("http://{}/", relay.address)));
    client.until_online().await;
    (client, relay, server)
}

/// Waits until a poll has reached the server and is being held there.
async fn poll_is_held(client: &TestClient) {
    let held =
        |sim: &Simulator| sim.record().iter().any(|it| it.status == 0 && it.target.contains("/events"));
    client.sim.until(held).await;
}

pub fn retrying(state: &rsvp::app::State) -> bool {
    matches!(state.accounts[0].status, Status::Retrying { .. })
}

#[test]
fn the_main_job_is_done_over_a_socket() {
    real(async {
        let (mut client, _relay, _) = client().await;
        client.sim.ucwa.invite(im());
        client.ringing().await;
        client.press("a");
        client.until(|state| outcome_of(state) == Some(&Outcome::Accepted)).await;
        client.sim.ucwa.invite(of(InviteKind::Phone));
        client.ringing().await;
        // The first one still stands there for a moment, to show how it ended.
        client.press("jdglobal\n");
        client.until(|state| matches!(outcome_of(state), Some(Outcome::Declined(_)))).await;
        assert!(client.posted(1, "/decline", &["Global"]));
        client.end().await;
    });
}

#[test]
fn a_proxy_is_used_when_it_is_named() {
    real(async {
        let sim = simulator();
        let relay = Relay::to(listen(&sim).await).await;
        let proxy = format!("http://{}/", relay.address).parse().unwrap();
        let through = Network { proxy: Some(proxy), ..network() };
        // Nothing listens at this address, so requests can only arrive through the proxy.
        let mut client =
            TestClient::start(&sim, Arc::new(HttpExchange::new(through).unwrap()), at("http://localhost:1/"));
        client.until_online().await;
        sim.ucwa.invite(im());
        client.ringing().await;
        client.end().await;
    });
}

#[test]
fn a_corrected_proxy_is_used_from_then_on() {
    real(async {
        let sim = simulator();
        let relay = Relay::to(listen(&sim).await).await;
        let through = |proxy: SocketAddr| Network {
            proxy: Some(format!("http://{proxy}/").parse().unwrap()),
            ..network()
        };
        let nobody = TcpListener::bind(LOOPBACK).await.unwrap().local_addr().unwrap();
        let exchange = Arc::new(HttpExchange::new(through(nobody)).unwrap());
        let mut client = TestClient::start(&sim, exchange.clone(), at("http://localhost:1/"));
        client.until(retrying).await;
        exchange.set_network(through(relay.address)).unwrap();
        client.press("r");
        client.until_online().await;
        // An unusable certificate changes nothing.
        let nonsense = "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n";
        let broken = Network { authorities: nonsense.into(), ..network() };
        assert!(exchange.set_network(broken).is_err());
        sim.ucwa.invite(im());
        client.ringing().await;
        client.end().await;
    });
}

#[test]
fn fault_05_a_connection_that_is_reset() {
    real(async {
        let (mut client, relay, _) = client().await;
        client.sim.ucwa.invite(from("before"));
        client.ringing().await;
        poll_is_held(&client).await;
        relay.reset();
        let noticed = client.until(retrying).await;
        assert!(noticed < Duration::from_secs(2), "noticed only after {noticed:?}");
        assert_eq!(client.state.incoming.len(), 1, "the list stays");
        client.sim.ucwa.invite(from("after"));
        client.until(|state| state.incoming.len() == 2).await;
        client.nothing_is_lost().await;
    });
}

#[test]
fn fault_01_a_server_that_is_gone_and_comes_back() {
    real(async {
        let (mut client, relay, server) = client().await;
        let address = relay.address;
        drop(relay);
        client.until(retrying).await;
        client.sim.ucwa.invite(im());
        let _relay = Relay::at(address, server).await;
        client.ringing().await;
        client.nothing_is_lost().await;
    });
}

#[test]
fn a_slow_line_is_only_slow() {
    real(async {
        let (mut client, relay, _) = client().await;
        relay.set_mode(RelayMode::Slow);
        client.sim.ucwa.invite(im());
        client.ringing().await;
        client.press("a");
        client.until(|state| outcome_of(state) == Some(&Outcome::Accepted)).await;
        assert!(!client.statuses.iter().any(|status| matches!(status, Status::Retrying { .. })));
        client.nothing_is_lost().await;
    });
}

#[test]
fn fault_06_a_black_hole_swallows_an_answer() {
    real(async {
        let (mut client, relay, _) = client().await;
        client.sim.ucwa.invite(im());
        client.ringing().await;
        relay.set_mode(RelayMode::Stalled);
        client.press("a");
        let unknown = |state: &rsvp::app::State| {
            state.incoming.iter().any(|entry| format!("{:?}", entry.phase).contains("Unknown"))
        };
        let noticed = client.until(unknown).await;
        assert!(noticed < Duration::from_secs(45), "noticed only after {noticed:?}");
        relay.set_mode(RelayMode::Forwarding);
        // The program is told that the machine's network has changed.
        client.provider.commands.try_send(Command::Wake).unwrap();
        client.until(|state| !unknown(state)).await;
        client.nothing_is_lost().await;
        assert_eq!(client.decisions.len(), 1, "nothing was sent twice");
    });
}

/// A poll may be silent for minutes; whether its other end is still there is the kernel's to find out.
#[cfg(target_os = "linux")]
#[test]
fn fault_06_the_kernel_probes_a_silent_connection() {
    real(async {
        let (mut client, relay, _) = client().await;
        client.within(Duration::from_secs(1), |_| false).await;
        let port = format!(":{:04X}", relay.address.port());
        let sockets = std::fs::read_to_string("/proc/net/tcp").unwrap();
        let mut probed = Vec::new();
        for line in sockets.lines() {
            let fields: Vec<&str> = line.split_whitespace().collect();
            // The client's side of an established connection, and its timer: 02 is keep-alive, in 1/100 s.
            if fields[2].ends_with(&port) && fields[3] == "01" {
                let (timer, when) = fields[5].split_once(':').unwrap();
                probed.push((timer.to_owned(), u64::from_str_radix(when, 16).unwrap()));
            }
        }
        assert!(!probed.is_empty(), "there is a poll: {sockets}");
        for (timer, when) in probed {
            assert!(timer == "02" && when <= 1_500, "timer {timer} in {when}/100 s");
        }
        client.end().await;
    });
}

#[test]
fn fault_39_an_answer_that_unpacks_to_far_too_much() {
    real(async {
        let (mut client, _relay, _) = client().await;
        client.sim.fault(Fault::next("events", FaultKind::Bomb(1 << 27)));
        client.sim.ucwa.invite(im());
        client.until(retrying).await;
        client.ringing().await;
        client.nothing_is_lost().await;
    });
}

/// The simulator behind a certificate of an authority that nobody knows; with that authority, as PEM.
async fn behind_tls(sim: &Simulator) -> (SocketAddr, String) {
    let mut authority = rcgen::CertificateParams::new(Vec::new()).unwrap();
    // The authority needs a name of its own: with the name of the certificate, that would look self-signed.
    authority.distinguished_name.push(rcgen::DnType::CommonName, "A company's authority");
    authority.is_ca = rcgen::IsCa::Ca(rcgen::BasicConstraints::Unconstrained);
    let authority_key = rcgen::KeyPair::generate().unwrap();
    let pem = authority.self_signed(&authority_key).unwrap().pem();
    let issuer = rcgen::Issuer::new(authority, authority_key);
    let key = rcgen::KeyPair::generate().unwrap();
    let names = vec!["localhost".to_owned()];
    let certificate = rcgen::CertificateParams::new(names).unwrap().signed_by(&key, &issuer).unwrap();
    let key = rustls::pki_types::PrivateKeyDer::try_from(key.serialize_der()).unwrap();
    let provider = Arc::new(rustls::crypto::aws_lc_rs::default_provider());
    let tls = rustls::ServerConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_no_client_auth()
        .with_single_cert(vec![certificate.der().clone()], key)
        .unwrap();
    let acceptor = tokio_rustls::TlsAcceptor::from(Arc::new(tls));
    let listener = TcpListener::bind(LOOPBACK).await.unwrap();
    let address = listener.local_addr().unwrap();
    let sim = sim.clone();
    tokio::spawn(async move {
        while let Ok((stream, _)) = listener.accept().await {
            let (acceptor, sim) = (acceptor.clone(), sim.clone());
            tokio::spawn(async move {
                let Ok(stream) = acceptor.accept(stream).await else { return };
                let service = service_fn(move |mut request: hyper::Request<hyper::body::Incoming>| {
                    let target = format!("https://localhost:{}{}", address.port(), request.uri());
                    *request.uri_mut() = target.parse().unwrap();
                    let sim = sim.clone();
                    async move { Ok::<_, Infallible>(sim.respond(request.map(body::incoming)).await) }
                });
                let _ = hyper::server::conn::http1::Builder::new()
                    .serve_connection(TokioIo::new(stream), service)
                    .await;
            });
        }
    });
    (address, pem)
}

#[test]
fn a_private_authority_is_trusted_when_it_is_named_and_else_it_is_not() {
    real(async {
        let sim = simulator();
        let (address, pem) = behind_tls(&sim).await;
        let url = format!("https://localhost:{}/", address.port());
        let named = Network { authorities: pem.into_bytes(), ..network() };
        let mut client = TestClient::start(&sim, Arc::new(HttpExchange::new(named).unwrap()), at(&url));
        client.until_online().await;
        client.sim.ucwa.invite(im());
        client.ringing().await;
        client.end().await;

        let mut client = TestClient::start(&sim, Arc::new(HttpExchange::new(network()).unwrap()), at(&url));
        client.until(retrying).await;
        let Status::Retrying { problem, .. } = client.status() else { unreachable!() };
        assert!(problem.message.as_str().contains("certificate"), "{problem:?}");
    });
}

/// A proxy that joins whoever asks it to (RFC 9110, 9.3.6); how often it was asked.
async fn tunnel() -> (SocketAddr, Arc<AtomicUsize>) {
    let listener = TcpListener::bind(LOOPBACK).await.unwrap();
    let address = listener.local_addr().unwrap();
    let asked = Arc::new(AtomicUsize::new(0));
    let count = asked.clone();
    tokio::spawn(async move {
        while let Ok((stream, _)) = listener.accept().await {
            count.fetch_add(1, Ordering::Relaxed);
            tokio::spawn(async move {
                let mut client = BufStream::new(stream);
                let mut lines = Vec::new();
                while !lines.last().is_some_and(|line: &String| line.trim().is_empty()) {
                    let mut line = String::new();
                    client.read_line(&mut line).await.unwrap();
                    lines.push(line);
                }
                let target = lines[0].strip_prefix("CONNECT ").unwrap().split(' ').next().unwrap();
                let mut server = TcpStream::connect(target).await.unwrap();
                client.write_all(b"HTTP/1.1 200 Connected\r\n\r\n").await.unwrap();
                client.flush().await.unwrap();
                let _ = copy_bidirectional(&mut client, &mut server).await;
            });
        }
    });
    (address, asked)
}

#[test]
fn a_server_behind_tls_is_reached_by_a_proxy() {
    real(async {
        let sim = simulator();
        let (address, pem) = behind_tls(&sim).await;
        let (proxy, asked) = tunnel().await;
        let proxy = format!("http://{proxy}/").parse().unwrap();
        let through = Network { authorities: pem.into_bytes(), proxy: Some(proxy), ..network() };
        let url = format!("https://localhost:{}/", address.port());
        let mut client = TestClient::start(&sim, Arc::new(HttpExchange::new(through).unwrap()), at(&url));
        client.until_online().await;
        assert!(asked.load(Ordering::Relaxed) > 0);
        sim.ucwa.invite(im());
        client.ringing().await;
        client.end().await;
    });
}
