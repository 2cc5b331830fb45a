//! A relay between a client and a server on loopback, which notes when the bytes passed.

use std::io::{Read, Write};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::sync::mpsc::{Receiver, Sender, channel};
use std::time::{Duration, Instant};

/// Bytes that passed.
pub struct Passage {
    pub at: Instant,
    pub is_request: bool,
    pub bytes: Vec<u8>,
}

/// The relay.
pub struct WireTap {
    pub url: String,
    passages: Receiver<Passage>,
}

impl WireTap {
    /// Starts a relay to a server.
    pub fn start(server: SocketAddr) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let url = format!("http://{}/", listener.local_addr().unwrap());
        let (sender, passages) = channel();
        std::thread::spawn(move || {
            for client in listener.incoming() {
                let (Ok(client), Ok(server)) = (client, TcpStream::connect(server)) else { return };
                for (from, to, is_request) in [(&client, &server, true), (&server, &client, false)] {
                    let (from, to) = (from.try_clone().unwrap(), to.try_clone().unwrap());
                    to.set_nodelay(true).unwrap();
                    let sender = sender.clone();
                    std::thread::spawn(move || relay(from, to, is_request, &sender));
                }
            }
        });
        Self { url, passages }
    }

    /// Forgets what passed so far.
    pub fn clear(&self) {
        while self.passages.try_recv().is_ok() {}
    }

    /// Waits for bytes of a direction that contain a text; returns when they passed.
    pub fn wait_for(&self, is_request: bool, text: &str) -> Instant {
        self.wait(is_request, |bytes| contains(bytes, text.as_bytes()))
    }

    /// Waits for bytes of a direction that satisfy a condition; returns when they passed.
    pub fn wait(&self, is_request: bool, is_wanted: impl Fn(&[u8]) -> bool) -> Instant {
        loop {
            let passage = self.passages.recv_timeout(Duration::from_secs(60)).expect("nothing passed");
            if passage.is_request == is_request && is_wanted(&passage.bytes) {
                return passage.at;
            }
        }
    }
}

fn relay(mut from: TcpStream, mut to: TcpStream, is_request: bool, passages: &Sender<Passage>) {
    let mut buffer = vec![0; 65_536];
    while let Ok(count @ 1..) = from.read(&mut buffer) {
        let (at, bytes) = (Instant::now(), &buffer[..count]);
        if to.write_all(bytes).is_err() {
            break;
        }
        let _ = passages.send(Passage { at, is_request, bytes: bytes.to_vec() });
    }
    let _ = to.shutdown(std::net::Shutdown::Both);
}

/// Returns whether bytes contain a text.
pub fn contains(bytes: &[u8], text: &[u8]) -> bool {
    bytes.windows(text.len()).any(|window| window == text)
}
