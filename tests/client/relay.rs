//! A line between client and server that can be cut, slowed down and plugged.

use std::net::SocketAddr;
use std::time::Duration;

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::watch;
use tokio::task::{JoinHandle, JoinSet};

/// What the line does with bytes.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Line {
    Good,
    /// A few bytes at a time.
    Slow,
    /// They vanish, while the connections seem to stand.
    Dead,
}

/// Ends with everything in it when it is dropped.
pub struct Relay {
    pub address: SocketAddr,
    line: watch::Sender<Line>,
    resets: watch::Sender<u32>,
    task: JoinHandle<()>,
}

impl Relay {
    pub async fn to(server: SocketAddr) -> Self {
        Self::at("127.0.0.1:0".parse().unwrap(), server).await
    }

    pub async fn at(address: SocketAddr, server: SocketAddr) -> Self {
        let listener = TcpListener::bind(address).await.unwrap();
        let address = listener.local_addr().unwrap();
        let (line, watched) = watch::channel(Line::Good);
        let (resets, reset) = watch::channel(0);
        let task = tokio::spawn(async move {
            let mut connections = JoinSet::new();
            while let Ok((client, _)) = listener.accept().await {
                connections.spawn(connect(client, server, watched.clone(), reset.clone()));
            }
        });
        Self { address, line, resets, task }
    }

    pub fn is(&self, line: Line) {
        self.line.send_replace(line);
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
    line: watch::Receiver<Line>,
    mut reset: watch::Receiver<u32>,
) {
    reset.mark_unchanged();
    let Ok(server) = TcpStream::connect(server).await else { return };
    // With no time to linger, a connection that is dropped is reset.
    client.set_zero_linger().unwrap();
    let (mut from_client, mut to_client) = client.into_split();
    let (mut from_server, mut to_server) = server.into_split();
    tokio::select! {
        () = carry(&mut from_client, &mut to_server, line.clone()) => {}
        () = carry(&mut from_server, &mut to_client, line) => {}
        _ = reset.changed() => {}
    }
}

async fn carry(
    from: &mut (impl AsyncReadExt + Unpin),
    to: &mut (impl AsyncWriteExt + Unpin),
    line: watch::Receiver<Line>,
) {
    let mut buffer = vec![0; 16 * 1024];
    loop {
        let wanted = if *line.borrow() == Line::Slow { 64 } else { buffer.len() };
        let Ok(count @ 1..) = from.read(&mut buffer[..wanted]).await else { return };
        let now = *line.borrow();
        match now {
            Line::Dead => continue,
            Line::Slow => tokio::time::sleep(Duration::from_millis(2)).await,
            Line::Good => {}
        }
        if to.write_all(&buffer[..count]).await.is_err() {
            return;
        }
    }
}
