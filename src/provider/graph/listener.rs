//! How requests reach the webhook: over a socket, or from a simulator in the same process.

use std::collections::VecDeque;
use std::convert::Infallible;
use std::io;
use std::net::SocketAddr;
use std::time::Duration;

use axum::body::Body;
use futures_util::FutureExt;
use futures_util::future::BoxFuture;
use http::Request;
use hyper::body::Incoming;
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::{TokioIo, TokioTimer};
use tokio::net::{TcpListener, TcpStream};
use tokio::task::{AbortHandle, JoinSet};
use tokio::time::{sleep, timeout};

use super::webhook::Webhook;

/// The longest that the head of a request may take.
const HEAD_TIME: Duration = Duration::from_secs(5);

/// The longest that a connection may last, whatever it does: one request has all the time it needs.
const LIFETIME: Duration = Duration::from_secs(15);

/// So many connections at a time. When one more comes, the one that has been idle or slow for the longest goes:
/// those of the service are over within milliseconds.
const CONNECTIONS: usize = 256;

/// The largest head of a request (bytes).
const HEAD_LIMIT: usize = 32 * 1024;

/// Lets requests in until what it gives is dropped.
pub trait Listener: Send + Sync + 'static {
    /// Opens the way to `webhook`; `address` is where it is to be on this machine.
    ///
    /// # Errors
    /// When there is no way, as when another program listens there.
    fn open(&self, address: SocketAddr, webhook: Webhook) -> BoxFuture<'static, io::Result<JoinSet<()>>>;
}

/// A listener for plain HTTP: a tunnel or a reverse proxy before it ends TLS.
#[derive(Clone, Copy, Debug)]
pub struct Socket;

impl Listener for Socket {
    fn open(&self, address: SocketAddr, webhook: Webhook) -> BoxFuture<'static, io::Result<JoinSet<()>>> {
        async move {
            let listener = TcpListener::bind(address).await?;
            let mut open = JoinSet::new();
            open.spawn(accept(listener, webhook));
            Ok(open)
        }
        .boxed()
    }
}

/// Takes connections until it is dropped, which ends them.
async fn accept(listener: TcpListener, webhook: Webhook) {
    let mut connections = JoinSet::new();
    let mut by_age: VecDeque<AbortHandle> = VecDeque::new();
    loop {
        let Ok((stream, _)) = listener.accept().await else {
            // It failed before it was one, or there are too many files: the next may be better.
            sleep(Duration::from_millis(50)).await;
            continue;
        };
        while connections.try_join_next().is_some() {}
        by_age.retain(|connection| !connection.is_finished());
        if by_age.len() >= CONNECTIONS
            && let Some(oldest) = by_age.pop_front()
        {
            oldest.abort();
        }
        by_age.push_back(connections.spawn(serve(stream, webhook.clone())));
    }
}

async fn serve(stream: TcpStream, webhook: Webhook) {
    let _ = stream.set_nodelay(true);
    let service = service_fn(move |request: Request<Incoming>| {
        let webhook = webhook.clone();
        async move { Ok::<_, Infallible>(webhook.answer(request.map(Body::new)).await) }
    });
    let connection = http1::Builder::new()
        .timer(TokioTimer::new())
        .header_read_timeout(HEAD_TIME)
        .max_buf_size(HEAD_LIMIT)
        // A connection that waits for more can't be told from one that only takes a place.
        .keep_alive(false)
        .serve_connection(TokioIo::new(stream), service);
    // How a client leaves is its own business.
    let _ = timeout(LIFETIME, connection).await;
}
