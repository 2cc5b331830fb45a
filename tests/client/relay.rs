//! A TCP relay between client and server whose connections can be slowed down, stalled and reset.

use std::net::SocketAddr;
use std::time::Duration;

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::watch;
use tokio::task::{JoinHandle, JoinSet};

/// The ways in which the relay treats bytes.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum RelayMode {
    /// Forwards them.
    Forwarding,
    /// Forwards a few bytes at a time.
    Slow,
    /// Drops all bytes while the connections stay open.
    Stalled,
}

/// A relay that ends with its connections when it is dropped.
pub struct Relay {
    pub address: SocketAddr,
    mode: watch::Sender<RelayMode>,
    resets: watch::Sender<u32>,
    task: JoinHandle<()>,
}

impl Relay {
    /// Starts a relay to `server` on a free port.
    pub async fn to(server: SocketAddr) -> Self {
        Self::at("127.0.0.1:0".parse().unwrap(), server).await
    }

    /// Starts a relay to `server` on `address`.
    pub async fn at(address: SocketAddr, server: SocketAddr) -> Self {
        let listener = TcpListener::bind(address).await.unwrap();
        let address = listener.local_addr().unwrap();
        let (mode, watched) = watch::channel(RelayMode::Forwarding);
        let (resets, reset) = watch::channel(0);
        let task = tokio::spawn(async move {
            let mut connections = JoinSet::new();
            while let Ok((client, _)) = listener.accept().await {
                connections.spawn(connect(client, server, watched.clone(), reset.clone()));
            }
        });
        Self { address, mode, resets, task }
    }

    pub fn set_mode(&self, mode: RelayMode) {
        self.mode.send_replace(mode);
    }

    /// Resets every connection.
    pub fn reset(&self) {
        self.resets.send_modify(|resets| *resets += 1);
    }
}

impl Drop for Relay {
    fn drop(&mut self) {
        self.task.abort();
    }
}

async fn connect(
    client: TcpStream,
    server: SocketAddr,
    mode: watch::Receiver<RelayMode>,
    mut reset: watch::Receiver<u32>,
) {
    reset.mark_unchanged();
    let Ok(server) = TcpStream::connect(server).await else { return };
    // A connection with zero linger time is reset when it is dropped.
    client.set_zero_linger().unwrap();
    let (mut from_client, mut to_client) = client.into_split();
    let (mut from_server, mut to_server) = server.into_split();
    tokio::select! {
        () = forward(&mut from_client, &mut to_server, mode.clone()) => {}
        () = forward(&mut from_server, &mut to_client, mode) => {}
        _ = reset.changed() => {}
    }
}

async fn forward(
    from: &mut (impl AsyncReadExt + Unpin),
    to: &mut (impl AsyncWriteExt + Unpin),
    mode: watch::Receiver<RelayMode>,
) {
    let mut buffer = vec![0; 16 * 1024];
    loop {
        let wanted = if *mode.borrow() == RelayMode::Slow { 64 } else { buffer.len() };
        let Ok(count @ 1..) = from.read(&mut buffer[..wanted]).await else { return };
        let now = *mode.borrow();
        match now {
            RelayMode::Stalled => continue,
            RelayMode::Slow => tokio::time::sleep(Duration::from_millis(2)).await,
            RelayMode::Forwarding => {}
        }
        if to.write_all(&buffer[..count]).await.is_err() {
            return;
        }
    }
}
