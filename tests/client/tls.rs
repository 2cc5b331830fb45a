//! Servers whose TLS is an old one. Windows Server 2012 R2 with a certificate for RSA speaks only suites with CBC,
//! unless its administrator has enabled others.

use std::net::SocketAddr;
use std::path::Path;
use std::process::Stdio;
use std::sync::Arc;
use std::time::Duration;

use http::{HeaderMap, Method};
use rsvp::provider::exchange::{Delivery, Request, Response, TransportError, fetch};
use rsvp::provider::network::{HttpExchange, Network};
use tokio::io::{AsyncBufReadExt, AsyncReadExt, AsyncWriteExt, BufReader};
use tokio::net::{TcpListener, TcpStream};
use tokio::process::{Child, Command};
use tokio::sync::mpsc;

use crate::sockets::{LOOPBACK, network, real};

/// The suites of Windows Server 2012 R2 for TLS 1.2 with an RSA certificate, by their IANA numbers.
const CBC_SUITES: [u16; 8] = [0xc028, 0xc027, 0xc014, 0xc013, 0x003d, 0x003c, 0x0035, 0x002f];

/// The ways in which a server refuses a client without a common suite.
#[derive(Clone, Copy)]
enum Refusal {
    /// A fatal alert of this number.
    Alert(u8),
    Close,
    Reset,
}

/// Starts a server that knows only those suites. Returns its address and, for each `ClientHello`, the suites in it.
async fn old_server(refusal: Refusal) -> (SocketAddr, mpsc::UnboundedReceiver<Vec<u16>>) {
    let listener = TcpListener::bind(LOOPBACK).await.unwrap();
    let address = listener.local_addr().unwrap();
    let (tell, told) = mpsc::unbounded_channel();
    tokio::spawn(async move {
        while let Ok((mut stream, _)) = listener.accept().await {
            let offered = suites(&client_hello(&mut stream).await);
            let common = offered.iter().any(|suite| CBC_SUITES.contains(suite));
            let _ = tell.send(offered);
            match refusal {
                // A real server would continue here; the tests need no more.
                _ if common => {}
                Refusal::Alert(number) => {
                    let _ = stream.write_all(&[21, 3, 3, 0, 2, 2, number]).await;
                    let _ = stream.shutdown().await;
                    // Reading the rest keeps the system from resetting the connection.
                    let _ = stream.read_to_end(&mut Vec::new()).await;
                }
                Refusal::Close => {}
                Refusal::Reset => stream.set_zero_linger().unwrap(),
            }
        }
    });
    (address, told)
}

/// The handshake message of that name (RFC 5246, 7.4.1.2), however many records it takes.
async fn client_hello(stream: &mut TcpStream) -> Vec<u8> {
    let mut message = Vec::new();
    loop {
        let mut head = [0; 5];
        stream.read_exact(&mut head).await.unwrap();
        assert_eq!(head[0], 22, "a record of the handshake");
        let mut record = vec![0; usize::from(u16::from_be_bytes([head[3], head[4]]))];
        stream.read_exact(&mut record).await.unwrap();
        message.extend(record);
        let whole = message.get(1..4).map(|it| u32::from_be_bytes([0, it[0], it[1], it[2]]) as usize + 4);
        if whole.is_some_and(|whole| message.len() >= whole) {
            assert_eq!(message[0], 1, "a ClientHello");
            return message;
        }
    }
}

/// The cipher suites in it: after its head, the version, the random bytes and the session's id.
fn suites(hello: &[u8]) -> Vec<u16> {
    let rest = &hello[4 + 2 + 32..];
    let rest = &rest[1 + usize::from(rest[0])..];
    let length = usize::from(u16::from_be_bytes([rest[0], rest[1]]));
    rest[2..2 + length].chunks(2).map(|pair| u16::from_be_bytes([pair[0], pair[1]])).collect()
}

async fn get(port: u16, network: Network) -> Result<Response, TransportError> {
    let request = Request {
        method: Method::GET,
        url: format!("https://localhost:{port}/").parse().unwrap(),
        headers: HeaderMap::new(),
        body: bytes::Bytes::new(),
        timeout: Duration::from_secs(20),
    };
    fetch(Arc::new(HttpExchange::new(network).unwrap()), request).await
}

#[test]
fn a_server_with_none_but_cbc_suites_is_explained_with_a_remedy() {
    for (refusal, words) in [
        (Refusal::Alert(40), "offers only cipher suites that rsvp's TLS does not speak"),
        (Refusal::Alert(71), "offers only cipher suites that rsvp's TLS does not speak"),
        (Refusal::Close, "broke off the TLS handshake"),
        (Refusal::Reset, "broke off the TLS handshake"),
    ] {
        real(async {
            let (server, mut offered) = old_server(refusal).await;
            let failure = get(server.port(), network()).await.unwrap_err();
            assert_eq!(failure.delivery, Delivery::NotSent, "{failure}");
            let offered = offered.recv().await.unwrap();
            if cfg!(feature = "native-tls") {
                assert!(
                    offered.contains(&0xc028),
                    "the system's TLS speaks what such a server does: {offered:x?}"
                );
                return;
            }
            assert!(offered.contains(&0xc030), "{offered:x?}");
            assert!(failure.message.contains(words), "{failure}");
            assert!(failure.message.contains("`--features native-tls`"), "{failure}");
        });
    }
}

/// Servers that rustls refuses; the system's TLS may accept them.
#[cfg(not(feature = "native-tls"))]
mod explained {
    use std::sync::Arc;

    use rsvp::provider::Status;
    use rsvp::provider::network::HttpExchange;
    use tokio::net::TcpListener;

    use super::{Refusal, get, old_server};
    use crate::sockets::{LOOPBACK, at, network, real, retrying};
    use crate::support::{TestClient, simulator};

    #[test]
    fn a_server_whose_tls_is_too_old_is_told_from_one_with_none_but_cbc_suites() {
        real(async {
            let (server, _offered) = old_server(Refusal::Alert(70)).await;
            let failure = get(server.port(), network()).await.unwrap_err();
            assert!(failure.message.contains("enable TLS 1.2"), "{failure}");
            // A refused connection is not reported as a problem of the handshake.
            let nobody = TcpListener::bind(LOOPBACK).await.unwrap().local_addr().unwrap();
            let failure = get(nobody.port(), network()).await.unwrap_err();
            assert!(failure.message.contains("refused") && !failure.message.contains("TLS"), "{failure}");
        });
    }

    #[test]
    fn the_user_is_shown_what_to_do_about_such_a_server() {
        real(async {
            let (server, _offered) = old_server(Refusal::Alert(40)).await;
            let url = format!("https://localhost:{}/", server.port());
            let mut client =
                TestClient::start(&simulator(), Arc::new(HttpExchange::new(network()).unwrap()), at(&url));
            client.until(retrying).await;
            let Status::Retrying { problem, .. } = client.status() else { unreachable!() };
            assert!(problem.message.as_str().contains("native-tls"), "{problem}");
        });
    }
}

/// An OpenSSL server with only that suite and a certificate of its own; with its port.
async fn openssl_server(folder: &Path, suite: &str) -> Option<(Child, u16)> {
    let run = |arguments: &[&str]| {
        let mut command = Command::new("openssl");
        command.args(arguments).current_dir(folder).stdin(Stdio::null()).stderr(Stdio::null());
        command.kill_on_drop(true);
        command
    };
    let certificate = run(&[
        "req",
        "-x509",
        "-newkey",
        "rsa:2048",
        "-nodes",
        "-keyout",
        "key.pem",
        "-out",
        "certificate.pem",
        "-days",
        "2",
        "-subj",
        "/CN=localhost",
        "-addext",
        "subjectAltName=DNS:localhost",
    ]);
    let made = { certificate }.status().await;
    if !made.is_ok_and(|status| status.success()) {
        return None;
    }
    let mut server = run(&[
        "s_server",
        "-accept",
        "127.0.0.1:0",
        "-tls1_2",
        "-cipher",
        suite,
        "-cert",
        "certificate.pem",
        "-key",
        "key.pem",
        "-www",
    ])
    .stdout(Stdio::piped())
    .spawn()
    .unwrap();
    let mut lines = BufReader::new(server.stdout.take().unwrap()).lines();
    while let Some(line) = lines.next_line().await.unwrap() {
        if let Some(address) = line.strip_prefix("ACCEPT ") {
            let port = address.rsplit(':').next().unwrap().parse().unwrap();
            // The server would block if nobody read its further output.
            tokio::spawn(async move { while let Ok(Some(_)) = lines.next_line().await {} });
            return Some((server, port));
        }
    }
    None
}

#[test]
fn openssl_with_one_cbc_suite_is_spoken_with_by_the_systems_tls_and_else_explained() {
    real(async {
        let folder = tempfile::tempdir().unwrap();
        let Some((_server, port)) = openssl_server(folder.path(), "ECDHE-RSA-AES256-SHA384").await else {
            eprintln!("skipped: there is no openssl here that makes a certificate and listens");
            return;
        };
        let authorities = std::fs::read(folder.path().join("certificate.pem")).unwrap();
        let answer = get(port, Network { authorities, ..network() }).await;
        if cfg!(feature = "native-tls") {
            let answer = answer.unwrap();
            let page = String::from_utf8_lossy(&answer.body).into_owned();
            assert!(answer.status.is_success() && page.contains("ECDHE-RSA-AES256-SHA384"), "{page}");
            // The certificate is not believed unless it is named.
            let failure = get(port, network()).await.unwrap_err();
            assert!(failure.message.contains("certificate"), "{failure}");
        } else {
            let failure = answer.unwrap_err();
            assert!(failure.message.contains("`--features native-tls`"), "{failure}");
        }
    });
}
